//! Texts of postings come through as texts, whatever they hold, and none is without bounds.

use careerpulse_dashboard::view::imputation::PredictionFilter;
use careerpulse_replay::{Feed, ReplayOptions};
use serde_json::json;

use super::Asked;
use crate::support::{Home, Source, rows, sample};

const TITLES: [&str; 6] = [
    "<script>alert(1)</script> Nurse",
    "Nurse' or 1=1; drop table careerpulse_silver.job_postings; --",
    "Nurse {{7*7}} ${jndi:ldap://x} %s %00",
    "<img src=x onerror=alert(1)> Nurse",
    "Nurse \u{0639}\u{0631}\u{0628}\u{064a} \u{1F600}",
    "javascript:alert(1) Nurse",
];

#[test]
fn hostile_postings_are_found_and_shown_as_they_are_and_cut_where_they_are_endless() {
    let mut postings: Vec<_> = sample(250)
        .into_iter()
        .map(|posting| serde_json::to_value(posting).unwrap())
        .collect();
    let unlabelled = postings
        .iter_mut()
        .filter(|posting| posting["categories"].as_array().is_some_and(Vec::is_empty));
    let endless = format!("Nurse {}", "x".repeat(1_000_000));
    let titles = TITLES.iter().copied().chain([endless.as_str()]);
    let mut ids = Vec::new();
    for (posting, title) in unlabelled.zip(titles) {
        posting["name"] = json!(title);
        posting["company"] = json!({"id": 1, "name": format!("Hostile {title}")});
        posting["refs"] = json!({"landing_page": "javascript:alert(1)"});
        ids.push(posting["id"].as_i64().unwrap());
    }
    assert_eq!(ids.len(), TITLES.len() + 1);
    let feed = Feed::from_postings(postings).unwrap();
    let source = Source::serve(feed, ReplayOptions::default());
    let home = Home::new();
    home.ingest("run", &source.url());

    let asked = Asked::over(&home.lake());
    let snapshot = asked.snapshot();
    let filter = |words: &str| PredictionFilter {
        q: Some(words.to_owned()),
        ..PredictionFilter::default()
    };
    let all = asked.answer(snapshot.predictions(filter("hostile")));
    assert_eq!(all.total, ids.len() as u64);
    for (id, title) in ids.iter().zip(TITLES) {
        let detail = asked.answer(snapshot.prediction(*id));
        let sql = format!(
            "select title, company_name from careerpulse_gold.unlabeled_postings where posting_id = {id}"
        );
        let stored = rows(&home.lake(), &sql).remove(0);
        assert_eq!(stored["title"], detail.posting.title);
        assert_eq!(stored["company_name"], json!(detail.posting.company));
        assert_eq!(detail.posting.company, Some(format!("Hostile {title}")));
        assert_eq!(detail.landing_page, None);
        let found = asked.answer(snapshot.predictions(filter(title)));
        let found: Vec<i64> = found.rows.iter().map(|row| row.posting_id).collect();
        assert_eq!(found, [*id], "{title}");
    }
    let cut = asked.answer(snapshot.prediction(ids[TITLES.len()]));
    assert_eq!(cut.posting.title.chars().count(), 301);
    assert!(
        cut.posting
            .company
            .is_some_and(|name| name.chars().count() == 301)
    );
    let unknown = asked
        .runtime
        .block_on(snapshot.category("<b>".repeat(100_000)));
    assert!(unknown.unwrap_err().to_string().len() < 3_000);
}
