//! What the production model says of texts that somebody sends.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::routing::post;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::LengthLimitError;
use serde::Serialize;
use serde_json::error::Category;
use utoipa::{OpenApi, ToSchema};

use super::params::{Query, Tabular};
use super::reply::{Reply, either, format, list};
use crate::csv::Table;
use crate::problem::{Kind, Problem};
use crate::safety::limits::too_large;
use crate::settings::AppSettings;
use crate::state::AppState;
use crate::view::classify::{Classified, Text};

/// The document of this route.
#[derive(OpenApi)]
#[openapi(paths(classify))]
pub struct Document;

/// The route.
pub fn router() -> Router<AppState> {
    Router::new().route("/api/v1/classify", post(classify))
}

/// One text or several.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(
    dead_code,
    reason = "the document names both forms; reading tells them apart by hand"
)]
enum Texts {
    /// One.
    One(Text),
    /// Several.
    Several(Vec<Text>),
}

/// One answer or several.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "it stands in the document only")]
enum Answers {
    /// For one text.
    One(Classified),
    /// For several, in their order.
    Several(Vec<Classified>),
}

/// Classifies a text, or several at once. Nothing of them is kept.
#[utoipa::path(
    post,
    path = "/api/v1/classify",
    tag = "classify",
    params(Tabular),
    request_body(content = Texts, content_type = "application/json", description = "A text, or an array of them."),
    responses((
        status = 200,
        description = "What the production model says; of several texts, in their order.",
        content((Answers = "application/json"), (String = "text/csv"))
    ))
)]
async fn classify(
    State(state): State<AppState>,
    Query(asked): Query<Tabular>,
    request: Request,
) -> Reply {
    let format = format(asked.format, request.headers());
    is_json(request.headers())?;
    let texts = read(&body(request, &state.settings).await?)?;
    let (texts, alone) = match texts {
        Texts::One(text) => (vec![text], true),
        Texts::Several(texts) => (texts, false),
    };
    check(&texts, &state.settings)?;
    let answers = state.classify(texts).await?;
    match answers.first() {
        Some(answer) if alone => either(format, "classified", answer, || Table::of(&answers)),
        _ => list(format, "classified", &answers),
    }
}

fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    let kind = text(CONTENT_TYPE).unwrap_or_default();
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if kind != "application/json" {
        return Err(Problem::new(
            Kind::MediaType,
            "Send the texts with `Content-Type: application/json`.",
        ));
    }
    match text(CONTENT_ENCODING) {
        None | Some("identity") => Ok(()),
        Some(_) => Err(Problem::new(
            Kind::MediaType,
            "Send the texts uncompressed.",
        )),
    }
}

async fn body(request: Request, settings: &AppSettings) -> Result<Bytes, Problem> {
    let body = axum::body::to_bytes(request.into_body(), settings.max_body_bytes).await;
    body.map_err(|error| {
        let cause = std::error::Error::source(&error);
        match cause.is_some_and(|cause| cause.is::<LengthLimitError>()) {
            true => too_large(settings),
            false => Problem::new(Kind::BadRequest, "The body broke off."),
        }
    })
}

/// The texts of a body. An array is told from an object by its first character, so that what is said of
/// a mistake is about the one or the other.
fn read(body: &[u8]) -> Result<Texts, Problem> {
    let is_array = body.trim_ascii_start().starts_with(b"[");
    let texts = match is_array {
        true => serde_json::from_slice(body).map(Texts::Several),
        false => serde_json::from_slice(body).map(Texts::One),
    };
    texts.map_err(|error| match error.classify() {
        Category::Data => Problem::new(
            Kind::Unprocessable,
            format!("The body is JSON, but neither a text nor an array of texts: {error}."),
        ),
        _ => Problem::new(Kind::BadRequest, format!("The body is no JSON: {error}.")),
    })
}

fn check(texts: &[Text], settings: &AppSettings) -> Result<(), Problem> {
    let most = settings.classify_texts;
    if texts.is_empty() || texts.len() > most {
        let detail = format!("There are {} texts; send 1 to {most} at once.", texts.len());
        return Err(Problem::new(Kind::Unprocessable, detail));
    }
    let is_empty = |text: &Text| text.title.trim().is_empty() && text.description.trim().is_empty();
    match texts.iter().position(is_empty) {
        None => Ok(()),
        Some(place) => {
            let detail = format!(
                "Text {} says nothing: give it a title or a description.",
                place + 1
            );
            Err(Problem::new(Kind::Unprocessable, detail))
        }
    }
}
