//! Updates and replacements from outside: which rows change, what stays, and what is refused.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_lake::rows::{float_lists, to_batch};
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

fn ids(rows: &[Row]) -> Vec<(i64, &str)> {
    rows.iter().map(|row| (row.id, row.name.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_take_the_place_of_those_of_a_predicate_or_of_all() {
    let (_folder, lake) = lake_with(&GROUPS).await;
    let batch = |rows: &[Row]| to_batch(&GROUPS, rows).unwrap();
    let new = batch(&[row(6, "new"), row(9, "new")]);
    lake.replace(&GROUPS, new, Some("id >= 5")).await.unwrap();
    let wanted = [
        (0, "old"),
        (1, "old"),
        (2, "old"),
        (3, "old"),
        (4, "old"),
        (6, "new"),
        (9, "new"),
    ];
    assert_eq!(ids(&stored(&lake).await), wanted);
    lake.replace(&GROUPS, batch(&[]), Some("id < 6"))
        .await
        .unwrap();
    assert_eq!(ids(&stored(&lake).await), [(6, "new"), (9, "new")]);
    let before = lake.version(&GROUPS).await.unwrap().unwrap();
    let written = lake
        .replace(&GROUPS, batch(&[row(1, "only")]), None)
        .await
        .unwrap();
    assert_eq!((written.rows, written.version), (1, before + 1));
    assert_eq!(ids(&stored(&lake).await), [(1, "only")]);
    lake.replace(&GROUPS, batch(&[]), None).await.unwrap();
    assert_eq!(ids(&stored(&lake).await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_outside_its_predicate_or_in_a_table_for_ever_is_refused() {
    let (_folder, lake) = lake_with(&GROUPS).await;
    let strange = to_batch(&GROUPS, &[row(1, "new")]).unwrap();
    let version = lake.version(&GROUPS).await.unwrap();
    assert!(
        lake.replace(&GROUPS, strange.clone(), Some("id > 5"))
            .await
            .is_err()
    );
    assert_eq!(lake.version(&GROUPS).await.unwrap(), version);
    let refused = lake.replace(&FOR_EVER, strange, None).await.unwrap_err();
    assert!(matches!(refused, LakeError::AppendOnly { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_replacements_at_once_one_stands_whole() {
    let (_folder, lake) = lake_with(&GROUPS).await;
    let all = |name: &str| {
        let rows: Vec<Row> = (0..50).map(|id| row(id, name)).collect();
        to_batch(&GROUPS, &rows).unwrap()
    };
    let (one, other) = tokio::join!(
        lake.replace(&GROUPS, all("one"), None),
        lake.replace(&GROUPS, all("other"), None)
    );
    one.unwrap();
    other.unwrap();
    let rows = stored(&lake).await;
    assert_eq!(rows.len(), 50);
    assert!(rows.iter().all(|row| row.name == rows[0].name));
}

const VECTORS: TableSpec = TableSpec {
    name: "vectors",
    columns: &[
        Column::required("id", Kind::Int, "Its id"),
        Column::required("vector", Kind::List(&Kind::Float32), "Its numbers"),
    ],
    ..GROUPS
};

#[test]
fn lists_of_floats_are_read_as_one_array_and_a_strange_length_is_refused() {
    let rows = [
        serde_json::json!({"id": 1, "vector": [0.5, 0.25]}),
        serde_json::json!({"id": 2, "vector": [1.0, -1.0]}),
    ];
    let batch = to_batch(&VECTORS, &rows).unwrap();
    assert_eq!(
        float_lists(&batch, "vector", 2).unwrap(),
        [0.5, 0.25, 1.0, -1.0]
    );
    assert!(float_lists(&batch, "vector", 3).is_err());
    assert!(float_lists(&batch, "id", 2).is_err());
    assert!(float_lists(&batch, "none", 2).is_err());
}
