//! The document, and a page of it for people.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde_json::Value;
use utoipa::OpenApi;

use super::openapi::document;
use super::params::{Nothing, Query};
use super::reply::{Reply, json};
use crate::pages::{Shell, shell};
use crate::problem::Kind;
use crate::state::AppState;

/// The document of these routes.
#[derive(OpenApi)]
#[openapi(paths(openapi_json, page))]
pub struct Document;

/// The routes. Document and page are made once.
pub fn router(state: &AppState) -> Router<AppState> {
    let whole = Arc::new(document(&state.settings));
    let shown: Arc<str> = Page::of(&whole).render().unwrap_or_default().into();
    Router::new()
        .route(
            "/api/v1/openapi.json",
            get(move |asked| openapi_json(asked, Arc::clone(&whole))),
        )
        .route(
            "/api/v1/docs",
            get(move |asked| page(asked, Arc::clone(&shown))),
        )
}

/// This document.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "document",
    responses((status = 200, description = "It.", body = Object))
)]
async fn openapi_json(Query(Nothing {}): Query<Nothing>, whole: Arc<Value>) -> Reply {
    json(whole.as_ref()).map(unchanging)
}

/// This document as a page.
#[utoipa::path(
    get,
    path = "/api/v1/docs",
    tag = "document",
    responses((status = 200, description = "It.", body = String, content_type = "text/html"))
)]
async fn page(Query(Nothing {}): Query<Nothing>, shown: Arc<str>) -> Reply {
    Ok(unchanging(Html(shown.to_string()).into_response()))
}

/// It changes with the program only, but a browser cannot know when that does.
fn unchanging(mut response: Response) -> Response {
    let value = HeaderValue::from_static("private, no-cache");
    response.headers_mut().insert(CACHE_CONTROL, value);
    response
}

#[derive(Template)]
#[template(path = "serve/api.html")]
struct Page {
    shell: Shell,
    title: String,
    version: String,
    about: String,
    groups: Vec<Group>,
    problems: [Kind; 15],
}

struct Group {
    name: String,
    about: String,
    operations: Vec<Operation>,
}

struct Operation {
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Parameter>,
    media: Vec<String>,
    statuses: Vec<String>,
}

struct Parameter {
    name: String,
    place: String,
    kind: String,
    about: String,
}

impl Page {
    fn of(document: &Value) -> Page {
        let group = |tag: &Value| Group {
            name: text(&tag["name"]),
            about: text(&tag["description"]),
            operations: operations(document, &text(&tag["name"])),
        };
        let tags = document["tags"].as_array().into_iter().flatten();
        Page {
            shell: shell("API", ""),
            title: text(&document["info"]["title"]),
            version: text(&document["info"]["version"]),
            about: text(&document["info"]["description"]),
            groups: tags.map(group).collect(),
            problems: Kind::ALL,
        }
    }
}

fn operations(document: &Value, tag: &str) -> Vec<Operation> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path, method, operation))
    });
    all.filter(|(_, _, operation)| operation["tags"][0] == tag)
        .map(|(path, method, operation)| Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            summary: text(&operation["summary"]),
            parameters: parameters(operation),
            media: keys(&operation["responses"]["200"]["content"]),
            statuses: keys(&operation["responses"]),
        })
        .collect()
}

fn parameters(operation: &Value) -> Vec<Parameter> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let one = |parameter: &Value| Parameter {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        kind: kind(&parameter["schema"]),
        about: text(&parameter["description"]),
    };
    all.map(one).collect()
}

/// A schema in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return name.to_owned();
    }
    let kind = text(&schema["type"]);
    match schema["format"].as_str() {
        Some(format) => format!("{kind} ({format})"),
        None => kind,
    }
}

/// A text of the document, without the marks that only Markdown readers understand.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('`', "")
}

fn keys(value: &Value) -> Vec<String> {
    let entries = value.as_object().into_iter().flatten();
    entries.map(|(name, _)| name.clone()).collect()
}
