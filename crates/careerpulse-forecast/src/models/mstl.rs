//! MSTL (Bandara, Hyndman & Bergmeir 2021) with exponential smoothing of trend and remainder.
//!
//! The trend is damped (Gardner & McKenzie 1985): noise of single days must not be drawn out over weeks,
//! and trying undamped ones as well changes no score by a hundredth for twice the time.

use augurs_core::{Fit as _, Predict as _};
use augurs_ets::AutoETS;
use augurs_mstl::MSTLModel;

use super::History;

/// Seasons that the decomposition needs for its season to be more than noise.
const MIN_SEASONS: usize = 6;

/// Seasons it looks back: half a year, as far as the rhythm is followed elsewhere.
const MAX_SEASONS: usize = 26;

/// The vendor's decomposition of the filled days of the last half year; `None` under six seasons.
pub(super) fn predict(history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
    let (filled, season) = (history.filled, history.season);
    if filled.len() < MIN_SEASONS * season {
        return None;
    }
    let filled = &filled[filled.len().saturating_sub(MAX_SEASONS * season)..];
    if filled.iter().all(|value| value == &filled[0]) {
        return Some(vec![filled[0]; horizon]);
    }
    let trend = AutoETS::new(1, "AAN")
        .ok()?
        .damped(true)
        .ok()?
        .into_trend_model();
    let fitted = MSTLModel::new(vec![season], trend).fit(filled).ok()?;
    Some(fitted.predict(horizon, None).ok()?.point)
}
