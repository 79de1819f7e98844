//! Gold: thin categories wait until they have grown, old names lead to today's, twins share a group.

use careerpulse_replay::{Feed, ReplayOptions};
use serde_json::{Value, json};

use crate::support::{Home, Source, count, ended, rows};

const LABELED: &str = "careerpulse_gold.category_labeled_postings";

fn posting(id: u64, category: &str, text: &str) -> Value {
    json!({
        "id": id, "name": format!("Posting {id}"), "contents": format!("<p>{text}</p>"),
        "categories": [{"name": category}], "publication_date": "2024-01-01T00:00:00Z",
    })
}

fn ingest(home: &Home, postings: &[Value]) -> Value {
    let feed = Feed::from_postings(postings.to_vec()).unwrap();
    let source = Source::serve(feed, ReplayOptions::default());
    let args = ["--json", "run", "--to", "gold", "--source", &source.url()];
    let mut command = home.command(&args);
    let run = ended(command.env("CAREERPULSE_GOLD_MIN_CATEGORY_POSTINGS", "5"));
    run.succeeded().json().remove(2)
}

#[test]
fn a_category_that_has_grown_brings_in_its_earlier_postings() {
    let home = Home::new();
    let many: Vec<Value> = (0..7)
        .map(|id| posting(id, "Retail", &format!("Sell shoes {id}")))
        .collect();
    let few: Vec<Value> = (10..13)
        .map(|id| posting(id, "Animal Care", &format!("Feed cats {id}")))
        .collect();
    let first = ingest(&home, &[many.clone(), few.clone()].concat());
    assert_eq!(first["thin_categories"], json!({"Animal Care": 3}));
    assert_eq!(count(&home.lake(), LABELED), 7);

    let more: Vec<Value> = (20..23)
        .map(|id| posting(id, "Animal Care", &format!("Walk dogs {id}")))
        .collect();
    let second = ingest(&home, &[many, few, more].concat());
    assert_eq!(
        (&second["labelled"], &second["thin_categories"]),
        (&json!(6), &json!({}))
    );
    assert_eq!(count(&home.lake(), LABELED), 13);
}

#[test]
fn names_of_every_age_are_one_category_and_equal_texts_one_group() {
    let home = Home::new();
    let advert = "We build software that nurses like. ".repeat(12);
    let names = [
        "Engineering",
        "Software Engineer",
        "Software Engineering",
        " software engineering ",
    ];
    let postings: Vec<Value> = (0..8)
        .map(|id| {
            posting(
                id,
                names[id as usize % 4],
                if id < 4 { &advert } else { "Another text" },
            )
        })
        .collect();
    let gold = ingest(&home, &postings);
    assert_eq!(gold["categories"], json!(1), "{gold:#}");
    let labelled = rows(
        &home.lake(),
        &format!(
            "select posting_id, category, category_raw, duplicate_group from {LABELED} order by posting_id"
        ),
    );
    assert!(
        labelled
            .iter()
            .all(|row| row["category"] == "Software Engineering"),
        "{labelled:#?}"
    );
    assert_eq!(labelled[0]["category_raw"], "Engineering");
    let groups: Vec<&Value> = labelled.iter().map(|row| &row["duplicate_group"]).collect();
    assert!(
        groups[..4].iter().all(|group| *group == groups[0]),
        "the advert is one under four titles"
    );
    assert!(groups[4..].iter().all(|group| *group != groups[0]));
    assert_ne!(groups[4], groups[5], "a short text alone makes no twins");
}
