//! A category's records.

use super::{CATEGORIES, demand, noise, postings};
use crate::view::category::{CategoryPage, CategoryScore, Segment};

/// A category's page; the last one is too young for a forecast and unknown to the model.
pub(super) fn page(place: usize) -> CategoryPage {
    let is_young = place == CATEGORIES.len() - 1;
    CategoryPage {
        series: demand::series(Some(place)),
        forecast: (!is_young).then(|| demand::forecast(place)),
        levels: segments(
            place,
            &[
                "Entry Level",
                "Mid Level",
                "Senior Level",
                "Management",
                "Internship",
            ],
        ),
        locations: segments(
            place,
            &[
                "New York, NY",
                "Flexible / Remote",
                "London, United Kingdom",
                "Berlin, Germany",
                "Bengaluru, India",
                "Toronto, Canada",
                "São Paulo, Brazil",
            ],
        ),
        score: (!is_young).then(|| score(place, 7)),
        latest: postings::latest(place),
    }
}

/// What a version is worth on a category.
pub(super) fn score(place: usize, version: i64) -> CategoryScore {
    let worth = 0.94 - 0.012 * place as f64 + 0.004 * version as f64;
    let precision = (worth + 0.06 * (noise(place as u64 + 500) - 0.5)).min(0.99);
    let recall = (worth + 0.08 * (noise(place as u64 + 900) - 0.5)).min(0.99);
    CategoryScore {
        category: CATEGORIES[place].to_owned(),
        model_version: version,
        precision,
        recall,
        f1: 2.0 * precision * recall / (precision + recall),
        support: (demand::level(place) * 14.0) as u64,
    }
}

fn segments(place: usize, names: &[&str]) -> Vec<Segment> {
    let segments = names.iter().enumerate().map(|(at, name)| {
        let seed = (place * 50 + at) as u64;
        let recent = demand::level(place) * 26.0 / (at as f64 + 2.0) * (0.7 + 0.6 * noise(seed));
        Segment {
            name: (*name).to_owned(),
            recent,
            before: recent * (0.8 + 0.4 * noise(seed + 3)),
        }
    });
    segments.collect()
}
