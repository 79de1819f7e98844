//! Figures as a person reads them.

/// A share as in `4.9 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// What a whole distribution did.
pub(crate) fn moved(alarm: bool) -> &'static str {
    match alarm {
        true => "are spread otherwise than chance explains",
        false => "are spread as they were, as far as chance tells",
    }
}
