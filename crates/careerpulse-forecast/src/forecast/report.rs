//! The backtest's report: each later origin lived through as if it were today.

use rayon::prelude::*;

use super::conformal::calibrate;
use super::decide::{Decision, decide, scale};
use super::panel::Panel;
use super::tally::Tally;
use super::{CandidateScore, Forecasts, Point, SeriesForecast};
use crate::models::Model;

/// Forecasts from the last origin, and how the later half of origins did.
pub(super) fn report(panel: &Panel<'_>, now: &Decision) -> Forecasts {
    let last = panel.origins.len() - 1;
    let reported = last.div_ceil(2)..last;
    let tallies: Vec<Vec<Tallies>> = (reported.clone())
        .into_par_iter()
        .map(|origin| score_origin(panel, origin))
        .collect();
    let first_day = panel.origins[reported.start.min(last)];
    let mut all: Vec<SeriesForecast> = (0..panel.series())
        .map(|series| {
            let mut sums = Tallies::new(panel);
            for origin in &tallies {
                sums.add(&origin[series]);
            }
            let scale = scale(&panel.values[series][..first_day], panel.params.season);
            SeriesForecast {
                name: panel.names[series].to_owned(),
                model: now.models[series],
                basis: now.bases[series],
                points: points(panel, now, series),
                backtest: sums.published.score(scale),
                candidates: (Model::ALL.into_iter().zip(&sums.candidates))
                    .map(|(model, tally)| CandidateScore {
                        model,
                        score: tally.score(scale),
                    })
                    .collect(),
            }
        })
        .collect();
    let total = all.pop().expect("a panel holds the total");
    Forecasts {
        categories: all,
        total,
        reconciliation: now.reconciliation,
        levels: panel.params.levels.clone(),
        reported_origins: reported.len(),
    }
}

fn points(panel: &Panel<'_>, now: &Decision, series: usize) -> Vec<Point> {
    let means = now.means[series].as_ref();
    let means = means.expect("something is known of every series by now");
    let levels = 0..panel.params.levels.len();
    (means.iter().enumerate())
        .map(|(place, &mean)| Point {
            mean,
            intervals: (levels.clone())
                .map(|level| now.radii[series].interval(mean, place, level))
                .collect(),
        })
        .collect()
}

/// One series' sums over origins: of what is published, and of each candidate.
struct Tallies {
    published: Tally,
    candidates: Vec<Tally>,
}

impl Tallies {
    fn new(panel: &Panel<'_>) -> Self {
        let tally = || Tally::new(panel.params.levels.len());
        Self {
            published: tally(),
            candidates: Model::ALL.iter().map(|_| tally()).collect(),
        }
    }

    fn add(&mut self, other: &Tallies) {
        self.published.add(&other.published);
        for (own, other) in self.candidates.iter_mut().zip(&other.candidates) {
            own.add(other);
        }
    }
}

/// Scores one origin with what was known on it.
fn score_origin(panel: &Panel<'_>, origin: usize) -> Vec<Tallies> {
    let decision = decide(panel, origin);
    (0..panel.series())
        .map(|series| {
            let mut tallies = Tallies::new(panel);
            let naive = panel.ahead(series, origin, Model::SeasonalNaive);
            if let Some(means) = &decision.means[series] {
                let radii = &decision.radii[series];
                tallies
                    .published
                    .take(panel, series, origin, means, naive, radii);
            }
            for (model, tally) in Model::ALL.into_iter().zip(&mut tallies.candidates) {
                if let Some(means) = panel.ahead(series, origin, model) {
                    let radii = calibrate(panel, series, origin, |past| {
                        panel.ahead(series, past, model)
                    });
                    tally.take(panel, series, origin, means, naive, &radii);
                }
            }
            tallies
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::decide::tests::series;
    use super::super::panel::build_panel;
    use super::super::{Coverage, ForecastParams};
    use super::*;

    /// A backtest's score is that of what would have been published with the days until then alone.
    #[test]
    fn an_origin_is_scored_as_if_it_were_today() {
        let params = |origins| ForecastParams {
            origins,
            ..ForecastParams::default()
        };
        let (all, cut) = (series(200), series(190));
        let (long, short) = (params(50), params(40));
        let (long, short) = (build_panel(&all, &long), build_panel(&cut, &short));
        let scored = score_origin(&long, 40);
        let published = report(&short, &decide(&short, 40));
        for (at, one) in published
            .categories
            .iter()
            .chain([&published.total])
            .enumerate()
        {
            let (mut absolutes, mut held) = (0.0, 0);
            let actuals = long.values[at][190..].iter().flatten();
            for (point, &actual) in one.points.iter().zip(actuals) {
                absolutes += (actual - point.mean).abs();
                let interval = point.intervals[0].expect("40 days tell 80 %");
                held += usize::from(interval.lower <= actual && actual <= interval.upper);
            }
            let tally = &scored[at].published;
            assert_eq!((tally.pairs, tally.origins), (10, 1));
            assert!((tally.absolutes - absolutes).abs() < 1e-9);
            assert_eq!(tally.coverage[0], Coverage { held, days: 10 });
        }
    }
}
