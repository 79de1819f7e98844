//! One version: what it is worth on each category, what it confuses, what a threshold costs, who decided what.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::response::Response;

use super::chart::Chart;
use super::compared::{self, Compared};
use super::confusion::{self, Matrix};
use super::coverage::{self, Slider};
use super::markup::{self, Markup};
use super::models::{DecisionRow, VersionRow, decision_row, version_row};
use super::query::{self, Query};
use super::shell::{self, Shell};
use super::{figures, links, wilson, words};
use crate::conditional::Now;
use crate::source::SourceError;
use crate::view::category::CategoryScore;
use crate::view::models::VersionPage;

/// `GET /models/{version}`: `threshold` (percent).
pub async fn show(
    Now(now): Now,
    Path(version): Path<String>,
    RawQuery(asked): RawQuery,
) -> Response {
    let Ok(version) = version.parse::<i64>() else {
        let words = "A version's number is wanted here, as in /models/3.";
        return shell::instead("/models", &SourceError::Invalid(words.to_owned()));
    };
    let asked = query::parse(asked.as_deref());
    match now.version(version).await {
        Ok(view) => shell::page(&page(&view, &asked)),
        Err(error) => shell::instead("/models", &error),
    }
}

#[derive(Template)]
#[template(path = "version.html")]
struct Page {
    shell: Shell,
    version: VersionRow,
    compared: Option<Compared>,
    scores: Vec<ScoreRow>,
    scores_csv: String,
    matrix: Option<Matrix>,
    matrix_csv: String,
    slider: Option<Slider>,
    curve: Option<Chart>,
    ledger: Vec<DecisionRow>,
}

struct ScoreRow {
    name: String,
    address: String,
    precision: String,
    precision_interval: String,
    recall: String,
    recall_interval: String,
    f1: String,
    bar: Markup,
    support: String,
}

fn page(view: &VersionPage, asked: &Query) -> Page {
    let version = view.version.version;
    let csv = |part: &str| links::csv(&format!("models/{version}/{part}"), &Query::default());
    Page {
        shell: shell::shell(format!("Version {version}"), "/models"),
        version: version_row(&view.version),
        compared: view
            .comparison
            .as_ref()
            .map(|comparison| compared::compared(comparison, csv("comparison"))),
        scores: view.scores.iter().map(score_row).collect(),
        scores_csv: csv("scores"),
        matrix: confusion::matrix(&view.confusion),
        matrix_csv: csv("confusion"),
        slider: coverage::slider(&view.coverage, &view.counting, asked),
        curve: coverage::curve(&view.coverage, csv("coverage")),
        ledger: view.ledger.iter().map(decision_row).collect(),
    }
}

fn score_row(score: &CategoryScore) -> ScoreRow {
    let support = score.support as f64;
    let right = score.recall * support;
    let predicted = if score.precision > 0.0 {
        right / score.precision
    } else {
        0.0
    };
    let interval = |tries: f64| {
        let (low, high) = wilson::interval(right, tries);
        format!("{:.0}–{:.0}\u{a0}%", low * 100.0, high * 100.0)
    };
    ScoreRow {
        name: words::name(&score.category),
        address: links::category(&score.category),
        precision: figures::percent(score.precision),
        precision_interval: interval(predicted),
        recall: figures::percent(score.recall),
        recall_interval: interval(support),
        f1: figures::score(score.f1),
        bar: markup::bar(score.f1, "first"),
        support: figures::whole(score.support),
    }
}
