//! One command writes at a time: the second says who does, and a dead one's lock is taken over.

use std::process::{Child, Stdio};

use careerpulse_lake::{Holder, Lake};
use careerpulse_replay::{Feed, ReplayOptions};

use crate::support::{Home, Source, count, ended, files, generated, sample, signal, until};

/// Every command that writes to a lake.
const WRITING: [&[&str]; 19] = [
    &["run"],
    &["demo", "--no-serve", "--postings", "50"],
    &["bronze"],
    &["silver"],
    &["gold"],
    &["features"],
    &["train"],
    &["promote"],
    &["promote", "--force", "--why", "a test"],
    &["infer"],
    &["demand"],
    &["monitor"],
    &["alarms", "ack", "0000"],
    &["models", "stage", "1"],
    &["models", "rollback"],
    &["mlflow", "sync"],
    &["tables", "optimize"],
    &["tables", "vacuum"],
    &["run", "--from", "silver", "--to", "silver"],
];

/// Commands that only read, or that only say what they would do.
const READING: [&[&str]; 10] = [
    &["run", "--dry-run"],
    &["promote", "--dry-run"],
    &["models", "list"],
    &["monitor", "--list"],
    &["alarms", "list"],
    &["tables", "list"],
    &["tables", "history", "job_postings"],
    &["tables", "vacuum", "--dry-run"],
    &[
        "sql",
        "select count(*) from careerpulse_silver.job_postings",
    ],
    &["mlflow", "status"],
];

#[test]
fn every_command_that_writes_is_refused_and_every_reader_goes_on() {
    let (home, source) = (Home::new(), generated(40));
    home.succeed(&["run", "--to", "silver", "--source", &source.url()]);
    let lake = Lake::open(&home.lake().to_string_lossy()).expect("the lake can be opened");
    let lock = lake
        .lock(Holder {
            command: "gold".to_owned(),
            pid: 4_711,
            host: "db1".to_owned(),
            since: "2026-01-05T06:15:00Z".parse().expect("it is a moment"),
        })
        .expect("nobody holds the lake");
    let before = files(&home.lake());
    for command in WRITING {
        home.run(&[&["--lake", "lake"], command].concat())
            .failed_with(&[
                "lake is held by `careerpulse gold`",
                "process 4711 on db1",
                "since 2026-01-05 06:15:00 UTC",
                "wait",
            ]);
    }
    for command in READING {
        home.succeed(command);
    }
    assert!(files(&home.lake()) == before, "a refused command wrote");
    drop(lock);
    home.succeed(&["silver"]);
}

#[test]
fn a_command_that_finds_no_lake_makes_none() {
    let home = Home::new();
    home.succeed(&["tables", "optimize"]);
    home.succeed(&["tables", "vacuum"]);
    home.run(&["models", "rollback"]).failed_with(&[]);
    assert!(!home.lake().exists());
}

/// A source that takes half a second or more for each of six pages.
fn slow() -> Source {
    let feed = Feed::from_postings(sample(120)).expect("generated postings are JSON");
    let options = ReplayOptions {
        faults: "slow=100%".parse().expect("the SPEC is one"),
        ..ReplayOptions::default()
    };
    Source::serve(feed, options)
}

/// A crawl that has its first pages in the lake, and most still to fetch.
fn crawling(home: &Home, source: &Source) -> Child {
    let mut crawl = home.command(&["run", "--to", "bronze", "--source", &source.url()]);
    let mut child = crawl
        .env("CAREERPULSE_BRONZE_BATCH_PAGES", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let log = home.lake().join("careerpulse_bronze/muse_pages/_delta_log");
    let first_page = log.join(format!("{:020}.json", 1));
    until(&mut child, || first_page.exists());
    child
}

#[test]
fn of_two_runs_at_once_the_second_leaves_and_changes_nothing() {
    let (home, source) = (Home::new(), slow());
    let mut first = crawling(&home, &source);
    signal("STOP", &first);
    let before = files(&home.lake());
    home.run(&["run", "--source", &source.url()])
        .failed_with(&["`careerpulse run`", &format!("process {}", first.id())]);
    assert!(files(&home.lake()) == before, "the second run wrote");
    signal("CONT", &first);
    assert!(first.wait().expect("it can be waited for").success());
    assert_eq!(count(&home.lake(), "careerpulse_bronze.muse_pages"), 6);
}

#[test]
fn a_killed_holders_lake_is_taken_over_and_the_next_run_says_so() {
    let (home, source) = (Home::new(), slow());
    let mut first = crawling(&home, &source);
    first.kill().expect("it can be killed");
    first.wait().expect("it can be waited for");
    let run = || {
        let mut command = home.command(&["run", "--to", "silver", "--source", &source.url()]);
        ended(&mut command).succeeded()
    };
    let said = run().stderr;
    let dead = format!("`careerpulse run` (process {}", first.id());
    assert!(
        said.contains(&dead) && said.contains("taken over"),
        "{said}"
    );
    assert_eq!(count(&home.lake(), "careerpulse_silver.job_postings"), 120);
    assert_eq!(run().stderr, "", "the second let go");
}
