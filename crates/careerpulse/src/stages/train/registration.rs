//! The winner as a version in the registry.

use careerpulse_lake::rows::to_batch;

use super::fit::{Fitted, HeldOut};
use super::plan::Configuration;
use super::set::TrainingSet;
use super::sweep::revision_of;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::ml::{ModelVersion, Run};
use crate::tracking::registry::{MODEL_NAME, load_assessed, load_version, versions};

/// The newest version of a sweep.
///
/// # Errors
/// When the registry cannot be read.
pub async fn version_of_sweep(ctx: &Ctx, sweep_key: &str) -> anyhow::Result<Option<ModelVersion>> {
    let known = versions(&ctx.lake).await?;
    Ok(known
        .into_iter()
        .rfind(|version| version.sweep_key == sweep_key))
}

/// Whether both of the version's model files are there and whole.
pub fn is_intact(ctx: &Ctx, version: &ModelVersion) -> bool {
    load_version(&ctx.lake, version).is_ok() && load_assessed(&ctx.lake, version).is_ok()
}

/// Registers a version under the next free number, whoever else registers at the same time.
///
/// # Errors
/// When the registry cannot be read or written.
pub async fn register(ctx: &Ctx, mut version: ModelVersion) -> anyhow::Result<ModelVersion> {
    let spec = Table::ModelVersions.spec();
    loop {
        let known = versions(&ctx.lake).await?;
        // Another process may have trained on the same rows meanwhile: its version is ours too.
        let is_same = |other: &&ModelVersion| {
            other.sweep_key == version.sweep_key && other.artifact_sha256 == version.artifact_sha256
        };
        if let Some(same) = known.iter().find(is_same) {
            return Ok(same.clone());
        }
        version.version = known.last().map_or(0, |last| last.version) + 1;
        let row = to_batch(spec, std::slice::from_ref(&version))?;
        if ctx.lake.insert_new(spec, vec![row]).await?.rows == 1 {
            return Ok(version);
        }
    }
}

/// The version's row, but for its number, artifact and moment.
pub fn version_row(
    set: &TrainingSet,
    best: &Run,
    configuration: &Configuration,
    held_out: &HeldOut,
    fitted: &Fitted,
) -> ModelVersion {
    ModelVersion {
        version: 0,
        name: MODEL_NAME.to_owned(),
        sweep_key: best.sweep_key.clone(),
        run_id: best.run_id.clone(),
        method: best.method.clone(),
        classifier: best.classifier.clone(),
        encoder_revision: revision_of(set, configuration),
        artifact: String::new(),
        artifact_sha256: String::new(),
        assessed_artifact: String::new(),
        assessed_sha256: String::new(),
        training_postings: set.postings() as i64,
        categories: set.classes.clone(),
        calibration: fitted.model.calibration.method().to_owned(),
        calibration_error: fitted.calibration_error,
        min_probability: fitted.model.thresholds.min_probability,
        min_gap: fitted.model.thresholds.min_gap,
        test_postings: held_out.postings as i64,
        test_accuracy: held_out.accuracy,
        test_macro_f1: held_out.macro_f1,
        test_weighted_f1: held_out.weighted_f1,
        test_calibration_error: held_out.calibration_error,
        test_coverage: held_out.coverage,
        test_covered_accuracy: held_out.covered_accuracy,
        test_categories_true: held_out.categories_true as i64,
        test_categories_predicted: held_out.categories_predicted as i64,
        test_report: held_out.report.clone(),
        created_at: best.finished_at,
    }
}
