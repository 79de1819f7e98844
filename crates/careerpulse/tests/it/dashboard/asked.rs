//! A source over a test's lake, asked as the dashboard asks.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use careerpulse::config::{Config, EncoderMode};
use careerpulse::dashboard::LakeSource;
use careerpulse_dashboard::source::{Snapshot, Source as _, SourceError};
use careerpulse_lake::Lake;
use tokio::runtime::Runtime;

use crate::support::{Home, ended, generated};

/// A source, and the runtime that its work is done on.
pub struct Asked {
    pub source: LakeSource,
    pub runtime: Runtime,
}

impl Asked {
    pub fn over(lake: &Path) -> Asked {
        let mut config = Config::default();
        config.features.encoder = EncoderMode::Off;
        let lake = Lake::open(&lake.to_string_lossy()).expect("the lake can be opened");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime can be had");
        Asked {
            source: LakeSource::new(lake, &config),
            runtime,
        }
    }

    /// The lake as it is now.
    pub fn snapshot(&self) -> Arc<dyn Snapshot> {
        self.renew();
        let snapshot = self.runtime.block_on(self.source.snapshot());
        snapshot.expect("the lake can be pinned")
    }

    /// Waits until what the lake holds now is what is shown.
    pub fn renew(&self) {
        let renewed = self.runtime.block_on(self.source.renew());
        renewed.expect("the lake can be pinned");
    }

    /// The answer to a question that has one.
    #[track_caller]
    pub fn answer<T>(&self, asked: impl Future<Output = Result<T, SourceError>>) -> T {
        match self.runtime.block_on(asked) {
            Ok(answer) => answer,
            Err(error) => panic!("{error}: {:?}", std::error::Error::source(&error)),
        }
    }
}

/// A lake on which every stage ran; tests read it and leave it as it is.
pub fn finished() -> &'static Home {
    static HOME: OnceLock<Home> = OnceLock::new();
    HOME.get_or_init(|| {
        let (home, source) = (Home::new(), generated(250));
        let mut run = home.command(&["run", "--source", &source.url()]);
        // So few postings prove no high precision, and some predictions are to count.
        run.env("CAREERPULSE_TRAIN_TARGET_PRECISION", "0.7");
        ended(&mut run).succeeded();
        home
    })
}
