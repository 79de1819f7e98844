//! The sweep: which configurations there are, their figures, and the winner.

use anyhow::Context as _;
use careerpulse_learn::{
    Corpus, Metric, TfidfParams, Weights, boosted, stratified_group_kfold, stratified_kfold,
};
use serde::{Deserialize, Serialize};

use super::evaluate::{
    Figures, OutOfFold, dense_out_of_fold, figures, smallest_outside, sparse_out_of_fold,
};
use super::set::{Embedded, TrainingSet};
use crate::config::{Method, Train};
use crate::digest::sha256_hex;
use crate::tables::ml::{ClassReport, Run};

/// One point of the sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Configuration {
    /// What the classifier sees.
    pub method: Method,
    /// How often the title stands before the description.
    pub title_repeats: usize,
    /// The distance.
    pub metric: Metric,
    /// Neighbours.
    pub k: usize,
    /// How votes count.
    pub weights: Weights,
}

/// The configurations that share features and distances: one neighbour search serves them all.
pub struct Block {
    method: Method,
    title_repeats: usize,
    metric: Metric,
    /// The configurations, from simple to less so.
    pub configurations: Vec<Configuration>,
}

/// The sweep's blocks; embeddings only where the set has them.
pub fn blocks(set: &TrainingSet, settings: &Train) -> Vec<Block> {
    let mut blocks = Vec::new();
    for &method in &settings.methods {
        for &title_repeats in &settings.title_repeats {
            if method == Method::SentenceTransformer && embedded(set, title_repeats).is_none() {
                continue;
            }
            for &metric in &settings.metrics {
                let mut configurations = Vec::new();
                for &k in &settings.k {
                    for &weights in &settings.weights {
                        configurations.push(Configuration {
                            method,
                            title_repeats,
                            metric,
                            k,
                            weights,
                        });
                    }
                }
                blocks.push(Block {
                    method,
                    title_repeats,
                    metric,
                    configurations,
                });
            }
        }
    }
    blocks
}

/// Cross-validates a block on `rows` of the set, on plain folds and on folds that keep duplicates together.
/// Configurations with more neighbours than a fold leaves to choose from have no run.
///
/// # Errors
/// When the data admit no folds or no vocabulary.
pub fn run_block(
    set: &TrainingSet,
    settings: &Train,
    sweep_key: &str,
    rows: &[u32],
    block: &Block,
) -> anyhow::Result<Vec<Run>> {
    let labels: Vec<u32> = rows.iter().map(|&row| set.labels[row as usize]).collect();
    let groups: Vec<u64> = rows.iter().map(|&row| set.groups[row as usize]).collect();
    let plain = stratified_kfold(&labels, settings.folds, settings.seed)?;
    let grouped = stratified_group_kfold(&labels, &groups, settings.folds, settings.seed)?;
    let most = smallest_outside(&plain).min(smallest_outside(&grouped));
    let fitting: Vec<&Configuration> = block
        .configurations
        .iter()
        .filter(|c| c.k <= most)
        .collect();
    let Some(k_max) = fitting.iter().map(|c| c.k).max() else {
        return Ok(Vec::new());
    };

    let (near_plain, near_grouped) = match block.method {
        Method::Tfidf => {
            let params = tfidf_params(settings);
            let corpus = Corpus::new(&texts(set, block.title_repeats), params.analyzer())?;
            let search = |folds: &[u32]| {
                sparse_out_of_fold(&corpus, rows, folds, params.clone(), block.metric, k_max)
            };
            (search(&plain)?, search(&grouped)?)
        }
        Method::SentenceTransformer => {
            let vectors = &embedded(set, block.title_repeats)
                .context("the block's embeddings are gone")?
                .vectors;
            let search =
                |folds: &[u32]| dense_out_of_fold(vectors, rows, folds, block.metric, k_max);
            (search(&plain)?, search(&grouped)?)
        }
    };
    let classes = set.classes.len();
    let score = |near: &OutOfFold, folds: &[u32], c: &Configuration| {
        figures(near, &labels, folds, classes, c.k, c.weights)
    };
    fitting
        .into_iter()
        .map(|configuration| {
            let on_plain = score(&near_plain, &plain, configuration)?;
            let on_grouped = score(&near_grouped, &grouped, configuration)?;
            run_row(
                set,
                settings,
                sweep_key,
                configuration,
                rows.len(),
                &on_plain,
                &on_grouped,
            )
        })
        .collect()
}

/// The run with the best grouped macro F1; of equals the simpler one.
pub fn winner(runs: &[Run]) -> Option<&Run> {
    let simplicity = |run: &Run| {
        (
            run.method != Method::Tfidf.to_string(),
            run.title_repeats,
            run.k,
            run.weights != "uniform",
        )
    };
    runs.iter().min_by(|a, b| {
        let better = b.grouped_macro_f1_mean.total_cmp(&a.grouped_macro_f1_mean);
        better
            .then_with(|| simplicity(a).cmp(&simplicity(b)))
            .then_with(|| a.run_id.cmp(&b.run_id))
    })
}

/// The run's name: the same sweep and configuration give the same.
pub fn run_id(sweep_key: &str, configuration: &Configuration) -> String {
    let text = format!(
        "{sweep_key}{}",
        serde_json::to_string(configuration).unwrap_or_default()
    );
    sha256_hex(text.as_bytes())[..32].to_owned()
}

/// The configuration that a stored run was made with.
///
/// # Errors
/// When its parameters are not those of this program.
pub fn configuration_of(run: &Run) -> anyhow::Result<Configuration> {
    serde_json::from_str(&run.parameters)
        .with_context(|| format!("the parameters of run {}", run.run_id))
}

/// The encoder that a run's features came of, if any.
pub fn revision_of(set: &TrainingSet, run: &Run) -> Option<String> {
    let is_embedded = run.method == Method::SentenceTransformer.to_string();
    let repeats = usize::try_from(run.title_repeats).ok()?;
    is_embedded
        .then(|| embedded(set, repeats).map(|e| e.revision.clone()))
        .flatten()
}

/// The set's embeddings for a number of title repeats.
pub fn embedded(set: &TrainingSet, title_repeats: usize) -> Option<&Embedded> {
    set.embeddings
        .iter()
        .find(|embedded| embedded.title_repeats == title_repeats)
}

/// TF-IDF as the settings say; the rest is scikit-learn's way.
pub fn tfidf_params(settings: &Train) -> TfidfParams {
    TfidfParams {
        max_features: Some(settings.tfidf_max_features),
        min_df: settings.tfidf_min_df,
        ngram_range: (1, settings.tfidf_max_ngram),
        ..TfidfParams::default()
    }
}

/// All texts of the set, with the title before the description so many times.
pub fn texts(set: &TrainingSet, title_repeats: usize) -> Vec<String> {
    (0..set.postings() as u32)
        .map(|row| text(set, row, title_repeats))
        .collect()
}

/// One text of the set.
pub fn text(set: &TrainingSet, row: u32, title_repeats: usize) -> String {
    boosted(
        &set.titles[row as usize],
        &set.descriptions[row as usize],
        title_repeats,
    )
}

fn run_row(
    set: &TrainingSet,
    settings: &Train,
    sweep_key: &str,
    configuration: &Configuration,
    postings: usize,
    plain: &Figures,
    grouped: &Figures,
) -> anyhow::Result<Run> {
    // The stage stamps both moments when it stores the run.
    let unset = chrono::DateTime::UNIX_EPOCH;
    Ok(Run {
        run_id: run_id(sweep_key, configuration),
        sweep_key: sweep_key.to_owned(),
        run_timestamp: unset,
        method: configuration.method.to_string(),
        classifier: "knn".into(),
        k: configuration.k as i64,
        weights: configuration.weights.to_string(),
        metric: configuration.metric.to_string(),
        title_repeats: configuration.title_repeats as i64,
        parameters: serde_json::to_string(configuration)?,
        postings: postings as i64,
        categories: set.classes.len() as i64,
        folds: settings.folds as i64,
        accuracy_mean: plain.accuracy.mean,
        accuracy_std: plain.accuracy.std,
        macro_f1_mean: plain.macro_f1.mean,
        macro_f1_std: plain.macro_f1.std,
        weighted_f1_mean: plain.weighted_f1.mean,
        weighted_f1_std: plain.weighted_f1.std,
        grouped_accuracy_mean: grouped.accuracy.mean,
        grouped_accuracy_std: grouped.accuracy.std,
        grouped_macro_f1_mean: grouped.macro_f1.mean,
        grouped_macro_f1_std: grouped.macro_f1.std,
        grouped_weighted_f1_mean: grouped.weighted_f1.mean,
        grouped_weighted_f1_std: grouped.weighted_f1.std,
        report: report_rows(&set.classes, &grouped.reports),
        finished_at: unset,
    })
}

/// A per-class report with the categories' names.
pub fn report_rows(
    classes: &[String],
    reports: &[careerpulse_learn::ClassReport],
) -> Vec<ClassReport> {
    reports
        .iter()
        .map(|report| ClassReport {
            category: classes[report.class as usize].clone(),
            precision: report.precision,
            recall: report.recall,
            f1: report.f1,
            support: i64::from(report.support),
        })
        .collect()
}
