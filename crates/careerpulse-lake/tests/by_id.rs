//! Rows that are looked up by a number are those that a query finds, whatever became of the table's files.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_lake::rows::to_batch;
use careerpulse_lake::{Column, Kind, Lake, Pinned, TableSpec};
use serde::{Deserialize, Serialize};

const NOTES: TableSpec = TableSpec {
    schema: "careerpulse_test",
    name: "notes",
    comment: "A note",
    columns: &[
        Column::required("id", Kind::Int, "The note"),
        Column::required("version", Kind::Int, "Which of its versions"),
        Column::optional("words", Kind::Text, "What it says"),
    ],
    keys: &["id", "version"],
    partition_by: &[],
    append_only: false,
};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Note {
    id: i64,
    version: i64,
    words: Option<String>,
}

/// Five thousand notes, out of order and long enough for many pages.
async fn write(lake: &Lake, version: i64) {
    let note = |id: i64| Note {
        id: id * 7_919 % 5_000,
        version,
        words: (id % 10 > 0).then(|| format!("{id} ").repeat(60)),
    };
    let notes: Vec<Note> = (0..5_000).map(note).collect();
    let batch = to_batch(&NOTES, &notes).unwrap();
    lake.insert_new(&NOTES, vec![batch]).await.unwrap();
}

async fn assert_found(pinned: &Pinned) {
    for ids in [&[0][..], &[4_999, 1, 2_500], &[77, 77, 9_999_999]] {
        let columns = ["words", "id", "version"];
        let found = pinned.rows_by_id::<Note>(&NOTES, "id", ids, &columns);
        let mut found = found.await.unwrap();
        found.sort();
        let list: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let sql = format!(
            "select * from careerpulse_test.notes where id in ({}) order by id, version",
            list.join(", ")
        );
        let expected: Vec<Note> = pinned.rows(&sql).await.unwrap();
        assert!(!expected.is_empty());
        assert_eq!(found, expected, "{ids:?}");
    }
}

#[tokio::test]
async fn a_row_is_the_same_looked_up_or_queried() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(&folder.path().to_string_lossy()).unwrap();
    write(&lake, 1).await;
    let first = lake.pin().await.unwrap();
    assert_found(&first).await;

    write(&lake, 2).await;
    let second = first.renewed().await.unwrap();
    assert_found(&second).await;
    let old = first.rows_by_id::<Note>(&NOTES, "id", &[77], &["id", "version", "words"]);
    assert_eq!(old.await.unwrap().len(), 1, "what was pinned stays");

    let set = [("words", "'changed'".to_owned())];
    lake.update(&NOTES, &set, "id = 77 and version = 2")
        .await
        .unwrap();
    assert_found(&second.renewed().await.unwrap()).await;
    lake.optimize("careerpulse_test.notes").await.unwrap();
    assert_found(&second.renewed().await.unwrap()).await;
}
