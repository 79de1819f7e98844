//! Three weeks of a source that lives: daily runs, drift in the second week, and the loop that closes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use careerpulse_replay::sample::{Life, LifeParams, Shift};
use careerpulse_replay::{Feed, ReplayOptions};
use chrono::{Days, NaiveDate};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::crash::{assert_same, kill_when};
use crate::support::{Home, Row, Source, canonical, rows};

const DAYS: u64 = 21;

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).expect("it is a day")
}

/// A category comes up that nobody has heard of, on the eighth day.
fn life() -> Life {
    let shift = Shift {
        kind: "new=Robotics and Drones"
            .parse()
            .expect("there are words for it"),
        from: first_day() + Days::new(7),
    };
    let params = LifeParams::three_weeks(first_day(), 11, vec![shift]);
    Life::generate(&params).expect("the parameters are in range")
}

/// The run of a day, started some minutes later each time: a clock never goes back.
fn run_of(home: &Home, source: &Source, day: NaiveDate, minute: u32) -> Command {
    let now = format!("{day}T23:{minute:02}:00Z");
    let url = source.url();
    let mut command = home.command(&[
        "--quiet",
        "--now",
        &now,
        "run",
        "--source",
        &url,
        "--max-requests",
        "0",
    ]);
    command
        .env("CAREERPULSE_TRAIN_METHODS", "tfidf")
        .env("CAREERPULSE_TRAIN_CLASSIFIERS", "linear_svm")
        .env("CAREERPULSE_TRAIN_PRIOR_SHIFT", "0.1")
        .env("CAREERPULSE_RETRAIN_ALWAYS", "false")
        // Drift alone is to bring a new version about.
        .env("CAREERPULSE_RETRAIN_NEW_LABELS", "1000")
        .env("CAREERPULSE_DEMAND_DRAWS", "20")
        .env("CAREERPULSE_DEMAND_HORIZON", "0")
        .stdout(Stdio::null());
    command
}

fn finish(mut command: Command) {
    let status = command.status().expect("the binary starts");
    assert!(status.success(), "{status}");
}

/// Lives through the three weeks; `before` may disturb a day before its run, and gives the minute at
/// which that starts.
fn live(home: &Home, mut before: impl FnMut(&Source, NaiveDate) -> u32) {
    let life = life();
    let source = Source::serve(Feed::default(), ReplayOptions::default());
    for day in first_day().iter_days().take(DAYS as usize) {
        source.show(life.feed(day).expect("generated postings are JSON"));
        let minute = before(&source, day);
        finish(run_of(home, &source, day, minute));
    }
}

fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column)
        .and_then(|value| value.as_str())
        .unwrap_or_default()
}

/// Drift of the second week is seen, learnt, gated, promoted and cleared, and the ledger says so.
fn assert_story(lake: &Path) {
    let alarms = rows(
        lake,
        "select * from careerpulse_monitoring.alarms where model_version = 1 order by first_seen, check, subject",
    );
    let new = alarms
        .iter()
        .find(|alarm| text(alarm, "check") == "new_category");
    let new = new.expect("the new category has an alarm of its own");
    assert_eq!(text(new, "subject"), "Robotics and Drones");
    assert_eq!(text(new, "severity"), "retrain");
    let seen = text(new, "first_seen")[..10]
        .parse::<NaiveDate>()
        .expect("it is a moment");
    let week_two = first_day() + Days::new(7)..first_day() + Days::new(14);
    assert!(week_two.contains(&seen), "seen on {seen}");
    assert!(
        alarms
            .iter()
            .all(|alarm| text(alarm, "first_seen") >= "2026-06-08"),
        "{alarms:#?}"
    );

    // The next run trains for that reason, the gate lets it through, and the alarms of the old version go
    // off. That version has seen two days of the new category, so it may happen once more.
    let ledger = rows(
        lake,
        "select * from careerpulse_ml.promotions order by decided_at",
    );
    let told: Vec<(u64, &str)> = ledger
        .iter()
        .map(|row| {
            (
                row["version"].as_u64().expect("a number"),
                text(row, "action"),
            )
        })
        .collect();
    let promoted = [(1, "promote"), (2, "promote"), (3, "promote")];
    assert!(told == promoted[..2] || told == promoted, "{ledger:#?}");
    for decision in &ledger[1..] {
        let reasons = decision["reasons"].to_string();
        let why = "trained because drift: Robotics and Drones";
        assert!(reasons.contains(why), "{reasons}");
    }
    let last = told.len();
    let decided = &text(&ledger[1], "decided_at")[..10];
    assert_eq!(decided, (seen + Days::new(1)).to_string());
    for alarm in &alarms {
        assert_eq!(alarm["still_on"], false, "{alarm:#?}");
        assert_eq!(text(alarm, "cleared_by"), "version 2 took over");
    }
    let on = rows(
        lake,
        "select check, subject from careerpulse_monitoring.alarms where still_on",
    );
    assert!(on.is_empty(), "the third week is quiet: {on:?}");
    let windows = rows(
        lake,
        &format!(
            "select distinct basis, window_id from careerpulse_monitoring.measurements where model_version = {last}"
        ),
    );
    assert!(windows.len() >= 2, "and it was looked at: {windows:?}");

    // Predictions of the old version are kept, and the new one imputes the new category.
    let by_version = rows(
        lake,
        "select model_version, count(*) as postings, sum(case when category = 'Robotics and Drones' then 1 else 0 end) as new \
         from careerpulse_inference.category_predictions group by model_version order by model_version",
    );
    assert_eq!(by_version.len(), last);
    assert_eq!(by_version[0]["new"], 0);
    assert!(by_version[1]["new"].as_u64() > Some(10), "{by_version:?}");
    let late = "select * from careerpulse_monitoring.estimates where late_labels > 0 and metric = 'accuracy'";
    let late = rows(lake, late);
    assert!(!late.is_empty(), "labels that arrive late are scored");
    for row in late {
        let figure = |name: &str| row[name].as_f64().expect("a figure");
        assert!(figure("late_lo") <= figure("late_hi") && (0.0..=1.0).contains(&figure("truth")));
    }
}

/// Lives through them with runs that are killed at random moments on most days, and run again; gives how
/// many were killed before they ended.
fn live_killed(home: &Home) -> u32 {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let (mut longest, mut started, mut killed) = (Duration::ZERO, None::<Instant>, 0);
    live(home, |source, day| {
        longest = started.map_or(longest, |started| longest.max(started.elapsed()));
        let mut minute = 0;
        if !longest.is_zero() && rng.random_bool(0.6) {
            let moment = longest.mul_f64(rng.random_range(0.01..0.9));
            let begun = Instant::now();
            let mut command = run_of(home, source, day, 0);
            killed += u32::from(kill_when(&mut command, || begun.elapsed() >= moment));
            minute = 10;
        }
        started = Some(Instant::now());
        minute
    });
    killed
}

#[test]
fn three_weeks_of_drift_and_learning_end_the_same_killed_or_not() {
    let (whole, cut) = (Home::new(), Home::new());
    // Side by side, for one run leaves a processor idle much of the time.
    let killed = std::thread::scope(|lives| {
        lives.spawn(|| live(&whole, |_, _| 0));
        live_killed(&cut)
    });
    assert_story(&whole.lake());
    assert!(killed >= 5, "only {killed} runs were killed in time");
    assert_same(
        &canonical(&cut.lake()),
        &canonical(&whole.lake()),
        "on some days",
    );
}
