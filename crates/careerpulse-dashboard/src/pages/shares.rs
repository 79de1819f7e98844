//! Who says the categories of the postings in the lake.

use super::figures;
use super::markup::{self, Markup};
use crate::view::overview::Overview;

/// A part of the postings in the legend.
pub struct Share {
    /// Its colour's class.
    pub class: &'static str,
    /// Its words.
    pub name: &'static str,
    /// How much it is.
    pub share: String,
}

/// Who says the categories, as a legend and a bar.
pub fn shares(view: &Overview) -> (Vec<Share>, Markup) {
    let unscored = view
        .postings
        .saturating_sub(view.labelled + view.imputed + view.abstained);
    let parts = [
        ("labelled", "given by the source", view.labelled),
        ("imputed", "imputed", view.imputed),
        ("abstained", "left open", view.abstained),
        ("unscored", "not yet scored", unscored),
    ];
    let mut drawn = String::from(
        "<svg class=\"shares\" viewBox=\"0 0 1000 20\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">",
    );
    let mut at = 0.0;
    for (class, _, part) in parts {
        let width = part as f64 / view.postings.max(1) as f64 * 1000.0;
        let gap = if width > 4.0 { 2.0 } else { 0.0 };
        drawn.push_str(&format!(
            "<rect class=\"{class}\" x=\"{at:.2}\" width=\"{:.2}\" height=\"20\"/>",
            width - gap
        ));
        at += width;
    }
    drawn.push_str("</svg>");
    let named = parts.into_iter().filter(|(_, _, part)| *part > 0);
    let shares = named.map(|(class, name, part)| Share {
        class,
        name,
        share: share_of(part, view.postings),
    });
    (shares.collect(), markup::drawing(drawn))
}

/// A part of a whole in percent; a dash of nothing.
pub fn share_of(part: u64, whole: u64) -> String {
    if whole == 0 {
        return figures::UNKNOWN.to_owned();
    }
    figures::percent(part as f64 / whole as f64)
}
