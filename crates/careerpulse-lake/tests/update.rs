//! Updates from outside: which rows change, what stays, and what is refused.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_lake::rows::to_batch;
use careerpulse_lake::{Column, Kind, Lake, LakeError, TableSpec};
use serde::{Deserialize, Serialize};

const GROUPS: TableSpec = TableSpec {
    schema: "careerpulse_gold",
    name: "groups",
    comment: "A posting and its group",
    columns: &[
        Column::required("id", Kind::Int, "The posting's id"),
        Column::required("name", Kind::Text, "Its group"),
        Column::required("tags", Kind::List(&Kind::Int), "Its tags"),
    ],
    keys: &["id"],
    partition_by: &[],
    append_only: false,
};

const FOR_EVER: TableSpec = TableSpec {
    name: "for_ever",
    append_only: true,
    ..GROUPS
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    id: i64,
    name: String,
    tags: Vec<i64>,
}

fn row(id: i64, name: &str) -> Row {
    Row {
        id,
        name: name.into(),
        tags: vec![id; (id % 3) as usize],
    }
}

async fn lake_with(spec: &TableSpec) -> (tempfile::TempDir, Lake) {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path().to_str().unwrap()).unwrap();
    for ids in [0..4, 4..8] {
        let rows: Vec<Row> = ids.map(|id| row(id, "old")).collect();
        lake.insert_new(spec, vec![to_batch(spec, &rows).unwrap()])
            .await
            .unwrap();
    }
    (folder, lake)
}

async fn stored(lake: &Lake) -> Vec<Row> {
    lake.rows("select * from careerpulse_gold.groups order by id")
        .await
        .unwrap()
}

fn set(value: &str) -> [(&'static str, String); 1] {
    [("name", value.to_owned())]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_of_the_predicate_change_and_no_others() {
    let (_folder, lake) = lake_with(&GROUPS).await;
    let by_id = set("case id when 1 then 'it''s one' when 6 then name || '!' else 'other' end");
    let written = lake
        .update(&GROUPS, &by_id, "id in (1, 3, 6)")
        .await
        .unwrap();
    assert_eq!(written.rows, 3);
    assert_eq!(lake.version(&GROUPS).await.unwrap(), Some(written.version));
    let names = [
        "old", "it's one", "old", "other", "old", "old", "old!", "old",
    ];
    let expected: Vec<Row> = (0..).zip(names).map(|(id, name)| row(id, name)).collect();
    assert_eq!(stored(&lake).await, expected);
    assert_eq!(
        lake.insert_new(&GROUPS, vec![to_batch(&GROUPS, &expected).unwrap()])
            .await
            .unwrap()
            .rows,
        0,
        "keys are as they were"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_of_no_row_makes_no_version() {
    let (_folder, lake) = lake_with(&GROUPS).await;
    let before = lake.version(&GROUPS).await.unwrap();
    let written = lake
        .update(&GROUPS, &set("'new'"), "id > 100")
        .await
        .unwrap();
    assert_eq!((written.rows, Some(written.version)), (0, before));
    assert_eq!(lake.version(&GROUPS).await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_once_lose_no_update() {
    let (_folder, lake) = lake_with(&GROUPS).await;
    let writers = (0..4).map(|writer| {
        let lake = lake.clone();
        tokio::spawn(async move {
            let add = set(&format!("name || '{writer}'"));
            lake.update(&GROUPS, &add, "id < 6").await.unwrap()
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        assert_eq!(writer.await.unwrap().rows, 6);
    }
    for row in stored(&lake).await {
        assert_eq!(row.name.len(), if row.id < 6 { 7 } else { 3 }, "{row:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_updated_is_refused_and_left_alone() {
    let (_folder, lake) = lake_with(&GROUPS).await;
    let error = lake
        .update(&FOR_EVER, &set("'new'"), "id = 1")
        .await
        .unwrap_err();
    assert!(matches!(error, LakeError::AppendOnly { .. }) && !error.is_users());
    assert!(error.to_string().contains("for_ever"), "{error}");
    let absent = TableSpec {
        name: "absent",
        ..GROUPS
    };
    let error = lake
        .update(&absent, &set("'new'"), "id = 1")
        .await
        .unwrap_err();
    assert!(matches!(error, LakeError::NoSuchTable { .. }), "{error}");
    let before = lake.version(&GROUPS).await.unwrap();
    for (value, predicate) in [
        ("nothing", "id = 1"),
        ("'new'", "nothing = 1"),
        ("'new'", "id ="),
    ] {
        let error = lake
            .update(&GROUPS, &set(value), predicate)
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("careerpulse_gold.groups"),
            "{error}"
        );
    }
    assert_eq!(lake.version(&GROUPS).await.unwrap(), before);
}
