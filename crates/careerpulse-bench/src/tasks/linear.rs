//! The balanced linear classifiers on TF-IDF rows: logistic regression and support vector machines.

use std::path::Path;

use anyhow::Result;
use careerpulse_learn::{
    Coefficients, LinearSvm, LogisticParams, LogisticRegression, SvmParams, first_max,
};

use super::rows::Labelled;
use crate::arrays::write_array;

/// Fits logistic regression; the settings' defaults are scikit-learn's, and balanced.
pub fn run_logistic(input: &Labelled) -> Result<LogisticRegression> {
    let (features, classes) = (&input.features, input.about.classes.clone());
    let params = LogisticParams::default();
    Ok(LogisticRegression::fit(
        params,
        features,
        &input.labels,
        classes,
    )?)
}

/// Fits support vector machines; the settings' defaults are scikit-learn's, and balanced.
pub fn run_svm(input: &Labelled) -> Result<LinearSvm> {
    let (features, classes) = (&input.features, input.about.classes.clone());
    Ok(LinearSvm::fit(
        SvmParams::default(),
        features,
        &input.labels,
        classes,
    )?)
}

/// Weights, intercepts, and the classes predicted for the training rows.
pub fn answer_logistic(input: &Labelled, model: &LogisticRegression, answers: &Path) -> Result<()> {
    let probabilities = model.predict_proba(&input.features)?;
    let predicted: Vec<u32> = probabilities.iter().map(|row| first_max(row)).collect();
    write(model.coefficients(), &predicted, answers)
}

/// Weights, intercepts, and the classes predicted for the training rows.
pub fn answer_svm(input: &Labelled, model: &LinearSvm, answers: &Path) -> Result<()> {
    let predicted = model.predict(&input.features)?;
    write(model.coefficients(), &predicted, answers)
}

fn write(coefficients: &Coefficients, predicted: &[u32], answers: &Path) -> Result<()> {
    write_array(&answers.join("weights.f64"), coefficients.weights())?;
    write_array(&answers.join("intercepts.f64"), coefficients.intercepts())?;
    write_array(&answers.join("predicted.u32"), predicted)
}
