//! Levels and locations of each category's new postings, in the last days and in as many before.

use std::collections::HashMap;
use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::category::Segment;
use chrono::Days;
use serde::Deserialize;

use super::demand::{SPAN, demand};
use super::moment::Moment;
use crate::tables::Table;

const TABLES: [Table; 2] = [Table::SegmentDemand, Table::DailyDemand];

/// By category and dimension (`level` or `location`), the largest first.
pub type Segments = HashMap<(String, String), Vec<Segment>>;

/// Reads them.
///
/// # Errors
/// When a table cannot be read.
pub async fn segments(moment: &Arc<Moment>) -> Result<Arc<Segments>, SourceError> {
    moment
        .part("segments", String::new(), &TABLES, |moment| async move {
            read(&moment).await
        })
        .await
}

async fn read(moment: &Arc<Moment>) -> Result<Segments, SourceError> {
    #[derive(Deserialize)]
    struct Row {
        category: String,
        dimension: String,
        segment: String,
        recent: Option<f64>,
        before: Option<f64>,
    }
    let last = demand(moment).await?.last_day;
    let (Some(last), true) = (last, moment.has(Table::SegmentDemand)?) else {
        return Ok(Segments::new());
    };
    let (middle, start) = (last - Days::new(SPAN), last - Days::new(2 * SPAN));
    let sql = format!(
        "select category, dimension, segment, \
         sum(case when date > '{middle}' then new_corrected end) as recent, \
         sum(case when date <= '{middle}' then new_corrected end) as before \
         from {} where date > '{start}' and date <= '{last}' \
         group by category, dimension, segment \
         order by coalesce(recent, 0) desc, coalesce(before, 0) desc, segment",
        Table::SegmentDemand.name(),
    );
    let mut segments = Segments::new();
    for row in moment.select::<Row>(&sql).await? {
        let (recent, before) = (row.recent.unwrap_or(0.0), row.before.unwrap_or(0.0));
        if recent == 0.0 && before == 0.0 {
            continue;
        }
        let own = segments.entry((row.category, row.dimension)).or_default();
        own.push(Segment {
            name: row.segment,
            recent,
            before,
        });
    }
    Ok(segments)
}
