//! Versions, how they compare, and who decided what.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::category::CategoryScore;

/// All versions and the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Models {
    /// The newest first.
    pub versions: Vec<Version>,
    /// The newest decision first.
    pub ledger: Vec<Decision>,
    /// The address of the registered model's page in MLflow, where a server is named.
    pub mlflow_url: Option<String>,
}

/// A version in a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Version {
    /// Its number.
    pub version: i64,
    /// staging, production, archived, rejected or superseded.
    pub standing: String,
    /// What the classifier sees.
    pub method: String,
    /// What decides.
    pub classifier: String,
    /// Postings that it was trained on.
    pub training_postings: u64,
    /// Macro F1 on held-out postings.
    pub macro_f1: f64,
    /// Accuracy on them.
    pub accuracy: f64,
    /// Expected calibration error on them.
    pub calibration_error: f64,
    /// Why it was trained.
    pub reasons: Vec<String>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// One version whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VersionPage {
    /// The version.
    pub version: Version,
    /// Per category on held-out postings.
    pub scores: Vec<CategoryScore>,
    /// What is taken for what, out of fold; only pairs that occur.
    pub confusion: Vec<Confused>,
    /// Accuracy by share of predictions kept, over all categories, by falling threshold.
    pub coverage: Vec<CoveragePoint>,
    /// From when on its predictions count.
    pub counting: Counting,
    /// How it compared with production when it was decided on, the worst change first.
    pub comparison: Option<Comparison>,
    /// Decisions about it, the newest first.
    pub ledger: Vec<Decision>,
}

/// A cell of the confusion matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Confused {
    /// The category that the source gave.
    pub category: String,
    /// The predicted one.
    pub predicted: String,
    /// Postings.
    pub postings: u64,
}

/// From when on a version's predictions count, and what that came to on held-out postings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Counting {
    /// The lowest probability that counts; above 1 where none does.
    pub min_probability: f64,
    /// The smallest lead over the second category that counts.
    pub min_gap: f64,
    /// The share that counted; `null` where the settings ask for more than the version itself.
    pub coverage: Option<f64>,
    /// The share of those that was right.
    pub accuracy: Option<f64>,
}

/// A point of the accuracy-coverage curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CoveragePoint {
    /// Predictions count from this probability on.
    pub threshold: f64,
    /// The share that then counts.
    pub coverage: f64,
    /// The share of those that is right.
    pub accuracy: f64,
}

/// Candidate and production on the same held-out postings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// The version that was production.
    pub production: i64,
    /// Held-out postings.
    pub postings: u64,
    /// Macro F1.
    pub macro_f1: Change,
    /// Per category, or small ones together.
    pub categories: Vec<CategoryChange>,
}

/// A figure of both, with the change's 90 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The candidate's.
    pub candidate: f64,
    /// Production's.
    pub production: f64,
    /// The difference.
    pub change: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// F1 of a category in both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryChange {
    /// The categories, several where they are too small alone.
    pub categories: Vec<String>,
    /// Held-out postings.
    pub postings: u64,
    /// F1.
    pub f1: Change,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// The version.
    pub version: i64,
    /// The version it took the place of.
    pub replaces: Option<i64>,
    /// promote, force, alias, reject, hold, stage or rollback.
    pub action: String,
    /// pass, fail or insufficient_evidence.
    pub verdict: Option<String>,
    /// Why.
    pub reasons: Vec<String>,
    /// gate, or a person.
    pub decided_by: String,
    /// When.
    pub decided_at: DateTime<Utc>,
}
