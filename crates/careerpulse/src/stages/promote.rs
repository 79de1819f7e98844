//! Promote: the gate between staging and production. A plan first, then the ledger.

mod compare;
mod evidence;
mod floors;
mod ledger;
mod plan;
mod recent;
mod rows;

use serde_json::json;

use crate::config::Promote;
use crate::error::UserError;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::ledger::Action;
use crate::tracking::ledger::enter;

pub use careerpulse_learn::gate::Verdict;
pub use evidence::{CategoryChange, Comparison, Evidence, Figure, Recent};
pub use ledger::{Moved, rollback, stage_version};
pub use plan::{Plan, plan};

/// The stage.
pub const STAGE: Stage = Stage {
    name: "promote",
    about: "compares the version at staging with production on postings that neither has seen, and writes to the ledger whether it takes its place",
    reads: &[
        Table::LabeledPostings,
        Table::UnlabeledPostings,
        Table::Embeddings,
        Table::Sweeps,
        Table::ModelVersions,
    ],
    heeds: &[],
    writes: &[Table::Promotions],
    run: |ctx, config| Box::pin(run(ctx, &config.promote)),
};

/// Promotes the version at staging whatever the gate says, and records that it was forced, by whom and why.
///
/// # Errors
/// [`UserError`] where no reason is given or nothing is at staging; otherwise as [`plan`].
pub async fn force(ctx: &Ctx, settings: &Promote, who: &str, why: &str) -> anyhow::Result<Summary> {
    let why = why.trim();
    if why.is_empty() {
        return Err(UserError::new(
            "a forced promotion is recorded with its reason: give one with --why \"…\"",
        )
        .into());
    }
    let Some(mut plan) = plan(ctx, settings).await? else {
        return Err(UserError::new(
            "no version is at staging: `careerpulse models stage VERSION` puts one there",
        )
        .into());
    };
    plan.force(why);
    let written = enter(&ctx.lake, plan.decision(who, ctx.clock.now())?).await?;
    Ok(summary(&plan, Status::Done, written))
}

async fn run(ctx: &Ctx, settings: &Promote) -> anyhow::Result<Summary> {
    let Some(plan) = plan(ctx, settings).await? else {
        return Ok(Summary::new(STAGE.name, Status::Unchanged)
            .with("action", None::<Action>)
            .with("verdict", None::<Verdict>)
            .with("reasons", [""; 0])
            .with_note("no version at staging awaits a decision"));
    };
    let decision = plan.decision("gate", ctx.clock.now())?;
    // The same evidence leaves a version where it is, and is written down once.
    let written = match plan.action {
        Action::Hold if ledger::is_known(ctx, &decision).await? => 0,
        _ => enter(&ctx.lake, decision).await?,
    };
    let status = match plan.action {
        Action::Promote => Status::Done,
        _ => Status::Refused,
    };
    Ok(summary(&plan, status, written))
}

fn summary(plan: &Plan, status: Status, written: u64) -> Summary {
    let mut summary = Summary::new(STAGE.name, status)
        .with("version", plan.version)
        .with("replaces", plan.replaces)
        .with("action", plan.action)
        .with("verdict", plan.verdict)
        .with("reasons", &plan.reasons)
        .with("evidence", json!(plan.evidence))
        .with_note(plan.words());
    summary.rows_read = plan.evidence.postings_read();
    summary.rows_written = written;
    summary
}
