//! What a run found, into its tables.

use careerpulse_lake::rows::to_batch;

use super::finding::Look;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::alarms::Alarm;
use crate::tables::drift::{DistributionRow, EstimateRow, MeasurementRow};

/// What a run found.
#[derive(Default)]
pub struct Found {
    /// What alarms follow from, in order.
    pub looks: Vec<Look>,
    /// Every check on every window.
    pub measurements: Vec<MeasurementRow>,
    /// Shares then and now.
    pub distributions: Vec<DistributionRow>,
    /// How good the model is.
    pub estimates: Vec<EstimateRow>,
    /// Windows measured.
    pub windows: u64,
    /// Adverts in them.
    pub rows_read: u64,
    /// Null distributions drawn.
    pub drawn: u64,
}

/// Stores distributions and estimates; those that are there are not written again.
///
/// # Errors
/// When a table cannot be written.
pub async fn store_found(ctx: &Ctx, found: &Found) -> anyhow::Result<u64> {
    Ok(ctx
        .insert(Table::Distributions, &found.distributions)
        .await?
        + ctx.insert(Table::Estimates, &found.estimates).await?)
}

/// All alarms, by id.
///
/// # Errors
/// When the table cannot be read.
pub async fn stored_alarms(ctx: &Ctx) -> anyhow::Result<Vec<Alarm>> {
    let sql = format!("select * from {} order by alarm_id", Table::Alarms.name());
    Ok(ctx.lake.rows(&sql).await?)
}

/// Makes the table hold these alarms, where they differ from what it held; gives how many changed.
///
/// # Errors
/// When the table cannot be written.
pub async fn store_alarms(ctx: &Ctx, stored: &[Alarm], alarms: &[Alarm]) -> anyhow::Result<u64> {
    let changed = alarms
        .iter()
        .filter(|alarm| !stored.contains(alarm))
        .count();
    if changed > 0 {
        let spec = Table::Alarms.spec();
        ctx.lake
            .replace(spec, to_batch(spec, alarms)?, None)
            .await?;
    }
    Ok(changed as u64)
}
