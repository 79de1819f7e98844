//! The sweep's own row: on which rows, with which settings, when.

use std::process::Command;

use careerpulse_lake::rows::to_batch;

use super::set::TrainingSet;
use crate::config::Train;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::sweeps::Sweep;

/// Records that a sweep begins; one that was interrupted keeps the row of its first try.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn record_sweep(
    ctx: &Ctx,
    set: &TrainingSet,
    settings: &Train,
    sweep_key: &str,
    reasons: &[String],
) -> anyhow::Result<Sweep> {
    let spec = Table::Sweeps.spec();
    let sweep = Sweep {
        sweep_key: sweep_key.to_owned(),
        run_timestamp: ctx.clock.now(),
        table_version: set.table_version,
        data_digest: set.digest.clone(),
        postings: set.postings() as i64,
        categories: set.classes.len() as i64,
        settings: serde_json::to_string(settings)?,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        git_commit: git_commit(),
        reasons: reasons.to_vec(),
    };
    ctx.lake
        .insert_new(spec, vec![to_batch(spec, &[sweep])?])
        .await?;
    crate::tracking::sweep(&ctx.lake, sweep_key)
        .await?
        .ok_or_else(|| anyhow::anyhow!("the sweep that was just recorded is not in the lake"))
}

/// The commit of the working folder, where Git knows one.
fn git_commit() -> Option<String> {
    let answer = Command::new("git")
        .args(["rev-parse", "--verify", "HEAD"])
        .output()
        .ok()?;
    let commit = String::from_utf8(answer.stdout).ok()?.trim().to_owned();
    let is_commit = commit.len() >= 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
    (answer.status.success() && is_commit).then_some(commit)
}
