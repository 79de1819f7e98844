//! The OpenAPI document: valid in itself, and true of the routes.

use std::collections::BTreeSet;

use careerpulse_dashboard::problem::Kind;
use http::StatusCode;
use serde_json::Value;

use crate::common::asking::{classify, get, usual};

/// A path with values that the small lake knows.
fn filled(path: &str) -> String {
    path.replace("{name}", "Sales")
        .replace("{posting_id}", "7")
        .replace("{version}", "3")
}

fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (path.clone(), method.clone(), operation))
    });
    all.collect()
}

fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| match value.as_str() {
                Some(target) if name == "$ref" => {
                    found.insert(target);
                }
                _ => references(value, found),
            }),
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_documented_route_answers_as_documented() {
    let (_, app) = usual();
    let document = get(&app, "/api/v1/openapi.json").await.json();
    let all = operations(&document);
    assert_eq!(all.len(), 31);
    for (path, method, operation) in all {
        let answer = match method.as_str() {
            "get" => get(&app, &filled(&path)).await,
            _ => classify(&app, "{\"title\":\"a\"}").await,
        };
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let kind = answer.header("content-type").split(';').next().unwrap();
        let media = operation["responses"]["200"]["content"]
            .as_object()
            .unwrap();
        assert!(media.contains_key(kind), "{path}: {kind}");
        let tagged = operation["responses"]["200"]["headers"]["etag"].is_object();
        assert_eq!(!answer.header("etag").is_empty(), tagged, "{path}");
        assert!(
            !operation["summary"].as_str().unwrap_or_default().is_empty(),
            "{path}"
        );
    }
}

#[test]
fn every_route_is_documented() {
    // Routes are not to be had from a router, so they are read where they are written.
    let mut routes = BTreeSet::new();
    for source in [
        include_str!("../../src/api/overview.rs"),
        include_str!("../../src/api/category.rs"),
        include_str!("../../src/api/imputation.rs"),
        include_str!("../../src/api/classify.rs"),
        include_str!("../../src/api/models.rs"),
        include_str!("../../src/api/monitoring.rs"),
        include_str!("../../src/api/pipeline.rs"),
        include_str!("../../src/api/docs.rs"),
    ] {
        for part in source.split(".route(").skip(1) {
            routes.insert(part.split('"').nth(1).unwrap().to_owned());
        }
    }
    let document = careerpulse_dashboard::api::openapi::document(&Default::default());
    let documented: BTreeSet<String> = operations(&document)
        .into_iter()
        .map(|(path, ..)| path)
        .collect();
    assert_eq!(routes, documented);
}

#[test]
fn the_document_holds_together() {
    let document = careerpulse_dashboard::api::openapi::document(&Default::default());
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for target in found {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{target}");
    }
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        assert!(
            names.insert(operation["operationId"].as_str().unwrap()),
            "{path}"
        );
        for status in ["400", "401", "414", "421", "429", "500", "503"] {
            assert!(
                operation["responses"][status].is_object(),
                "{path} {status}"
            );
        }
        assert_eq!(operation["responses"]["413"].is_object(), method == "post");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let schema = &parameter["schema"];
            assert!(!schema.to_string().contains("null"), "{path}: {parameter}");
            let in_path = path.contains(&format!("{{{}}}", parameter["name"].as_str().unwrap()));
            assert_eq!(parameter["in"] == "path", in_path, "{path}: {parameter}");
        }
    }
    let texts = &document["components"]["schemas"]["Texts"]["oneOf"][1];
    assert_eq!(texts["maxItems"], 256, "{texts}");
    assert_eq!(
        document["components"]["schemas"]["Text"]["additionalProperties"],
        false
    );
}

#[test]
fn the_document_says_whether_a_token_is_needed() {
    use careerpulse_dashboard::settings::AppSettings;
    let document = |token: Option<&str>| {
        careerpulse_dashboard::api::openapi::document(&AppSettings {
            token: token.map(str::to_owned),
            ..AppSettings::default()
        })
    };
    let open = serde_json::json!([{}]);
    assert_eq!(document(None)["security"], open);
    let guarded = document(Some("a token of some length"));
    assert_eq!(
        guarded["security"],
        serde_json::json!([{"token": []}, {"session": []}])
    );
    assert!(!guarded.to_string().contains("a token of some length"));
}

#[tokio::test]
async fn the_page_says_the_same_and_loads_nothing_from_elsewhere() {
    let (_, app) = usual();
    let document = get(&app, "/api/v1/openapi.json").await.json();
    let page = get(&app, "/api/v1/docs").await;
    assert!(page.header("content-type").starts_with("text/html"));
    for (path, method, _) in operations(&document) {
        let heading = format!("<code>{} {path}</code></h3>", method.to_uppercase());
        assert!(page.text().contains(&heading), "{heading}");
    }
    for kind in Kind::ALL {
        assert!(page.text().contains(&format!("id=\"{}\"", kind.slug())));
    }
    for outside in ["<script>", "style=", "http:", "https:", "=\"//"] {
        assert!(!page.text().contains(outside), "{outside}");
    }
}
