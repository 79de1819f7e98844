//! Tables of a lake as rows that two lakes can be compared by.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use careerpulse::tables::{ALL, Table};
use careerpulse_lake::Lake;
use serde_json::{Map, Value};

/// A row by its column names; a null column is absent.
pub type Row = Map<String, Value>;

/// Columns that say when or by which crawl, and so differ between two runs over the same source.
const VOLATILE: [&str; 24] = [
    "ingest_id",
    "url",
    "fetched_at",
    "ingest_date",
    "started_at",
    "finished_at",
    "first_seen_at",
    "seen_date",
    "run_timestamp",
    "created_at",
    "decided_at",
    "scored_at",
    "reader",
    "vintage",
    "previous_vintage",
    "window_id",
    "measured_at",
    "estimated_at",
    "alarm_id",
    "look_at",
    "data_until",
    "first_seen",
    "cleared_at",
    "cleared_by",
];

/// The rows of a query.
pub fn rows(lake: &Path, sql: &str) -> Vec<Row> {
    let lake = open(lake);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be had");
    let rows = runtime.block_on(lake.rows(sql));
    rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// All rows of a table.
fn rows_of(lake: &Path, table: Table) -> Vec<Row> {
    rows(lake, &format!("select * from {}", table.name()))
}

/// The number that `select count(*) …` gives for what follows `from`.
pub fn count(lake: &Path, from: &str) -> u64 {
    let counted = rows(lake, &format!("select count(*) as n from {from}"));
    counted[0]["n"].as_u64().expect("a count is a number")
}

/// Rows in each table that the lake has. A sighting is one posting on one day, and a test may run
/// past midnight: of those only the postings are counted.
pub fn row_counts(lake: &Path) -> BTreeMap<String, u64> {
    let counted = |table: Table| match table {
        Table::Sightings => count(
            lake,
            &format!("(select distinct posting_id from {})", table.name()),
        ),
        _ => count(lake, &table.name()),
    };
    existing(lake)
        .map(|table| (table.name(), counted(table)))
        .collect()
}

/// Every table without its volatile columns, rows sorted. Tables that hold a row per crawl or day
/// are compared as sets, since an interrupted run may end in one crawl more.
pub fn canonical(lake: &Path) -> BTreeMap<String, Vec<String>> {
    existing(lake)
        .map(|table| (table.name(), canonical_rows(lake, table)))
        .collect()
}

fn existing(lake: &Path) -> impl Iterator<Item = Table> {
    let lake = open(lake);
    let tables = lake.tables().expect("the lake can be listed");
    // What ran grows with each run, and says when.
    let compared = ALL.into_iter().filter(|table| *table != Table::StageRuns);
    compared.filter(move |table| {
        let spec = table.spec();
        tables
            .iter()
            .any(|(schema, name)| schema == spec.schema && name == spec.name)
    })
}

fn open(lake: &Path) -> Lake {
    Lake::open(&lake.to_string_lossy()).expect("the lake can be opened")
}

fn canonical_rows(lake: &Path, table: Table) -> Vec<String> {
    let texts = rows_of(lake, table).into_iter().map(|mut row| {
        row.retain(|column, _| !VOLATILE.contains(&column.as_str()));
        Value::Object(row).to_string()
    });
    let per_crawl = [
        Table::MusePages,
        Table::Coverage,
        Table::PagesRead,
        Table::Rejects,
        Table::Sightings,
    ];
    if per_crawl.contains(&table) {
        return texts.collect::<BTreeSet<_>>().into_iter().collect();
    }
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts
}
