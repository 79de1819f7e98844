//! The tables of demand as they are, and as they are to be: written only where they differ.

use careerpulse_lake::rows::to_batch;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::publish::Publication;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::demand::DailyDemand;

/// All rows of a table, in the order of its keys.
pub async fn stored<T: DeserializeOwned>(ctx: &Ctx, table: Table) -> anyhow::Result<Vec<T>> {
    stored_where(ctx, table, "true").await
}

/// The rows of a table that fulfil a predicate, in the order of its keys.
pub async fn stored_where<T: DeserializeOwned>(
    ctx: &Ctx,
    table: Table,
    predicate: &str,
) -> anyhow::Result<Vec<T>> {
    let spec = table.spec();
    let columns: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
    let sql = format!(
        "select {} from {} where {predicate} order by {}",
        columns.join(", "),
        table.name(),
        spec.keys.join(", ")
    );
    Ok(ctx.lake.rows(&sql).await?)
}

/// Makes a table hold these rows and no others, which are in the order of its keys; returns how many
/// were written.
pub async fn replace_all<T: Serialize + DeserializeOwned + PartialEq>(
    ctx: &Ctx,
    table: Table,
    rows: &[T],
) -> anyhow::Result<u64> {
    replace_where(ctx, table, rows, None).await
}

/// As [`replace_all`], of the rows that fulfil a predicate.
pub async fn replace_where<T: Serialize + DeserializeOwned + PartialEq>(
    ctx: &Ctx,
    table: Table,
    rows: &[T],
    predicate: Option<&str>,
) -> anyhow::Result<u64> {
    let old: Vec<T> = stored_where(ctx, table, predicate.unwrap_or("true")).await?;
    if old == rows {
        return Ok(0);
    }
    let spec = table.spec();
    let written = ctx.lake.replace(spec, to_batch(spec, rows)?, predicate);
    Ok(written.await?.rows)
}

/// Writes a publication: the revisions first, so that no figure changes without a word. Those of a
/// publication that was killed in between are behind every vintage of the figures, and are replaced.
pub async fn store_publication(
    ctx: &Ctx,
    published: &[DailyDemand],
    publication: &Publication,
) -> anyhow::Result<u64> {
    let told = match published.iter().map(|row| row.vintage).max() {
        None => 0,
        Some(last) => {
            let behind = format!("vintage > '{}'", last.to_rfc3339());
            let revisions = &publication.revisions;
            replace_where(ctx, Table::Revisions, revisions, Some(&behind)).await?
        }
    };
    if publication.rows == published {
        return Ok(told);
    }
    let spec = Table::DailyDemand.spec();
    let rows = to_batch(spec, &publication.rows)?;
    Ok(told + ctx.lake.replace(spec, rows, None).await?.rows)
}
