//! Whether a new version is worth its sweep, and why.

use careerpulse_lake::query::{literal, moment};
use chrono::TimeDelta;
use serde::Deserialize;

use super::registration::is_intact;
use crate::config::{Retrain, Train};
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::drift::RETRAIN;
use crate::tables::ml::ModelVersion;
use crate::tracking::{production, sweep, versions};

/// The most alarms that are named as the reason.
const NAMED: usize = 5;

/// Whether to train.
pub enum Due {
    /// Yes, for these reasons.
    Yes(Vec<String>),
    /// No.
    No {
        /// The newest version.
        newest: Box<ModelVersion>,
        /// What spoke for training, and how much is missing.
        why: String,
    },
}

/// Asks every reason that [retrain] knows.
///
/// # Errors
/// When the lake cannot be read.
pub async fn due(ctx: &Ctx, train: &Train, retrain: &Retrain) -> anyhow::Result<Due> {
    let Some(newest) = versions(&ctx.lake).await?.pop() else {
        return Ok(Due::Yes(vec!["there is no version yet".to_owned()]));
    };
    let mut reasons = Vec::new();
    if retrain.asked {
        reasons.push("it was asked for".to_owned());
    }
    if retrain.always {
        reasons.push("[retrain] always is set".to_owned());
    }
    let production = production(&ctx.lake).await?;
    let own = production
        .iter()
        .filter(|version| version.version != newest.version);
    for version in std::iter::once(&newest).chain(own) {
        if !is_intact(ctx, version) {
            reasons.push(format!(
                "the model files of version {} are lost or altered",
                version.version
            ));
        }
    }
    match sweep(&ctx.lake, &newest.sweep_key).await? {
        None => reasons.push(format!(
            "it is not on record how version {} was trained",
            newest.version
        )),
        Some(last) if !is_same(&last.settings, train) => {
            reasons.push("the settings of [train] have changed".to_owned());
        }
        Some(_) => {}
    }
    let age = ctx.clock.now() - newest.created_at;
    if retrain.after_days > 0 && age >= TimeDelta::days(i64::from(retrain.after_days)) {
        reasons.push(format!(
            "version {} is {} days old",
            newest.version,
            age.num_days()
        ));
    }
    let fresh = fresh_labels(ctx, &newest).await?;
    let share = fresh as f64 / newest.training_postings.max(1) as f64;
    if share >= retrain.new_labels {
        reasons.push(format!(
            "{fresh} labels are new or changed, and version {} was trained on {}",
            newest.version, newest.training_postings
        ));
    }
    if retrain.on_drift {
        let reigning = production.as_ref().map(|version| version.version);
        reasons.extend(drift(ctx, &newest, reigning).await?);
    }
    if reasons.is_empty() {
        let why = format!(
            "no reason to train: the newest version, {}, is {} days old, {fresh} labels are new or changed against {} it was trained on, and no alarm calls for another ([retrain]; `careerpulse train` trains all the same)",
            newest.version,
            age.num_days(),
            newest.training_postings
        );
        let newest = Box::new(newest);
        return Ok(Due::No { newest, why });
    }
    Ok(Due::Yes(reasons))
}

/// Whether a sweep had these settings. One that was stored by a version of the program with other
/// settings had others.
fn is_same(stored: &str, train: &Train) -> bool {
    let stored: Option<serde_json::Value> = serde_json::from_str(stored).ok();
    stored.is_some() && stored == serde_json::to_value(train).ok()
}

/// Labelled postings that the version was not trained on, or under another category.
async fn fresh_labels(ctx: &Ctx, newest: &ModelVersion) -> anyhow::Result<u64> {
    let fresh = format!(
        "{} l left anti join (select posting_id, category from {} where sweep_key = {}) o \
         on l.posting_id = o.posting_id and l.category = o.category",
        Table::LabeledPostings.name(),
        Table::OutOfFold.name(),
        literal(&newest.sweep_key),
    );
    Ok(ctx.lake.count(&fresh).await?)
}

/// The alarms of the last run that call for a new version, each in a sentence. One whose postings the
/// newest version has seen calls for none: that version waits for the gate, or was refused by it.
async fn drift(
    ctx: &Ctx,
    newest: &ModelVersion,
    production: Option<i64>,
) -> anyhow::Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Words {
        words: String,
    }
    let has_alarms = ctx.lake.version(Table::Alarms.spec()).await?.is_some();
    let Some(version) = production.filter(|_| has_alarms) else {
        return Ok(Vec::new());
    };
    // A run that only repeats the one which raised an alarm, as after a kill, finds nothing new to learn.
    let sql = format!(
        "select words from {} where still_on and severity = {} and model_version = {version} \
         and data_until > {} and first_seen < (select max(first_seen_at) from {}) \
         order by first_seen, p_value, check, subject, basis",
        Table::Alarms.name(),
        literal(RETRAIN),
        moment(newest.created_at),
        Table::JobPostings.name(),
    );
    let found: Vec<Words> = ctx.lake.rows(&sql).await?;
    let mut reasons: Vec<String> = found
        .iter()
        .take(NAMED)
        .map(|alarm| format!("drift: {}", alarm.words))
        .collect();
    if found.len() > NAMED {
        reasons.push(format!("{} more alarms of drift", found.len() - NAMED));
    }
    Ok(reasons)
}
