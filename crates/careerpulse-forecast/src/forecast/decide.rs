//! What would be published from one origin, decided by nothing but what was known on that day.

use super::choose::{Chosen, choose};
use super::conformal::{Radii, calibrate};
use super::panel::Panel;
use super::reconcile::{bottom_up, min_trace};
use super::{Basis, Reconciliation};
use crate::models::Model;

/// What one origin decides.
pub(super) struct Decision {
    /// By series, the total last.
    pub models: Vec<Model>,
    /// Why those, by series.
    pub bases: Vec<Basis>,
    /// How they are made to agree.
    pub reconciliation: Reconciliation,
    /// The coherent forecasts.
    pub means: Coherent,
    /// How wide intervals are, by series.
    pub radii: Vec<Radii>,
}

/// Forecasts that add up, by series and day ahead, the total last; `None` for a series of which nothing
/// was known, and then for the total.
pub(super) type Coherent = Vec<Option<Vec<f64>>>;

/// Chooses models and reconciliation and calibrates intervals on the figures before the origin.
pub(super) fn decide(panel: &Panel<'_>, origin: usize) -> Decision {
    let chosen: Vec<Chosen> = (0..panel.series())
        .map(|series| choose(panel, series, origin))
        .collect();
    let end = panel.origins[origin];
    let scales: Vec<Option<f64>> = (panel.values.iter())
        .map(|values| scale(&values[..end], panel.params.season))
        .collect();
    let [summed, moved] = [Reconciliation::BottomUp, Reconciliation::MinT].map(|how| {
        let past: Vec<Coherent> = (0..origin)
            .map(|past| reconcile(panel, past, &chosen, how))
            .collect();
        let loss = loss(panel, &past, &scales, end);
        (past, loss)
    });
    let (reconciliation, past) = match (summed.1, moved.1) {
        (Some(sum), Some(move_)) if move_ < sum => (Reconciliation::MinT, moved.0),
        _ => (Reconciliation::BottomUp, summed.0),
    };
    let radii = (chosen.iter().enumerate())
        .map(|(series, one)| {
            // A mean of less than two weeks has no errors to speak of.
            let is_long = one.basis != Basis::TooShort || series + 1 == panel.series();
            calibrate(panel, series, origin, |at| {
                past[at][series].as_deref().filter(|_| is_long)
            })
        })
        .collect();
    Decision {
        means: reconcile(panel, origin, &chosen, reconciliation),
        models: chosen.iter().map(|one| one.model).collect(),
        bases: chosen.iter().map(|one| one.basis).collect(),
        reconciliation,
        radii,
    }
}

/// The scale of RMSSE: the mean squared difference of known days a season apart; `None` where it is 0
/// or there are none.
pub(super) fn scale(values: &[Option<f64>], season: usize) -> Option<f64> {
    let (mut sum, mut pairs) = (0.0, 0usize);
    for (old, new) in values.iter().zip(values.iter().skip(season)) {
        if let (Some(old), Some(new)) = (old, new) {
            sum += (new - old) * (new - old);
            pairs += 1;
        }
    }
    (sum > 0.0).then(|| sum / pairs as f64)
}

/// Coherent forecasts of the chosen models from an origin; bottom-up where the total cannot tell.
fn reconcile(panel: &Panel<'_>, origin: usize, chosen: &[Chosen], how: Reconciliation) -> Coherent {
    let (total, categories) = chosen.split_last().expect("a panel holds the total");
    let own: Coherent = (categories.iter().enumerate())
        .map(|(series, one)| panel.ahead_or_mean(series, origin, one.model))
        .collect();
    let Some(all) = own
        .iter()
        .map(Option::as_deref)
        .collect::<Option<Vec<&[f64]>>>()
    else {
        return own.into_iter().chain([None]).collect();
    };
    let coherent = match (how, panel.ahead(categories.len(), origin, total.model)) {
        (Reconciliation::MinT, Some(sum)) => {
            let weights: Vec<f64> = categories.iter().map(|one| one.variance).collect();
            min_trace(&all, sum, &weights, total.variance)
        }
        _ => bottom_up(&all),
    };
    coherent.into_iter().map(Some).collect()
}

/// Mean RMSSE of the categories and RMSSE of the total in equal parts, over what is known before `end`;
/// `None` where the total cannot be scored.
fn loss(panel: &Panel<'_>, past: &[Coherent], scales: &[Option<f64>], end: usize) -> Option<f64> {
    let rmsse = |series: usize| {
        let (mut sum, mut pairs) = (0.0, 0usize);
        for (origin, means) in past.iter().enumerate() {
            let Some(means) = &means[series] else {
                continue;
            };
            for (place, actual) in panel.actuals(series, origin, end) {
                sum += (actual - means[place]).powi(2);
                pairs += 1;
            }
        }
        (pairs > 0).then_some((sum / pairs as f64 / scales[series]?).sqrt())
    };
    let total = panel.series() - 1;
    let categories: Vec<f64> = (0..total).filter_map(rmsse).collect();
    let mean = categories.iter().sum::<f64>() / categories.len().max(1) as f64;
    Some(f64::midpoint(rmsse(total)?, mean))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::ForecastParams;
    use super::super::panel::build_panel;
    use super::*;
    use crate::series::Series;

    /// Two series, one with a rhythm; a shorter one begins like a longer one.
    pub fn series(days: usize) -> Vec<Series> {
        let mut state = 1_u64;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % 9
        };
        let values: Vec<[f64; 2]> = (0..days)
            .map(|day| [draw(), draw() * u64::from(day % 7 < 5)].map(|value| value as f64))
            .collect();
        ["a", "b"]
            .iter()
            .enumerate()
            .map(|(at, name)| Series {
                name: (*name).to_owned(),
                values: values.iter().map(|both| Some(both[at])).collect(),
            })
            .collect()
    }

    #[test]
    fn the_scale_is_the_seasonal_naive_error_of_known_pairs() {
        let values = [Some(1.0), Some(5.0), Some(4.0), None, Some(2.0), Some(9.0)];
        assert_eq!(scale(&values, 2), Some((9.0 + 4.0) / 2.0));
        assert_eq!(scale(&[Some(3.0); 9], 2), None);
        assert_eq!(scale(&values[..2], 2), None);
    }

    /// The same decision comes out of the days before an origin, whether later ones are there or not.
    #[test]
    fn nothing_after_an_origin_has_a_say_in_it() {
        let all = series(200);
        let cut: Vec<Series> = (all.iter())
            .map(|one| Series {
                name: one.name.clone(),
                values: one.values[..190].to_vec(),
            })
            .collect();
        let params = |origins| ForecastParams {
            origins,
            ..ForecastParams::default()
        };
        let (long, short) = (params(50), params(40));
        let (long, short) = (build_panel(&all, &long), build_panel(&cut, &short));
        assert_eq!(long.origins[40], short.origins[40]);
        let (then, now) = (decide(&long, 40), decide(&short, 40));
        assert_eq!(then.models, now.models);
        assert_eq!(then.means, now.means);
        for (then, now) in then.radii.iter().zip(&now.radii) {
            for place in 0..28 {
                assert!(then.interval(9.0, place, 0).is_some());
                assert_eq!(then.interval(9.0, place, 1), now.interval(9.0, place, 1));
            }
        }
    }
}
