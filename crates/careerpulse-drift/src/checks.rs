//! What is watched, each check a value in one list.

mod embedding;
mod numbers;
mod share;
mod subjects;
mod whole;

use serde::{Deserialize, Serialize};

pub(crate) use whole::tally;

use crate::nulls::Nulls;
use crate::report::Measurement;
use crate::sample::{Imputed, Sample};
use crate::settings::Settings;

/// What an alarm asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A look by a person: training again would not mend it, or would learn the fault.
    Warn,
    /// Training again on what arrives now.
    Retrain,
}

impl Severity {
    /// Its name, as tables and people use it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Retrain => "retrain",
        }
    }
}

/// One thing that is watched.
pub struct Check {
    /// Its name in alarms.
    pub name: &'static str,
    /// Checks of one family are one test of many subjects, whose findings are named by kind; a family
    /// gets one portion of the false-alarm rate.
    pub family: &'static str,
    /// How large that portion is, against the other families'.
    pub weight: f64,
    /// What it watches.
    pub watches: &'static str,
    /// Its statistic.
    pub statistic: &'static str,
    /// How its critical value is found.
    pub critical: &'static str,
    /// What its alarm asks for.
    pub severity: Severity,
    /// Whether it has one test for each of many subjects.
    pub names_subjects: bool,
    pub(crate) rows: fn(&Sample) -> usize,
    pub(crate) run: fn(&Run<'_>, &mut Nulls) -> Vec<Measurement>,
}

/// What a check is run on.
pub(crate) struct Run<'a> {
    pub check: &'static Check,
    pub reference: &'a Sample,
    pub window: &'a Sample,
    pub settings: &'a Settings,
    /// Chance of a false alarm that the check's family has.
    pub level: f64,
}

const RESAMPLED: &str = "resampled: reference and window both drawn from the reference at their own sizes, \
     with replacement";
const SPLIT: &str =
    "resampled: the reference split at random into a part of the window's size and the rest";
const FISHER: &str = "Fisher's exact test, both samples' errors counted";
const FISHER_EACH: &str = "Fisher's exact test for each, corrected for their number by Benjamini and Hochberg's procedure for counts";
const KOLMOGOROV: &str = "exact: Kolmogorov and Smirnov's test of two samples";

/// Everything that is watched.
///
/// An advert is described by its words, so what training again on later adverts mends is `retrain`:
/// other shares of categories, predictions, languages, other embeddings, and a model less sure of
/// itself. A share of missing labels is the source's doing, and lengths change where texts are cut off
/// or markup is read wrongly as well as where adverts change, so both are `warn`.
///
/// Two distances of the same shares have half a portion of the false-alarm rate each. Categories get six
/// portions: their tests are many, and a category that doubles, appears or vanishes is what has to be named
/// soonest.
pub static CHECKS: [Check; 15] = [
    Check {
        name: "labels_psi",
        family: "labels_psi",
        weight: 0.5,
        watches: "the categories of labelled postings, as a whole",
        statistic: "population stability index",
        critical: RESAMPLED,
        severity: Severity::Retrain,
        names_subjects: false,
        rows: labelled,
        run: whole::labels_psi,
    },
    Check {
        name: "labels_js",
        family: "labels_js",
        weight: 0.5,
        watches: "the categories of labelled postings, as a whole",
        statistic: "Jensen-Shannon distance",
        critical: RESAMPLED,
        severity: Severity::Retrain,
        names_subjects: false,
        rows: labelled,
        run: whole::labels_js,
    },
    Check {
        name: "category_share",
        family: "categories",
        weight: 6.0,
        watches: "the share of each category among labelled postings",
        statistic: "share",
        critical: FISHER_EACH,
        severity: Severity::Retrain,
        names_subjects: true,
        rows: labelled,
        run: subjects::category_share,
    },
    Check {
        name: "new_category",
        family: "categories",
        weight: 6.0,
        watches: "categories that the reference has no posting of",
        statistic: "share",
        critical: FISHER_EACH,
        severity: Severity::Retrain,
        names_subjects: true,
        rows: labelled,
        run: subjects::new_category,
    },
    Check {
        name: "vanished_category",
        family: "categories",
        weight: 6.0,
        watches: "categories that the window should have postings of and has none",
        statistic: "share",
        critical: FISHER_EACH,
        severity: Severity::Retrain,
        names_subjects: true,
        rows: labelled,
        run: subjects::vanished_category,
    },
    Check {
        name: "predictions_psi",
        family: "predictions_psi",
        weight: 0.5,
        watches: "the predicted categories of postings without a label, as a whole",
        statistic: "population stability index",
        critical: RESAMPLED,
        severity: Severity::Retrain,
        names_subjects: false,
        rows: scored,
        run: whole::predictions_psi,
    },
    Check {
        name: "predictions_js",
        family: "predictions_js",
        weight: 0.5,
        watches: "the predicted categories of postings without a label, as a whole",
        statistic: "Jensen-Shannon distance",
        critical: RESAMPLED,
        severity: Severity::Retrain,
        names_subjects: false,
        rows: scored,
        run: whole::predictions_js,
    },
    Check {
        name: "prediction_share",
        family: "prediction_share",
        weight: 1.0,
        watches: "the share of each category among predictions",
        statistic: "share",
        critical: FISHER_EACH,
        severity: Severity::Retrain,
        names_subjects: true,
        rows: scored,
        run: subjects::prediction_share,
    },
    Check {
        name: "confidence",
        family: "confidence",
        weight: 1.0,
        watches: "the probability of the predicted category",
        statistic: "largest gap between distribution functions",
        critical: KOLMOGOROV,
        severity: Severity::Retrain,
        names_subjects: false,
        rows: scored,
        run: numbers::confidence,
    },
    Check {
        name: "abstention",
        family: "abstention",
        weight: 1.0,
        watches: "the share of predictions too unsure to be used",
        statistic: "share",
        critical: FISHER,
        severity: Severity::Retrain,
        names_subjects: false,
        rows: scored,
        run: share::abstention,
    },
    Check {
        name: "embedding_auc",
        family: "embedding_auc",
        weight: 1.0,
        watches: "whether a classifier can tell the window's embeddings from the reference's",
        statistic: "area under the ROC curve",
        critical: SPLIT,
        severity: Severity::Retrain,
        names_subjects: false,
        rows: embedded,
        run: embedding::auc,
    },
    Check {
        name: "embedding_mmd",
        family: "embedding_mmd",
        weight: 1.0,
        watches: "how far the mean embedding has moved",
        statistic: "maximum mean discrepancy",
        critical: SPLIT,
        severity: Severity::Retrain,
        names_subjects: false,
        rows: embedded,
        run: embedding::mmd,
    },
    Check {
        name: "length",
        family: "length",
        weight: 1.0,
        watches: "the characters of a description",
        statistic: "largest gap between distribution functions",
        critical: KOLMOGOROV,
        severity: Severity::Warn,
        names_subjects: false,
        rows: Sample::rows,
        run: numbers::length,
    },
    Check {
        name: "missing_categories",
        family: "missing_categories",
        weight: 1.0,
        watches: "the share of postings without a label, of those first seen when they were new",
        statistic: "share",
        critical: FISHER,
        severity: Severity::Warn,
        names_subjects: false,
        rows: fresh,
        run: share::missing,
    },
    Check {
        name: "language_share",
        family: "language_share",
        weight: 1.0,
        watches: "the share of each language",
        statistic: "share",
        critical: FISHER_EACH,
        severity: Severity::Retrain,
        names_subjects: true,
        rows: spoken,
        run: subjects::language_share,
    },
];

fn fresh(sample: &Sample) -> usize {
    sample.fresh.iter().filter(|fresh| **fresh).count()
}

fn labelled(sample: &Sample) -> usize {
    labels(sample).count()
}

fn scored(sample: &Sample) -> usize {
    predictions(sample).count()
}

fn spoken(sample: &Sample) -> usize {
    languages(sample).count()
}

fn embedded(sample: &Sample) -> usize {
    sample
        .vectors
        .as_ref()
        .map_or(0, |vectors| vectors.rows.len())
}

/// The labelled rows and their categories.
pub(crate) fn labels(sample: &Sample) -> impl Iterator<Item = (usize, &str)> {
    named(&sample.categories)
}

/// The rows whose language is known, and it.
pub(crate) fn languages(sample: &Sample) -> impl Iterator<Item = (usize, &str)> {
    named(&sample.languages)
}

/// The rows without a label that the model was asked about, and what it said.
pub(crate) fn predictions(sample: &Sample) -> impl Iterator<Item = (usize, &Imputed)> {
    let rows = sample.imputed.iter().enumerate();
    rows.filter_map(|(row, imputed)| Some((row, imputed.as_ref()?)))
        .filter(|&(row, _)| sample.categories[row].is_none())
}

fn named(column: &[Option<String>]) -> impl Iterator<Item = (usize, &str)> {
    let rows = column.iter().enumerate();
    rows.filter_map(|(row, name)| Some((row, name.as_deref()?)))
}

/// Ids that a measurement shows.
pub(crate) const EVIDENCE: usize = 10;

impl Run<'_> {
    /// The ids of up to ten of these rows of the window.
    pub fn evidence(&self, rows: impl Iterator<Item = usize>) -> Vec<i64> {
        rows.take(EVIDENCE)
            .map(|row| self.window.ids[row])
            .collect()
    }

    /// Draws of a null distribution: as many as set, and enough for one beyond the critical value.
    pub fn draws(&self, set: usize) -> usize {
        set.max((1.0 / self.level).ceil() as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_differ_and_families_stand_together() {
        let names: BTreeSet<&str> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CHECKS.len());
        let runs = CHECKS.chunk_by(|a, b| a.family == b.family).count();
        let families: BTreeSet<&str> = CHECKS.iter().map(|check| check.family).collect();
        assert_eq!(runs, families.len());
    }
}
