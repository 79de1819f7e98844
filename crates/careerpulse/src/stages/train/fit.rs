//! Fitting a configuration, and its honest figures on rows it has not seen.

use std::collections::BTreeSet;

use anyhow::Context as _;
use careerpulse_learn::{
    Corpus, Features, Knn, KnnParams, Tfidf, accuracy, class_reports, macro_f1, weighted_f1,
};

use super::set::TrainingSet;
use super::sweep::{Configuration, embedded, report_rows, text, texts, tfidf_params};
use crate::config::{Method, Train};
use crate::model::{Model, Vectoriser, inputs, predict_classes};
use crate::tables::ml::ClassReport;

/// A model's figures on held-out postings.
pub struct HeldOut {
    /// How many postings.
    pub postings: usize,
    /// Share of right predictions.
    pub accuracy: f64,
    /// Mean F1 over categories.
    pub macro_f1: f64,
    /// Mean F1 weighted by support.
    pub weighted_f1: f64,
    /// Categories among the postings.
    pub categories_true: usize,
    /// Categories among the predictions.
    pub categories_predicted: usize,
    /// Per category.
    pub report: Vec<ClassReport>,
}

/// Fits a configuration on `rows` of the set.
///
/// # Errors
/// When the rows admit no vocabulary or fewer neighbours than asked for.
pub fn fit_model(
    set: &TrainingSet,
    settings: &Train,
    configuration: &Configuration,
    rows: &[u32],
) -> anyhow::Result<Model> {
    let title_repeats = configuration.title_repeats;
    let (vectoriser, features) = match configuration.method {
        Method::Tfidf => {
            let params = tfidf_params(settings);
            let corpus = Corpus::new(&texts(set, title_repeats), params.analyzer())?;
            let tfidf = Tfidf::fit(&corpus, rows, params)?;
            let features = Features::Sparse(tfidf.transform_rows(&corpus, rows)?);
            (Vectoriser::Tfidf(tfidf), features)
        }
        Method::SentenceTransformer => {
            let embedded =
                embedded(set, title_repeats).context("the winner's embeddings are gone")?;
            let vectoriser = Vectoriser::Embedding {
                revision: embedded.revision.clone(),
            };
            (vectoriser, Features::Dense(embedded.vectors.select(rows)?))
        }
    };
    let labels = rows.iter().map(|&row| set.labels[row as usize]).collect();
    let params = KnnParams {
        k: configuration.k,
        metric: configuration.metric,
        weights: configuration.weights,
    };
    Ok(Model {
        vectoriser,
        title_repeats,
        knn: Knn::fit(params, features, labels, set.classes.clone())?,
        posting_ids: rows
            .iter()
            .map(|&row| set.posting_ids[row as usize])
            .collect(),
    })
}

/// Scores a model on `rows` of the set.
///
/// # Errors
/// When there are no rows.
pub fn judge(set: &TrainingSet, model: &Model, rows: &[u32]) -> anyhow::Result<HeldOut> {
    let texts: Vec<String> = rows
        .iter()
        .map(|&row| text(set, row, model.title_repeats))
        .collect();
    let vectors = match &model.vectoriser {
        Vectoriser::Tfidf(_) => None,
        Vectoriser::Embedding { .. } => {
            let embedded =
                embedded(set, model.title_repeats).context("the winner's embeddings are gone")?;
            Some(embedded.vectors.select(rows)?)
        }
    };
    let truth: Vec<u32> = rows.iter().map(|&row| set.labels[row as usize]).collect();
    let predicted = predict_classes(model, &inputs(model, &texts, vectors)?)?;
    let distinct = |labels: &[u32]| labels.iter().collect::<BTreeSet<_>>().len();
    Ok(HeldOut {
        postings: rows.len(),
        accuracy: accuracy(&truth, &predicted)?,
        macro_f1: macro_f1(&truth, &predicted)?,
        weighted_f1: weighted_f1(&truth, &predicted)?,
        categories_true: distinct(&truth),
        categories_predicted: distinct(&predicted),
        report: report_rows(&set.classes, &class_reports(&truth, &predicted)?),
    })
}
