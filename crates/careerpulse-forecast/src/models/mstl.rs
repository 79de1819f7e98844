//! MSTL (Bandara, Hyndman & Bergmeir 2021) with exponential smoothing of trend and remainder.

use augurs_core::{Fit as _, Predict as _};
use augurs_ets::AutoETS;
use augurs_mstl::MSTLModel;

use super::History;

/// Seasons that the decomposition needs for its season to be more than noise.
const MIN_SEASONS: usize = 6;

/// Seasons it looks back: a year, beyond which daily counts tell little of the next four weeks.
const MAX_SEASONS: usize = 26;

/// The vendor's decomposition of the filled days of the last year; `None` under six seasons.
pub(super) fn predict(history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
    let (filled, season) = (history.filled, history.season);
    if filled.len() < MIN_SEASONS * season {
        return None;
    }
    let filled = &filled[filled.len().saturating_sub(MAX_SEASONS * season)..];
    if filled.iter().all(|value| value == &filled[0]) {
        return Some(vec![filled[0]; horizon]);
    }
    let trend = AutoETS::new(1, "AZN").ok()?.into_trend_model();
    let fitted = MSTLModel::new(vec![season], trend).fit(filled)
        .ok()?;
    Some(fitted.predict(horizon, None).ok()?.point)
}
