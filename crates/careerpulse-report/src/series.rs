//! The rows laid out by day: one column per category and figure, as long as the page looks back.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use crate::data::{DemandRow, TOTAL};
use crate::error::ReportError;
use crate::words;

/// Days that the charts look back at most.
pub const LONGEST: usize = 730;

/// One figure a day; `None` is a gap.
pub type Column = Vec<Option<f64>>;

/// What is known of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Something was collected on it.
    Collected,
    /// It is before the first crawl: known from postings that were still open then.
    Backfilled,
    /// Nothing was collected; its figures are unknown.
    Missed,
}

/// The days that the page looks at, in order and without a gap.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The first of them.
    pub first: NaiveDate,
    /// What is known of each.
    pub days: Vec<Day>,
    /// The first day that there are rows of, which may be before `first`.
    pub since: NaiveDate,
}

/// One category's figures, a value per day of the calendar.
#[derive(Debug, Clone)]
pub struct Series {
    /// The category as the tables spell it, or [`TOTAL`].
    pub key: String,
    /// The category as it is shown.
    pub name: String,
    pub observed: Column,
    pub imputed: Column,
    pub corrected: Column,
    pub lo: Column,
    pub hi: Column,
    pub active: Column,
}

/// Everything in `daily_demand`.
#[derive(Debug)]
pub struct Demand {
    pub calendar: Calendar,
    pub total: Series,
    /// The categories, those with the most postings of late first.
    pub categories: Vec<Series>,
}

impl Calendar {
    /// The day at a place.
    pub fn date(&self, place: usize) -> NaiveDate {
        self.first + Days::new(place as u64)
    }

    /// The last day.
    pub fn last(&self) -> NaiveDate {
        self.date(self.days.len().saturating_sub(1))
    }

    /// The place of a day, if the page looks back that far.
    pub fn place(&self, date: NaiveDate) -> Option<usize> {
        let place = usize::try_from((date - self.first).num_days()).ok()?;
        (place < self.days.len()).then_some(place)
    }

    /// The newest days alone.
    pub fn tail(&self, days: usize) -> Self {
        let start = self.days.len().saturating_sub(days);
        Self {
            first: self.date(start),
            days: self.days[start..].to_vec(),
            since: self.since,
        }
    }

    /// How many days are so.
    pub fn how_many(&self, state: Day) -> usize {
        self.days.iter().filter(|day| **day == state).count()
    }

    /// Whether a day is before the first crawl.
    pub fn is_backfilled(&self, place: usize) -> bool {
        self.days.get(place) == Some(&Day::Backfilled)
    }
}

impl Series {
    /// The sum of a column over the last `days` days, if any of them is known.
    pub fn recent(column: &[Option<f64>], days: usize) -> Option<f64> {
        let known: Vec<f64> = column.iter().rev().take(days).flatten().copied().collect();
        (!known.is_empty()).then(|| known.iter().sum())
    }

    fn empty(key: &str, name: String, days: usize) -> Self {
        let column = || vec![None; days];
        Self {
            key: key.to_owned(),
            name,
            observed: column(),
            imputed: column(),
            corrected: column(),
            lo: column(),
            hi: column(),
            active: column(),
        }
    }
}

/// The rows by day, or nothing where there is no row.
///
/// # Errors
/// [`ReportError::Repeated`] where a day and category has two rows.
pub fn by_day(rows: &[DemandRow]) -> Result<Option<Demand>, ReportError> {
    let (Some(since), Some(last)) = (
        rows.iter().map(|row| row.date).min(),
        rows.iter().map(|row| row.date).max(),
    ) else {
        return Ok(None);
    };
    let earliest = last.checked_sub_days(Days::new(LONGEST as u64 - 1));
    let first = earliest.map_or(since, |earliest| since.max(earliest));
    let length = (last - first).num_days() as usize + 1;
    let mut calendar = Calendar {
        first,
        days: vec![Day::Missed; length],
        since,
    };
    for row in rows {
        if let Some(place) = calendar.place(row.date) {
            calendar.days[place] = match calendar.days[place] {
                _ if row.backfilled => Day::Backfilled,
                Day::Missed if row.collected => Day::Collected,
                known => known,
            };
        }
    }
    let mut by_key: BTreeMap<&str, Series> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        let Some(place) = calendar.place(row.date) else {
            continue;
        };
        let key = row.category.as_str();
        if !seen.insert((place, key)) {
            return Err(repeated("daily_demand", row.date, key));
        }
        let series = by_key
            .entry(key)
            .or_insert_with(|| Series::empty(key, words::name(key), length));
        if calendar.days[place] == Day::Missed {
            continue;
        }
        series.observed[place] = known(row.new_observed);
        series.imputed[place] = known(row.new_imputed);
        series.corrected[place] = known(row.new_corrected);
        series.lo[place] = known(row.corrected_lo);
        series.hi[place] = known(row.corrected_hi);
        series.active[place] = known(row.active);
    }
    let total = by_key.remove(TOTAL);
    let mut categories: Vec<Series> = by_key.into_values().collect();
    let size = |series: &Series| Series::recent(&series.corrected, 28).unwrap_or(-1.0);
    categories.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.name.cmp(&b.name)));
    let mut total = total.unwrap_or_else(|| summed(&categories, length));
    total.name = "All categories".to_owned();
    Ok(Some(Demand {
        calendar,
        total,
        categories,
    }))
}

/// A figure that is one.
pub fn known(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

/// The error of two rows where one belongs.
pub fn repeated(table: &'static str, date: NaiveDate, category: &str) -> ReportError {
    ReportError::Repeated {
        table,
        date,
        category: words::name(category),
    }
}

/// The sum of the categories. It has no interval, for that of a sum is no sum of intervals.
fn summed(categories: &[Series], length: usize) -> Series {
    let sum = |column: fn(&Series) -> &Column| -> Column {
        (0..length)
            .map(|place| {
                let known = categories.iter().filter_map(|one| column(one)[place]);
                known.fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
            })
            .collect()
    };
    Series {
        observed: sum(|one| &one.observed),
        imputed: sum(|one| &one.imputed),
        corrected: sum(|one| &one.corrected),
        active: sum(|one| &one.active),
        ..Series::empty(TOTAL, String::new(), length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(day: u32, category: &str, corrected: Option<f64>, collected: bool) -> DemandRow {
        DemandRow {
            date: NaiveDate::from_ymd_opt(2026, 3, day).unwrap(),
            category: category.to_owned(),
            new_corrected: corrected,
            collected,
            ..DemandRow::default()
        }
    }

    #[test]
    fn a_missed_day_is_a_gap_in_every_column_and_in_the_total() {
        let rows = [
            row(1, "Sales", Some(2.0), true),
            row(1, "Law", Some(3.0), true),
            row(2, "Sales", Some(0.0), false),
            row(4, "Sales", Some(f64::NAN), true),
        ];
        let demand = by_day(&rows).unwrap().unwrap();
        use Day::{Collected, Missed};
        assert_eq!(demand.calendar.days, [Collected, Missed, Missed, Collected]);
        assert_eq!(demand.total.corrected, [Some(5.0), None, None, None]);
        assert_eq!(demand.categories[0].name, "Law");
    }

    #[test]
    fn rows_of_the_total_are_used_where_there_are_any() {
        let rows = [
            row(1, "Sales", Some(2.0), true),
            row(1, TOTAL, Some(2.5), true),
        ];
        let demand = by_day(&rows).unwrap().unwrap();
        assert_eq!(demand.total.corrected, [Some(2.5)]);
        assert_eq!(demand.categories.len(), 1);
    }

    #[test]
    fn two_vintages_of_a_day_are_refused_by_name() {
        let rows = [
            row(1, "Sales", Some(2.0), true),
            row(1, "Sales", None, true),
        ];
        let error = by_day(&rows).unwrap_err().to_string();
        assert!(error.contains("\"Sales\" on 2026-03-01"), "{error}");
    }

    #[test]
    fn the_page_looks_back_two_years_at_most() {
        let mut rows = vec![row(1, "Sales", Some(1.0), true)];
        rows[0].date = NaiveDate::MIN;
        rows.push(row(9, "Sales", Some(1.0), true));
        let demand = by_day(&rows).unwrap().unwrap();
        assert_eq!(demand.calendar.days.len(), LONGEST);
        assert_eq!(demand.total.corrected[LONGEST - 1], Some(1.0));
        assert_eq!(demand.calendar.since, NaiveDate::MIN);
    }
}
