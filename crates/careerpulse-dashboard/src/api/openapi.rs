//! The API's document (OpenAPI 3.1): made from the routes, completed by what holds for all of them.

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::params::Format;
use super::{category, classify, docs, imputation, models, monitoring, overview, pipeline};
use crate::problem::{Kind, Problem};
use crate::settings::AppSettings;

/// What all have in common.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "CareerPulse",
        description = "Demand by category of posting, what the model imputed and on what grounds, and whether it can be trusted. Figures that are unknown are null, never 0. Every list is CSV as well: `?format=csv`, or `Accept: text/csv`. Answers to GET carry an entity tag of the tables' versions."
    ),
    components(schemas(Format, Problem)),
    tags(
        (name = "overview", description = "How demand goes, for all and by category."),
        (name = "category", description = "One category."),
        (name = "imputation", description = "Predictions, their grounds, and labels in doubt."),
        (name = "classify", description = "The production model on texts of yours."),
        (name = "models", description = "Versions of the model, and who decided what."),
        (name = "monitoring", description = "Alarms, distributions, estimates."),
        (name = "pipeline", description = "What ran, on what, and what it left."),
        (name = "document", description = "This document.")
    )
)]
struct Common;

/// Problems that any request may meet.
const ANY: [Kind; 8] = [
    Kind::BadRequest,
    Kind::SignIn,
    Kind::UriTooLong,
    Kind::OtherHost,
    Kind::TooMany,
    Kind::Internal,
    Kind::Busy,
    Kind::NotYet,
];

/// Those of a request with a body.
const BODY: [Kind; 4] = [
    Kind::OtherOrigin,
    Kind::TooLarge,
    Kind::MediaType,
    Kind::Unprocessable,
];

/// The document, with the limits that the settings give.
pub fn document(settings: &AppSettings) -> Value {
    let mut whole = Common::openapi();
    for part in [
        overview::Document::openapi(),
        category::Document::openapi(),
        imputation::Document::openapi(),
        classify::Document::openapi(),
        models::Document::openapi(),
        monitoring::Document::openapi(),
        pipeline::Document::openapi(),
        docs::Document::openapi(),
    ] {
        whole.merge(part);
    }
    let mut document = serde_json::to_value(&whole).expect("the document is JSON");
    document["info"]["license"] = json!({"name": "Apache-2.0", "identifier": "Apache-2.0"});
    document["security"] = match settings.token {
        Some(_) => json!([{"token": []}, {"session": []}]),
        None => json!([{}]),
    };
    document["components"]["securitySchemes"] = json!({
        "token": {"type": "http", "scheme": "bearer", "description": "The server's token, where it has one."},
        "session": {"type": "apiKey", "in": "cookie", "name": "careerpulse_session", "description": "What signing in gives."}
    });
    document["components"]["responses"] =
        Value::Object(Kind::ALL.map(problem).into_iter().collect());
    limit_texts(&mut document, settings);
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete(path, method, operation);
            }
        }
    }
    document
}

/// A problem as a response that operations refer to.
fn problem(kind: Kind) -> (String, Value) {
    let mut response = json!({
        "description": format!("{}.", kind.title()),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    });
    let seconds =
        json!({"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}});
    if matches!(kind, Kind::TooMany) {
        response["headers"] = json!({"retry-after": seconds});
    }
    (kind.slug().to_owned(), response)
}

/// What a text must be, as far as its type cannot say it.
fn limit_texts(document: &mut Value, settings: &AppSettings) {
    let schemas = &mut document["components"]["schemas"];
    let says =
        |field: &str| json!({"required": [field], "properties": {field: {"pattern": "\\S"}}});
    schemas["Text"]["anyOf"] = json!([says("title"), says("description")]);
    for form in schemas["Texts"]["oneOf"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        if form["type"] == "array" {
            form["minItems"] = json!(1);
            form["maxItems"] = json!(settings.classify_texts);
        }
    }
}

fn complete(path: &str, method: &str, operation: &mut Value) {
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    parameters.into_iter().flatten().for_each(refine);
    let is_view = method == "get" && !path.ends_with("openapi.json") && !path.ends_with("docs");
    let mut kinds = ANY.to_vec();
    if path.contains('{') || path.ends_with("/overview") {
        kinds.push(Kind::NotFound);
    }
    if method == "post" {
        kinds.extend(BODY);
    }
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for kind in kinds {
        let reference = json!({"$ref": format!("#/components/responses/{}", kind.slug())});
        responses.insert(kind.status().as_u16().to_string(), reference);
    }
    if is_view {
        let text = |about: &str| json!({"description": about, "schema": {"type": "string"}});
        let tag = text("The answer's entity tag, for `If-None-Match`.");
        let mut headers = responses["200"]["headers"]
            .as_object()
            .cloned()
            .unwrap_or_else(Map::new);
        headers.insert("etag".to_owned(), tag.clone());
        responses["200"]["headers"] = Value::Object(headers);
        let known = json!({"description": "You have it already.", "headers": {"etag": tag}});
        responses.insert("304".to_owned(), known);
    }
}

/// What holds for all parameters of a kind.
fn refine(parameter: &mut Value) {
    let schema = &mut parameter["schema"];
    present(schema);
    let words = match schema["type"] == "array" {
        true => &mut schema["items"],
        false => schema,
    };
    if words["type"] == "string" && words.get("format").is_none() {
        words["maxLength"] = json!(super::params::MAX_NAME);
        words["pattern"] = json!("^[^\\x00-\\x1f\\x7f]*$");
    }
    if parameter["in"] == "query" {
        parameter["allowEmptyValue"] = json!(true);
    }
}

/// A parameter that is left out has no value; one that is given is never null.
fn present(schema: &mut Value) {
    if let Some(kinds) = schema["type"].as_array_mut() {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            schema["type"] = kind.clone();
        }
    }
    let forms = schema["oneOf"].as_array().cloned().unwrap_or_default();
    let some: Vec<Value> = forms
        .into_iter()
        .filter(|form| form["type"] != "null")
        .collect();
    if let [form] = some.as_slice() {
        *schema = form.clone();
    }
    // Looking into an object leaves nulls behind.
    if let Some(fields) = schema.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
}
