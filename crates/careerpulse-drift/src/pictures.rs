//! Shares then and now, for pictures.

use crate::checks::{labels, languages, predictions, tally};
use crate::report::{Distribution, Share};
use crate::sample::Sample;

/// Upper ends of the bins of lengths, in characters, each excluded.
const LENGTHS: [u32; 8] = [500, 1_000, 1_500, 2_000, 3_000, 4_000, 6_000, 10_000];

/// Categories, predictions, languages, lengths and confidence, each with all its kinds.
pub(crate) fn distributions(reference: &Sample, window: &Sample) -> Vec<Distribution> {
    let named = |what, then: Vec<&str>, now: Vec<&str>| {
        let rows = (then.len() as u64, now.len() as u64);
        let kinds = tally(then.into_iter(), now.into_iter()).into_iter();
        let kinds: Vec<_> = kinds
            .map(|(name, counts)| (name.to_owned(), counts))
            .collect();
        shares(what, kinds, rows)
    };
    let of_labels = |sample| labels(sample).map(|(_, name)| name).collect();
    let of_languages = |sample| languages(sample).map(|(_, name)| name).collect();
    let guesses = |sample| predictions(sample).map(|(_, imputed)| imputed);
    let of_predictions = |sample| {
        guesses(sample)
            .map(|imputed| imputed.category.as_str())
            .collect()
    };

    let length_bins = LENGTHS.len() + 1;
    let of_lengths = |sample: &Sample| {
        let bin = |length: &u32| LENGTHS.partition_point(|end| end <= length);
        count(sample.lengths.iter().map(bin), length_bins)
    };
    let of_confidence = |sample| {
        let bin = |probability: f32| ((probability * 10.0) as usize).min(9);
        count(guesses(sample).map(|imputed| bin(imputed.probability)), 10)
    };
    let mut all = named("categories", of_labels(reference), of_labels(window));
    all.extend(named(
        "predictions",
        of_predictions(reference),
        of_predictions(window),
    ));
    all.extend(named(
        "languages",
        of_languages(reference),
        of_languages(window),
    ));
    all.extend(binned(
        "length",
        length_name,
        of_lengths(reference),
        of_lengths(window),
    ));
    all.extend(binned(
        "confidence",
        |bin| format!("{:.1}-{:.1}", bin as f64 / 10.0, (bin + 1) as f64 / 10.0),
        of_confidence(reference),
        of_confidence(window),
    ));
    all
}

fn count(bins: impl Iterator<Item = usize>, kinds: usize) -> Vec<u64> {
    let mut counts = vec![0; kinds];
    for bin in bins {
        counts[bin] += 1;
    }
    counts
}

fn length_name(bin: usize) -> String {
    let first = bin.checked_sub(1).map_or(0, |before| LENGTHS[before]);
    match LENGTHS.get(bin) {
        Some(end) => format!("{first}-{}", end - 1),
        None => format!("{first} and more"),
    }
}

fn binned(
    what: &'static str,
    name: fn(usize) -> String,
    then: Vec<u64>,
    now: Vec<u64>,
) -> Vec<Distribution> {
    let rows = (then.iter().sum(), now.iter().sum());
    let counts = then.into_iter().zip(now).enumerate();
    let kinds = counts.map(|(bin, counts)| (name(bin), counts)).collect();
    shares(what, kinds, rows)
}

fn shares(
    what: &'static str,
    kinds: Vec<(String, (u64, u64))>,
    rows: (u64, u64),
) -> Vec<Distribution> {
    let one = |(name, (then, now))| Distribution {
        what,
        name,
        reference: Share::of(then, rows.0),
        window: Share::of(now, rows.1),
    };
    kinds.into_iter().map(one).collect()
}
