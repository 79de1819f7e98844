//! The model of one series, chosen by the errors that were known on a day.

use super::Basis;
use super::panel::Panel;
use crate::models::Model;

/// Pairs of forecast and figure without which models are not compared: as many as seven whole weeks.
const MIN_PAIRS: usize = 49;

/// The model of one series.
pub(super) struct Chosen {
    pub model: Model,
    pub basis: Basis,
    /// Its mean squared error, the weight in MinT; 0 where none is known.
    pub variance: f64,
}

/// The candidate with the least squared error relative to seasonal naive's over the same pairs, all of
/// them known before the origin; seasonal naive itself where none is below it.
///
/// Each candidate is measured against seasonal naive, not against the others, as one that needs a longer
/// history has no forecasts from the first origins.
pub(super) fn choose(panel: &Panel<'_>, series: usize, origin: usize) -> Chosen {
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
        let errors = squared_errors(panel, series, origin, model, NAIVE);
        if errors.pairs < MIN_PAIRS {
            continue;
        }
        let variance = errors.own / errors.pairs as f64;
        if model == NAIVE {
            best.basis = Basis::NoneBeatsSeasonalNaive;
            best.variance = variance;
        } else if errors.base > 0.0 && errors.own / errors.base < least {
            least = errors.own / errors.base;
            best = Chosen {
                model,
                basis: Basis::Best,
                variance,
            };
        }
    }
    best
}

/// Sums of squared errors of two models over the same pairs.
struct Errors {
    own: f64,
    base: f64,
    pairs: usize,
}

fn squared_errors(
    panel: &Panel<'_>,
    series: usize,
    origin: usize,
    model: Model,
    base: Model,
) -> Errors {
    let mut errors = Errors {
        own: 0.0,
        base: 0.0,
        pairs: 0,
    };
    for past in 0..origin {
        let forecasts = (
            panel.ahead(series, past, model),
            panel.ahead(series, past, base),
        );
        let (Some(own), Some(base)) = forecasts else {
            continue;
        };
        for (place, actual) in panel.actuals(series, past, panel.origins[origin]) {
            errors.own += (actual - own[place]).powi(2);
            errors.base += (actual - base[place]).powi(2);
            errors.pairs += 1;
        }
    }
    errors
}
