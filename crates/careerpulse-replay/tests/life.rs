//! A source that lives: postings come, get their labels late, and go, in memory and from files.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

#[allow(
    dead_code,
    reason = "each test binary uses its own part of this module"
)]
mod support;

use std::collections::HashMap;
use std::path::Path;

use careerpulse_replay::sample::{LateLabels, Life, LifeParams, Posting, SampleParams, Shift};
use careerpulse_replay::{Feed, Lifetimes, ReplayOptions, spawn};
use chrono::{Days, NaiveDate};
use support::{crawl, ids, page};

const FIRST: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();

fn day(number: u64) -> NaiveDate {
    FIRST + Days::new(number)
}

fn three_weeks(shifts: &[&str]) -> Life {
    let shift = |text: &&str| Shift {
        kind: text.parse().unwrap(),
        from: day(8),
    };
    let shifts = shifts.iter().map(shift).collect();
    Life::generate(&LifeParams::three_weeks(FIRST, 7, shifts)).unwrap()
}

/// A small life over the month up to 30 June.
fn small() -> LifeParams {
    LifeParams {
        sample: SampleParams {
            postings: 400,
            days: 30,
            unlabelled: Some(0.5),
            ..SampleParams::default()
        },
        ..LifeParams::default()
    }
}

async fn served(feed: Feed) -> Vec<u64> {
    let replay = spawn(feed, ReplayOptions::default()).await.unwrap();
    let mut all = Vec::new();
    for number in 0.. {
        let reply = page(&replay, &number.to_string()).await.unwrap();
        let found = ids(&reply.json());
        if found.is_empty() {
            break;
        }
        all.extend(found);
    }
    all
}

fn open_error(path: &Path, day: NaiveDate) -> String {
    let opened = Feed::open_on(path, day, &Lifetimes::default());
    opened.unwrap_err().to_string()
}

#[test]
fn three_weeks_stay_within_one_query_and_bring_a_hundred_postings_a_day() {
    let life = three_weeks(&[]);
    let mut came = Vec::new();
    for number in 0..=21 {
        let shown = life.on(day(number));
        assert!(
            (1_250..1_800).contains(&shown.len()),
            "day {number}: {}",
            shown.len()
        );
        let today = day(number).to_string();
        came.push(
            shown
                .iter()
                .filter(|one| one.publication_date.starts_with(&today))
                .count(),
        );
    }
    let weeks: Vec<usize> = came[..21].chunks(7).map(|week| week.iter().sum()).collect();
    assert!(
        weeks.iter().all(|week| (640..840).contains(week)),
        "{weeks:?}"
    );
}

#[test]
fn a_posting_that_stays_changes_only_when_its_label_arrives() {
    let life = three_weeks(&["boilerplate", "missing=50%"]);
    let truth: HashMap<u64, &str> = life.truth().collect();
    let mut arrived = 0;
    let mut waiting = 0;
    for number in 0..21 {
        let today: HashMap<u64, Posting> = life
            .on(day(number))
            .into_iter()
            .map(|one| (one.id, one))
            .collect();
        for tomorrow in life.on(day(number + 1)) {
            let Some(before) = today.get(&tomorrow.id) else {
                continue;
            };
            waiting += usize::from(before.categories.is_empty());
            if *before == tomorrow {
                continue;
            }
            assert!(before.categories.is_empty());
            assert_eq!(tomorrow.categories[0].name, truth[&tomorrow.id]);
            let unlabelled = Posting {
                categories: Vec::new(),
                ..tomorrow
            };
            assert_eq!(*before, unlabelled);
            arrived += 1;
        }
    }
    assert!(
        arrived > 100 && waiting > 10 * arrived,
        "{arrived} of {waiting}"
    );
}

#[test]
fn labels_arrive_within_their_days_for_their_share() {
    let params = LifeParams {
        lifetimes: Lifetimes {
            shortest: 60,
            longest: 60,
            seed: 0,
        },
        ..LifeParams::three_weeks(FIRST, 7, Vec::new())
    };
    let life = Life::generate(&params).unwrap();
    let published = day(3);
    let unlabelled = |on: NaiveDate| {
        let shown = life.on(on);
        let today = published.to_string();
        let open = shown
            .iter()
            .filter(|one| one.publication_date.starts_with(&today) && one.categories.is_empty());
        open.count()
    };
    let counts: Vec<usize> = (0..14).map(|later| unlabelled(day(3 + later))).collect();
    assert!(counts[0] > 30, "{counts:?}");
    assert_eq!(counts[0], counts[2]);
    assert!(
        counts[2] > counts[6] && counts[6] > counts[10],
        "{counts:?}"
    );
    assert_eq!(counts[10], counts[13]);
    let late = 1.0 - counts[13] as f64 / counts[0] as f64;
    assert!((0.15..0.45).contains(&late), "{late}");
}

#[test]
fn a_shift_shows_from_its_day_on_and_in_no_posting_before() {
    let (quiet, shifted) = (three_weeks(&[]), three_weeks(&["vanished=Sales"]));
    assert_eq!(quiet.on(day(7)), shifted.on(day(7)));
    let sales = |life: &Life| -> usize {
        let truth: HashMap<u64, &str> = life.truth().collect();
        let since = day(8).to_string();
        let shown = life.on(day(15));
        let new = shown.iter().filter(|one| one.publication_date >= since);
        new.filter(|one| truth[&one.id] == "Sales").count()
    };
    assert!(sales(&quiet) > 15);
    assert_eq!(sales(&shifted), 0);
}

#[tokio::test]
async fn snapshots_serve_what_was_shown_on_their_days() {
    let life = Life::generate(&small()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (day(20), day(22));
    let paths = life
        .write_snapshots(&folder.path().join("days"), from, to)
        .unwrap();
    assert_eq!(paths.len(), 3);
    std::fs::write(folder.path().join("days/notes.txt"), "").unwrap();
    let lifetimes = Lifetimes::default();
    let days = folder.path().join("days");
    for (asked, shown) in [(20, 20), (21, 21), (22, 22), (29, 22)] {
        let from_files = Feed::open_on(&days, day(asked), &lifetimes).unwrap();
        let expected: Vec<u64> = life.on(day(shown)).iter().map(|one| one.id).collect();
        assert!(expected.len() > 100);
        assert_eq!(served(from_files).await, expected);
    }
    let newest = Feed::open(&days).unwrap();
    assert_eq!(newest.len(), life.on(day(22)).len());

    let text = std::fs::read(&paths[1]).unwrap();
    let mut lines = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::GzDecoder::new(text.as_slice()),
        &mut lines,
    )
    .unwrap();
    let written: Vec<Posting> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(written, life.on(day(21)));
    life.write_snapshots(&days, from, to).unwrap();
    assert_eq!(std::fs::read(&paths[1]).unwrap(), text);

    let none = life.write_snapshots(&days, to, from).unwrap_err();
    assert!(none.to_string().contains("not before the first"), "{none}");
    let blocked = life.write_snapshots(&paths[0], from, to).unwrap_err();
    assert!(blocked.to_string().contains(".ndjson.gz"), "{blocked}");
}

#[tokio::test]
async fn a_running_server_goes_on_to_the_next_day() {
    let life = Life::generate(&small()).unwrap();
    let replay = spawn(life.feed(day(20)).unwrap(), ReplayOptions::default())
        .await
        .unwrap();
    let mut shown = Vec::new();
    for number in [20, 21] {
        replay.show(life.feed(day(number)).unwrap());
        let first = page(&replay, "0").await.unwrap().json();
        let expected: Vec<u64> = life.on(day(number)).iter().map(|one| one.id).collect();
        assert_eq!(ids(&first), expected[..20]);
        shown.push(first);
    }
    assert_ne!(shown[0], shown[1]);
}

#[tokio::test]
async fn a_file_as_of_a_day_is_the_life_without_late_labels() {
    let params = LifeParams {
        late: LateLabels {
            share: 0.0,
            ..LateLabels::default()
        },
        ..small()
    };
    let life = Life::generate(&params).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.ndjson");
    let mut lines: Vec<String> = careerpulse_replay::sample::generate(&params.sample)
        .unwrap()
        .map(|one| serde_json::to_string(&one.posting).unwrap())
        .collect();
    lines.push("{\"id\": 3, \"publication_date\": \"yesterday\"}".to_owned());
    std::fs::write(&path, lines.join("\n")).unwrap();
    let feed = Feed::open_on(&path, day(20), &Lifetimes::default()).unwrap();
    let mut expected: Vec<u64> = life.on(day(20)).iter().map(|one| one.id).collect();
    expected.push(3);
    assert_eq!(served(feed).await, expected);
}

#[test]
fn folders_of_recorded_pages_are_snapshots_too() {
    let both = crawl("2024-01-01");
    let root = both.parent().unwrap();
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let of = |day: NaiveDate| Feed::open_on(root, day, &Lifetimes::default()).unwrap();
    assert_eq!(of(first).recorded_pages(), 3);
    assert_eq!(of(first).len(), Feed::open(&both).unwrap().len());
    let newest = Feed::open(root).unwrap();
    assert_eq!(newest.len(), of(FIRST).len());
    let early = open_error(root, NaiveDate::from_ymd_opt(2023, 12, 31).unwrap());
    assert!(
        early.contains("no snapshot of 2023-12-31") && early.contains("2024-01-01"),
        "{early}"
    );
    let undated = open_error(&both, first);
    assert!(undated.contains("pages of one crawl"), "{undated}");
}

#[test]
fn folders_that_cannot_be_served_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert!(open_error(path, FIRST).contains("no dated snapshot"));
    assert!(
        Feed::open(path)
            .unwrap_err()
            .to_string()
            .contains("no dated snapshot")
    );
    assert!(open_error(&path.join("none"), FIRST).contains("check that it exists"));
    for name in [
        "2026-6-01.ndjson",
        "2026-06-31.ndjson",
        "x.ndjson",
        "2026-06-01.json",
    ] {
        std::fs::write(path.join(name), "{\"id\":1}").unwrap();
    }
    assert!(open_error(path, FIRST).contains("no dated snapshot"));
    std::fs::write(path.join("2026-06-01.ndjson"), "{\"id\":1}\nx").unwrap();
    assert!(open_error(path, FIRST).contains("line 2 of"));
    std::fs::create_dir(path.join("2026-06-01")).unwrap();
    let twice = open_error(path, FIRST);
    assert!(twice.contains("two snapshots of 2026-06-01"), "{twice}");
}

#[test]
fn a_life_with_impossible_labels_is_refused() {
    let mut params = small();
    params.late.share = -0.1;
    let error = Life::generate(&params).unwrap_err().to_string();
    assert!(error.contains("late labels is -0.1"), "{error}");
}
