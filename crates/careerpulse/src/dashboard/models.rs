//! Versions and the ledger.

use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::models::{Decision, Models, Version};

use super::moment::Moment;
use super::registry::{Registry, registry};
use super::words::{name, not_yet};
use crate::stages::promote::Verdict;
use crate::tables::ledger::Promotion;
use crate::tables::ml::ModelVersion;
use crate::tracking::Standing;

/// Reads them, the newest first.
///
/// # Errors
/// [`SourceError::NotYet`] where there is no version.
pub async fn models(moment: &Arc<Moment>) -> Result<Models, SourceError> {
    let registry = registry(moment).await?;
    if registry.versions.is_empty() {
        return Err(none_yet());
    }
    let versions = registry.versions.iter().rev();
    Ok(Models {
        versions: versions
            .map(|(version, standing)| in_a_line(&registry, version, *standing))
            .collect(),
        ledger: registry.ledger.iter().rev().map(decision).collect(),
        mlflow_url: moment.site.mlflow_url.clone(),
    })
}

/// The sentence where no version was registered.
pub fn none_yet() -> SourceError {
    not_yet("there is no model version yet", "train")
}

/// A version in a line.
pub fn in_a_line(registry: &Registry, version: &ModelVersion, standing: Standing) -> Version {
    let reasons = registry.reasons.get(&version.sweep_key);
    Version {
        version: version.version,
        standing: standing.word().to_owned(),
        method: version.method.clone(),
        classifier: version.classifier.clone(),
        training_postings: u64::try_from(version.training_postings).unwrap_or_default(),
        macro_f1: version.test_macro_f1,
        accuracy: version.test_accuracy,
        calibration_error: version.test_calibration_error,
        reasons: reasons.cloned().unwrap_or_default(),
        created_at: version.created_at,
    }
}

/// A row of the ledger.
pub fn decision(row: &Promotion) -> Decision {
    let verdict = row.verdict.map(|verdict| match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::InsufficientEvidence => "insufficient_evidence",
    });
    Decision {
        version: row.version,
        replaces: row.replaces,
        action: row.action.to_string(),
        verdict: verdict.map(ToOwned::to_owned),
        reasons: row.reasons.clone(),
        decided_by: name(&row.decided_by),
        decided_at: row.decided_at,
    }
}
