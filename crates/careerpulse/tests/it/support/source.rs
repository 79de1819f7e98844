//! A replay server inside the test's own process, which outlives every run of the binary.

use std::path::{Path, PathBuf};

use careerpulse_replay::sample::{Posting, SampleParams, generate};
use careerpulse_replay::{Feed, JOBS_PATH, Replay, ReplayOptions};
use tokio::runtime::Runtime;

/// A running source; it ends with the value.
pub struct Source {
    replay: Replay,
    _runtime: Runtime,
}

impl Source {
    pub fn serve(feed: Feed, options: ReplayOptions) -> Source {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime can be had");
        let replay = runtime
            .block_on(careerpulse_replay::spawn(feed, options))
            .expect("a port can be had");
        Source {
            replay,
            _runtime: runtime,
        }
    }

    /// Shows other postings from now on, at the same address.
    pub fn show(&self, feed: Feed) {
        self.replay.show(feed);
    }

    /// The address of the jobs endpoint, for `--source`.
    pub fn url(&self) -> String {
        format!("{}{JOBS_PATH}", self.replay.origin())
    }
}

/// Serves the first `postings` of the shipped sample.
pub fn generated(postings: usize) -> Source {
    let feed = Feed::from_postings(sample(postings)).expect("generated postings are JSON");
    Source::serve(feed, ReplayOptions::default())
}

/// Serves a folder of recorded pages, or a file of postings.
pub fn recorded(path: &Path) -> Source {
    let feed = Feed::open(path).expect("the recorded feed can be read");
    Source::serve(feed, ReplayOptions::default())
}

/// The first postings of the shipped sample; a longer sample begins with a shorter one.
pub fn sample(postings: usize) -> Vec<Posting> {
    let params = SampleParams {
        postings,
        ..SampleParams::default()
    };
    let generated = generate(&params).expect("the parameters are in range");
    generated.map(|generated| generated.posting).collect()
}

/// One of the invented crawls that lie in the repository.
pub fn invented_crawl(day: &str) -> PathBuf {
    workspace().join("testdata/muse").join(day)
}

/// The repository's root.
pub fn workspace() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .nth(2)
        .expect("the crate lies two folders below the root")
}
