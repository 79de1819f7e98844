//! A pinned lake stays as it was while others write, and a renewed one is as it is.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_lake::rows::to_batch;
use careerpulse_lake::{Column, Kind, Lake, LakeError, Pinned, TableSpec};
use serde::{Deserialize, Serialize};

const NOTES: TableSpec = TableSpec {
    schema: "careerpulse_test",
    name: "notes",
    comment: "A note",
    columns: &[
        Column::required("id", Kind::Int, "The note"),
        Column::optional("words", Kind::Text, "What it says"),
    ],
    keys: &["id"],
    partition_by: &[],
    append_only: false,
};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    id: i64,
    words: Option<String>,
}

async fn write(lake: &Lake, ids: std::ops::Range<i64>) {
    let notes: Vec<Note> = ids.map(|id| Note { id, words: None }).collect();
    let batch = to_batch(&NOTES, &notes).unwrap();
    lake.insert_new(&NOTES, vec![batch]).await.unwrap();
}

async fn ids(pinned: &Pinned) -> Vec<i64> {
    let sql = "select * from careerpulse_test.notes order by id";
    let notes: Vec<Note> = pinned.rows(sql).await.unwrap();
    notes.iter().map(|note| note.id).collect()
}

#[tokio::test]
async fn a_pin_stays_while_others_write_and_is_renewed_where_a_table_changed() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(&folder.path().to_string_lossy()).unwrap();
    let empty = lake.pin().await.unwrap();
    assert!(empty.is_newest() && empty.versions().is_empty());
    assert!(!empty.has(&NOTES).unwrap());

    write(&lake, 0..3).await;
    assert!(!empty.is_newest());
    let first = empty.renewed().await.unwrap();
    assert_eq!(ids(&first).await, [0, 1, 2]);
    assert_eq!(first.versions()["careerpulse_test.notes"], 1);
    assert!(first.is_newest());

    write(&lake, 3..5).await;
    assert!(!first.is_newest());
    assert_eq!(ids(&first).await, [0, 1, 2], "what was pinned stays");
    let second = first.renewed().await.unwrap();
    assert_eq!(ids(&second).await, [0, 1, 2, 3, 4]);
    assert_ne!(first.stamp(&NOTES), second.stamp(&NOTES));
    assert_eq!(
        second.stamp(&NOTES),
        second.renewed().await.unwrap().stamp(&NOTES)
    );
}

#[tokio::test]
async fn a_table_made_anew_at_the_same_version_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(&folder.path().to_string_lossy()).unwrap();
    write(&lake, 0..3).await;
    let before = lake.pin().await.unwrap();
    std::fs::remove_dir_all(folder.path().join("careerpulse_test/notes")).unwrap();
    assert!(!before.is_newest());
    write(&lake, 7..9).await;
    assert!(!before.is_newest());
    let after = before.renewed().await.unwrap();
    assert_eq!(before.versions(), after.versions());
    assert_ne!(before.stamp(&NOTES), after.stamp(&NOTES));
    assert_eq!(ids(&after).await, [7, 8]);
}

#[tokio::test]
async fn a_damaged_table_fails_only_those_who_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(&folder.path().to_string_lossy()).unwrap();
    write(&lake, 0..3).await;
    let log = folder.path().join("careerpulse_test/broken/_delta_log");
    std::fs::create_dir_all(&log).unwrap();
    std::fs::write(log.join("00000000000000000000.json"), "no commit").unwrap();
    let pinned = lake.pin().await.unwrap();
    assert_eq!(ids(&pinned).await, [0, 1, 2]);
    let broken = TableSpec {
        name: "broken",
        ..NOTES
    };
    let error = pinned.has(&broken).unwrap_err();
    assert!(matches!(error, LakeError::Damaged { .. }), "{error}");
}
