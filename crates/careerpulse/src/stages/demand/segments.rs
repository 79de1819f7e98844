//! Daily figures by level, and by location for the largest.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::count::Counted;
use super::postings::{AllNames, Postings};
use super::range::Range;
use super::tally::{rounded, tally};
use crate::tables::demand::{DailyDemand, OTHER, SegmentDemand};

/// The segments of one dimension.
struct Dimension {
    name: &'static str,
    /// The segments' names, sorted.
    segments: Vec<String>,
    /// The segment of each level or location.
    of_name: Vec<usize>,
}

/// A row per published day, dimension, segment and category. Expected figures are brought to the
/// published ones of `daily`, so that they add up to them.
pub fn segment_rows(
    range: &Range,
    counted: &Counted,
    daily: &[DailyDemand],
    locations: usize,
) -> Vec<SegmentDemand> {
    let Counted {
        names,
        labelled,
        unlabelled,
        ..
    } = counted;
    let corrected = counted.corrected.as_ref();
    let categories = names.categories.list();
    let published: HashMap<(NaiveDate, &str), &DailyDemand> = daily
        .iter()
        .map(|row| ((row.date, row.category.as_str()), row))
        .collect();
    let counts = counts_of_locations(range, names, [labelled, &unlabelled.postings]);
    let dimensions = [
        (dimension("level", names.levels.list(), None), levels as Of),
        (
            dimension(
                "location",
                names.locations.list(),
                Some((&counts, locations)),
            ),
            locations_of as Of,
        ),
    ];
    let mut rows = Vec::new();
    for (dimension, of) in dimensions {
        let segments = dimension.segments.len();
        let cell_of = |postings: &Postings, row: usize| {
            let segment = dimension.of_name[of(postings)[row] as usize];
            Some(range.place(postings.days[row])? * segments + segment)
        };
        let cells = range.days() * segments;
        let tally = tally(
            cells,
            categories.len(),
            labelled,
            unlabelled,
            corrected,
            cell_of,
        );
        for (place, date) in range.iter().enumerate() {
            for (category, name) in categories.iter().enumerate() {
                let Some(day) = published.get(&(date, name.as_str())) else {
                    continue;
                };
                let ats =
                    (0..segments).map(|segment| tally.at(place * segments + segment, category));
                let whole: f64 = ats.clone().map(|at| tally.corrected[at]).sum();
                let scale = match day.new_corrected {
                    Some(published) if whole > 0.0 => published / whole,
                    _ => 1.0,
                };
                for (segment, at) in ats.enumerate() {
                    rows.push(SegmentDemand {
                        date,
                        dimension: dimension.name.to_owned(),
                        segment: dimension.segments[segment].clone(),
                        category: name.clone(),
                        new_observed: day.new_observed.map(|_| tally.observed[at]),
                        new_imputed: day.new_imputed.map(|_| tally.imputed[at]),
                        new_corrected: day
                            .new_corrected
                            .map(|_| rounded(tally.corrected[at] * scale)),
                    });
                }
            }
        }
    }
    rows.sort_by(|a, b| key(a).cmp(&key(b)));
    rows
}

fn key(row: &SegmentDemand) -> (NaiveDate, &str, &str, &str) {
    (row.date, &row.dimension, &row.segment, &row.category)
}

type Of = fn(&Postings) -> &[u32];

fn levels(postings: &Postings) -> &[u32] {
    &postings.levels
}

fn locations_of(postings: &Postings) -> &[u32] {
    &postings.locations
}

/// Every name is a segment, or only those of the largest counts, and the others one together.
fn dimension(name: &'static str, names: &[String], largest: Option<(&[u64], usize)>) -> Dimension {
    let mut numbers: Vec<usize> = (0..names.len()).collect();
    if let Some((counts, most)) = largest {
        numbers.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then(names[a].cmp(&names[b])));
        numbers.truncate(most);
    }
    let kept: BTreeMap<&str, usize> = numbers.iter().map(|&n| (names[n].as_str(), n)).collect();
    let mut segments: Vec<String> = kept.keys().map(ToString::to_string).collect();
    if kept.len() < names.len() && !kept.contains_key(OTHER) {
        segments.push(OTHER.to_owned());
    }
    segments.sort();
    let place = |name: &str| segments.binary_search_by(|s| s.as_str().cmp(name)).ok();
    let of_name = names
        .iter()
        .map(|name| place(name).or_else(|| place(OTHER)).unwrap_or_default())
        .collect();
    Dimension {
        name,
        segments,
        of_name,
    }
}

fn counts_of_locations(range: &Range, names: &AllNames, both: [&Postings; 2]) -> Vec<u64> {
    let mut counts = vec![0; names.locations.list().len()];
    for postings in both {
        for (&location, &day) in postings.locations.iter().zip(&postings.days) {
            counts[location as usize] += u64::from(range.place(day).is_some());
        }
    }
    counts
}
