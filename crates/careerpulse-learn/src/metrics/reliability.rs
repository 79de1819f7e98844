//! Whether probabilities mean what they say.

use serde::{Deserialize, Serialize};

use crate::error::LearnError;
use crate::scores::Scores;

/// The rows whose highest probability falls into one interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Lower bound, excluded, save for a confidence of 0 in the first bin.
    pub low: f64,
    /// Upper bound, included.
    pub high: f64,
    /// Rows in the bin, at least 1.
    pub rows: u32,
    /// Mean of their highest probabilities.
    pub confidence: f64,
    /// Share of them predicted right.
    pub accuracy: f64,
}

/// The reliability diagram: the bins that hold rows, of `bins` equally wide ones over [0, 1].
///
/// Source: Guo et al. 2017, by the highest probability of a row. Errors on no bins, no rows,
/// lengths that differ, labels that name no class and scores that are no probabilities.
pub fn reliability_bins(
    scores: &Scores,
    labels: &[u32],
    bins: usize,
) -> Result<Vec<ReliabilityBin>, LearnError> {
    if bins == 0 {
        return Err(LearnError::NotPositive {
            name: "bins",
            value: 0.0,
        });
    }
    let correct = scores.correct(labels)?;
    scores.check_probabilities()?;
    let edge = |at: usize| at as f64 / bins as f64;
    // Estimated by the product, then set right by the edges themselves, for rounding.
    let bin_of = |confidence: f64| {
        let mut bin = ((confidence * bins as f64) as usize).min(bins - 1);
        while bin > 0 && confidence <= edge(bin) {
            bin -= 1;
        }
        while bin + 1 < bins && confidence > edge(bin + 1) {
            bin += 1;
        }
        bin
    };
    let mut sums = vec![(0_u32, 0.0, 0_u32); bins];
    for (confidence, right) in scores.confidences().into_iter().zip(correct) {
        let (rows, sum, hits) = &mut sums[bin_of(confidence)];
        *rows += 1;
        *sum += confidence;
        *hits += u32::from(right);
    }
    let filled = sums.into_iter().enumerate().filter(|(_, sum)| sum.0 > 0);
    let bin = |(at, (rows, sum, hits)): (usize, (u32, f64, u32))| ReliabilityBin {
        low: edge(at),
        high: edge(at + 1),
        rows,
        confidence: sum / f64::from(rows),
        accuracy: f64::from(hits) / f64::from(rows),
    };
    Ok(filled.map(bin).collect())
}

/// Mean distance of confidence and accuracy over `bins` equally wide bins, each counting by its rows.
///
/// Source: Naeini et al. 2015 and Guo et al. 2017 (top label). Errors as [`reliability_bins`].
pub fn expected_calibration_error(
    scores: &Scores,
    labels: &[u32],
    bins: usize,
) -> Result<f64, LearnError> {
    let distance = |bin: &ReliabilityBin| {
        f64::from(bin.rows) * (bin.accuracy - bin.confidence).abs() / scores.rows() as f64
    };
    let bins = reliability_bins(scores, labels, bins)?;
    Ok(bins.iter().map(distance).sum())
}

/// Mean squared distance of a row's probabilities from its label's (1 there, 0 elsewhere), from 0 to 2.
///
/// Source: Brier 1950; scikit-learn's `brier_score_loss(scale_by_half=False)`. Errors as
/// [`reliability_bins`].
pub fn brier_score(scores: &Scores, labels: &[u32]) -> Result<f64, LearnError> {
    scores.check_labels(labels)?;
    scores.check_probabilities()?;
    let distance = |(row, &label): (&[f64], &u32)| -> f64 {
        let own = |class| f64::from(u8::from(class == label));
        let square = |(class, p): (u32, &f64)| (p - own(class)).powi(2);
        (0..).zip(row).map(square).sum()
    };
    Ok(scores.iter().zip(labels).map(distance).sum::<f64>() / scores.rows() as f64)
}
