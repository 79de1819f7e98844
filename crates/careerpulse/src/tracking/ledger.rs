//! Entering decisions into the ledger, from wherever they are taken.

use careerpulse_lake::Lake;
use careerpulse_lake::rows::to_batch;
use chrono::Duration;

use super::decisions;
use crate::tables::Table;
use crate::tables::ledger::Promotion;

/// Appends a decision; gives the rows written. It stands behind all earlier ones, also where this
/// machine's clock is behind the one that took those.
///
/// # Errors
/// When the ledger cannot be read or written.
pub async fn enter(lake: &Lake, mut decision: Promotion) -> anyhow::Result<u64> {
    let last = decisions(lake).await?.last().map(|last| last.decided_at);
    if let Some(last) = last.filter(|last| *last >= decision.decided_at) {
        decision.decided_at = last + Duration::microseconds(1);
    }
    let spec = Table::Promotions.spec();
    let batch = to_batch(spec, &[decision])?;
    Ok(lake.insert_new(spec, vec![batch]).await?.rows)
}
