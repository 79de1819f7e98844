//! Every route of the API, as JSON and as CSV.

use serde_json::{Value, json};

use super::pages::guarded;
use super::served::{Got, Served};
use super::{brief, exports, lake, markup, postings};

#[test]
fn every_route_is_inert_in_every_format() {
    let (home, _) = lake();
    let served = Served::over(home);
    let document = served.get("/api/v1/openapi.json").json();
    let categories = served.get("/api/v1/categories").json();
    let names: Vec<&str> = categories.as_array().unwrap().iter().map(name_of).collect();
    for category in postings::categories() {
        let begin: String = category.chars().take(12).collect();
        assert!(
            names.iter().any(|name| name.starts_with(&begin)),
            "{begin} in {names:?}"
        );
    }
    let names: Vec<String> = names.into_iter().map(segment).collect();
    let all = postings::postings().into_iter();
    let ids: Vec<String> = all
        .filter(postings::is_hostile_and_unlabelled)
        .map(|posting| posting["id"].to_string())
        .collect();
    let one = ["1".to_owned()];
    let mut wrong = Vec::new();
    for (route, operations) in document["paths"].as_object().unwrap() {
        let Some(operation) = operations.get("get") else {
            continue;
        };
        let (parameter, values) = match route.split(['{', '}']).nth(1) {
            None => ("", &one[..]),
            Some("name") => ("{name}", &names[..]),
            Some("posting_id") => ("{posting_id}", &ids[..]),
            Some("version") => ("{version}", &one[..]),
            Some(other) => panic!("no value for {other} of {route}"),
        };
        for value in values {
            for format in formats(operation) {
                let path = match parameter {
                    "" => route.clone(),
                    parameter => route.replace(parameter, value),
                };
                let got = served.get(&format!("{path}{format}"));
                let found = judged(&got).into_iter().chain(guarded(&got));
                wrong.extend(found.map(|what| format!("{path}{format}: {what}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", brief(&wrong));
}

/// Queries for each form that an operation's answer has.
fn formats(operation: &Value) -> &'static [&'static str] {
    let parameters = operation["parameters"].as_array();
    let has_format = parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "format"));
    match has_format {
        true => &["?format=json", "?format=csv"],
        false => &[""],
    }
}

/// What is wrong with an answer, whatever form it has.
fn judged(got: &Got) -> Vec<String> {
    let is_file = got.header("content-disposition").starts_with("attachment");
    match (got.status, got.header("content-type")) {
        (200, "application/json") => {
            let mut wrong = exports::json(got.text());
            let answer = got.json();
            if let Some(html) = answer["description_html"].as_str() {
                // As a client would show it.
                wrong.extend(markup::read(&format!("<div dir=\"auto\">{html}</div>")).wrong);
            }
            wrong
        }
        (200, "text/html; charset=utf-8") => markup::read(got.text()).wrong,
        (200, kind) if kind.starts_with("text/csv;") && is_file => exports::csv(got.text()),
        // The first version was compared with none.
        (404, "application/problem+json") if got.address.contains("/comparison") => Vec::new(),
        (status, kind) => vec![format!("{status}, {kind}: {}", got.text())],
    }
}

fn name_of(line: &Value) -> &str {
    let name = line["name"].as_str().unwrap();
    assert!(name.chars().count() <= 200, "{name}");
    name
}

/// A name as a segment of a path.
fn segment(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn hostile_texts_are_classified_and_answered_inertly() {
    let (home, _) = lake();
    let served = Served::over(home);
    let texts = postings::categories().map(|title| {
        json!({"title": title, "description": "<script>window.pwned=1</script>\u{202e}\u{1b}[31m nurse"})
    });
    for format in ["json", "csv"] {
        let body = json!(texts).to_string();
        let path = format!("/api/v1/classify?format={format}");
        let got = served.post(&path, "application/json", body);
        assert_eq!(judged(&got), Vec::<String>::new());
        assert_eq!(guarded(&got), Vec::<String>::new());
    }
}
