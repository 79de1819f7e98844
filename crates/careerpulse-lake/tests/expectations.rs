//! Expectations from outside: which rows are written, what is kept of the others, and what is said.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_lake::expectations::{QUARANTINE, Quarantined};
use careerpulse_lake::rows::to_batch;
use careerpulse_lake::{
    Column, Expectation, Judged, Kind, Lake, LakeError, Otherwise, TableSpec, Written,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

const OFFERS: TableSpec = TableSpec {
    schema: "careerpulse_silver",
    name: "offers",
    comment: "An offer",
    columns: &[
        Column::required("id", Kind::Int, "Its id"),
        Column::optional("title", Kind::Text, "Its title"),
        Column::optional("pay", Kind::Float, "What it pays"),
        Column::optional("at", Kind::Timestamp, "When it was made"),
        Column::required("vector", Kind::List(&Kind::Float32), "What it means"),
    ],
    keys: &["id"],
    partition_by: &[],
    append_only: false,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Offer {
    id: i64,
    title: Option<String>,
    pay: Option<f64>,
    at: Option<DateTime<Utc>>,
    vector: Vec<f32>,
}

fn offer(id: i64, pay: Option<f64>) -> Offer {
    Offer {
        id,
        title: Some(format!("offer {id}")),
        pay,
        at: Some(moment()),
        vector: vec![0.5; 4],
    }
}

fn moment() -> DateTime<Utc> {
    "2026-02-03T04:05:06Z".parse().unwrap()
}

fn expected(name: &str, holds: &str, otherwise: Otherwise) -> Expectation {
    Expectation {
        table: OFFERS,
        name: name.into(),
        holds: holds.into(),
        otherwise,
    }
}

fn pays(otherwise: Otherwise) -> Vec<Expectation> {
    vec![expected("pays", "pay > 0", otherwise)]
}

struct Room {
    folder: tempfile::TempDir,
    lake: Lake,
}

fn room(expectations: Vec<Expectation>) -> Room {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path().to_str().unwrap()).unwrap();
    let lake = lake.with_expectations(expectations, moment).unwrap();
    Room { folder, lake }
}

impl Room {
    async fn insert(&self, rows: &[Offer]) -> Result<Written, LakeError> {
        let batch = to_batch(&OFFERS, rows).unwrap();
        self.lake.insert_new(&OFFERS, vec![batch]).await
    }

    async fn ids(&self) -> Vec<i64> {
        #[derive(Deserialize)]
        struct Id {
            id: i64,
        }
        let sql = "select id from careerpulse_silver.offers order by id";
        let ids: Vec<Id> = self.lake.rows(sql).await.unwrap();
        ids.into_iter().map(|row| row.id).collect()
    }

    async fn quarantined(&self) -> Vec<Quarantined> {
        self.lake.ensure(&[&QUARANTINE]).await.unwrap();
        let sql = "select * from careerpulse_monitoring.quarantine order by expectation, row_key";
        self.lake.rows(sql).await.unwrap()
    }
}

fn judged(otherwise: Otherwise, rows: u64, broken: u64) -> Judged {
    Judged {
        table: "careerpulse_silver.offers".into(),
        name: "pays".into(),
        otherwise,
        rows,
        broken,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_counts_and_lets_pass_and_null_holds() {
    let room = room(pays(Otherwise::Warn));
    let rows = [offer(1, Some(5.0)), offer(2, Some(-1.0)), offer(3, None)];
    assert_eq!(room.insert(&rows).await.unwrap().rows, 3);
    assert_eq!(room.ids().await, [1, 2, 3]);
    let found = room.lake.clone().take_judgement();
    assert_eq!(found.expectations, [judged(Otherwise::Warn, 3, 1)]);
    assert_eq!(found.rejected, 0);
    // What was said is not said again, and rows that are there already are not judged again.
    let rows = [&rows[..], &[offer(4, Some(0.0))]].concat();
    room.insert(&rows).await.unwrap();
    let found = room.lake.take_judgement();
    assert_eq!(found.expectations, [judged(Otherwise::Warn, 1, 1)]);
    room.insert(&rows).await.unwrap();
    assert_eq!(room.lake.take_judgement(), Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_row_is_kept_once_in_quarantine_and_nowhere_else() {
    let room = room(pays(Otherwise::Reject));
    let rows = [offer(1, Some(5.0)), offer(2, Some(-1.0)), offer(3, None)];
    for _ in 0..2 {
        let written = room.insert(&rows).await.unwrap();
        assert_eq!(written.rejected, 1);
        assert_eq!(room.ids().await, [1, 3]);
        let kept = room.quarantined().await;
        assert_eq!(kept.len(), 1, "twice is once");
        assert_eq!(
            (kept[0].table_name.as_str(), kept[0].expectation.as_str()),
            ("careerpulse_silver.offers", "pays")
        );
        assert_eq!(kept[0].row_key, "id=2");
        assert_eq!(kept[0].reason, "does not hold: pay > 0");
        assert_eq!(kept[0].first_seen_at, moment());
        let row: Offer = serde_json::from_str(&kept[0].row).unwrap();
        assert_eq!(row, rows[1], "a short row is kept whole");
    }
    assert_eq!(room.lake.take_judgement().rejected, 2);
    // Where the expectation is gone, the row is taken.
    let free = Lake::open(room.folder.path().to_str().unwrap()).unwrap();
    let batch = to_batch(&OFFERS, &rows).unwrap();
    assert_eq!(free.insert_new(&OFFERS, vec![batch]).await.unwrap().rows, 1);
    assert_eq!(room.ids().await, [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_rejected_writes_nothing_and_loses_nothing() {
    let room = room(pays(Otherwise::Reject));
    let rows: Vec<Offer> = (0..2_500).map(|id| offer(id, Some(-1.0))).collect();
    let written = room.insert(&rows).await.unwrap();
    assert_eq!((written.rows, written.rejected), (0, 2_500));
    assert_eq!(written.version, 0, "no empty commit");
    assert_eq!(room.ids().await, Vec::<i64>::new());
    assert_eq!(room.quarantined().await.len(), 2_500);
    let found = room.lake.take_judgement();
    assert_eq!(
        found.expectations,
        [judged(Otherwise::Reject, 2_500, 2_500)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_breaks_two_expectations_is_left_out_once_and_told_of_twice() {
    let mut expectations = pays(Otherwise::Reject);
    expectations.push(expected("titled", "title <> ''", Otherwise::Reject));
    expectations.push(expected("known", "id > 0", Otherwise::Fail));
    let room = room(expectations);
    let mut both = offer(-2, Some(-1.0));
    both.title = Some(String::new());
    let rows = [offer(1, Some(5.0)), both];
    // What is rejected is not written, so that it does not fail either.
    let written = room.insert(&rows).await.unwrap();
    assert_eq!((written.rows, written.rejected), (1, 1));
    let names: Vec<String> = room
        .quarantined()
        .await
        .into_iter()
        .map(|row| row.expectation)
        .collect();
    assert_eq!(names, ["pays", "titled"]);
    let found = room.lake.take_judgement();
    assert_eq!(found.rejected, 1);
    let counts: Vec<(u64, u64)> = found
        .expectations
        .iter()
        .map(|e| (e.rows, e.broken))
        .collect();
    assert_eq!(counts, [(2, 1), (2, 1), (1, 0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_writes_nothing_and_says_what_where_and_how_many() {
    let mut expectations = pays(Otherwise::Fail);
    expectations.push(expected("titled", "title is not null", Otherwise::Reject));
    let room = room(expectations);
    room.insert(&[offer(9, Some(1.0))]).await.unwrap();
    let mut untitled = offer(4, Some(1.0));
    untitled.title = None;
    let rows = [
        offer(1, Some(5.0)),
        offer(2, Some(-1.0)),
        offer(3, Some(0.0)),
        untitled,
    ];
    let error = room.insert(&rows).await.unwrap_err();
    assert!(error.is_users());
    let words = error.to_string();
    for part in [
        "careerpulse_silver.offers",
        "`pays`",
        "pay > 0",
        "2 of 3",
        "id=2",
        "careerpulse.toml",
    ] {
        assert!(words.contains(part), "`{part}` is missing: {words}");
    }
    assert_eq!(room.ids().await, [9]);
    assert_eq!(
        room.quarantined().await,
        [],
        "a failed write changes no table"
    );
    assert_eq!(
        room.lake.take_judgement().expectations.len(),
        2,
        "of the first insert alone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_replace_others_stand_and_fall_together() {
    for (otherwise, fails) in [
        (Otherwise::Warn, false),
        (Otherwise::Reject, true),
        (Otherwise::Fail, true),
    ] {
        let room = room(pays(otherwise));
        room.insert(&[offer(1, Some(1.0))]).await.unwrap();
        room.lake.take_judgement();
        let rows = to_batch(&OFFERS, &[offer(2, Some(2.0)), offer(3, Some(-1.0))]).unwrap();
        let replaced = room.lake.replace(&OFFERS, rows, None).await;
        assert_eq!(replaced.is_err(), fails, "{otherwise:?}");
        let (ids, found) = (room.ids().await, room.lake.take_judgement().expectations);
        if fails {
            assert!(matches!(
                replaced,
                Err(LakeError::Broken {
                    broken: 1,
                    rows: 2,
                    ..
                })
            ));
            assert_eq!((ids, found), (vec![1], vec![]));
        } else {
            assert_eq!((ids, found), (vec![2, 3], vec![judged(otherwise, 2, 1)]));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn vectors_and_moments_can_be_judged() {
    let finite = "array_length(vector) = 4 and array_min(vector) >= -1 and array_max(vector) <= 1";
    let dated = "at >= timestamp '2000-01-01' and at <= at + interval '2 days'";
    let room = room(vec![
        expected("finite", finite, Otherwise::Reject),
        expected("dated", dated, Otherwise::Reject),
    ]);
    let with = |id: i64, vector: &[f32]| Offer {
        vector: vector.to_vec(),
        ..offer(id, None)
    };
    let early = Offer {
        at: Some("1969-07-20T00:00:00Z".parse().unwrap()),
        ..offer(5, None)
    };
    let rows = [
        with(1, &[0.0, 1.0, -1.0, 0.5]),
        with(2, &[0.0, 1.0]),
        with(3, &[0.0, 0.0, 3.0, 0.0]),
        with(4, &[]),
        early,
    ];
    room.insert(&rows).await.unwrap();
    assert_eq!(room.ids().await, [1]);
}

#[test]
fn what_is_no_expectation_of_one_row_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("pay > 0{}", " or pay > 0".repeat(200));
    for (holds, part) in [
        ("pay >", "expression"),
        ("", "expression"),
        ("pay > 0; drop table offers", "expression"),
        ("drop table offers", "expression"),
        ("select 1", "expression"),
        ("wage > 0", "wage"),
        ("pay", "Float64"),
        ("null", "Null"),
        ("title > 0 and upper(nothing(title)) = ''", "nothing"),
        ("pay > (select 1)", "query"),
        ("exists (select 1)", "query"),
        ("pay in (select 1.0)", "query"),
        ("pay > any (select 1.0)", "query"),
        (
            "id in (select id from careerpulse_silver.offers)",
            "careerpulse_silver.offers",
        ),
        ("sum(pay) > 0", "many rows"),
        ("row_number() over () = 1", "many rows"),
        ("random() < 0.5", "moment to moment"),
        ("at < now()", "moment to moment"),
        ("at < current_timestamp", "moment to moment"),
        ("pay > $1", "variable"),
        ("1 / 0 = 1", "zero"),
        ("title ~ '(' ", "regex"),
        (long.as_str(), "2000"),
    ] {
        let lake = Lake::open(folder.path().to_str().unwrap()).unwrap();
        let bad = vec![expected("odd", holds, Otherwise::Warn)];
        let error = lake.with_expectations(bad, moment).expect_err(holds);
        assert!(error.is_users(), "{error}");
        let words = error.to_string();
        assert!(!words.contains('\n') && words.len() < 700, "{words}");
        for part in ["`odd`", "careerpulse_silver.offers", part] {
            assert!(
                words.contains(part),
                "{holds}: `{part}` is missing: {words}"
            );
        }
    }
    let lake = Lake::open(folder.path().to_str().unwrap()).unwrap();
    let twins = [pays(Otherwise::Warn), pays(Otherwise::Fail)].concat();
    let words = lake
        .clone()
        .with_expectations(twins, moment)
        .unwrap_err()
        .to_string();
    assert!(words.contains("two of that name"), "{words}");
    let of_quarantine = Expectation {
        table: QUARANTINE,
        ..expected("q", "true", Otherwise::Warn)
    };
    let words = lake
        .with_expectations(vec![of_quarantine], moment)
        .unwrap_err()
        .to_string();
    assert!(words.contains("quarantine"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expectation_that_cannot_be_worked_out_is_the_users_to_mend() {
    let numbered = "cast(title as bigint) > 0";
    let room = room(vec![expected("numbered", numbered, Otherwise::Warn)]);
    let error = room.insert(&[offer(1, None)]).await.unwrap_err();
    assert!(error.is_users());
    let words = error.to_string();
    assert!(
        words.contains("`numbered`") && words.contains("try_cast"),
        "{words}"
    );
    assert_eq!(room.ids().await, Vec::<i64>::new());
}
