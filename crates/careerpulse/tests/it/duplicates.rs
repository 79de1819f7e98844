//! Near duplicates: one advert is one group in all of Gold, however it arrives and whatever it is called.

use std::collections::BTreeMap;

use careerpulse_replay::{Feed, ReplayOptions};
use serde_json::{Value, json};

use crate::support::{Home, Source, canonical, count, ended, rows};

const DUPLICATES: &str = "careerpulse_gold.duplicates";
const BANDS: &str = "careerpulse_gold.text_bands";

/// A text of 80 words of its own, the last `changed` of which are another version's.
fn advert(name: &str, changed: usize, version: &str) -> String {
    let word = |n: usize| match n < 80 - changed {
        true => format!("{name}{n}"),
        false => format!("{name}{n}{version}"),
    };
    let words: Vec<String> = (0..80).map(word).collect();
    words.join(" ")
}

struct Posting {
    id: u64,
    category: &'static str,
    company: Option<&'static str>,
    place: &'static str,
    day: u32,
    text: String,
}

/// A posting of Retail by Acme in Berlin.
fn posting(id: u64, day: u32, text: String) -> Posting {
    Posting {
        id,
        category: "Retail",
        company: Some("Acme"),
        place: "Berlin",
        day,
        text,
    }
}

fn gold(home: &Home, postings: &[Posting]) -> Value {
    gold_with(home, postings, "0.8")
}

fn gold_with(home: &Home, postings: &[Posting], similarity: &str) -> Value {
    let feed = postings.iter().map(|posting| {
        json!({
            "id": posting.id,
            "name": format!("Posting {}", posting.id),
            "contents": format!("<p>{}</p>", posting.text),
            "categories": [{"name": posting.category}],
            "company": {"id": 1, "name": posting.company},
            "locations": [{"name": posting.place}],
            "publication_date": format!("2024-01-{:02}T00:00:00Z", posting.day),
        })
    });
    let feed = Feed::from_postings(feed.collect::<Vec<_>>()).unwrap();
    let source = Source::serve(feed, ReplayOptions::default());
    let args = ["--json", "run", "--to", "gold", "--source", &source.url()];
    let mut command = home.command(&args);
    command.env("CAREERPULSE_GOLD_DUPLICATE_SIMILARITY", similarity);
    ended(&mut command).succeeded().json().remove(2)
}

/// Each posting's row of the table, by its id.
fn verdicts(home: &Home) -> BTreeMap<u64, (String, String, u64)> {
    let sql = format!("select * from {DUPLICATES}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = rows(&home.lake(), &sql);
    rows.iter()
        .map(|row| {
            let original = row["original_posting_id"].as_u64().unwrap();
            let verdict = (text(&row["duplicate_group"]), text(&row["kind"]), original);
            (row["posting_id"].as_u64().unwrap(), verdict)
        })
        .collect()
}

/// The two tables of postings carry the groups of the table of duplicates.
#[track_caller]
fn assert_columns_agree(home: &Home) {
    for table in ["category_labeled_postings", "unlabeled_postings"] {
        let differing = format!(
            "careerpulse_gold.{table} p left join {DUPLICATES} d on p.posting_id = d.posting_id \
             where p.duplicate_group is distinct from d.duplicate_group"
        );
        assert_eq!(count(&home.lake(), &differing), 0, "{table}");
    }
    let silver = count(&home.lake(), "careerpulse_silver.job_postings");
    assert_eq!(count(&home.lake(), DUPLICATES), silver);
    assert_eq!(count(&home.lake(), BANDS), silver);
}

#[test]
fn near_duplicates_are_one_group_across_tables_and_their_kinds_are_told_apart() {
    let home = Home::new();
    let text = |version: &str| advert("nurse", 3, version);
    let mut postings = vec![
        posting(1, 5, text("a")),
        posting(2, 3, text("b")),
        posting(3, 9, text("c")),
        posting(4, 9, text("d")),
        posting(5, 9, text("e")),
        posting(6, 9, advert("nurse", 30, "f")),
        posting(7, 9, "Short".into()),
        posting(8, 9, text("b")),
    ];
    postings[2].category = "Unknown";
    postings[2].place = "Rome";
    postings[3].category = "Animal Care";
    postings[3].company = Some("Bolt");
    postings[4].company = None;
    let summary = gold(&home, &postings);
    assert_eq!(summary["duplicate_groups"], 1);
    assert_eq!(summary["near_duplicates"], 5);
    let verdicts = verdicts(&home);
    let group = &verdicts[&1].0;
    let expected = [
        (1, "repost"),
        (2, "original"),
        (3, "elsewhere"),
        (4, "other_employer"),
        (5, "repost"),
        (8, "repost"),
    ];
    for (id, kind) in expected {
        assert_eq!(verdicts[&id], (group.clone(), kind.into(), 2), "{id}");
    }
    for alone in [6, 7] {
        assert_ne!(&verdicts[&alone].0, group);
        assert_eq!(
            (verdicts[&alone].1.as_str(), verdicts[&alone].2),
            ("original", alone)
        );
    }
    assert_columns_agree(&home);
    let first = rows(
        &home.lake(),
        &format!("select text_hash from {BANDS} where posting_id = 1"),
    );
    let hash = first[0]["text_hash"].as_str().unwrap();
    assert_eq!(
        &hash[..16],
        group,
        "named after the posting of the lowest id"
    );
    let links = rows(
        &home.lake(),
        &format!(
            "select linked_posting_id, similarity from {DUPLICATES} where posting_id in (1, 8) order by posting_id"
        ),
    );
    assert!(links[0].get("similarity").is_none_or(Value::is_null));
    assert_eq!(
        links[1]["linked_posting_id"], 2,
        "the very same text, not the first of the group"
    );
    assert_eq!(links[1]["similarity"], 1.0);
}

/// Two adverts of J = 0.63, and later one between them that is a near duplicate of both.
#[test]
fn a_posting_that_connects_two_groups_changes_the_rows_that_are_there() {
    let home = Home::new();
    let bridge = || advert("a", 0, "").replace("a79", "b79");
    let [left, right] = [
        advert("a", 8, "x"),
        bridge().replacen("a0 a1 a2 a3 a4 a5 a6", "c0 c1 c2 c3 c4 c5 c6", 1),
    ];
    let mut postings = vec![
        posting(1, 9, right.clone()),
        posting(2, 9, left.clone()),
        posting(3, 9, left),
        posting(4, 9, right),
        posting(5, 9, advert("z", 0, "")),
    ];
    postings[2].category = "Unknown";
    postings[3].category = "Unknown";
    gold(&home, &postings);
    let before = verdicts(&home);
    assert_eq!(before[&1].0, before[&4].0);
    assert_eq!(before[&2].0, before[&3].0);
    assert_ne!(before[&1].0, before[&2].0);

    postings.push(posting(6, 1, bridge()));
    let summary = gold(&home, &postings);
    let after = verdicts(&home);
    for id in [1, 2, 3, 4, 6] {
        assert_eq!(
            after[&id].0, before[&1].0,
            "{id}: the group that was first survives"
        );
        assert_eq!(
            after[&id].2, 6,
            "{id}: the earliest publication is the original"
        );
    }
    assert_eq!(after[&5], before[&5]);
    assert_eq!(
        (&summary["regrouped"], &summary["duplicate_groups"]),
        (&json!(2), &json!(1)),
        "a labelled and an unlabelled row carried the lost name"
    );
    assert_columns_agree(&home);
}

#[test]
fn a_group_keeps_its_name_when_a_posting_of_a_lower_id_comes_later() {
    let home = Home::new();
    let mut postings = vec![
        posting(10, 5, advert("a", 2, "x")),
        posting(11, 5, advert("b", 0, "")),
    ];
    gold(&home, &postings);
    let before = verdicts(&home);
    postings.push(posting(3, 1, advert("a", 2, "y")));
    gold(&home, &postings);
    let after = verdicts(&home);
    assert_eq!(after[&3].0, before[&10].0);
    assert_eq!((after[&10].1.as_str(), after[&10].2), ("repost", 3));
    assert_eq!(after[&11], before[&11]);
}

#[test]
fn a_second_gold_writes_nothing_and_a_lost_table_is_made_again() {
    let home = Home::new();
    let texts = ["a", "b"].map(|version| advert("a", 2, version));
    let postings = (0..).zip(texts).map(|(id, text)| posting(id, 9, text));
    gold(&home, &postings.collect::<Vec<_>>());
    let before = canonical(&home.lake());
    let again = home.succeed(&["--json", "gold"]).json().remove(0);
    assert_eq!(
        (&again["status"], &again["rows_written"]),
        (&json!("unchanged"), &json!(0))
    );
    for lost in ["duplicates", "text_bands", "unlabeled_postings"] {
        std::fs::remove_dir_all(home.lake().join("careerpulse_gold").join(lost)).unwrap();
        home.succeed(&["gold"]);
        assert_eq!(canonical(&home.lake()), before, "{lost}");
    }
}

#[test]
fn the_similarity_that_makes_a_duplicate_is_a_setting() {
    let home = Home::new();
    let postings = [
        posting(1, 9, advert("a", 0, "")),
        posting(2, 9, advert("a", 0, "").to_uppercase()),
        posting(3, 9, advert("a", 1, "x")),
    ];
    gold_with(&home, &postings, "1.0");
    let verdicts = verdicts(&home);
    assert_eq!(verdicts[&1].0, verdicts[&2].0);
    assert_ne!(verdicts[&1].0, verdicts[&3].0);
}
