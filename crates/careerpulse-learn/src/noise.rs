//! Labels that out-of-fold probabilities speak against: confident learning.

use serde::{Deserialize, Serialize};

use crate::error::LearnError;
use crate::scores::{Scores, first_max};

/// Two probabilities nearer than this count as equal, as they do in cleanlab.
const SAME: f64 = 1e-6;

/// A row whose label is probably wrong.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Suspect {
    /// The row.
    pub row: u32,
    /// Its label.
    pub given: u32,
    /// The class it is confidently counted into.
    pub suggested: u32,
    /// Probability of its label.
    pub self_confidence: f64,
    /// Probability of the suggested class.
    pub suggested_probability: f64,
    /// Normalised margin, from 0 (surely wrong) to 1 (surely right): half of 1 plus the
    /// label's probability less the highest other.
    pub score: f64,
}

/// What confident learning finds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelNoise {
    /// Mean probability of each class over the rows labelled with it; none for a class without rows.
    pub thresholds: Vec<Option<f64>>,
    /// Rows by label (outer) and the class they are confidently counted into (inner).
    pub joint: Vec<Vec<u32>>,
    /// The worst first: by score, then by self-confidence, then by row.
    pub suspects: Vec<Suspect>,
}

/// Rows that are confidently of another class than their label says.
///
/// Source: Northcutt, Jiang & Chuang 2021, as cleanlab 2.9 has it in
/// `find_label_issues(filter_by="confident_learning", return_indices_ranked_by="normalized_margin")`:
/// a row counts into the class whose threshold its probability reaches, into the most probable
/// class where it reaches several thresholds, and into none where it reaches none. The
/// off-diagonal ones are suspects unless their label is the most probable class anyway. The joint
/// holds plain counts; cleanlab puts at least 1 on its diagonal.
///
/// Errors on no rows, a single class, lengths that differ, labels that name no class and scores
/// that are no probabilities.
pub fn label_noise(scores: &Scores, labels: &[u32]) -> Result<LabelNoise, LearnError> {
    scores.check_labels(labels)?;
    scores.check_probabilities()?;
    if scores.classes() < 2 {
        return Err(LearnError::OneScoredClass);
    }
    let thresholds = thresholds(scores, labels);
    let mut joint = vec![vec![0; scores.classes()]; scores.classes()];
    let mut suspects = Vec::new();
    for (row, (probabilities, &given)) in (0..).zip(scores.iter().zip(labels)) {
        let Some(counted) = confident_class(probabilities, &thresholds) else {
            continue;
        };
        joint[given as usize][counted as usize] += 1;
        if counted != given && !is_top(probabilities, given) {
            suspects.push(suspect(row, given, counted, probabilities));
        }
    }
    suspects.sort_by(|a, b| {
        let scores = a.score.total_cmp(&b.score);
        let scores = scores.then(a.self_confidence.total_cmp(&b.self_confidence));
        scores.then(a.row.cmp(&b.row))
    });
    Ok(LabelNoise {
        thresholds,
        joint,
        suspects,
    })
}

fn thresholds(scores: &Scores, labels: &[u32]) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0_u32); scores.classes()];
    for (row, &label) in scores.iter().zip(labels) {
        let (sum, rows) = &mut sums[label as usize];
        *sum += row[label as usize];
        *rows += 1;
    }
    // A threshold within rounding of 0 would be reached by every row.
    let mean =
        |(sum, rows): (f64, u32)| (rows > 0).then(|| (sum / f64::from(rows)).max(2.0 * SAME));
    sums.into_iter().map(mean).collect()
}

/// The class a row is confidently counted into.
fn confident_class(probabilities: &[f64], thresholds: &[Option<f64>]) -> Option<u32> {
    let reached = |(_, (p, threshold)): &(u32, (&f64, &Option<f64>))| {
        threshold.is_some_and(|threshold| **p >= threshold - SAME)
    };
    let mut confident = (0..)
        .zip(probabilities.iter().zip(thresholds))
        .filter(reached);
    let (class, _) = confident.next()?;
    match confident.next() {
        None => Some(class),
        Some(_) => Some(first_max(probabilities)),
    }
}

/// Whether no other class is more probable, but for rounding.
fn is_top(probabilities: &[f64], given: u32) -> bool {
    let own = probabilities[given as usize] + SAME;
    let mut others = (0..)
        .zip(probabilities)
        .filter(|(class, _)| *class != given);
    others.all(|(class, &p)| p < own || (p == own && class > given))
}

fn suspect(row: u32, given: u32, suggested: u32, probabilities: &[f64]) -> Suspect {
    let others = (0..)
        .zip(probabilities)
        .filter(|(class, _)| *class != given);
    let highest = others.map(|(_, &p)| p).fold(0.0, f64::max);
    let self_confidence = probabilities[given as usize];
    Suspect {
        row,
        given,
        suggested,
        self_confidence,
        suggested_probability: probabilities[suggested as usize],
        score: (self_confidence - highest + 1.0) / 2.0,
    }
}
