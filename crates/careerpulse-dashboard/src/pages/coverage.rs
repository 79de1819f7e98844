//! What a threshold costs: how many predictions count, and how many of those are right.

use super::chart::{self, Chart, Row, Spec, Table, look};
use super::markup::{self, Markup};
use super::{figures, query};
use crate::view::models::{Counting, CoveragePoint};

/// The slider at one place, and the points it may go to.
pub struct Slider {
    /// Where it stands, in percent.
    pub at: String,
    /// What that means.
    pub words: String,
    /// From when on the version's predictions do count.
    pub in_use: String,
    /// `[threshold, coverage, accuracy]` of each point, for the script.
    pub points: Markup,
}

/// The slider at the probability that is asked for (percent), else at the one in use; none where there
/// is no curve.
pub fn slider(
    points: &[CoveragePoint],
    counting: &Counting,
    asked: &query::Query,
) -> Option<Slider> {
    if points.is_empty() {
        return None;
    }
    let at = query::share(asked, "threshold").unwrap_or(counting.min_probability.min(1.0));
    let carried: Vec<[f64; 3]> = points
        .iter()
        .map(|point| [point.threshold, point.coverage, point.accuracy])
        .collect();
    Some(Slider {
        at: format!("{:.0}", at * 100.0),
        words: sentence(at, lowest_from(points, at)),
        in_use: in_use(counting),
        points: markup::json(&carried),
    })
}

/// Accuracy by share of predictions kept.
pub fn curve(points: &[CoveragePoint], csv: String) -> Option<Chart> {
    let known = points.iter().filter(|point| point.coverage.is_finite());
    let mut sorted: Vec<&CoveragePoint> = known.collect();
    sorted.sort_by(|a, b| a.coverage.total_cmp(&b.coverage));
    // Points of one coverage would stand on one another.
    sorted.dedup_by(|a, b| a.coverage == b.coverage);
    let line = look("line", "c0", &[], 2.4);
    let head = ["Threshold", "Predictions that count", "Of those right"];
    (sorted.len() > 1).then(|| Chart {
        id: "coverage",
        title: "Accuracy by coverage".to_owned(),
        description: "Each point is a threshold: to the left few predictions count and nearly all are right, to the right all count and more are wrong. Measured on held-out postings.".to_owned(),
        unit: "share right",
        keys: vec![chart::key("accuracy of what counts", line)],
        spec: chart::carried(&Spec {
            x: sorted.iter().map(|point| point.coverage).collect(),
            time: false,
            x_name: "count",
            lines: vec![chart::line(
                "right",
                line,
                sorted.iter().map(|point| Some(point.accuracy)).collect(),
            )],
            bands: Vec::new(),
            shade: Vec::new(),
            ticks: Vec::new(),
            mark: None,
            level: None,
            from_zero: false,
            percent: true,
            range: None,
        }),
        table: Table {
            caption: "Accuracy and coverage by threshold".to_owned(),
            head: head.map(str::to_owned).to_vec(),
            rows: points
                .iter()
                .map(|point| Row {
                    name: markup::drawing(figures::percent(point.threshold)),
                    cells: vec![figures::percent(point.coverage), figures::percent(point.accuracy)],
                })
                .collect(),
        },
        csv,
    })
}

/// The point with all that is at least so probable; none where nothing is.
fn lowest_from(points: &[CoveragePoint], at: f64) -> Option<&CoveragePoint> {
    let from = points.iter().filter(|point| point.threshold >= at);
    from.min_by(|a, b| a.threshold.total_cmp(&b.threshold))
}

/// The script writes the same sentence when the slider moves.
fn sentence(at: f64, point: Option<&CoveragePoint>) -> String {
    let percent = at * 100.0;
    match point {
        None => format!("No prediction is as sure as {percent:.0}\u{a0}%."),
        Some(point) => format!(
            "From {percent:.0}\u{a0}% on, {} of predictions count, and {} of those are right.",
            figures::percent(point.coverage),
            figures::percent(point.accuracy)
        ),
    }
}

/// The rule that the version goes by, which may be one of the lead over the second category.
fn in_use(counting: &Counting) -> String {
    let probability = figures::percent(counting.min_probability);
    let lead = figures::points(counting.min_gap);
    let rule = match (counting.min_probability > 0.0, counting.min_gap > 0.0) {
        _ if counting.min_probability > 1.0 => {
            return "no prediction counts, for in training none was precise enough.".to_owned();
        }
        (false, false) => "every prediction counts".to_owned(),
        (true, false) => format!("a prediction counts from {probability} on"),
        (false, true) => {
            format!("a prediction counts from a lead of {lead} over the second category on")
        }
        (true, true) => format!(
            "a prediction counts from {probability} and a lead of {lead} over the second category on"
        ),
    };
    match (counting.coverage, counting.accuracy) {
        (Some(coverage), Some(accuracy)) => format!(
            "{rule}; of held-out postings those were {}, and {} of them were right.",
            figures::percent(coverage),
            figures::percent(accuracy)
        ),
        _ => format!("{rule}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_in_use_is_said_whichever_it_is() {
        let words = |min_probability, min_gap| {
            in_use(&Counting {
                min_probability,
                min_gap,
                coverage: Some(0.7),
                accuracy: Some(0.92),
            })
        };
        assert!(words(0.0, 0.0).starts_with("every prediction counts; of held-out postings"));
        assert!(words(0.5, 0.0).starts_with("a prediction counts from 50.0\u{a0}% on;"));
        let lead = words(0.0, 0.77);
        assert!(
            lead.contains("a lead of 77.0\u{a0}points") && !lead.contains(" 0.0"),
            "{lead}"
        );
        assert!(words(0.5, 0.1).contains("and a lead of 10.0\u{a0}points"));
        assert!(words(2.0, 0.0).starts_with("no prediction counts"));
    }

    #[test]
    fn a_threshold_counts_what_is_at_least_as_sure() {
        let points = [(0.9, 0.2), (0.5, 0.8)].map(|(threshold, coverage)| CoveragePoint {
            threshold,
            coverage,
            accuracy: 1.0,
        });
        assert_eq!(lowest_from(&points, 0.51), points.first());
        assert_eq!(lowest_from(&points, 0.5), points.get(1));
        assert_eq!(lowest_from(&points, 0.91), None);
    }
}
