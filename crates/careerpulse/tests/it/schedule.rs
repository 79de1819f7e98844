//! `run` as a service: its schedule, its clock, and how it ends when it is asked to.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

use careerpulse_replay::{Feed, ReplayOptions};
use serde_json::Value;

use crate::support::{Home, Source, canonical, ended, files, generated, rows, sample, signal};

/// A started command whose stdout and stderr are read while it runs; killed on drop.
struct Service {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Service {
    fn start(command: &mut Command) -> Service {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the binary starts");
        Service {
            stdout: BufReader::new(child.stdout.take().expect("stdout is piped")),
            stderr: BufReader::new(child.stderr.take().expect("stderr is piped")),
            child,
        }
    }

    /// Reads the log up to a line with these words.
    #[track_caller]
    fn says(&mut self, words: &str) -> String {
        let lines = (&mut self.stderr).lines().map_while(Result::ok);
        let mut said = Vec::new();
        for line in lines {
            said.push(line);
            if said.last().is_some_and(|line| line.contains(words)) {
                return said.concat();
            }
        }
        panic!("`{words}` was not said: {said:#?}");
    }

    /// Reads stdout up to the summary of a stage.
    #[track_caller]
    fn ends_stage(&mut self, stage: &str) -> Value {
        for line in (&mut self.stdout).lines().map_while(Result::ok) {
            let summary: Value = serde_json::from_str(&line).expect("each line is JSON");
            if summary["stage"] == stage {
                return summary;
            }
        }
        panic!("{stage} did not end");
    }

    /// Waits for its end; its exit status and what it still said.
    fn end(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        self.stderr
            .read_to_string(&mut said)
            .expect("stderr is UTF-8");
        let status = self.child.wait().expect("a child can be waited for");
        (status.code(), said)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A source that takes half a second or more for each page.
fn slow(postings: usize) -> Source {
    let feed = Feed::from_postings(sample(postings)).expect("generated postings are JSON");
    let options = ReplayOptions {
        faults: "slow=100%".parse().expect("the SPEC is one"),
        ..ReplayOptions::default()
    };
    Source::serve(feed, options)
}

#[test]
fn a_run_that_is_asked_to_end_ends_between_two_stages_and_the_next_goes_on() {
    let (home, source) = (Home::new(), slow(120));
    let run = ["--json", "run", "--to", "gold", "--source", &source.url()];
    let mut command = home.command(&run);
    let mut service = Service::start(command.env("CAREERPULSE_BRONZE_BATCH_PAGES", "1"));
    let log = home.lake().join("careerpulse_bronze/muse_pages/_delta_log");
    let first_page = log.join(format!("{:020}.json", 1));
    crate::support::until(&mut service.child, || first_page.exists());
    signal("TERM", &service.child);
    let crawl = service.ends_stage("bronze");
    assert_eq!(crawl["pages"], 6, "the stage under way is finished");
    let (code, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("asked to end"), "{said}");
    assert!(said.contains("stopped before silver"), "{said}");
    assert!(!home.lake().join("careerpulse_gold").exists());

    let summaries = home.succeed(&run).json();
    assert_eq!(summaries.len(), 3);
    let undisturbed = Home::new();
    undisturbed.succeed(&run);
    assert!(canonical(&home.lake()) == canonical(&undisturbed.lake()));
}

#[test]
fn a_second_signal_does_not_wait() {
    for (name, status) in [("TERM", 143), ("INT", 130)] {
        let (home, source) = (Home::new(), slow(400));
        let mut command = home.command(&["run", "--source", &source.url()]);
        let mut service = Service::start(command.env("CAREERPULSE_BRONZE_BATCH_PAGES", "1"));
        let record = home.lake().join(".careerpulse.holder.json");
        crate::support::until(&mut service.child, || record.exists());
        signal(name, &service.child);
        service.says("asked to end");
        signal(name, &service.child);
        assert_eq!(service.end().0, Some(status));
        assert!(
            !home
                .lake()
                .join("careerpulse_bronze/coverage/_delta_log/00000000000000000001.json")
                .exists()
        );
    }
}

#[test]
fn a_schedule_runs_at_its_ticks_goes_on_after_a_failure_and_ends_when_asked() {
    let (home, source) = (Home::new(), generated(40));
    // By this clock the next minute begins almost at once.
    let args = [
        "--json",
        "--now",
        "2026-01-05T06:14:59Z",
        "run",
        "--to",
        "silver",
        "--every",
        "15 6 * * *",
        "--source",
    ];
    let mut command = home.command(&[&args[..], &[&source.url()]].concat());
    let mut service = Service::start(&mut command);
    service.says("the next run is at 2026-01-05T06:15:00Z");
    assert_eq!(
        service.ends_stage("silver")["rows_written"]
            .as_u64()
            .map(|n| n > 40),
        Some(true)
    );
    service.says("the next run is at 2026-01-06T06:15:00Z");
    // Between two runs the lake is free.
    home.succeed(&["silver"]);
    signal("TERM", &service.child);
    let (code, said) = service.end();
    assert_eq!(code, Some(0), "{said}");

    let nobody = "http://127.0.0.1:1/";
    let mut command = home.command(&[&args[1..], &[nobody]].concat());
    let mut service = Service::start(command.env("CAREERPULSE_BRONZE_MAX_ATTEMPTS", "1"));
    service.says("careerpulse: nothing listens at");
    service.says("the next run is at 2026-01-06T06:15:00Z");
    signal("INT", &service.child);
    assert_eq!(service.end().0, Some(0));
}

#[test]
fn a_schedule_is_checked_and_shown_before_anything_is_done() {
    let home = Home::new();
    let now = ["--now", "2026-01-05", "run", "--to", "silver", "--dry-run"];
    let shown = |args: &[&str]| home.succeed(&[&now[..], args].concat()).stdout;
    let times = "2026-01-05T06:15:00Z, 2026-01-06T06:15:00Z, 2026-01-07T06:15:00Z";
    let plan = shown(&["--every", "15 6 * * *"]);
    assert!(plan.contains(times) && plan.contains("bronze"), "{plan}");
    let json = home
        .succeed(&[&now[..], &["--json", "--every", "15 6 * * *"]].concat())
        .json();
    assert_eq!(json.len(), 3);
    assert_eq!(json[2]["next_runs"][2], "2026-01-07T06:15:00Z");
    for every in ["daily", "61 * * * *", "* * * *", "0 0 30 2 *"] {
        home.run(&["run", "--every", every])
            .failed_with(&["--every", every, "'15 6 * * *'"]);
    }
    assert!(files(&home.lake()).is_empty());
}

#[test]
fn the_clock_that_is_set_reaches_everything_that_is_written() {
    let (home, source) = (Home::new(), generated(250));
    let crawl = [
        "--json",
        "--now",
        "2026-07-05T06:00:00Z",
        "run",
        "--source",
        &source.url(),
    ];
    let summaries = home.succeed(&crawl).json();
    let ingest_id = summaries[0]["ingest_id"]
        .as_str()
        .expect("a crawl has a name");
    assert!(ingest_id.starts_with("20260705T0600"), "{ingest_id}");
    let moments = [
        ("careerpulse_bronze.muse_pages", "fetched_at"),
        ("careerpulse_bronze.coverage", "started_at"),
        ("careerpulse_bronze.coverage", "finished_at"),
        ("careerpulse_silver.job_postings", "first_seen_at"),
        ("careerpulse_ml.model_versions", "created_at"),
        ("careerpulse_ml.runs", "run_timestamp"),
        ("careerpulse_ml.promotions", "decided_at"),
        ("careerpulse_inference.category_predictions", "scored_at"),
        ("careerpulse_gold.daily_demand", "vintage"),
    ];
    for (table, column) in moments {
        let sql = format!(
            "select count(*) as n, min({column}) >= timestamp '2026-07-05T06:00:00Z' \
             and max({column}) < timestamp '2026-07-05T07:00:00Z' as that_hour from {table}"
        );
        let found = &rows(&home.lake(), &sql)[0];
        assert!(found["n"].as_u64() > Some(0), "{table} is empty");
        assert_eq!(found["that_hour"], true, "{table}.{column}");
    }

    // The variable does the same, the flag beats it, and the next day's crawl is one of its own.
    let mut command = home.command(&["--now", "2026-07-06", "bronze", "--source", &source.url()]);
    ended(command.env("CAREERPULSE_NOW", "2026-09-01")).succeeded();
    let mut command = home.command(&["bronze", "--source", &source.url()]);
    ended(command.env("CAREERPULSE_NOW", "2026-07-07T23:00:00+02:00")).succeeded();
    let days = "select distinct cast(ingest_date as varchar) as day from careerpulse_bronze.muse_pages order by day";
    let days: Vec<_> = rows(&home.lake(), days)
        .into_iter()
        .map(|row| row["day"].clone())
        .collect();
    assert_eq!(days, ["2026-07-05", "2026-07-06", "2026-07-07"]);

    home.run(&["--now", "yesterday", "silver"])
        .failed_with(&["--now", "yesterday", "2026-01-05"]);
    let mut command = home.command(&["silver"]);
    ended(command.env("CAREERPULSE_NOW", "soon")).failed_with(&["CAREERPULSE_NOW", "soon"]);
}
