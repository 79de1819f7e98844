//! Conformal intervals for counts.
//!
//! A count's spread grows with its mean, so errors are compared after a transform that evens it out,
//! √(y + c) with Anscombe's (1948) c = 3/8 in units of the counts' dispersion; an interval is then as
//! wide on a Sunday as a Sunday needs. One score bounds both sides: a lower end that meets 0 leaves the
//! whole error to the upper one, so that small counts are not covered twice over.

use super::Interval;
use super::panel::Panel;

/// Anscombe's constant, in units of the dispersion.
const OFFSET: f64 = 0.375;

/// Days ahead whose errors are pooled for one of them, it in the middle: each weekday once.
fn pooled(place: usize, horizon: usize, season: usize) -> std::ops::Range<usize> {
    let width = season.min(horizon);
    let start = place.saturating_sub(season / 2).min(horizon - width);
    start..start + width
}

/// How wide a series' intervals are.
pub(super) struct Radii {
    /// What the counts' spread is measured in.
    unit: f64,
    /// By day ahead and level, on the root's scale; `None` where too few errors are known.
    radii: Vec<Vec<Option<f64>>>,
}

impl Radii {
    /// The interval around a mean.
    pub fn interval(&self, mean: f64, place: usize, level: usize) -> Option<Interval> {
        let radius = self.radii[place][level]?;
        let offset = OFFSET * self.unit;
        let root = (mean + offset).sqrt();
        let back = |root: f64| root.max(0.0).powi(2) - offset;
        let lower = match mean < self.unit {
            true => 0.0,
            false => back(root - radius).clamp(0.0, mean),
        };
        Some(Interval {
            lower,
            upper: back(root + radius).max(mean),
        })
    }
}

/// Calibrates on the errors that were known before an origin; `ahead` tells what was forecast from an
/// earlier one.
pub(super) fn calibrate<'a>(
    panel: &'a Panel<'_>,
    series: usize,
    origin: usize,
    ahead: impl Fn(usize) -> Option<&'a [f64]>,
) -> Radii {
    let (horizon, season) = (panel.params.horizon, panel.params.season);
    let mut pairs: Vec<Vec<(f64, f64)>> = vec![Vec::new(); horizon];
    let mut days: Vec<Vec<usize>> = vec![Vec::new(); horizon];
    for past in 0..origin {
        let Some(ahead) = ahead(past) else { continue };
        for (place, actual) in panel.actuals(series, past, panel.origins[origin]) {
            pairs[place].push((ahead[place], actual));
            days[place].push(panel.origins[past] + place);
        }
    }
    let unit = dispersion(pairs.iter().flatten());
    let scores: Vec<Vec<f64>> = (pairs.iter())
        .map(|pairs| pairs.iter().map(|pair| score(*pair, unit)).collect())
        .collect();
    let radii = (0..horizon)
        .map(|place| {
            let near = pooled(place, horizon, season);
            let days = count_distinct(&days[near.clone()], panel.origins[origin]);
            let mut near = scores[near].concat();
            (panel.params.levels.iter())
                .map(|&level| radius(&mut near, days, level))
                .collect()
        })
        .collect();
    Radii { unit, radii }
}

/// How many days there are, all of them below `end`.
fn count_distinct(days: &[Vec<usize>], end: usize) -> usize {
    let mut is_there = vec![false; end];
    for &day in days.iter().flatten() {
        is_there[day] = true;
    }
    is_there.into_iter().filter(|&is_there| is_there).count()
}

/// How far a figure lies from what was expected. Where that is below one unit, 0 is the likeliest count
/// and belongs to every interval: whatever lies below the mean is no error.
fn score((mean, actual): (f64, f64), unit: f64) -> f64 {
    if actual < mean && mean < unit {
        return 0.0;
    }
    let offset = OFFSET * unit;
    ((actual + offset).sqrt() - (mean + offset).sqrt()).abs()
}

/// Variance over mean (McCullagh & Nelder 1989, section 4.5): 1 for Poisson counts, and whatever unit
/// figures come in; 0 without any.
fn dispersion<'a>(pairs: impl Iterator<Item = &'a (f64, f64)>) -> f64 {
    let (squares, means) = pairs.fold((0.0, 0.0), |(squares, means), (mean, actual)| {
        (squares + (actual - mean) * (actual - mean), means + mean)
    });
    if means > 0.0 { squares / means } else { 0.0 }
}

/// The score that the level's share of errors, and of one more, stays within; `None` where the days are
/// too few for the level. Days are what is exchangeable: errors on one day from several origins are alike.
fn radius(scores: &mut [f64], days: usize, level: f64) -> Option<f64> {
    let share = level * (days + 1) as f64 / days.max(1) as f64;
    if days == 0 || share > 1.0 || scores.is_empty() {
        return None;
    }
    let rank = ((share * scores.len() as f64).ceil() as usize).clamp(1, scores.len()) - 1;
    Some(*scores.select_nth_unstable_by(rank, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_radius_holds_the_levels_share_of_errors_and_of_one_more() {
        let mut scores: Vec<f64> = (1..=99).map(f64::from).rev().collect();
        assert_eq!(radius(&mut scores, 99, 0.8), Some(80.0));
        assert_eq!(radius(&mut scores, 99, 0.95), Some(95.0));
        assert_eq!(
            radius(&mut scores, 4, 0.8),
            Some(99.0),
            "four days can just tell 80 %"
        );
        assert_eq!(radius(&mut scores, 3, 0.8), None);
        assert_eq!(radius(&mut scores, 18, 0.95), None);
        assert_eq!(radius(&mut [], 0, 0.5), None);
    }

    #[test]
    fn each_day_ahead_is_pooled_with_a_week_around_it() {
        assert_eq!(pooled(0, 28, 7), 0..7);
        assert_eq!(pooled(10, 28, 7), 7..14);
        assert_eq!(pooled(27, 28, 7), 21..28);
        assert_eq!(pooled(2, 3, 7), 0..3);
    }

    #[test]
    fn an_interval_holds_exactly_the_figures_within_its_radius() {
        let spread = Radii {
            unit: 1.5,
            radii: vec![vec![Some(0.9)]],
        };
        for mean in [0.0, 0.4, 1.4, 1.6, 7.0, 40.0] {
            let interval = spread.interval(mean, 0, 0).unwrap();
            for tenth in 0..700 {
                let actual = f64::from(tenth) / 10.0;
                let within = interval.lower <= actual && actual <= interval.upper;
                assert_eq!(
                    within,
                    score((mean, actual), 1.5) <= 0.9,
                    "{actual} around {mean}"
                );
            }
        }
        assert_eq!(spread.interval(1.4, 0, 0).unwrap().lower, 0.0);
    }

    #[test]
    fn dispersion_is_one_for_poisson_and_scales_with_the_unit() {
        let pairs = [
            (4.0, 2.0),
            (4.0, 6.0),
            (4.0, 4.0),
            (4.0, 4.0 + 8.0_f64.sqrt()),
        ];
        assert!((dispersion(pairs.iter()) - 1.0).abs() < 1e-12);
        let tenfold = pairs.map(|(mean, actual)| (10.0 * mean, 10.0 * actual));
        assert!((dispersion(tenfold.iter()) - 10.0).abs() < 1e-12);
        assert_eq!(dispersion([].iter()), 0.0);
    }
}
