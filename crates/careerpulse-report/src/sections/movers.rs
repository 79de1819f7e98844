//! The categories that rose and fell most.

use crate::charts::spark::{Spark, spark};
use crate::figures;
use crate::means::Weeks;
use crate::sections::change::{APART, Change, change};
use crate::series::{Demand, Series};

/// Categories that are listed each way.
const LISTED: usize = 6;
/// Fewest postings that one of the two weeks must have: below, a few postings make any percentage.
const FEWEST: f64 = 20.0;
/// Days that a sparkline shows.
const SPARK_DAYS: usize = 91;

/// The movers, or why there are none.
#[derive(Debug)]
pub struct Movers {
    pub up: Vec<Mover>,
    pub down: Vec<Mover>,
    /// The change of all categories together.
    pub total: Option<Mover>,
    pub today: String,
    pub before: String,
    /// Whether a week that is compared reaches before the first crawl. The total's rise then shows how
    /// survivors thin out with age, so that changes are beside the total's.
    pub backfilled: bool,
    /// Categories with postings enough to be ranked.
    pub ranked: usize,
    /// Categories with too few postings to be ranked.
    pub small: usize,
    /// Categories that rose, and fell, by more than chance and imputation explain.
    pub clear: (usize, usize),
}

/// One category's change.
#[derive(Debug)]
pub struct Mover {
    pub name: String,
    pub spark: Spark,
    pub now: String,
    pub then: String,
    pub change: String,
    pub interval: String,
    pub clear: bool,
    pub rises: bool,
}

/// Ranks the categories by change.
pub fn movers(demand: &Demand) -> Movers {
    let calendar = &demand.calendar;
    let changes: Vec<(&Series, Change)> = demand
        .categories
        .iter()
        .filter_map(|series| Some((series, change(calendar, series)?)))
        .collect();
    let (mut ranked, small): (Vec<_>, Vec<_>) = changes
        .into_iter()
        .partition(|(_, change)| change.postings >= FEWEST);
    ranked.sort_by(|(_, a), (_, b)| b.ratio.total_cmp(&a.ratio));
    let total = change(calendar, &demand.total);
    let mut compared = ranked.iter().map(|(_, change)| change).chain(&total);
    let backfilled = compared.any(|change| change.backfilled);
    match &total {
        Some(total) if backfilled => {
            let changes = ranked.iter_mut().map(|(_, change)| change);
            changes.for_each(|change| *change = change.beside(total));
        }
        // Without the total there is nothing to tell a rise from survivors' thinning out.
        None if backfilled => ranked.clear(),
        _ => {}
    }
    let clear = |rises: bool| {
        let clear = ranked.iter().filter(|(_, change)| change.is_clear());
        clear
            .filter(|(_, change)| (change.ratio > 1.0) == rises)
            .count()
    };
    let written = |(series, change): &(&Series, Change)| mover(series, change);
    let up = ranked.iter().filter(|(_, change)| change.ratio > 1.0);
    let down = ranked.iter().rev().filter(|(_, change)| change.ratio < 1.0);
    Movers {
        up: up.take(LISTED).map(written).collect(),
        down: down.take(LISTED).map(written).collect(),
        total: total.map(|change| mover(&demand.total, &change)),
        today: figures::date(calendar.last()),
        before: figures::date(calendar.date(calendar.days.len().saturating_sub(1 + APART))),
        backfilled,
        ranked: ranked.len(),
        small: small.len(),
        clear: (clear(true), clear(false)),
    }
}

fn mover(series: &Series, change: &Change) -> Mover {
    let means = Weeks::of(&series.corrected).means();
    let start = means.len().saturating_sub(SPARK_DAYS);
    Mover {
        name: series.name.clone(),
        spark: spark(&means[start..]),
        now: figures::rate(change.now),
        then: figures::rate(change.then),
        change: figures::change(change.ratio),
        interval: format!(
            "{} to {}",
            figures::change(change.low),
            figures::change(change.high)
        ),
        clear: change.is_clear(),
        rises: change.ratio > 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sections::change::tests::demand;
    use crate::series::Day;

    #[test]
    fn a_rise_is_listed_as_a_rise_and_a_handful_of_postings_is_not_ranked() {
        let mut figures = vec![10.0; 60];
        figures[40..].fill(30.0);
        let rising = movers(&demand(&figures, 1.0));
        assert_eq!((rising.up.len(), rising.down.len()), (1, 0));
        assert_eq!(rising.up[0].change, "+200\u{a0}%");
        assert_eq!(rising.clear, (1, 0));
        let few: Vec<f64> = figures.iter().map(|figure| figure / 20.0).collect();
        let few = movers(&demand(&few, 0.0));
        assert_eq!((few.up.len(), few.small), (0, 1));
    }

    #[test]
    fn survivors_that_thin_out_alike_are_no_movers() {
        let mut figures = vec![10.0; 60];
        figures[40..].fill(30.0);
        let mut demand = demand(&figures, 1.0);
        demand.calendar.days[..30].fill(Day::Backfilled);
        let movers = movers(&demand);
        assert!(movers.backfilled && movers.up.is_empty() && movers.down.is_empty());
        assert_eq!(movers.ranked, 1);
    }
}
