//! `models`: versions, where each stands, and the ledger.

use careerpulse_lake::Lake;
use serde_json::json;

use super::args::ModelsAction;
use super::assessment::assessment_words;
use super::exit::Outcome;
use super::output::{print, print_json, safe, table};
use super::promote::{comparison_words, roll_back, stage};
use crate::config::Config;
use crate::error::UserError;
use crate::stages::promote::{Evidence, Verdict};
use crate::tables::ledger::Promotion;
use crate::tables::ml::ModelVersion;
use crate::tracking::{Standing, decisions, read_assessment, standings, versions};

/// `careerpulse models list|show|stage|rollback`.
pub async fn models(action: ModelsAction, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    match action {
        ModelsAction::Stage { version } => return stage(version, config, json).await,
        ModelsAction::Rollback { why } => return roll_back(why.as_deref(), config, json).await,
        ModelsAction::List | ModelsAction::Show { .. } => {}
    }
    let lake = Lake::open(&config.lake)?;
    let ledger = decisions(&lake).await?;
    let all = standings(versions(&lake).await?, &ledger);
    match action {
        ModelsAction::List if json => {
            for (version, standing) in &all {
                let mut value = with_standing(version, *standing)?;
                let last = last_decision(&ledger, version.version).map(ledger_row);
                value["decision"] = last.transpose()?.unwrap_or_default();
                print_json(&value)?;
            }
        }
        ModelsAction::List if all.is_empty() => {
            print("no version yet: `careerpulse train` registers the first\n")?;
        }
        ModelsAction::List => print(&list(&all, &ledger))?,
        ModelsAction::Stage { .. } | ModelsAction::Rollback { .. } => {}
        ModelsAction::Show { version } => {
            let Some((found, standing)) = all.iter().find(|(v, _)| v.version == version) else {
                return Err(UserError::new(format!(
                    "there is no version {version}: `careerpulse models list` names those there are"
                ))
                .into());
            };
            let decided: Vec<_> = ledger
                .iter()
                .filter(|decision| decision.version == version)
                .collect();
            let assessment = read_assessment(&lake, &found.sweep_key).await?;
            if json {
                let mut value = with_standing(found, *standing)?;
                let rows = decided.iter().map(|decision| ledger_row(decision));
                value["ledger"] = rows.collect::<anyhow::Result<_>>()?;
                value["assessment"] = json!(assessment);
                print_json(&value)?;
            } else {
                let mut text = show(found, *standing);
                for decision in decided {
                    text.push_str(&decision_words(decision));
                }
                text.push_str(&assessment_words(&assessment));
                print(&text)?;
            }
        }
    }
    Ok(Outcome::Done)
}

fn with_standing(version: &ModelVersion, standing: Standing) -> anyhow::Result<serde_json::Value> {
    let mut value = serde_json::to_value(version)?;
    value["standing"] = json!(standing);
    Ok(value)
}

/// A decision with its evidence as an object rather than as text.
fn ledger_row(decision: &Promotion) -> anyhow::Result<serde_json::Value> {
    let mut row = serde_json::to_value(decision)?;
    row["evidence"] = match &decision.evidence {
        Some(evidence) => serde_json::from_str(evidence)?,
        None => serde_json::Value::Null,
    };
    Ok(row)
}

fn last_decision(ledger: &[Promotion], version: i64) -> Option<&Promotion> {
    ledger.iter().rfind(|decision| decision.version == version)
}

/// What was done, and the gate's word where it was asked.
fn what_words(decision: &Promotion) -> String {
    let verdict = decision.verdict.map_or("", |verdict| match verdict {
        Verdict::Pass => " (pass)",
        Verdict::Fail => " (fail)",
        Verdict::InsufficientEvidence => " (insufficient evidence)",
    });
    format!("{}{verdict}", decision.action)
}

fn decision_words(decision: &Promotion) -> String {
    let when = decision.decided_at.format("%Y-%m-%d %H:%M");
    let evidence = decision.evidence.as_deref().unwrap_or_default();
    // Evidence of another version of the program is left to `--json`.
    let evidence: Option<Evidence> = serde_json::from_str(evidence).ok();
    let compared = evidence.and_then(|evidence| evidence.comparison);
    format!(
        "{when} {} by {}: {}\n{}",
        what_words(decision),
        safe(&decision.decided_by),
        safe(&decision.reasons.join("; ")),
        compared.as_ref().map(comparison_words).unwrap_or_default()
    )
}

fn list(all: &[(ModelVersion, Standing)], ledger: &[Promotion]) -> String {
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|(v, standing)| {
            vec![
                v.version.to_string(),
                standing.word().to_owned(),
                format!("{} + {}", v.method, v.classifier),
                v.training_postings.to_string(),
                v.categories.len().to_string(),
                format!("{:.3}", v.test_macro_f1),
                format!("{:.3}", v.test_accuracy),
                v.created_at.format("%Y-%m-%d %H:%M").to_string(),
                last_decision(ledger, v.version).map_or_else(String::new, what_words),
            ]
        })
        .collect();
    table(
        &[
            "version",
            "standing",
            "model",
            "postings",
            "categories",
            "macro F1",
            "accuracy",
            "registered (UTC)",
            "last decision",
        ],
        &rows,
    )
}

fn show(version: &ModelVersion, standing: Standing) -> String {
    let rows: Vec<Vec<String>> = version
        .test_report
        .iter()
        .map(|r| {
            vec![
                r.category.clone(),
                format!("{:.3}", r.precision),
                format!("{:.3}", r.recall),
                format!("{:.3}", r.f1),
                r.support.to_string(),
            ]
        })
        .collect();
    format!(
        "version {} ({}): {} + {}, run {}, trained on {} postings\nheld-out postings: {}, accuracy {:.3}, macro F1 {:.3}, weighted F1 {:.3}, calibration error {:.3}\n\
         calibrated by {}, error {:.3} out of fold; {}\n{}",
        version.version,
        standing.word(),
        version.method,
        version.classifier,
        version.run_id,
        version.training_postings,
        version.test_postings,
        version.test_accuracy,
        version.test_macro_f1,
        version.test_weighted_f1,
        version.test_calibration_error,
        version.calibration,
        version.calibration_error,
        threshold_words(version),
        table(&["category", "precision", "recall", "F1", "support"], &rows)
    )
}

fn threshold_words(version: &ModelVersion) -> String {
    if version.min_probability > 1.0 {
        return "no prediction counts: none is precise enough ([train] target_precision)"
            .to_owned();
    }
    let (what, least) = match version.min_gap > 0.0 {
        true => ("lead over the second category", version.min_gap),
        false => ("probability", version.min_probability),
    };
    let right = version.test_covered_accuracy.map_or_else(
        || "none".to_owned(),
        |share| format!("{:.1} %", share * 100.0),
    );
    format!(
        "predictions count from a {what} of {least:.2} on; with a threshold picked in the same way, without the held-out postings, {:.1} % of those count, {right} of them right",
        version.test_coverage * 100.0
    )
}
