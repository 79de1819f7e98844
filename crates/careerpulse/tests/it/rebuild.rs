//! What was lost or rearranged is made again, and comes out the same.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use careerpulse_replay::{Feed, ReplayOptions};
use serde_json::json;

use crate::support::{Home, Source, count, ended, invented_crawl, recorded, rows, sample};

const POSTINGS: &str = "careerpulse_silver.job_postings";

/// Each posting with the crawl and the moment in which it was first seen.
fn first_seen(lake: &Path) -> BTreeMap<u64, (String, String)> {
    let sql = format!("select posting_id, ingest_id, first_seen_at from {POSTINGS}");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let rows = rows(lake, &sql);
    rows.iter()
        .map(|row| {
            let seen = (text(&row["ingest_id"]), text(&row["first_seen_at"]));
            (row["posting_id"].as_u64().unwrap(), seen)
        })
        .collect()
}

fn two_crawls(home: &Home) {
    for day in ["2024-01-01", "2024-01-02"] {
        home.ingest("bronze", &recorded(&invented_crawl(day)).url());
    }
}

#[test]
fn the_first_page_that_held_a_posting_counts_however_silver_is_cut() {
    let home = Home::new();
    two_crawls(&home);
    let mut page_by_page = home.command(&["silver"]);
    ended(page_by_page.env("CAREERPULSE_SILVER_BATCH_PAGES", "1")).succeeded();
    let seen = first_seen(&home.lake());
    assert_eq!(seen.len(), 56);
    let (first, _) = seen.values().min_by_key(|(_, at)| at).unwrap();
    let of_first = seen
        .values()
        .filter(|(ingest_id, _)| ingest_id == first)
        .count();
    assert_eq!(of_first, 47, "all ids of the first crawl are its own");

    std::fs::remove_dir_all(home.lake().join("careerpulse_silver")).unwrap();
    home.succeed(&["tables", "optimize"]);
    home.succeed(&["silver"]);
    assert_eq!(first_seen(&home.lake()), seen);
}

/// What was read for the old Silver does not count for the new one, though that is no longer empty.
#[test]
fn a_silver_made_anew_and_killed_half_way_reads_the_rest() {
    let home = Home::new();
    two_crawls(&home);
    home.succeed(&["silver"]);
    let undisturbed = first_seen(&home.lake());
    std::fs::remove_dir_all(home.lake().join("careerpulse_silver")).unwrap();
    let mut page_by_page = home.command(&["silver"]);
    let mut child = page_by_page
        .env("CAREERPULSE_SILVER_BATCH_PAGES", "1")
        .spawn()
        .unwrap();
    let log = home
        .lake()
        .join("careerpulse_silver/job_postings/_delta_log/00000000000000000001.json");
    while !log.exists() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "silver ended before it could be killed"
        );
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        first_seen(&home.lake()).len() < undisturbed.len(),
        "killed too late to tell"
    );
    home.succeed(&["silver"]);
    assert_eq!(first_seen(&home.lake()), undisturbed);
}

#[test]
fn a_bronze_begun_anew_is_read() {
    let home = Home::new();
    home.ingest("bronze", &recorded(&invented_crawl("2024-01-01")).url());
    home.succeed(&["silver"]);
    std::fs::remove_dir_all(home.lake().join("careerpulse_bronze")).unwrap();
    home.ingest("bronze", &recorded(&invented_crawl("2024-01-02")).url());
    home.succeed(&["silver"]);
    assert_eq!(count(&home.lake(), POSTINGS), 56);
}

#[test]
fn a_crawl_that_an_outage_cut_short_is_resumed() {
    let home = Home::new();
    let feed = Feed::from_postings(sample(200)).unwrap();
    let options = ReplayOptions {
        rate_limit: Some(6),
        rate_window: Duration::from_secs(2),
        ..ReplayOptions::default()
    };
    let source = Source::serve(feed, options);
    let bronze = |max_wait: &str| {
        let mut command = home.command(&["--json", "bronze", "--source", &source.url()]);
        ended(command.env("CAREERPULSE_BRONZE_MAX_WAIT_SECONDS", max_wait))
            .succeeded()
            .json()[0]
            .clone()
    };
    let cut_short = bronze("0");
    assert!(
        cut_short["note"]
            .as_str()
            .unwrap()
            .contains("the next run resumes"),
        "{cut_short:#}"
    );
    assert_eq!(count(&home.lake(), "careerpulse_bronze.coverage"), 0);
    let resumed = bronze("10");
    assert_eq!(resumed["resumed"], json!(true));
    assert_eq!(resumed["ingest_id"], cut_short["ingest_id"]);
    assert_eq!(
        count(&home.lake(), "careerpulse_bronze.muse_pages"),
        10,
        "each page once"
    );
    assert_eq!(count(&home.lake(), "careerpulse_bronze.coverage"), 1);
}

#[test]
fn a_lost_model_file_is_made_anew() {
    let (home, source) = (Home::new(), crate::support::generated(250));
    home.ingest("run", &source.url());
    std::fs::remove_dir_all(home.lake().join("artifacts")).unwrap();
    let ask = ["classify", "--title", "Nurse"];
    home.run(&ask).failed_with(&["model file", "train"]);
    let train = home.succeed(&["--json", "train"]).json();
    assert_eq!(
        (&train[0]["status"], &train[0]["version"]),
        (&json!("done"), &json!(1))
    );
    home.succeed(&ask);
    assert_eq!(count(&home.lake(), "careerpulse_ml.model_versions"), 1);
}
