//! The lake from outside: what a table promises, kept under re-runs and under other writers.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_lake::rows::{from_batches, to_batch};
use careerpulse_lake::{Column, Kind, Lake, LakeError, TableSpec};
use serde::{Deserialize, Serialize};

const POSTINGS: TableSpec = TableSpec {
    schema: "careerpulse_silver",
    name: "postings",
    comment: "A posting",
    columns: &[
        Column::required("id", Kind::Int, "The posting's id"),
        Column::optional("title", Kind::Text, "Its title"),
        Column::required("day", Kind::Date, "Its day"),
        Column::required("tags", Kind::List(&Kind::Text), "Its tags"),
        Column::required("scores", Kind::List(&Kind::Struct(SCORE)), "Its scores"),
    ],
    keys: &["id"],
    partition_by: &["day"],
    append_only: true,
};

const SCORE: &[Column] = &[
    Column::required("name", Kind::Text, "What is scored"),
    Column::required("value", Kind::Float, "The score"),
];

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Posting {
    id: i64,
    title: Option<String>,
    day: String,
    tags: Vec<String>,
    scores: Vec<Score>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Score {
    name: String,
    value: f64,
}

fn posting(id: i64) -> Posting {
    Posting {
        id,
        title: (id % 2 == 0).then(|| format!("title {id}")),
        day: format!("2024-03-{:02}", 1 + id % 3),
        tags: vec!["a".into(); (id % 3) as usize],
        scores: vec![Score {
            name: "s".into(),
            value: 0.1 + id as f64,
        }],
    }
}

fn batch(ids: impl IntoIterator<Item = i64>) -> arrow::array::RecordBatch {
    let rows: Vec<Posting> = ids.into_iter().map(posting).collect();
    to_batch(&POSTINGS, &rows).unwrap()
}

fn lake() -> (tempfile::TempDir, Lake) {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path().to_str().unwrap()).unwrap();
    (folder, lake)
}

async fn stored(lake: &Lake) -> Vec<Posting> {
    lake.rows("select * from careerpulse_silver.postings order by id")
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_come_back_as_they_went_in() {
    let (_folder, lake) = lake();
    lake.insert_new(&POSTINGS, vec![batch(0..7)]).await.unwrap();
    assert_eq!(stored(&lake).await, (0..7).map(posting).collect::<Vec<_>>());
    assert_eq!(
        from_batches::<Posting>(&[batch(0..7)]).unwrap(),
        (0..7).map(posting).collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn inserting_twice_equals_once_and_makes_no_second_version() {
    let (_folder, lake) = lake();
    let first = lake
        .insert_new(&POSTINGS, vec![batch(0..10)])
        .await
        .unwrap();
    let second = lake
        .insert_new(&POSTINGS, vec![batch(5..10)])
        .await
        .unwrap();
    let third = lake
        .insert_new(&POSTINGS, vec![batch(8..12)])
        .await
        .unwrap();
    assert_eq!((first.rows, second.rows, third.rows), (10, 0, 2));
    assert_eq!(second.version, first.version);
    assert_eq!(stored(&lake).await.len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_twice_in_the_source_is_inserted_once() {
    let (_folder, lake) = lake();
    let written = lake
        .insert_new(&POSTINGS, vec![batch([1, 1, 2]), batch([2, 3])])
        .await
        .unwrap();
    assert_eq!(written.rows, 3);
    assert_eq!(stored(&lake).await, [1, 2, 3].map(posting));
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_once_insert_each_key_once() {
    let (_folder, lake) = lake();
    lake.ensure(&[&POSTINGS]).await.unwrap();
    let writers = (0..4).map(|writer| {
        let lake = lake.clone();
        tokio::spawn(async move {
            let mut rows = 0;
            for step in 0..3 {
                let ids = (step * 10)..(step * 10 + 10 + writer);
                rows += lake
                    .insert_new(&POSTINGS, vec![batch(ids)])
                    .await
                    .unwrap()
                    .rows;
            }
            rows
        })
    });
    let mut inserted = 0;
    for writer in writers.collect::<Vec<_>>() {
        inserted += writer.await.unwrap();
    }
    let ids: Vec<i64> = stored(&lake)
        .await
        .iter()
        .map(|posting| posting.id)
        .collect();
    assert_eq!(ids, (0..33).collect::<Vec<_>>());
    assert_eq!(inserted, 33);
}

#[tokio::test(flavor = "multi_thread")]
async fn compaction_and_vacuum_change_no_row() {
    let (_folder, lake) = lake();
    lake.insert_new(&POSTINGS, vec![batch(0..3)]).await.unwrap();
    lake.insert_new(&POSTINGS, vec![batch(3..6)]).await.unwrap();
    let before = stored(&lake).await;
    let (removed, added) = lake.optimize("postings").await.unwrap();
    assert!(removed > added, "{removed} {added}");
    assert!(
        lake.vacuum("postings", true).await.unwrap().is_empty(),
        "a week old at least"
    );
    assert_eq!(stored(&lake).await, before);
    assert_eq!(
        lake.insert_new(&POSTINGS, vec![batch(0..6)])
            .await
            .unwrap()
            .rows,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_that_is_only_read_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("absent");
    let lake = Lake::open(path.to_str().unwrap()).unwrap();
    assert!(lake.tables().unwrap().is_empty());
    assert_eq!(lake.version(&POSTINGS).await.unwrap(), None);
    assert!(
        lake.query("select * from careerpulse_silver.postings")
            .await
            .is_err()
    );
    assert!(!path.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_reads_and_nothing_else() {
    let (_folder, lake) = lake();
    lake.insert_new(&POSTINGS, vec![batch(0..3)]).await.unwrap();
    let version = lake.version(&POSTINGS).await.unwrap();
    for sql in [
        "insert into careerpulse_silver.postings select * from careerpulse_silver.postings",
        "delete from careerpulse_silver.postings",
        "update careerpulse_silver.postings set title = 'x'",
        "drop table careerpulse_silver.postings",
        "create table t as select 1",
        "create external table t stored as parquet location '/tmp/careerpulse-none'",
        "copy (select 1) to '/tmp/careerpulse-none.parquet'",
        "set datafusion.execution.batch_size = 1",
    ] {
        let error = lake.query(sql).await.expect_err(sql);
        assert!(matches!(error, LakeError::Query(_)), "{sql}: {error}");
        assert!(error.to_string().contains("only reads"), "{sql}: {error}");
    }
    let error = lake
        .query("select nothing from careerpulse_silver.postings")
        .await
        .unwrap_err();
    assert!(
        error.is_users() && error.to_string().contains("nothing"),
        "{error}"
    );
    assert_eq!(lake.version(&POSTINGS).await.unwrap(), version);
    assert_eq!(stored(&lake).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_keys_and_append_only_are_in_the_delta_log() {
    let (folder, lake) = lake();
    lake.ensure(&[&POSTINGS]).await.unwrap();
    let log = folder
        .path()
        .join("careerpulse_silver/postings/_delta_log/00000000000000000000.json");
    let log = std::fs::read_to_string(log).unwrap();
    for column in POSTINGS.columns {
        assert!(
            log.contains(column.comment),
            "{} has no comment",
            column.name
        );
    }
    assert!(log.contains("A posting") && log.contains("delta.appendOnly"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_listed_with_their_history() {
    let (_folder, lake) = lake();
    lake.insert_new(&POSTINGS, vec![batch(0..3)]).await.unwrap();
    lake.insert_new(&POSTINGS, vec![batch(3..5)]).await.unwrap();
    let infos = lake.table_infos().await.unwrap();
    assert_eq!(
        (infos[0].table.as_str(), infos[0].rows, infos[0].version),
        ("careerpulse_silver.postings", 5, 2)
    );
    let history = lake.history("postings").await.unwrap();
    let versions: Vec<u64> = history.iter().map(|commit| commit.version).collect();
    assert_eq!(versions, [2, 1, 0]);
    assert!(matches!(
        lake.history("nothing").await,
        Err(LakeError::NoSuchTable { .. })
    ));
}

#[test]
fn what_is_no_lake_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "text").unwrap();
    for (location, reason) in [
        (file.to_str().unwrap(), "is a file"),
        (folder.path().to_str().unwrap(), "`file`"),
        ("s3://bucket/lake", "s3://"),
        ("", "empty"),
    ] {
        let error = Lake::open(location).unwrap_err();
        assert!(matches!(error, LakeError::NotALake { .. }) && error.is_users());
        assert!(error.to_string().contains(reason), "{error}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
