//! The newest forecast of each category, and what such forecasts were worth.

use std::collections::BTreeMap;
use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::demand::{Forecast, ForecastDay};

use super::moment::Moment;
use crate::tables::Table;
use crate::tables::outlook::{DemandForecast, ForecastBacktest, PUBLISHED};

const TABLES: [Table; 2] = [Table::DemandForecast, Table::ForecastBacktest];

/// The newest forecasts by category.
pub type Outlook = BTreeMap<String, Forecast>;

/// Reads them.
///
/// # Errors
/// When a table cannot be read.
pub async fn outlook(moment: &Arc<Moment>) -> Result<Arc<Outlook>, SourceError> {
    moment
        .part("outlook", String::new(), &TABLES, |moment| async move {
            read(&moment).await
        })
        .await
}

async fn read(moment: &Moment) -> Result<Outlook, SourceError> {
    let newest = |table: Table, order: &str| {
        format!(
            "where issued_on = (select max(issued_on) from {}) order by {order}",
            table.name()
        )
    };
    let clause = newest(Table::DemandForecast, "category, date");
    let coming: Vec<DemandForecast> = moment.rows(Table::DemandForecast, &clause).await?;
    let clause = newest(Table::ForecastBacktest, "category, model");
    let past: Vec<ForecastBacktest> = moment.rows(Table::ForecastBacktest, &clause).await?;
    let mut outlook = Outlook::new();
    for row in coming {
        let forecast = outlook
            .entry(row.category.clone())
            .or_insert_with(|| empty(&row, &past));
        forecast.days.push(ForecastDay {
            date: row.date,
            mean: row.mean,
            lo80: row.lo80,
            hi80: row.hi80,
            lo95: row.lo95,
            hi95: row.hi95,
        });
    }
    Ok(outlook)
}

/// A forecast whose days are still to be put in. What was measured of what would have been published,
/// model and interval chosen without the day, is the honest figure; the chosen model's own comes second.
fn empty(row: &DemandForecast, past: &[ForecastBacktest]) -> Forecast {
    let own =
        |past: &&ForecastBacktest| past.category == row.category && past.issued_on == row.issued_on;
    let measured = past.iter().filter(own);
    let published = measured.clone().find(|past| past.model == PUBLISHED);
    let chosen = measured.clone().find(|past| past.chosen);
    let honest = published.or(chosen);
    Forecast {
        issued_on: row.issued_on,
        model: row.model.clone(),
        rmsse: honest.and_then(|past| past.rmsse),
        coverage80: honest.and_then(|past| past.coverage80),
        coverage95: honest.and_then(|past| past.coverage95),
        beats_seasonal_naive: honest.is_some_and(|past| past.beats_seasonal_naive == Some(true)),
        days: Vec::new(),
    }
}
