//! Pages and postings that are broken: kept in Bronze as received, repaired or rejected in Silver with a reason.

use careerpulse_replay::{Feed, ReplayOptions};
use serde_json::{Value, json};

use crate::support::{Home, Source, count, ended, recorded, rows};

const THREE_MB: usize = 3 * 1_024 * 1_024;

/// Five pages: good, not JSON, no `results`, full of oddities, good.
fn broken_pages() -> Vec<String> {
    let page = |number: u32, results: Vec<Value>| {
        json!({"page": number, "page_count": 5, "total": 100, "results": results}).to_string()
    };
    let posting =
        |id: u32| json!({"id": id, "name": "Nurse", "contents": "<p>Care.</p>", "categories": []});
    let odd = vec![
        json!({"name": "No id"}),
        json!({"id": 3, "name": "Cook", "publication_date": "soon"}),
        json!({"id": 4, "name": "Clerk", "contents": "a ".repeat(THREE_MB / 2)}),
        json!({"id": 5, "name": "Nurse\u{0} II"}),
        json!({"id": "6", "name": "Text id"}),
        json!(17),
    ];
    vec![
        page(0, vec![posting(1), posting(2)]),
        "<html>Sorry, try again".to_owned(),
        json!({"page": 2, "page_count": 5}).to_string(),
        page(3, odd),
        page(4, vec![posting(7)]),
    ]
}

fn write_pages(home: &Home, pages: &[String]) -> std::path::PathBuf {
    for (number, page) in pages.iter().enumerate() {
        home.write(&format!("pages/page{number:03}.json"), page);
    }
    home.path("pages")
}

#[test]
fn broken_pages_are_kept_as_received_and_cost_only_what_is_broken() {
    let (home, pages) = (Home::new(), broken_pages());
    let source = recorded(&write_pages(&home, &pages));
    let mut command = home.command(&["run", "--source", &source.url()]);
    // The broken pages stay broken however often they are asked for.
    ended(command.env("CAREERPULSE_BRONZE_MAX_ATTEMPTS", "1")).succeeded();

    let lake = home.lake();
    let stored = rows(
        &lake,
        "select payload from careerpulse_bronze.muse_pages where slice = 'all' order by page",
    );
    let stored: Vec<&str> = stored
        .iter()
        .filter_map(|row| row["payload"].as_str())
        .collect();
    assert!(stored == pages, "Bronze holds other bytes than were served");

    let postings = rows(
        &lake,
        "select posting_id, title, length(description) as length, publication_date \
         from careerpulse_silver.job_postings order by posting_id",
    );
    let ids: Vec<u64> = postings
        .iter()
        .filter_map(|row| row["posting_id"].as_u64())
        .collect();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(
        postings[2].get("publication_date").and_then(Value::as_str),
        None
    );
    assert_eq!(postings[3]["length"], 1_024 * 1_024);
    assert_eq!(postings[4]["title"], "Nurse II");

    let findings = rows(
        &lake,
        "select page, position, action, reason from careerpulse_silver.rejects order by page, position",
    );
    let expected = [
        (1, -1, "rejected", "not JSON"),
        (2, -1, "rejected", "no `results`"),
        (3, 0, "rejected", "no `id`"),
        (3, 1, "repaired", "`publication_date` is no date"),
        (
            3,
            2,
            "repaired",
            "`contents` of 3145728 bytes cut to 1048576",
        ),
        (3, 3, "repaired", "control characters removed from `name`"),
        (3, 4, "repaired", "`id` is a string"),
        (3, 5, "rejected", "no JSON object"),
    ];
    assert_eq!(findings.len(), expected.len(), "{findings:#?}");
    for (finding, (page, position, action, reason)) in findings.iter().zip(expected) {
        assert_eq!(
            (&finding["page"], &finding["position"]),
            (&json!(page), &json!(position))
        );
        assert_eq!(finding["action"], action, "{reason}");
        let found = finding["reason"].as_str().unwrap_or_default();
        assert!(found.contains(reason), "{found}");
    }
    let incomplete = "careerpulse_bronze.coverage where not complete and error is not null";
    assert!(
        count(&lake, incomplete) >= 1,
        "the ledger says that pages were lost"
    );
}

#[test]
fn broken_pages_are_rejected_once_however_often_silver_runs() {
    let (home, pages) = (Home::new(), broken_pages());
    let source = recorded(&write_pages(&home, &pages));
    let mut command = home.command(&["bronze", "--source", &source.url()]);
    ended(command.env("CAREERPULSE_BRONZE_MAX_ATTEMPTS", "1")).succeeded();
    home.succeed(&["silver"]);
    let before = count(&home.lake(), "careerpulse_silver.rejects");
    home.succeed(&["silver"]);
    assert_eq!(count(&home.lake(), "careerpulse_silver.rejects"), before);
}

#[test]
fn a_file_of_odd_postings_loses_none_that_has_an_id() {
    let home = Home::new();
    let lines = [
        r#"{"id":1,"name":"Caf\u00e9 \ud83d\ude00","contents":"<b>x","categories":[{"name":" UNKNOWN "}]}"#,
        r#"{"id":2,"name":null,"contents":null,"categories":null,"company":null,"refs":null}"#,
        r#"{"id":3,"name":["a"],"contents":{"b":1},"categories":"Sales","levels":3,"locations":[null]}"#,
        r#"{"id":9223372036854775807,"name":"The last id"}"#,
        r#"{"id":9223372036854775808,"name":"One too many"}"#,
        r#"{"id":4,"name":"'; drop table job_postings; --","refs":{"landing_page":"javascript:alert(1)"}}"#,
        "null",
    ];
    let path = home.write("odd.ndjson", lines.join("\n"));
    home.ingest("run", &recorded(&path).url());
    let lake = home.lake();
    let postings = rows(
        &lake,
        "select posting_id, category from careerpulse_silver.job_postings order by 1",
    );
    let ids: Vec<u64> = postings
        .iter()
        .filter_map(|row| row["posting_id"].as_u64())
        .collect();
    assert_eq!(ids, [1, 2, 3, 4, i64::MAX as u64]);
    assert_eq!(postings[0].get("category").and_then(Value::as_str), None);
    assert_eq!(
        count(
            &lake,
            "careerpulse_silver.rejects where action = 'rejected'"
        ),
        2
    );
}

#[test]
fn an_empty_source_is_no_error() {
    let home = Home::new();
    let feed = Feed::from_postings(Vec::<Value>::new()).expect("nothing is JSON");
    let source = Source::serve(feed, ReplayOptions::default());
    home.ingest("run", &source.url());
    assert_eq!(count(&home.lake(), "careerpulse_silver.job_postings"), 0);
    home.ingest("run", &source.url());
}
