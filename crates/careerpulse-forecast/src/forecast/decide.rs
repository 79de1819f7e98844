//! What would be published from one origin, decided by nothing but what was known on that day.

use super::conformal::{Radii, calibrate};
use super::panel::Panel;
use super::reconcile::{bottom_up, min_trace};
use super::{Basis, Reconciliation};
use crate::models::Model;

/// Pairs of forecast and figure without which models are not compared: as many as seven whole seasons.
const MIN_PAIRS: usize = 49;

/// What one origin decides.
pub(super) struct Decision {
    /// By series, the total last.
    pub models: Vec<Model>,
    /// Why those, by series.
    pub bases: Vec<Basis>,
    /// How they are made to agree.
    pub reconciliation: Reconciliation,
    /// The coherent forecasts, by series and day ahead.
    pub means: Vec<Vec<f64>>,
    /// How wide intervals are, by series; `None` where no error is known.
    pub radii: Vec<Radii>,
}

/// Chooses models and reconciliation and calibrates intervals on the figures before the origin.
pub(super) fn decide(panel: &Panel<'_>, origin: usize) -> Decision {
    let chosen: Vec<Chosen> = (0..panel.series())
        .map(|series| choose(panel, series, origin))
        .collect();
    let end = panel.origins[origin];
    let past: Vec<usize> = (0..origin).collect();
    let summed: Vec<_> = (past.iter())
        .map(|&past| coherent(panel, past, &chosen, Reconciliation::BottomUp))
        .collect();
    let moved: Vec<_> = (past.iter())
        .map(|&past| coherent(panel, past, &chosen, Reconciliation::MinT))
        .collect();
    let scales: Vec<Option<f64>> = (panel.values.iter())
        .map(|values| scale(&values[..end], panel.params.season))
        .collect();
    let helps = match (loss(panel, &moved, &scales, end), loss(panel, &summed, &scales, end)) {
        (Some(moved), Some(summed)) => moved < summed,
        _ => false,
    };
    let (reconciliation, errors) = match helps {
        true => (Reconciliation::MinT, moved),
        false => (Reconciliation::BottomUp, summed),
    };
    let now = coherent(panel, origin, &chosen, reconciliation);
    let means = now.unwrap_or_else(|| fallback(panel, origin, &chosen));
    let radii = (0..panel.series())
        .map(|series| {
            let ahead = |past: usize| Some(errors[past].as_ref()?[series].as_slice());
            calibrate(panel, series, origin, ahead)
        })
        .collect();
    Decision {
        models: chosen.iter().map(|one| one.model).collect(),
        bases: chosen.iter().map(|one| one.basis).collect(),
        reconciliation,
        means,
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

/// The model of one series.
struct Chosen {
    model: Model,
    basis: Basis,
    /// Its mean squared error, the weight in MinT.
    variance: f64,
}

fn choose(panel: &Panel<'_>, series: usize, origin: usize) -> Chosen {
    const NAIVE: Model = Model::SeasonalNaive;
    if panel.ahead(series, origin, NAIVE).is_none() {
        return Chosen {
            model: Model::KnownMean,
            basis: Basis::TooShort,
            variance: 0.0,
        };
    }
    let mut best = Chosen {
        model: NAIVE,
        basis: Basis::NoBacktest,
        variance: 0.0,
    };
    let mut least = 1.0;
    for model in Model::ALL {
        if panel.ahead(series, origin, model).is_none() {
            continue;
        }
        let (mut own, mut naive, mut pairs) = (0.0, 0.0, 0usize);
        for past in 0..origin {
            let forecasts = (panel.ahead(series, past, model), panel.ahead(series, past, NAIVE));
            let (Some(ahead), Some(base)) = forecasts else {
                continue;
            };
            for (place, actual) in panel.actuals(series, past, panel.origins[origin]) {
                own += (actual - ahead[place]).powi(2);
                naive += (actual - base[place]).powi(2);
                pairs += 1;
            }
        }
        if pairs < MIN_PAIRS {
            continue;
        }
        let variance = own / pairs as f64;
        if model == NAIVE {
            best.basis = Basis::NoneBeatsSeasonalNaive;
            best.variance = variance;
        } else if naive > 0.0 && own / naive < least {
            least = own / naive;
            best = Chosen {
                model,
                basis: Basis::Best,
                variance,
            };
        }
    }
    best
}

/// Coherent forecasts of the chosen models from an origin; `None` where one of them cannot tell.
fn coherent(
    panel: &Panel<'_>,
    origin: usize,
    chosen: &[Chosen],
    reconciliation: Reconciliation,
) -> Option<Vec<Vec<f64>>> {
    let (total, categories) = chosen.split_last()?;
    let own: Vec<&[f64]> = (categories.iter().enumerate())
        .map(|(series, one)| panel.ahead(series, origin, one.model))
        .collect::<Option<_>>()?;
    match reconciliation {
        Reconciliation::BottomUp => Some(bottom_up(&own)),
        Reconciliation::MinT => {
            let sum = panel.ahead(categories.len(), origin, total.model)?;
            let weights: Vec<f64> = categories.iter().map(|one| one.variance).collect();
            Some(min_trace(&own, sum, &weights, total.variance))
        }
    }
}

/// Bottom-up with the mean of what is known for series that no candidate can tell.
fn fallback(panel: &Panel<'_>, origin: usize, chosen: &[Chosen]) -> Vec<Vec<f64>> {
    let own: Vec<Vec<f64>> = (0..panel.series() - 1)
        .map(|series| match panel.ahead(series, origin, chosen[series].model) {
            Some(ahead) => ahead.to_vec(),
            None => panel.known_mean(series, origin),
        })
        .collect();
    bottom_up(&own.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Mean RMSSE of the categories and RMSSE of the total in equal parts, over what is known before `end`;
/// `None` where nothing can be scored.
fn loss(
    panel: &Panel<'_>,
    forecasts: &[Option<Vec<Vec<f64>>>],
    scales: &[Option<f64>],
    end: usize,
) -> Option<f64> {
    let rmsse = |series: usize| {
        let (mut sum, mut pairs) = (0.0, 0usize);
        for (past, ahead) in forecasts.iter().enumerate() {
            let Some(ahead) = ahead else { continue };
            for (place, actual) in panel.actuals(series, past, end) {
                sum += (actual - ahead[series][place]).powi(2);
                pairs += 1;
            }
        }
        (pairs > 0).then_some((sum / pairs as f64 / scales[series]?).sqrt())
    };
    let total = panel.series() - 1;
    let categories: Vec<f64> = (0..total).filter_map(rmsse).collect();
    let mean = categories.iter().sum::<f64>() / categories.len().max(1) as f64;
    Some(rmsse(total)? + mean)
}
