//! Versions and the ledger of decisions.

use askama::Template;
use axum::response::Response;

use super::markup::{self, Markup};
use super::shell::{self, Shell};
use super::{figures, links, words};
use crate::conditional::Now;
use crate::view::models::{Decision, Models, Version};

/// `GET /models`.
pub async fn show(Now(now): Now) -> Response {
    match now.models().await {
        Ok(view) => shell::page(&page(&view)),
        Err(error) => shell::instead("/models", &error),
    }
}

#[derive(Template)]
#[template(path = "models.html")]
struct Page {
    shell: Shell,
    versions: Vec<VersionRow>,
    at_stake: Option<VersionRow>,
    ledger: Vec<DecisionRow>,
    mlflow: Option<String>,
    versions_csv: String,
    ledger_csv: String,
}

/// A version in a line.
pub struct VersionRow {
    /// Its number.
    pub version: i64,
    /// Its page.
    pub address: String,
    /// Where it stands.
    pub standing: String,
    /// What it sees and what decides.
    pub made_of: String,
    /// Postings it was trained on.
    pub postings: String,
    /// Macro F1.
    pub macro_f1: String,
    /// Accuracy.
    pub accuracy: String,
    /// Expected calibration error.
    pub calibration_error: String,
    /// Why it was trained.
    pub reasons: Vec<String>,
    /// When it was registered.
    pub created: Markup,
}

/// A version as it is listed.
pub fn version_row(version: &Version) -> VersionRow {
    VersionRow {
        version: version.version,
        address: links::version(version.version),
        standing: words::name(&version.standing),
        made_of: format!(
            "{}, {}",
            words::spaced(&version.method),
            words::spaced(&version.classifier)
        ),
        postings: figures::whole(version.training_postings),
        macro_f1: figures::score(version.macro_f1),
        accuracy: figures::percent(version.accuracy),
        calibration_error: figures::score(version.calibration_error),
        reasons: version
            .reasons
            .iter()
            .map(|text| words::passage(text))
            .collect(),
        created: markup::moment(version.created_at),
    }
}

/// A decision in a line.
pub struct DecisionRow {
    /// When.
    pub decided: Markup,
    /// The version.
    pub version: i64,
    /// Its page.
    pub address: String,
    /// What was done.
    pub action: String,
    /// What the gate said.
    pub verdict: String,
    /// Which version it replaces.
    pub replaces: String,
    /// Why.
    pub reasons: Vec<String>,
    /// Who.
    pub decided_by: String,
}

/// A decision as it is listed.
pub fn decision_row(decision: &Decision) -> DecisionRow {
    let replaces = decision.replaces.map(|version| version.to_string());
    let verdict = decision.verdict.as_deref().map(words::spaced);
    DecisionRow {
        decided: markup::moment(decision.decided_at),
        version: decision.version,
        address: links::version(decision.version),
        action: words::name(&decision.action),
        verdict: verdict.unwrap_or_else(|| figures::UNKNOWN.to_owned()),
        replaces: replaces.unwrap_or_else(|| figures::UNKNOWN.to_owned()),
        reasons: decision
            .reasons
            .iter()
            .map(|text| words::passage(text))
            .collect(),
        decided_by: words::name(&decision.decided_by),
    }
}

fn page(view: &Models) -> Page {
    let staging = view
        .versions
        .iter()
        .find(|version| version.standing == "staging");
    Page {
        shell: shell::shell("Models", "/models"),
        versions: view.versions.iter().map(version_row).collect(),
        at_stake: staging.map(version_row),
        ledger: view.ledger.iter().map(decision_row).collect(),
        mlflow: view.mlflow_url.as_deref().and_then(links::outside),
        versions_csv: links::csv("models", &Default::default()),
        ledger_csv: links::csv("models/ledger", &Default::default()),
    }
}
