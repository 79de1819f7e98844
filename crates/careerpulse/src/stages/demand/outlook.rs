//! What is made of the daily series: filled gaps, the index, the forecast and its backtest.

use std::collections::BTreeMap;

use careerpulse_forecast::{
    ForecastParams, Forecasts, Index, IndexBase, IndexParams, Interval, Score, Series,
    SeriesForecast, forecast, index, interpolate,
};
use chrono::{Days, NaiveDate};

use super::range::Range;
use super::store::{replace_all, replace_where};
use super::tally::rounded;
use crate::config::Demand;
use crate::error::UserError;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::assessment::ALL_CATEGORIES;
use crate::tables::demand::DailyDemand;
use crate::tables::outlook::{DemandForecast, DemandIndex, ForecastBacktest, PUBLISHED};

/// Days of a season.
const WEEK: usize = 7;

/// Collected days from which on a forecast does without backfilled ones.
const ENOUGH_COLLECTED: usize = 84;

/// The daily series of the range by category, in the order of names.
pub struct Panel {
    range: Range,
    /// Whether each day lies before the first crawl.
    backfilled: Vec<bool>,
    new: Vec<Series>,
    active: Vec<Series>,
}

/// What was made of the series.
pub struct Outlook {
    /// Rows written.
    pub written: u64,
    /// Categories with a forecast.
    pub forecasts: usize,
    /// Of those, the ones whose model beats seasonal naive.
    pub beat_seasonal_naive: usize,
    /// What people should know.
    pub remarks: Vec<String>,
}

/// Fills `new_interpolated` of the days within the range.
///
/// # Errors
/// When a figure is none.
pub fn fill_gaps(rows: &mut [DailyDemand], range: &Range) -> anyhow::Result<()> {
    let mut filled: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for series in panel(rows, range).new {
        let values = match series.values.iter().any(Option::is_some) {
            true => interpolate(&series.values, WEEK)?
                .into_iter()
                .map(Some)
                .collect(),
            false => series.values,
        };
        filled.insert(series.name, values);
    }
    for row in rows {
        if let Some(place) = range.place(row.date.to_epoch_days()) {
            let value = filled.get(&row.category).and_then(|values| values[place]);
            row.new_interpolated = value.map(rounded);
        }
    }
    Ok(())
}

/// The series behind the rows of the range; rows are in the order of date and category.
pub fn panel(rows: &[DailyDemand], range: &Range) -> Panel {
    let within = |row: &&DailyDemand| range.place(row.date.to_epoch_days()).is_some();
    let mut names: Vec<&str> = rows
        .iter()
        .filter(within)
        .map(|row| row.category.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let empty = |name: &&str| Series {
        name: (*name).to_owned(),
        values: vec![None; range.days()],
    };
    let mut new: Vec<Series> = names.iter().map(empty).collect();
    let mut active = new.clone();
    let mut backfilled = vec![false; range.days()];
    for row in rows {
        let place = range.place(row.date.to_epoch_days());
        let series = names.binary_search(&row.category.as_str());
        if let (Some(place), Ok(series)) = (place, series) {
            new[series].values[place] = row.new_corrected;
            active[series].values[place] = row.active;
            backfilled[place] = row.backfilled;
        }
    }
    Panel {
        range: *range,
        backfilled,
        new,
        active,
    }
}

/// Writes the index, the forecast and its backtest, where they differ from what is there. `base` is the
/// place of the index's base day, where one is set.
///
/// # Errors
/// When a table cannot be written.
pub async fn publish_outlook(
    ctx: &Ctx,
    settings: &Demand,
    base: Option<usize>,
    panel: Panel,
) -> anyhow::Result<Outlook> {
    let horizon = settings.horizon;
    let (rows, forecasts, issued_on) = tokio::task::spawn_blocking(move || {
        let rows = index_rows(&panel, base)?;
        let forecasts = match horizon {
            0 => None,
            _ => Some(forecasts(&panel, horizon)),
        };
        anyhow::Ok((rows, forecasts, panel.range.last))
    })
    .await??;
    let has_base = rows
        .iter()
        .any(|row| row.category == ALL_CATEGORIES && row.base_date.is_some());
    let mut outlook = Outlook {
        written: replace_all(ctx, Table::DemandIndex, &rows).await?,
        forecasts: 0,
        beat_seasonal_naive: 0,
        remarks: Vec::new(),
    };
    if !has_base {
        outlook.remarks.push(
            "there is no index: no week has postings enough to be 100, or [demand] index_base has no whole week behind it".to_owned(),
        );
    }
    let (coming, backtest) = match &forecasts {
        Some(Ok(forecasts)) => (
            forecast_rows(forecasts, issued_on),
            backtest_rows(forecasts, issued_on),
        ),
        // What an earlier run forecast from the same day is none of these settings' any more.
        None | Some(Err(_)) => (Vec::new(), Vec::new()),
    };
    let issue = format!("issued_on = '{issued_on}'");
    let write = replace_where(ctx, Table::DemandForecast, &coming, Some(&issue));
    outlook.written += write.await?;
    let write = replace_where(ctx, Table::ForecastBacktest, &backtest, Some(&issue));
    outlook.written += write.await?;
    match forecasts {
        None => {}
        Some(Err(why)) => outlook.remarks.push(format!("no forecast: {why}")),
        Some(Ok(forecasts)) => {
            outlook.forecasts = forecasts.categories.len();
            let beats =
                |series: &&SeriesForecast| series.backtest.beats_seasonal_naive == Some(true);
            outlook.beat_seasonal_naive = forecasts.categories.iter().filter(beats).count();
        }
    }
    Ok(outlook)
}

/// The place of the base day that is set. One that has left the range is no mistake: the index goes on
/// from its own choice, and the remark says so.
///
/// # Errors
/// [`UserError`] for a day that is still to come.
pub fn base_day(
    settings: &Demand,
    range: &Range,
) -> Result<(Option<usize>, Option<String>), UserError> {
    let text = &settings.index_base;
    let Ok(day) = text.parse::<NaiveDate>() else {
        return Ok((None, None));
    };
    if day > range.last {
        return Err(UserError::new(format!(
            "[demand] index_base is {text}, and the series ends on {}: choose a day from {} on, or leave it empty",
            range.last, range.first
        )));
    }
    let place = range.place(day.to_epoch_days());
    let remark = place.is_none().then(|| {
        format!("[demand] index_base {text} lies before the series, which chose a base of its own")
    });
    Ok((place, remark))
}

/// The base day where none is set: the first with a whole week of crawling behind it; before there is
/// one, the first whose week has half as many postings as a busy one (the ninth decile of those that have
/// any), for old survivors are few.
fn own_base(panel: &Panel, total: &Series) -> anyhow::Result<Option<usize>> {
    let means = index(&total.values, &IndexParams::default())?.means;
    let is_crawled = |place: usize| total.values[place].is_some() && !panel.backfilled[place];
    let crawled = (WEEK..=means.len())
        .find(|&end| (end - WEEK..end).all(is_crawled))
        .map(|end| end - 1);
    let mut known: Vec<f64> = means.iter().flatten().copied().collect();
    known.retain(|mean| *mean > 0.0);
    known.sort_by(f64::total_cmp);
    let Some(busy) = known.get(known.len() * 9 / 10) else {
        return Ok(None);
    };
    let usual = |mean: &Option<f64>| mean.is_some_and(|mean| mean >= busy / 2.0);
    Ok(crawled.or_else(|| means.iter().position(usual)))
}

fn index_rows(panel: &Panel, base: Option<usize>) -> anyhow::Result<Vec<DemandIndex>> {
    let mut rows = Vec::new();
    let new = with_total(&panel.new);
    let active = with_total(&panel.active);
    let base = match base {
        Some(base) => Some(base),
        None => own_base(panel, &new[0])?,
    };
    let params = IndexParams {
        base,
        ..IndexParams::default()
    };
    for (new, active) in new.iter().zip(&active) {
        let own = index(&new.values, &params)?;
        // Stock is known from the first crawl on: where the base day has none, its first day is 100.
        let mut stock = index(&active.values, &params)?;
        if stock.base == IndexBase::Unknown {
            stock = index(&active.values, &IndexParams::default())?;
        }
        let (base_date, total_base_date) =
            (base_date(panel, own.base), base_date(panel, stock.base));
        for (place, date) in panel.range.iter().enumerate() {
            let at = |values: &[Option<f64>]| values[place].map(rounded);
            let of = |index: &Index| (at(&index.means), at(&index.plain), at(&index.adjusted));
            let (new_mean, new_index, new_adjusted_index) = of(&own);
            let (total_mean, total_index, total_adjusted_index) = of(&stock);
            rows.push(DemandIndex {
                date,
                category: new.name.clone(),
                new_mean,
                new_index,
                new_adjusted_index,
                total_mean,
                total_index,
                total_adjusted_index,
                base_date,
                total_base_date,
                backfilled: panel.backfilled[place],
            });
        }
    }
    rows.sort_by(|a, b| (a.date, &a.category).cmp(&(b.date, &b.category)));
    Ok(rows)
}

fn base_date(panel: &Panel, base: IndexBase) -> Option<NaiveDate> {
    match base {
        IndexBase::Day(day) => panel.range.iter().nth(day),
        IndexBase::Zero(_) | IndexBase::Unknown => None,
    }
}

fn with_total(series: &[Series]) -> Vec<Series> {
    let total = Series {
        name: ALL_CATEGORIES.to_owned(),
        values: careerpulse_forecast::total(series),
    };
    std::iter::once(total)
        .chain(series.iter().cloned())
        .collect()
}

/// The forecasts, or why there are none. Survivors are few on old days and many on young ones, which a
/// model takes for growth: they are left out as soon as enough days have been collected.
fn forecasts(panel: &Panel, horizon: usize) -> Result<Forecasts, String> {
    let collected = panel.backfilled.iter().filter(|is| !**is).count();
    let skipped = match collected >= ENOUGH_COLLECTED {
        true => panel.backfilled.iter().position(|is| !is).unwrap_or(0),
        false => 0,
    };
    let series: Vec<Series> = panel
        .new
        .iter()
        .map(|series| Series {
            name: series.name.clone(),
            values: series.values[skipped..].to_vec(),
        })
        .collect();
    let params = ForecastParams {
        horizon,
        ..ForecastParams::default()
    };
    forecast(&series, &params).map_err(|e| e.to_string())
}

fn all_of(forecasts: &Forecasts) -> impl Iterator<Item = (&str, &SeriesForecast)> {
    let total = std::iter::once((ALL_CATEGORIES, &forecasts.total));
    let categories = forecasts.categories.iter();
    total.chain(categories.map(|series| (series.name.as_str(), series)))
}

fn forecast_rows(forecasts: &Forecasts, issued_on: NaiveDate) -> Vec<DemandForecast> {
    let mut rows = Vec::new();
    for (category, series) in all_of(forecasts) {
        for (day, point) in series.points.iter().enumerate() {
            // Of the figures as they are published, so that these add up too.
            let mean = match category {
                ALL_CATEGORIES => {
                    let parts = forecasts.categories.iter().map(|one| one.points[day].mean);
                    rounded(parts.map(rounded).sum())
                }
                _ => rounded(point.mean),
            };
            let end = |level: usize, end: fn(&Interval) -> f64| {
                point.intervals[level].as_ref().map(end).map(rounded)
            };
            let (lower, upper) = (|i: &Interval| i.lower, |i: &Interval| i.upper);
            rows.push(DemandForecast {
                issued_on,
                date: issued_on + Days::new(day as u64 + 1),
                category: category.to_owned(),
                horizon: day as i64 + 1,
                mean,
                lo80: end(0, lower),
                hi80: end(0, upper),
                lo95: end(1, lower),
                hi95: end(1, upper),
                model: series.model.name().to_owned(),
            });
        }
    }
    rows.sort_by(|a, b| (a.date, &a.category).cmp(&(b.date, &b.category)));
    rows
}

fn backtest_rows(forecasts: &Forecasts, issued_on: NaiveDate) -> Vec<ForecastBacktest> {
    let mut rows = Vec::new();
    for (category, series) in all_of(forecasts) {
        let row = |model: &str, score: &Score, chosen: bool| {
            let figure = |figure: Option<f64>| figure.map(rounded);
            let coverage = |level: usize| figure(score.coverage[level].share());
            ForecastBacktest {
                issued_on,
                category: category.to_owned(),
                model: model.to_owned(),
                rmsse: figure(score.rmsse),
                mae: figure(score.mae),
                coverage80: coverage(0),
                coverage95: coverage(1),
                origins: score.origins as i64,
                chosen,
                beats_seasonal_naive: score.beats_seasonal_naive,
            }
        };
        rows.push(row(PUBLISHED, &series.backtest, false));
        for candidate in &series.candidates {
            let is_chosen = candidate.model == series.model;
            rows.push(row(candidate.model.name(), &candidate.score, is_chosen));
        }
    }
    rows.sort_by(|a, b| (&a.category, &a.model).cmp(&(&b.category, &b.model)));
    rows
}
