//! The ledger's rows: the gate's decisions, and what people decide.

use careerpulse_lake::rows::to_batch;
use serde::Serialize;

use crate::error::UserError;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::ledger::{Action, Promotion};
use crate::tables::ml::ModelVersion;
use crate::tracking::{Standing, decisions, load_version, reigns, standings, versions};

/// What a person moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// What was done.
    pub action: Action,
    /// The version that was put somewhere.
    pub version: i64,
    /// The version that was production before.
    pub replaces: Option<i64>,
    /// Whether the ledger has a new row: not where the version stood there already.
    pub is_new: bool,
}

/// Puts a version back at staging, so that the gate looks at it again.
///
/// # Errors
/// [`UserError`] for a version that does not exist or is production; when a table cannot be read.
pub async fn stage_version(ctx: &Ctx, version: i64, who: &str) -> anyhow::Result<Moved> {
    let ledger = decisions(&ctx.lake).await?;
    let all = standings(versions(&ctx.lake).await?, &ledger);
    let Some((found, standing)) = all.iter().find(|(v, _)| v.version == version) else {
        return Err(no_version(version).into());
    };
    let moved = Moved {
        action: Action::Stage,
        version,
        replaces: None,
        is_new: *standing != Standing::Staging,
    };
    match standing {
        Standing::Staging => return Ok(moved),
        Standing::Production => {
            return Err(UserError::new(format!(
                "version {version} is in production: `careerpulse models rollback` takes it out"
            ))
            .into());
        }
        _ => {}
    }
    load_version(&ctx.lake, found)?;
    let reason = "put back at staging for the gate to look at".to_owned();
    record(ctx, by_hand(ctx, moved, who, reason)).await?;
    Ok(moved)
}

/// Returns to the version that was production before the present one.
///
/// # Errors
/// [`UserError`] where there is none, or its model file is gone; when a table cannot be read.
pub async fn rollback(ctx: &Ctx, who: &str, why: Option<&str>) -> anyhow::Result<Moved> {
    let reigns = reigns(&decisions(&ctx.lake).await?);
    let [.., previous, present] = reigns.as_slice() else {
        let present = match reigns.as_slice() {
            [] => "no version is in production".to_owned(),
            [first, ..] => format!("version {first} is the first that was in production"),
        };
        return Err(UserError::new(format!(
            "there is nothing to go back to: {present}; `careerpulse models list` shows where each stands"
        ))
        .into());
    };
    let known: Vec<ModelVersion> = versions(&ctx.lake).await?;
    let Some(found) = known.iter().find(|known| known.version == *previous) else {
        return Err(no_version(*previous).into());
    };
    load_version(&ctx.lake, found)?;
    let moved = Moved {
        action: Action::Rollback,
        version: *previous,
        replaces: Some(*present),
        is_new: true,
    };
    let reason = match why.map(str::trim).filter(|why| !why.is_empty()) {
        Some(why) => why.to_owned(),
        None => format!("returned from version {present}, no reason given"),
    };
    record(ctx, by_hand(ctx, moved, who, reason)).await?;
    Ok(moved)
}

/// Appends a decision; gives the rows written.
///
/// # Errors
/// When the ledger cannot be written.
pub async fn record(ctx: &Ctx, decision: Promotion) -> anyhow::Result<u64> {
    let spec = Table::Promotions.spec();
    let batch = to_batch(spec, &[decision])?;
    Ok(ctx.lake.insert_new(spec, vec![batch]).await?.rows)
}

/// Whether the version's last decision is the same, for the same evidence.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn is_known(ctx: &Ctx, decision: &Promotion) -> anyhow::Result<bool> {
    let ledger = decisions(&ctx.lake).await?;
    let last = ledger
        .into_iter()
        .rfind(|last| last.version == decision.version);
    Ok(last.is_some_and(|last| {
        Promotion {
            decided_at: decision.decided_at,
            ..last
        } == *decision
    }))
}

fn by_hand(ctx: &Ctx, moved: Moved, who: &str, reason: String) -> Promotion {
    Promotion {
        version: moved.version,
        replaces: moved.replaces,
        action: moved.action,
        verdict: None,
        reasons: vec![reason],
        evidence: None,
        decided_by: who.to_owned(),
        decided_at: ctx.clock.now(),
    }
}

fn no_version(version: i64) -> UserError {
    UserError::new(format!(
        "there is no version {version}: `careerpulse models list` names those there are"
    ))
}
