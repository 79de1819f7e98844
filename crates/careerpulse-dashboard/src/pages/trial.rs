//! Try it: a text is pasted, and the production model says what it is, and why.

use std::time::Instant;

use askama::Template;
use axum::Form;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::postings::{self, Chance, Near};
use super::query;
use super::shell::{self, Shell};
use super::{figures, links, words};
use crate::batching::ClassifyError;
use crate::problem::Problem;
use crate::source::SourceError;
use crate::state::AppState;
use crate::view::classify::{Classified, Text};

const HERE: &str = "/try";

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    title: String,
    description: String,
    level: String,
    location: String,
}

/// `GET /try`: the form; `title` fills it.
pub async fn form(RawQuery(asked): RawQuery) -> Response {
    let asked = query::parse(asked.as_deref());
    let sent = Sent {
        title: query::one(&asked, "title").unwrap_or_default().to_owned(),
        ..Sent::default()
    };
    shell::page(&page(sent, None, None))
}

/// `POST /try`: the form with the answer below.
pub async fn answer(State(state): State<AppState>, Form(sent): Form<Sent>) -> Response {
    if sent.title.trim().is_empty() && sent.description.trim().is_empty() {
        let missing = "A title or a description is needed.".to_owned();
        return shell::page(&page(sent, None, Some(missing)));
    }
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let text = Text {
        title: sent.title.clone(),
        description: sent.description.clone(),
        level: filled(&sent.level),
        location: filled(&sent.location),
    };
    let began = Instant::now();
    let answer = state.classify(vec![text]).await;
    let milliseconds = began.elapsed().as_secs_f64() * 1e3;
    match answer.map(|answers| answers.into_iter().next()) {
        Ok(Some(answer)) => shell::page(&page(sent, Some((answer, milliseconds)), None)),
        Ok(None) => shell::page(&page(
            sent,
            None,
            Some("The model gave no answer.".to_owned()),
        )),
        Err(ClassifyError::Source(error)) => match error.as_ref() {
            SourceError::Invalid(why) => shell::page(&page(sent, None, Some(why.clone()))),
            error => shell::instead(HERE, error),
        },
        // Too many wait, or it broke off: said in the form that every failed answer has.
        Err(error) => Problem::from(error).into_response(),
    }
}

#[derive(Template)]
#[template(path = "try.html")]
struct Page {
    shell: Shell,
    sent: Sent,
    missing: Option<String>,
    answer: Option<Answer>,
}

struct Answer {
    category: String,
    address: String,
    probability: String,
    gap: String,
    abstained: bool,
    top3: Vec<Chance>,
    near: Vec<Near>,
    version: i64,
    version_address: String,
    milliseconds: String,
}

fn page(sent: Sent, answer: Option<(Classified, f64)>, missing: Option<String>) -> Page {
    Page {
        shell: shell::shell("Try it", HERE),
        sent,
        missing,
        answer: answer.map(|(answer, milliseconds)| Answer {
            category: words::name(&answer.category),
            address: links::category(&answer.category),
            probability: figures::percent(answer.probability),
            gap: figures::points(answer.gap),
            abstained: answer.abstained,
            top3: postings::chances(&answer.top3),
            near: postings::near(&answer.neighbours, &answer.category),
            version: answer.model_version,
            version_address: links::version(answer.model_version),
            milliseconds: figures::rate(milliseconds),
        }),
    }
}
