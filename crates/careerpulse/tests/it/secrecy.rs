//! The API key is sent to the source and shown or kept nowhere else.

use std::path::Path;

use careerpulse_replay::{Feed, ReplayOptions};

use crate::support::{Home, Source, ended, rows, sample};

const KEY: &str = "s3cr3t-k3y-0451";

fn files_holding(folder: &Path, needle: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            found.extend(files_holding(&path, needle));
        } else {
            let bytes = std::fs::read(&path).expect("a file can be read");
            if bytes.windows(needle.len()).any(|window| window == needle) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[test]
fn the_key_is_neither_logged_nor_stored() {
    let home = Home::new();
    // A limit that only a caller with a key gets through quickly, so that the key is seen to be sent.
    let options = ReplayOptions {
        rate_limit: Some(5),
        rate_window: std::time::Duration::from_secs(600),
        faults: "5xx=10%,malformed=10%,reset=5%".parse().expect("a SPEC"),
        ..ReplayOptions::default()
    };
    let feed = Feed::from_postings(sample(200)).expect("generated postings are JSON");
    let source = Source::serve(feed, options);
    for verbosity in ["-vv", "--json"] {
        let args = [verbosity, "run", "--to", "gold", "--source", &source.url()];
        let mut command = home.command(&args);
        command
            .env("MUSE_API_KEY", KEY)
            .env("CAREERPULSE_BRONZE_MAX_WAIT_SECONDS", "1");
        let run = ended(&mut command).succeeded();
        assert!(
            !run.stdout.contains(KEY),
            "{verbosity}: the key is on stdout"
        );
        assert!(
            !run.stderr.contains(KEY),
            "{verbosity}: the key is on stderr"
        );
    }
    assert_eq!(
        files_holding(&home.path(""), KEY.as_bytes()),
        Vec::<String>::new()
    );
    // Parquet compresses, so the pages are looked at once more as they are read.
    for row in rows(&home.lake(), "select * from careerpulse_bronze.muse_pages") {
        assert!(!serde_json::Value::Object(row).to_string().contains(KEY));
    }
}
