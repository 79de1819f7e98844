//! The whole road: every posting ends up where it belongs, and walking twice is walking once.

use std::collections::BTreeSet;

use careerpulse::tables::Table;
use serde_json::Value;

use crate::support::{Home, count, generated, row_counts, rows, sample};

const STAGES: [&str; 8] = [
    "bronze", "silver", "gold", "features", "train", "promote", "infer", "demand",
];

/// Tables that record each crawl.
const PER_CRAWL: [Table; 3] = [Table::MusePages, Table::Coverage, Table::PagesRead];

fn statuses(home: &Home, source: &str) -> Vec<(String, String, u64)> {
    let summaries = home.succeed(&["--json", "run", "--source", source]).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    summaries
        .iter()
        .map(|s| {
            (
                text(&s["stage"]),
                text(&s["status"]),
                s["rows_written"].as_u64().unwrap_or(0),
            )
        })
        .collect()
}

fn ids(home: &Home, sql: &str) -> Vec<u64> {
    let mut ids: Vec<u64> = rows(&home.lake(), sql)
        .iter()
        .map(|row| row["posting_id"].as_u64().expect("an id is a number"))
        .collect();
    ids.sort_unstable();
    ids
}

fn table_ids(home: &Home, table: Table) -> Vec<u64> {
    ids(home, &format!("select posting_id from {}", table.name()))
}

#[test]
fn each_posting_arrives_once_and_each_missing_category_is_imputed() {
    let (home, source) = (Home::new(), generated(250));
    for (stage, (name, status, written)) in STAGES.iter().zip(statuses(&home, &source.url())) {
        let expected = if *stage == "features" {
            "skipped"
        } else {
            "done"
        };
        assert_eq!((name.as_str(), status.as_str()), (*stage, expected));
        assert!(written > 0 || status == "skipped", "{stage}");
    }

    let mut served: Vec<u64> = sample(250).iter().map(|posting| posting.id).collect();
    served.sort_unstable();
    assert_eq!(table_ids(&home, Table::JobPostings), served);
    assert_eq!(table_ids(&home, Table::Sightings), served);

    let is_missing = |names: &[careerpulse_replay::sample::Category]| {
        names
            .iter()
            .all(|category| category.name.eq_ignore_ascii_case("unknown"))
    };
    let mut missing: Vec<u64> = sample(250)
        .iter()
        .filter(|posting| is_missing(&posting.categories))
        .map(|posting| posting.id)
        .collect();
    missing.sort_unstable();
    assert!(
        missing.len() > 50 && missing.len() < 200,
        "{}",
        missing.len()
    );
    assert_eq!(table_ids(&home, Table::UnlabeledPostings), missing);
    assert_eq!(table_ids(&home, Table::CategoryPredictions), missing);

    // What is imputed is a category that was learned, with labelled neighbours as its evidence.
    let labelled: BTreeSet<u64> = table_ids(&home, Table::LabeledPostings)
        .into_iter()
        .collect();
    assert!(labelled.iter().all(|id| !missing.contains(id)));
    let predictions = rows(
        &home.lake(),
        "select category, neighbours from careerpulse_inference.category_predictions",
    );
    let learned = rows(
        &home.lake(),
        "select distinct category from careerpulse_gold.category_labeled_postings",
    );
    let learned: BTreeSet<&str> = learned
        .iter()
        .filter_map(|row| row["category"].as_str())
        .collect();
    for prediction in &predictions {
        assert!(learned.contains(prediction["category"].as_str().unwrap_or_default()));
        let neighbours = prediction["neighbours"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        assert!(!neighbours.is_empty());
        for neighbour in neighbours {
            let id = neighbour["posting_id"].as_u64().unwrap_or_default();
            assert!(labelled.contains(&id), "{neighbour}");
        }
    }
}

#[test]
fn a_second_run_inserts_nothing_and_a_third_only_what_is_new() {
    let (home, first) = (Home::new(), generated(250));
    let lake = home.lake();
    home.ingest("run", &first.url());
    let after_first = row_counts(&lake);

    let second = statuses(&home, &first.url());
    for (stage, status, written) in &second[1..] {
        assert_eq!(*written, 0, "{stage}");
        assert!(
            ["done", "unchanged", "skipped"].contains(&status.as_str()),
            "{stage}: {status}"
        );
    }
    let after_second = row_counts(&lake);
    for (table, before) in &after_first {
        let grows = PER_CRAWL.iter().any(|per_crawl| per_crawl.name() == *table);
        let expected = if grows { before * 2 } else { *before };
        assert_eq!(after_second[table], expected, "{table}");
    }

    drop(first);
    let more = generated(270);
    home.ingest("run", &more.url());
    let after_third = row_counts(&lake);
    for table in [Table::JobPostings, Table::Sightings] {
        assert_eq!(after_third[&table.name()], 270, "{}", table.name());
    }
    assert_eq!(after_third[&Table::MusePages.name()], 13 + 13 + 14);
    let unlabelled = after_third[&Table::UnlabeledPostings.name()];
    assert!(unlabelled > after_second[&Table::UnlabeledPostings.name()]);
    // Twenty rows more are another training set, so there is a second version; the gate decides
    // whether it scores all postings, or the first goes on and scores the new ones.
    assert_eq!(after_third[&Table::ModelVersions.name()], 2);
    assert_eq!(after_third[&Table::Promotions.name()], 2);
    let twice = "(select posting_id from careerpulse_inference.category_predictions \
                 group by posting_id, model_version having count(*) > 1)";
    assert_eq!(count(&lake, twice), 0);
    let production =
        "select max(version) as v from careerpulse_ml.promotions where action = 'promote'";
    let production = &rows(&lake, production)[0]["v"];
    let scored =
        format!("careerpulse_inference.category_predictions where model_version = {production}");
    assert_eq!(count(&lake, &scored), unlabelled);
}

#[test]
fn more_postings_than_one_query_reaches_are_reached() {
    let (home, source) = (Home::new(), generated(2_600));
    home.succeed(&[
        "run",
        "--to",
        "silver",
        "--source",
        &source.url(),
        "--max-requests",
        "0",
    ]);
    let unfiltered = "careerpulse_bronze.muse_pages where slice = 'all'";
    assert_eq!(count(&home.lake(), unfiltered), 100);
    let reached = count(&home.lake(), "careerpulse_silver.job_postings");
    assert!(reached > 2_550, "{reached} of 2,600");
    let twice = "(select posting_id from careerpulse_silver.job_postings \
                 group by posting_id having count(*) > 1)";
    assert_eq!(count(&home.lake(), twice), 0);
}
