//! The classifiers behind one door: fitted by their settings, asked for scores.

use careerpulse_learn::{
    Features, Knn, KnnParams, LearnError, LinearSvm, LogisticParams, LogisticRegression, Metric,
    ScoreKind, Scores, SvmParams, Weights,
};
use serde::{Deserialize, Serialize};

use crate::ClassifierName;

/// A classifier's settings: one point of the sweep.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "classifier", rename_all = "snake_case")]
pub enum ClassifierParams {
    /// The nearest postings vote.
    Knn {
        /// The distance.
        metric: Metric,
        /// Neighbours.
        k: usize,
        /// How votes count.
        weights: Weights,
    },
    /// Multinomial logistic regression, classes balanced.
    Logistic {
        /// Inverse strength of the penalty.
        c: f64,
    },
    /// Linear support vector machines, one class against the rest, classes balanced.
    LinearSvm {
        /// Cost of a squared slack.
        c: f64,
        /// How strongly a category's rareness speaks for it.
        prior_shift: f64,
    },
}

impl ClassifierParams {
    /// Its name in settings and tables.
    pub fn name(&self) -> ClassifierName {
        match self {
            Self::Knn { .. } => ClassifierName::Knn,
            Self::Logistic { .. } => ClassifierName::Logistic,
            Self::LinearSvm { .. } => ClassifierName::LinearSvm,
        }
    }

    /// What its scores are.
    pub fn score_kind(&self) -> ScoreKind {
        match self {
            Self::Knn { .. } | Self::Logistic { .. } => ScoreKind::Probabilities,
            Self::LinearSvm { .. } => ScoreKind::Margins,
        }
    }
}

/// A fitted classifier.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Classifier {
    /// See [`ClassifierParams::Knn`].
    Knn(Knn),
    /// See [`ClassifierParams::Logistic`].
    Logistic(LogisticRegression),
    /// See [`ClassifierParams::LinearSvm`].
    LinearSvm {
        /// The machines.
        svm: LinearSvm,
        /// What is added to each category's margin for being rare.
        shifts: Vec<f64>,
    },
}

impl Classifier {
    /// The categories, sorted.
    pub fn classes(&self) -> &[String] {
        match self {
            Self::Knn(knn) => knn.classes(),
            Self::Logistic(logistic) => logistic.coefficients().classes(),
            Self::LinearSvm { svm, .. } => svm.coefficients().classes(),
        }
    }
}

/// Fits a classifier on `features`, a row per label; labels number the sorted `classes`.
///
/// # Errors
/// As the classifier's own `fit`: a single class, fewer rows than neighbours, bad numbers.
pub fn fit_classifier(
    params: &ClassifierParams,
    features: &Features,
    labels: Vec<u32>,
    classes: Vec<String>,
) -> Result<Classifier, LearnError> {
    Ok(match *params {
        ClassifierParams::Knn { metric, k, weights } => {
            let params = KnnParams { k, metric, weights };
            Classifier::Knn(Knn::fit(params, features.clone(), labels, classes)?)
        }
        ClassifierParams::Logistic { c } => {
            let params = LogisticParams {
                c,
                ..LogisticParams::default()
            };
            let fitted = LogisticRegression::fit(params, features, &labels, classes)?;
            Classifier::Logistic(fitted)
        }
        ClassifierParams::LinearSvm { c, prior_shift } => {
            let params = SvmParams {
                c,
                ..SvmParams::default()
            };
            Classifier::LinearSvm {
                shifts: prior_shifts(&labels, classes.len(), prior_shift),
                svm: LinearSvm::fit(params, features, &labels, classes)?,
            }
        }
    })
}

/// The classifier under other params, where that takes no new fit: the same machines, shifted otherwise.
pub fn shift_again(
    fitted: Classifier,
    params: &ClassifierParams,
    labels: &[u32],
) -> Option<Classifier> {
    match (fitted, *params) {
        (Classifier::LinearSvm { svm, .. }, ClassifierParams::LinearSvm { c, prior_shift })
            if svm.params().c == c =>
        {
            let shifts = prior_shifts(labels, svm.coefficients().classes().len(), prior_shift);
            Some(Classifier::LinearSvm { svm, shifts })
        }
        _ => None,
    }
}

/// `-strength · ln(share of the category's postings)` for each category, 0 for one without any.
///
/// A macro figure counts each category alike, large or small, while a machine on few postings is
/// timid: this gives the rare ones their due. Source: Menon et al., Long-tail learning via logit
/// adjustment (ICLR 2021), the post-hoc form.
fn prior_shifts(labels: &[u32], classes: usize, strength: f64) -> Vec<f64> {
    let mut counts = vec![0_u32; classes];
    for &label in labels {
        counts[label as usize] += 1;
    }
    let shift = |&count: &u32| match count {
        0 => 0.0,
        count => -strength * (f64::from(count) / labels.len() as f64).ln(),
    };
    counts.iter().map(shift).collect()
}

/// The classifier's scores, rows × classes: see [`ClassifierParams::score_kind`] for what they are.
///
/// # Errors
/// On features of another kind or width than fitted on.
pub fn scores(classifier: &Classifier, features: &Features) -> Result<Scores, LearnError> {
    let classes = classifier.classes().len();
    match classifier {
        Classifier::Knn(knn) => Scores::from_rows(classes, &knn.predict_proba(features)?),
        Classifier::Logistic(logistic) => {
            Scores::from_rows(classes, &logistic.predict_proba(features)?)
        }
        Classifier::LinearSvm { svm, shifts } => {
            let mut margins = svm.decision_function(features)?;
            for row in &mut margins {
                row.iter_mut()
                    .zip(shifts)
                    .for_each(|(m, shift)| *m += shift);
            }
            Scores::from_margins(classes, &margins)
        }
    }
}
