//! Daily figures of each category and of all, and each category in a line.

use std::collections::BTreeMap;
use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::demand::{Day, Series};
use careerpulse_dashboard::view::overview::CategoryLine;
use chrono::{DateTime, Days, NaiveDate, Utc};

use super::columns::{
    bools, date, dates, float, floats, int, ints, moment as moment_at, moments, text, texts,
};
use super::moment::Moment;
use crate::tables::Table;

/// What all categories together are called.
pub const ALL: &str = "*";
/// Days that are compared with as many before.
pub const SPAN: u64 = 28;

/// The tables that it is read from.
const TABLES: [Table; 2] = [Table::DailyDemand, Table::DemandIndex];

/// The published figures.
#[derive(Default)]
pub struct Demand {
    /// By category, and of all of them under [`ALL`]; empty where nothing was published.
    pub series: BTreeMap<String, Series>,
    /// Every category, by recent new postings, the largest first.
    pub lines: Vec<CategoryLine>,
    /// The last day with figures.
    pub last_day: Option<NaiveDate>,
    /// When the newest figures were published.
    pub vintage: Option<DateTime<Utc>>,
}

/// Reads it.
///
/// # Errors
/// When a table cannot be read.
pub async fn demand(moment: &Arc<Moment>) -> Result<Arc<Demand>, SourceError> {
    moment
        .part("demand", String::new(), &TABLES, |moment| async move {
            read(&moment).await
        })
        .await
}

async fn read(moment: &Moment) -> Result<Demand, SourceError> {
    if !moment.has(Table::DailyDemand)? {
        return Ok(Demand::default());
    }
    let (mut series, vintage) = daily(moment).await?;
    if moment.has(Table::DemandIndex)? {
        index(moment, &mut series).await?;
    }
    let with_figures = |series: &Series| {
        let figures = series.days.iter().rev();
        figures
            .clone()
            .find(|day| day.corrected.is_some())
            .map(|day| day.date)
    };
    let last_day = series.values().filter_map(with_figures).max();
    let named = series.values().filter(|series| series.name != ALL);
    let mut lines: Vec<CategoryLine> = named.map(|series| line(series, last_day)).collect();
    lines.sort_by(|a, b| {
        let size = |line: &CategoryLine| line.recent.unwrap_or(0.0);
        size(b)
            .total_cmp(&size(a))
            .then_with(|| a.name.cmp(&b.name))
    });
    Ok(Demand {
        series,
        lines,
        last_day,
        vintage,
    })
}

type Daily = (BTreeMap<String, Series>, Option<DateTime<Utc>>);

async fn daily(moment: &Moment) -> Result<Daily, SourceError> {
    let sql = format!(
        "select date, category, new_observed, new_imputed, new_corrected, corrected_lo, corrected_hi, \
         new_interpolated, active, collected, backfilled, vintage from {} order by date",
        Table::DailyDemand.name()
    );
    let batch = moment.columns(&sql).await?;
    let (day, category) = (dates(&batch, "date")?, texts(&batch, "category")?);
    let (observed, imputed) = (ints(&batch, "new_observed")?, ints(&batch, "new_imputed")?);
    let corrected = floats(&batch, "new_corrected")?;
    let (lo, hi) = (
        floats(&batch, "corrected_lo")?,
        floats(&batch, "corrected_hi")?,
    );
    let (interpolated, active) = (
        floats(&batch, "new_interpolated")?,
        floats(&batch, "active")?,
    );
    let (collected, backfilled) = (bools(&batch, "collected")?, bools(&batch, "backfilled")?);
    let vintages = moments(&batch, "vintage")?;
    let mut series: BTreeMap<String, Series> = BTreeMap::new();
    let mut vintage = None;
    for row in 0..batch.num_rows() {
        let (Some(date), Some(name)) = (date(day, row), text(category, row)) else {
            continue;
        };
        let between = float(interpolated, row);
        let corrected = float(corrected, row);
        let found = Day {
            date,
            observed: int(observed, row),
            imputed: int(imputed, row),
            corrected,
            corrected_lo: float(lo, row),
            corrected_hi: float(hi, row),
            interpolated: between.filter(|_| corrected.is_none()),
            active: float(active, row),
            index: None,
            adjusted_index: None,
            collected: collected.value(row),
            backfilled: backfilled.value(row),
        };
        vintage = vintage.max(moment_at(vintages, row));
        add(series_of(&mut series, ALL), &found);
        series_of(&mut series, name).days.push(found);
    }
    Ok((series, vintage))
}

fn series_of<'a>(series: &'a mut BTreeMap<String, Series>, name: &str) -> &'a mut Series {
    // Most rows are of a category that is known.
    if !series.contains_key(name) {
        let empty = Series {
            name: name.to_owned(),
            base_date: None,
            days: Vec::new(),
        };
        series.insert(name.to_owned(), empty);
    }
    series.get_mut(name).expect("it is there or was put there")
}

/// Adds a category's day to that of all, whose days come in order. The interval of a sum is no sum of
/// intervals, so the total has none.
fn add(total: &mut Series, day: &Day) {
    if total.days.last().is_none_or(|last| last.date < day.date) {
        total.days.push(Day {
            corrected_lo: None,
            corrected_hi: None,
            ..day.clone()
        });
        return;
    }
    let Some(sum) = total.days.last_mut() else {
        return;
    };
    let plus = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    };
    sum.observed = plus(sum.observed, day.observed);
    sum.imputed = plus(sum.imputed, day.imputed);
    sum.corrected = plus(sum.corrected, day.corrected);
    sum.interpolated = plus(sum.interpolated, day.interpolated);
    sum.active = plus(sum.active, day.active);
    sum.collected |= day.collected;
    sum.backfilled |= day.backfilled;
}

async fn index(moment: &Moment, series: &mut BTreeMap<String, Series>) -> Result<(), SourceError> {
    let sql = format!(
        "select date, category, new_index, new_adjusted_index, base_date from {}",
        Table::DemandIndex.name()
    );
    let batch = moment.columns(&sql).await?;
    let (days, category) = (dates(&batch, "date")?, texts(&batch, "category")?);
    let (plain, adjusted) = (
        floats(&batch, "new_index")?,
        floats(&batch, "new_adjusted_index")?,
    );
    let base = dates(&batch, "base_date")?;
    for row in 0..batch.num_rows() {
        let found = text(category, row).and_then(|name| series.get_mut(name));
        let (Some(date), Some(series)) = (date(days, row), found) else {
            continue;
        };
        series.base_date = series.base_date.or(super::columns::date(base, row));
        if let Ok(at) = series.days.binary_search_by_key(&date, |day| day.date) {
            series.days[at].index = float(plain, row);
            series.days[at].adjusted_index = float(adjusted, row);
        }
    }
    Ok(())
}

/// A category in a line. Before the first crawl only survivors are known, and uncollected days have no
/// figures: where the days compared hold such days, a change would be of the collection, and none is named.
fn line(series: &Series, last_day: Option<NaiveDate>) -> CategoryLine {
    let days = |from: u64, to: u64| {
        let range = last_day.map(|last| (last - Days::new(from), last - Days::new(to)));
        let within = move |day: &&Day| range.is_some_and(|(a, b)| day.date > a && day.date <= b);
        series.days.iter().filter(within)
    };
    let sum = |from: u64, to: u64| {
        let figures = days(from, to).filter_map(|day| day.corrected);
        figures.reduce(|a, b| a + b)
    };
    let (recent, before) = (sum(SPAN, 0), sum(2 * SPAN, SPAN));
    let told = days(2 * SPAN, 0).filter(|day| !day.backfilled && day.corrected.is_some());
    let is_comparable = told.count() as u64 == 2 * SPAN;
    let part = |figure: fn(&Day) -> Option<f64>| days(SPAN, 0).filter_map(figure).sum::<f64>();
    let (observed, imputed) = (part(|day| day.observed), part(|day| day.imputed));
    CategoryLine {
        name: series.name.clone(),
        recent,
        before,
        change: before
            .filter(|before| is_comparable && *before >= 1.0)
            .zip(recent)
            .map(|(before, recent)| recent / before - 1.0),
        active: series.days.iter().rev().find_map(|day| day.active),
        imputed_share: (observed + imputed > 0.0).then(|| imputed / (observed + imputed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(days: u64, daily: impl Fn(u64) -> f64, is_backfilled: bool) -> Series {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let day = |n: u64| Day {
            date: first + Days::new(n),
            observed: Some(1.0),
            imputed: Some(3.0),
            corrected: Some(daily(n)),
            corrected_lo: None,
            corrected_hi: None,
            interpolated: None,
            active: None,
            index: None,
            adjusted_index: None,
            collected: true,
            backfilled: is_backfilled && n == 0,
        };
        Series {
            name: "Sales".into(),
            base_date: None,
            days: (0..days).map(day).collect(),
        }
    }

    #[test]
    fn a_change_is_named_where_every_day_of_both_spans_was_collected() {
        let rising = |n: u64| if n < 28 { 2.0 } else { 3.0 };
        let of = |series: &Series| line(series, series.days.last().map(|day| day.date));
        let whole = of(&series(56, rising, false));
        assert_eq!((whole.recent, whole.before), (Some(84.0), Some(56.0)));
        assert_eq!(whole.change, Some(0.5));
        assert_eq!(whole.imputed_share, Some(0.75));
        assert_eq!(of(&series(56, rising, true)).change, None);
        assert_eq!(of(&series(55, rising, false)).change, None);
        assert_eq!(of(&series(56, |_| 0.01, false)).change, None);
    }
}
