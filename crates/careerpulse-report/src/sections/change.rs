//! How much a category changed, and how much of that chance and imputation explain.

use crate::means::{WEEK, Weeks, known_days};
use crate::series::{Calendar, Series};

/// Days between the two weeks that are compared.
pub const APART: usize = 28;
/// Standard deviations that hold 90 % of a normal distribution.
const Z90: f64 = 1.644_853_626_951_472_6;

/// The 7-day mean of the last day beside that of 28 days before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Postings a day in the last week.
    pub now: f64,
    /// Postings a day in the week that ended 28 days before.
    pub then: f64,
    /// Postings of the larger of the two weeks.
    pub postings: f64,
    /// `now / then`.
    pub ratio: f64,
    /// Lower end of the ratio's 90 % interval.
    pub low: f64,
    /// Upper end of the ratio's 90 % interval.
    pub high: f64,
    /// Whether one of the weeks reaches before the first crawl.
    pub backfilled: bool,
}

impl Change {
    /// The change beside another, whose own uncertainty is left out: 1 where both moved alike.
    pub fn beside(&self, other: &Self) -> Self {
        Self {
            ratio: self.ratio / other.ratio,
            low: self.low / other.ratio,
            high: self.high / other.ratio,
            ..*self
        }
    }

    /// Whether the interval leaves no change out.
    pub fn is_clear(&self) -> bool {
        self.low > 1.0 || self.high < 1.0
    }
}

/// The change of a category, where both weeks are known and not empty.
///
/// The interval is the delta method's on the logarithm of the ratio: each week adds the variance of a
/// Poisson count of its size and the imputation's, from the half-widths of its days' 90 % intervals.
/// Days are taken to err independently: what the model gets wrong on every day alike, it gets wrong in
/// both weeks, and the ratio is rid of it.
pub fn change(calendar: &Calendar, series: &Series) -> Option<Change> {
    let end = calendar.days.len().checked_sub(1)?;
    let before = end.checked_sub(APART)?;
    let weeks = Weeks::of(&series.corrected);
    let (now, then) = (weeks.mean(end)?, weeks.mean(before)?);
    if now <= 0.0 || then <= 0.0 || !(now / then).is_finite() {
        return None;
    }
    let variance = relative_variance(series, end, now) + relative_variance(series, before, then);
    let spread = (Z90 * variance.sqrt()).exp();
    let ratio = now / then;
    let days = |end: usize| known_days(&series.corrected, end) as f64;
    let first = (before + 1).saturating_sub(WEEK);
    Some(Change {
        now,
        then,
        postings: (now * days(end)).max(then * days(before)),
        ratio,
        low: ratio / spread,
        high: ratio * spread,
        backfilled: (first..=end).any(|place| calendar.is_backfilled(place)),
    })
}

fn relative_variance(series: &Series, end: usize, mean: f64) -> f64 {
    let days = (end + 1).saturating_sub(WEEK)..=end;
    let imputed: f64 = days
        .filter_map(|place| Some((series.hi[place]? - series.lo[place]?) / 2.0 / Z90))
        .map(|deviation| deviation * deviation)
        .sum();
    let postings = mean * known_days(&series.corrected, end) as f64;
    imputed / (postings * postings) + 1.0 / postings
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::data::DemandRow;
    use crate::series::{Demand, by_day};

    /// Days that go from one figure to another after `turn`, with an interval of ± `half`.
    pub fn demand(figures: &[f64], half: f64) -> Demand {
        let rows: Vec<DemandRow> = figures
            .iter()
            .enumerate()
            .map(|(place, figure)| DemandRow {
                date: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
                    + chrono::Days::new(place as u64),
                category: "Sales".to_owned(),
                new_corrected: Some(*figure),
                corrected_lo: Some(figure - half),
                corrected_hi: Some(figure + half),
                collected: true,
                ..DemandRow::default()
            })
            .collect();
        by_day(&rows).unwrap().unwrap()
    }

    #[test]
    fn the_interval_is_the_closed_form_of_two_poisson_weeks() {
        let mut figures = vec![10.0; 35];
        figures[28..].fill(20.0);
        let demand = demand(&figures, 0.0);
        let change = change(&demand.calendar, &demand.categories[0]).unwrap();
        assert_eq!((change.ratio, change.postings), (2.0, 140.0));
        let spread = (Z90 * (1.0f64 / 140.0 + 1.0 / 70.0).sqrt()).exp();
        assert!((change.high - 2.0 * spread).abs() < 1e-12);
        assert!((change.low - 2.0 / spread).abs() < 1e-12);
        assert!(change.is_clear());
    }

    #[test]
    fn an_unsure_imputation_widens_the_interval_until_nothing_is_clear() {
        let mut figures = vec![10.0; 35];
        figures[28..].fill(13.0);
        let sure = demand(&figures, 0.0);
        let unsure = demand(&figures, 8.0);
        let of = |demand: &Demand| change(&demand.calendar, &demand.categories[0]).unwrap();
        assert!(of(&sure).high < of(&unsure).high);
        assert!(!of(&unsure).is_clear());
    }

    #[test]
    fn a_short_history_has_no_change() {
        let demand = demand(&[10.0; 30], 0.0);
        assert_eq!(change(&demand.calendar, &demand.categories[0]), None);
    }
}
