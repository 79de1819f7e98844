//! Killed at any moment and started again, a run ends in the same tables as one that was left alone.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use careerpulse_replay::{Feed, ReplayOptions};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::support::{Home, Source, canonical, count, ended, generated, sample};

const KILLS: u32 = 10;

type Tables = BTreeMap<String, Vec<String>>;

fn run_command(home: &Home, source: &Source) -> Command {
    let mut command = home.command(&["--quiet", "run", "--source", &source.url()]);
    // Small commits leave an interrupted crawl with something to resume.
    command
        .env("CAREERPULSE_BRONZE_BATCH_PAGES", "2")
        .env("CAREERPULSE_GOLD_BATCH", "60")
        .env("CAREERPULSE_INFER_BATCH", "40")
        .stdout(Stdio::null());
    command
}

fn finish(home: &Home, source: &Source) {
    let status = run_command(home, source)
        .status()
        .expect("the binary starts");
    assert!(status.success(), "{status}");
}

/// Starts a run and kills it (SIGKILL) after `moment`; false if it ended before that.
fn kill_after(home: &Home, source: &Source, moment: Duration) -> bool {
    let started = Instant::now();
    kill_when(&mut run_command(home, source), || {
        started.elapsed() >= moment
    })
}

/// Starts a command and kills it (SIGKILL) as soon as `is_due`; false if it ended before that.
pub fn kill_when(command: &mut Command, is_due: impl Fn() -> bool) -> bool {
    let mut child = command.spawn().expect("the binary starts");
    let ended = |child: &mut Child| child.try_wait().expect("a child can be asked").is_some();
    while !is_due() && !ended(&mut child) {
        // What is due depends on another process, so there is nothing to wait on but the clock.
        std::thread::sleep(Duration::from_millis(5));
    }
    child
        .kill()
        .expect("a child can be killed until it is waited for");
    let status = child.wait().expect("a child can be waited for");
    assert!(status.code().is_none_or(|code| code == 0), "{status}");
    status.code().is_none()
}

/// The tables of an undisturbed run, and how long it took.
fn undisturbed(source: &Source) -> (Tables, Duration) {
    let home = Home::new();
    let started = Instant::now();
    finish(&home, source);
    let duration = started.elapsed();
    let tables = canonical(&home.lake());
    assert!(tables.values().filter(|rows| !rows.is_empty()).count() >= 9);
    (tables, duration)
}

#[track_caller]
pub fn assert_same(found: &Tables, expected: &Tables, moment: &str) {
    for (table, rows) in expected {
        assert_eq!(found[table].len(), rows.len(), "{table}, killed {moment}");
        let differing = found[table]
            .iter()
            .zip(rows)
            .find(|(found, wanted)| found != wanted);
        assert_eq!(differing, None, "{table}, killed {moment}");
    }
}

#[test]
fn a_run_killed_at_each_of_ten_moments_ends_in_the_same_tables() {
    let source = generated(250);
    let (expected, duration) = undisturbed(&source);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut killed = 0;
    for part in 0..KILLS {
        let share = (f64::from(part) + rng.random::<f64>()) / f64::from(KILLS);
        let moment = duration.mul_f64(share);
        let home = Home::new();
        killed += u32::from(kill_after(&home, &source, moment));
        finish(&home, &source);
        assert_same(
            &canonical(&home.lake()),
            &expected,
            &format!("after {moment:?}"),
        );
    }
    assert!(
        killed >= KILLS / 2,
        "only {killed} of {KILLS} runs were killed in time"
    );
}

#[test]
fn a_run_killed_ten_times_in_a_row_ends_in_the_same_tables() {
    let source = generated(250);
    let (expected, duration) = undisturbed(&source);
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let home = Home::new();
    let mut killed = 0;
    for _ in 0..KILLS {
        let moment = duration.mul_f64(rng.random_range(0.05..0.9));
        killed += u32::from(kill_after(&home, &source, moment));
    }
    finish(&home, &source);
    assert!(
        killed >= KILLS / 2,
        "only {killed} of {KILLS} runs were killed in time"
    );
    assert_same(&canonical(&home.lake()), &expected, "ten times");
}

/// However the postings are cut into commits, and wherever a run ends, each is compared with the same ones.
#[test]
fn a_gold_killed_between_its_commits_finds_the_same_duplicates() {
    let source = generated(250);
    let homes = [Home::new(), Home::new()];
    for home in &homes {
        home.succeed(&["run", "--to", "silver", "--source", &source.url()]);
    }
    let [whole, cut] = &homes;
    whole.succeed(&["gold"]);
    let expected = canonical(&whole.lake());
    let duplicates = "careerpulse_gold.duplicates where linked_posting_id is not null";
    assert!(count(&whole.lake(), duplicates) > 0);

    let in_small_commits = || {
        let mut command = cut.command(&["gold"]);
        command.env("CAREERPULSE_GOLD_BATCH", "20");
        command
    };
    for (table, version) in [("text_bands", 4), ("duplicates", 3)] {
        let log = cut
            .lake()
            .join(format!("careerpulse_gold/{table}/_delta_log"));
        let commit = log.join(format!("{version:020}.json"));
        let mut command = in_small_commits();
        let killed = kill_when(command.stdout(Stdio::null()), || commit.exists());
        assert!(killed, "gold ended before it was killed");
    }
    ended(&mut in_small_commits()).succeeded();
    assert_same(&canonical(&cut.lake()), &expected, "between two commits");
}

#[test]
fn an_interrupted_crawl_goes_on_where_it_was() {
    let feed = Feed::from_postings(sample(120)).expect("generated postings are JSON");
    // Half a second or more for each of six pages: the kill comes between two of them.
    let options = ReplayOptions {
        faults: "slow=100%".parse().expect("the SPEC is one"),
        ..ReplayOptions::default()
    };
    let (home, source) = (Home::new(), Source::serve(feed, options));
    let crawl = |args: &[&str]| {
        let mut command = home.command(args);
        command.env("CAREERPULSE_BRONZE_BATCH_PAGES", "1");
        command
    };
    let mut interrupted = crawl(&["bronze", "--source", &source.url()]);
    let log = home.lake().join("careerpulse_bronze/muse_pages/_delta_log");
    let second_page = log.join(format!("{:020}.json", 2));
    let killed = kill_when(&mut interrupted, || second_page.exists());
    assert!(killed, "the crawl ended before it was killed");
    let pages = "careerpulse_bronze.muse_pages";
    let before = count(&home.lake(), pages);
    assert!((2..6).contains(&before), "{before} pages were stored");

    let resumed = ended(&mut crawl(&["--json", "bronze", "--source", &source.url()]));
    let summary = &resumed.succeeded().json()[0];
    assert_eq!(summary["resumed"], true);
    assert_eq!(summary["pages"], 6 - before);
    assert_eq!(count(&home.lake(), pages), 6);
    let crawls = format!("(select distinct ingest_id from {pages})");
    assert_eq!(count(&home.lake(), &crawls), 1);
}
