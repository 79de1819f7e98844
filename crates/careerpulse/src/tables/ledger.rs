//! The ledger: every decision about a version, and who took it.

use careerpulse_lake::{Column, Kind, TableSpec};
use careerpulse_learn::gate::Verdict;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The ledger.
pub const PROMOTIONS: TableSpec = TableSpec {
    schema: "careerpulse_ml",
    name: "promotions",
    comment: "One decision about one version, by the gate or a person; append-only",
    columns: &[
        Column::required("version", Kind::Int, "The model version"),
        Column::optional(
            "replaces",
            Kind::Int,
            "The version that was production before",
        ),
        Column::required(
            "action",
            Kind::Text,
            "promote: production since then; force: the same, against or without the gate's word; alias: the same, by the alias that somebody moved in MLflow; reject: kept out; hold: stays at staging until there is more evidence; stage: back at staging; rollback: production again in place of the one that replaced it",
        ),
        Column::optional(
            "verdict",
            Kind::Text,
            "The gate's word: pass, fail or insufficient_evidence; null where it was not asked",
        ),
        Column::required(
            "reasons",
            Kind::List(&Kind::Text),
            "Why: what the gate saw, the gravest first; before it what a person gave as the reason",
        ),
        Column::optional(
            "evidence",
            Kind::Text,
            "What the gate measured, as JSON; null where it was not asked",
        ),
        Column::required("decided_by", Kind::Text, "gate, or the name of the user"),
        Column::required("decided_at", Kind::Timestamp, "When, UTC"),
    ],
    keys: &["version", "decided_at"],
    partition_by: &[],
    append_only: true,
};

/// What a decision does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the table's column comment says it")]
pub enum Action {
    Promote,
    Force,
    Alias,
    Reject,
    Hold,
    Stage,
    Rollback,
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Promote => "promote",
            Self::Force => "force",
            Self::Alias => "alias",
            Self::Reject => "reject",
            Self::Hold => "hold",
            Self::Stage => "stage",
            Self::Rollback => "rollback",
        })
    }
}

/// A row of `careerpulse_ml.promotions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct Promotion {
    pub version: i64,
    pub replaces: Option<i64>,
    pub action: Action,
    pub verdict: Option<Verdict>,
    pub reasons: Vec<String>,
    pub evidence: Option<String>,
    pub decided_by: String,
    pub decided_at: DateTime<Utc>,
}
