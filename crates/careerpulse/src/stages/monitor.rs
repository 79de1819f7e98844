//! Monitor: what has arrived since the production version was trained, beside what it knew.

mod acknowledge;
mod alarms;
mod crawls;
mod estimates;
mod finding;
mod late;
mod late_look;
mod list;
mod measured;
mod notify;
mod nulls;
mod operations;
mod rejects;
mod sample;
mod store;
mod vectors;
mod windows;

use std::time::Duration;

use careerpulse_drift::{Settings, measure};

use crate::config::Monitor;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::alarms::Alarm;
use crate::tables::drift::EstimateRow;
use crate::tables::ml::ModelVersion;
use crate::taxonomy::{Taxonomy, load_taxonomy};
use crate::tracking::{decisions, production, production_since};
use crate::webhook::Webhook;

use alarms::after_looks;
use crawls::read_crawls;
use estimates::estimate_rows;
use late::{Reference, late_labels};
use late_look::look_at_late_labels;
use measured::{distribution_rows, look, measurement_rows};
use notify::notify;
use nulls::{read_nulls, store_nulls};
use operations::look_at_crawls;
use sample::read_adverts;
use store::{Found, store_alarms, store_found, stored_alarms};
use vectors::{reference_vectors, window_vectors};
use windows::{Basis, Window, due_windows, known_to};

pub use acknowledge::{acknowledge, alarm_named, all_alarms};
pub use list::{About, checks};

/// The stage.
pub const STAGE: Stage = Stage {
    name: "monitor",
    about: "compares what has arrived since the production version was trained with what it knew, estimates how good it is, and raises alarms",
    reads: &[
        Table::Coverage,
        Table::JobPostings,
        Table::Sightings,
        Table::Rejects,
        Table::UnknownFields,
        Table::LabeledPostings,
        Table::UnlabeledPostings,
        Table::Duplicates,
        Table::Embeddings,
        Table::OutOfFold,
        Table::ModelVersions,
        Table::Promotions,
        Table::CategoryPredictions,
    ],
    heeds: &[],
    writes: &[
        Table::CriticalValues,
        Table::Distributions,
        Table::Estimates,
        Table::Alarms,
        Table::Measurements,
    ],
    run: |ctx, config| Box::pin(run(ctx, &config.monitor, &config.gold.taxonomy)),
};

/// The seed of all draws.
const SEED: u64 = 42;

async fn run(ctx: &Ctx, settings: &Monitor, taxonomy: &str) -> anyhow::Result<Summary> {
    let taxonomy = load_taxonomy(taxonomy)?;
    let timeout = Duration::from_secs(settings.webhook_timeout_seconds);
    let webhook = Webhook::new(&settings.webhook, timeout)?;
    let version = production(&ctx.lake).await?;
    let mut found = Found::default();
    let mut remarks = Vec::new();
    match &version {
        None => remarks.push("no version is in production: nothing to compare with yet".to_owned()),
        Some(version) => look_at_windows(ctx, settings, version, &taxonomy, &mut found).await?,
    }
    if let Some(crawls) = read_crawls(ctx).await? {
        found
            .looks
            .push(look_at_crawls(ctx, settings, &crawls).await?);
    }

    let now = ctx.clock.now();
    let since = production_since(&decisions(&ctx.lake).await?);
    let stored = stored_alarms(ctx).await?;
    let mut alarms = after_looks(stored.clone(), &found.looks, since, now);
    let mut written = store_found(ctx, &found).await?;
    // Whoever is told finds the alarm in the table.
    written += store_alarms(ctx, &stored, &alarms).await?;
    let told = alarms.clone();
    remarks.extend(notify(webhook.as_ref(), &stored, &mut alarms, now).await);
    written += store_alarms(ctx, &told, &alarms).await?;
    // Last, for a window that has rows here is not looked at again.
    written += ctx.insert(Table::Measurements, &found.measurements).await?;

    Ok(summary(&found, &stored, &alarms, written, remarks))
}

/// Measures the windows that are due, and scores late labels.
async fn look_at_windows(
    ctx: &Ctx,
    settings: &Monitor,
    version: &ModelVersion,
    taxonomy: &Taxonomy,
    found: &mut Found,
) -> anyhow::Result<()> {
    let mut due: Vec<Window> = Vec::new();
    for basis in Basis::ALL {
        due.extend(due_windows(ctx, version, basis, settings.window).await?);
    }
    let late = late_labels(ctx, version, taxonomy).await?;
    let reference = Reference::of(ctx, version);
    if !due.is_empty() {
        measure_windows(ctx, settings, version, taxonomy, &due, found).await?;
    }
    found.estimates = estimate_rows(ctx, version, &reference, &late, &due).await?;
    let rate = settings.false_alarm_rate;
    if let Some((look, row)) = look_at_late_labels(&reference, &late, rate).await? {
        found.looks.push(look);
        found.measurements.push(row);
    }
    Ok(())
}

async fn measure_windows(
    ctx: &Ctx,
    settings: &Monitor,
    version: &ModelVersion,
    taxonomy: &Taxonomy,
    due: &[Window],
    found: &mut Found,
) -> anyhow::Result<()> {
    let max_rows = settings.max_rows;
    let adverts = read_adverts(ctx, &known_to(version), version, taxonomy, max_rows).await?;
    let (mut reference, kind) = reference_vectors(ctx, &adverts, version).await?;
    drop(adverts);
    let mut nulls = read_nulls(ctx, version, &kind).await?;
    for window in due {
        let condition = window.condition(version);
        let adverts = read_adverts(ctx, &condition, version, taxonomy, max_rows).await?;
        let sample = window_vectors(ctx, &adverts, &kind).await?;
        found.rows_read += sample.rows() as u64;
        let drift = drift_settings(settings);
        let measured = tokio::task::spawn_blocking(move || {
            let report = measure(&reference, &sample, &drift, &mut nulls);
            (reference, nulls, report)
        });
        let report;
        (reference, nulls, report) = measured.await?;
        let report = report?;
        found.looks.push(look(window, version, &report));
        found
            .distributions
            .extend(distribution_rows(window, version, &report));
        let now = ctx.clock.now();
        found
            .measurements
            .extend(measurement_rows(window, version, &report, now));
        found.windows += 1;
    }
    found.drawn = store_nulls(ctx, version, &kind, &nulls).await?;
    Ok(())
}

fn drift_settings(settings: &Monitor) -> Settings {
    Settings {
        false_alarm_rate: settings.false_alarm_rate,
        draws: settings.draws,
        // Each of these is a pass over the vectors.
        vector_draws: (settings.draws / 5).max(100),
        seed: SEED,
        ..Settings::default()
    }
}

fn summary(
    found: &Found,
    before: &[Alarm],
    alarms: &[Alarm],
    written: u64,
    remarks: Vec<String>,
) -> Summary {
    let on: Vec<&Alarm> = alarms.iter().filter(|alarm| alarm.still_on).collect();
    let was_on = |id: &str| {
        before
            .iter()
            .any(|alarm| alarm.still_on && alarm.alarm_id == id)
    };
    let is_known = |id: &str| before.iter().any(|alarm| alarm.alarm_id == id);
    let is_new = |alarm: &Alarm| match alarm.still_on {
        true => !was_on(&alarm.alarm_id),
        // Raised by one window and cleared by the next, in one run.
        false => !is_known(&alarm.alarm_id),
    };
    let new = alarms.iter().filter(|alarm| is_new(alarm)).count();
    let has_gone = |alarm: &&Alarm| !alarm.still_on && (was_on(&alarm.alarm_id) || is_new(alarm));
    let cleared = alarms.iter().filter(has_gone).count();
    let status = match written {
        0 => Status::Unchanged,
        _ => Status::Done,
    };
    let listed: Vec<serde_json::Value> = on
        .iter()
        .map(|alarm| {
            serde_json::json!({
                "alarm_id": alarm.alarm_id,
                "check": alarm.check,
                "subject": alarm.subject,
                "basis": alarm.basis,
                "severity": alarm.severity,
                "words": alarm.words,
                "first_seen": alarm.first_seen,
                "new": !was_on(&alarm.alarm_id),
                "acknowledged": alarm.acknowledged_at.is_some(),
            })
        })
        .collect();
    let mut words = Vec::new();
    if !on.is_empty() || new > 0 {
        words.push(format!(
            "{} alarms on, {new} raised now: `careerpulse alarms list` shows them",
            on.len()
        ));
    }
    if cleared > 0 {
        words.push(format!("{cleared} alarms cleared"));
    }
    words.extend(latest_estimate(&found.estimates));
    let mut summary = Summary::new(STAGE.name, status)
        .with("windows", found.windows)
        .with("alarms", listed)
        .with("new_alarms", new)
        .with("cleared_alarms", cleared)
        .with("estimates", &found.estimates)
        .with("assumptions", careerpulse_drift::ASSUMPTIONS)
        .with_remarks(words)
        .with_remarks(remarks);
    summary.rows_read = found.rows_read;
    summary.rows_written = written + found.drawn;
    summary
}

/// The accuracy that the model is estimated to have on the latest window.
fn latest_estimate(estimates: &[EstimateRow]) -> Option<String> {
    let is_accuracy = |row: &&EstimateRow| row.metric == "accuracy";
    let latest = estimates.iter().filter(is_accuracy);
    let latest = latest.max_by_key(|row| (row.window_end, row.late_labels))?;
    let percent = |share: Option<f64>| share.map(|share| 100.0 * share);
    let (value, lo, hi) = (
        percent(latest.estimate)?,
        percent(latest.estimate_lo)?,
        percent(latest.estimate_hi)?,
    );
    let truth = match (percent(latest.truth), percent(latest.late_estimate)) {
        (Some(truth), Some(promised)) => format!(
            "; of {} whose label has arrived since {truth:.0} % were right, where {promised:.0} % were promised",
            latest.late_labels
        ),
        _ => String::new(),
    };
    Some(format!(
        "by its own probabilities the model is right about {value:.0} % ({lo:.0} to {hi:.0}) of the {} imputed adverts of {} to {}, if these mean what the labelled ones mean{truth}",
        latest.window_rows, latest.window_start, latest.window_end
    ))
}
