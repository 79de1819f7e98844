//! Promote: the gate between staging and production. A plan first, then the ledger.

use careerpulse_lake::rows::to_batch;
use serde::Serialize;

use crate::config::Promote;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::ml::{ModelVersion, Promotion};
use crate::tracking::{Standing, decisions, load_version, standings, versions};

/// The stage.
pub const STAGE: Stage = Stage {
    name: "promote",
    about: "lets the version at staging through the gate to production, or not, and writes the decision to the ledger",
    reads: &[Table::ModelVersions],
    writes: &[Table::Promotions],
    run: |ctx, config| Box::pin(run(ctx, &config.promote)),
};

/// What the gate says of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It becomes production.
    Pass,
    /// It stays out.
    Fail,
}

/// What promoting would do.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// The version at staging.
    pub version: i64,
    /// The version that is production now.
    pub replaces: Option<i64>,
    /// The gate's word.
    pub verdict: Verdict,
    /// What it saw, failures first.
    pub reasons: Vec<String>,
}

/// Looks at the version at staging and says what promoting would do; `None` where nothing awaits a decision.
///
/// # Errors
/// When the tables or the candidate's model file cannot be read.
pub async fn plan(ctx: &Ctx, settings: &Promote) -> anyhow::Result<Option<Plan>> {
    let ledger = decisions(&ctx.lake).await?;
    let all = standings(versions(&ctx.lake).await?, &ledger);
    let at = |wanted| {
        all.iter()
            .find(|(_, standing)| *standing == wanted)
            .map(|(version, _)| version)
    };
    let (Some(candidate), current) = (at(Standing::Staging), at(Standing::Production)) else {
        return Ok(None);
    };
    // A file that cannot be read is no verdict on the model: nothing is decided until it is back.
    load_version(&ctx.lake, candidate)?;
    Ok(Some(judge(candidate, current, settings)))
}

async fn run(ctx: &Ctx, settings: &Promote) -> anyhow::Result<Summary> {
    let Some(plan) = plan(ctx, settings).await? else {
        return Ok(Summary::new(STAGE.name, Status::Unchanged)
            .with("verdict", None::<Verdict>)
            .with("reasons", [""; 0])
            .with_note("no version at staging awaits a decision"));
    };
    let decision = Promotion {
        version: plan.version,
        replaces: plan.replaces,
        verdict: if plan.verdict == Verdict::Pass {
            "pass"
        } else {
            "fail"
        }
        .into(),
        reasons: plan.reasons.clone(),
        decided_by: "gate".into(),
        decided_at: ctx.clock.now(),
    };
    let spec = Table::Promotions.spec();
    let written = ctx
        .lake
        .insert_new(spec, vec![to_batch(spec, &[decision])?])
        .await?;
    let status = if plan.verdict == Verdict::Pass {
        Status::Done
    } else {
        Status::Refused
    };
    let mut summary = Summary::new(STAGE.name, status)
        .with("version", plan.version)
        .with("replaces", plan.replaces)
        .with("verdict", plan.verdict)
        .with("reasons", &plan.reasons)
        .with_note(format!(
            "version {}: {}",
            plan.version,
            plan.reasons.join("; ")
        ));
    summary.rows_read = 1;
    summary.rows_written = written.rows;
    Ok(summary)
}

/// The gate itself: held-out macro F1 against the floor and against production, and no degenerate predictor.
fn judge(candidate: &ModelVersion, current: Option<&ModelVersion>, settings: &Promote) -> Plan {
    let f1 = candidate.test_macro_f1;
    let mut failures = Vec::new();
    let mut seen = Vec::new();
    if candidate.categories.len() < 2 || candidate.test_postings == 0 {
        failures.push(format!(
            "it is an empty predictor: {} categories, {} held-out postings",
            candidate.categories.len(),
            candidate.test_postings
        ));
    } else if candidate.test_categories_predicted < 2 && candidate.test_categories_true > 1 {
        failures.push(format!(
            "it is a degenerate predictor: one category for all {} held-out postings of {} categories",
            candidate.test_postings, candidate.test_categories_true
        ));
    }
    let floor = settings.min_macro_f1;
    // Written so that a NaN fails.
    if f1 >= floor {
        seen.push(format!("held-out macro F1 {f1:.3} is at least {floor:.3}"));
    } else {
        failures.push(format!(
            "held-out macro F1 {f1:.3} is under {floor:.3} ([promote] min_macro_f1)"
        ));
    }
    if let Some(current) = current {
        let lowest = current.test_macro_f1 - settings.max_loss;
        let words = format!(
            "macro F1 {f1:.3} against {:.3} of version {}, each on its own held-out postings",
            current.test_macro_f1, current.version
        );
        if f1 >= lowest {
            seen.push(words);
        } else {
            failures.push(format!(
                "{words}, loses more than {:.3} ([promote] max_loss)",
                settings.max_loss
            ));
        }
    } else {
        seen.push("there is no production version to compare with".to_owned());
    }
    let verdict = if failures.is_empty() {
        Verdict::Pass
    } else {
        Verdict::Fail
    };
    failures.extend(seen);
    Plan {
        version: candidate.version,
        replaces: current.map(|v| v.version),
        verdict,
        reasons: failures,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: i64, macro_f1: f64) -> ModelVersion {
        ModelVersion {
            version: number,
            name: "m".into(),
            sweep_key: "s".into(),
            run_id: "r".into(),
            method: "tfidf".into(),
            classifier: "knn".into(),
            encoder_revision: None,
            artifact: "a".into(),
            artifact_sha256: "b".into(),
            training_postings: 100,
            categories: vec!["A".into(), "B".into()],
            calibration: "temperature".into(),
            calibration_error: 0.02,
            min_probability: 0.5,
            min_gap: 0.0,
            test_postings: 20,
            test_accuracy: 0.9,
            test_macro_f1: macro_f1,
            test_weighted_f1: 0.9,
            test_calibration_error: 0.03,
            test_coverage: 0.8,
            test_covered_accuracy: Some(0.95),
            test_categories_true: 2,
            test_categories_predicted: 2,
            test_report: Vec::new(),
            created_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn verdict(candidate: &ModelVersion, current: Option<f64>) -> (Verdict, String) {
        let current = current.map(|f1| version(1, f1));
        let plan = judge(candidate, current.as_ref(), &Promote::default());
        (plan.verdict, plan.reasons[0].clone())
    }

    #[test]
    fn better_equal_and_slightly_worse_pass_and_clearly_worse_fails() {
        for (f1, wanted) in [
            (0.7, Verdict::Pass),
            (0.6, Verdict::Pass),
            (0.585, Verdict::Pass),
            (0.5, Verdict::Fail),
        ] {
            assert_eq!(verdict(&version(2, f1), Some(0.6)).0, wanted, "{f1}");
        }
        assert_eq!(verdict(&version(1, 0.6), None).0, Verdict::Pass);
    }

    #[test]
    fn empty_degenerate_hopeless_and_undefined_predictors_fail_with_the_reason_first() {
        let degenerate = ModelVersion {
            test_categories_predicted: 1,
            ..version(2, 0.9)
        };
        let empty = ModelVersion {
            test_postings: 0,
            ..version(2, 0.9)
        };
        for (candidate, reason) in [
            (degenerate, "degenerate"),
            (empty, "empty"),
            (version(2, 0.05), "min_macro_f1"),
            (version(2, f64::NAN), "min_macro_f1"),
        ] {
            let (verdict, first) = verdict(&candidate, None);
            assert_eq!(verdict, Verdict::Fail);
            assert!(first.contains(reason), "{first}");
        }
    }
}
