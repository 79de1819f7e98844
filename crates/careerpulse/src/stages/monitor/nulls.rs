//! The drawn null distributions, kept with the version that they are of.

use arrow::array::AsArray;
use arrow::datatypes::{Float64Type, Int64Type};
use careerpulse_drift::{Null, Nulls};
use careerpulse_lake::query::literal;
use careerpulse_lake::rows::number_lists;
use futures::TryStreamExt as _;

use super::vectors::Kind;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::drift::CriticalValue;
use crate::tables::ml::ModelVersion;

/// Reads what has been drawn for a version.
///
/// # Errors
/// When the table cannot be read.
pub async fn read_nulls(ctx: &Ctx, version: &ModelVersion, kind: &Kind) -> anyhow::Result<Nulls> {
    // Of several sets of draws the largest serves. They are read as arrays: through JSON they would lose their last digits.
    let sql = format!(
        "select check, reference_rows, window_rows, seed, draws from {} \
         where model_version = {} and vectors = {} order by check, reference_rows, window_rows, seed, draws_made desc",
        Table::CriticalValues.name(),
        version.version,
        literal(&kind.word()),
    );
    let mut nulls = Nulls::default();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let checks = batch["check"].as_string::<i32>();
        let int = |name: &str| batch[name].as_primitive::<Int64Type>();
        let (reference, window, seed) = (int("reference_rows"), int("window_rows"), int("seed"));
        let draws = number_lists::<Float64Type>(&batch, "draws")?;
        for (row, draws) in draws.into_iter().enumerate() {
            nulls.entries.push(Null {
                check: checks.value(row).to_owned(),
                reference_rows: reference.value(row) as usize,
                window_rows: window.value(row) as usize,
                seed: seed.value(row) as u64,
                draws,
            });
        }
    }
    Ok(nulls)
}

/// Keeps what has been drawn; what is there already is not written again.
///
/// # Errors
/// When the table cannot be written.
pub async fn store_nulls(
    ctx: &Ctx,
    version: &ModelVersion,
    kind: &Kind,
    nulls: &Nulls,
) -> anyhow::Result<u64> {
    let rows: Vec<CriticalValue> = nulls
        .entries
        .iter()
        .map(|null| CriticalValue {
            model_version: version.version,
            vectors: kind.word(),
            check: null.check.clone(),
            reference_rows: null.reference_rows as i64,
            window_rows: null.window_rows as i64,
            seed: null.seed as i64,
            draws_made: null.draws.len() as i64,
            draws: null.draws.clone(),
        })
        .collect();
    ctx.insert(Table::CriticalValues, &rows).await
}
