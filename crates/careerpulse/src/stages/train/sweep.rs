//! The sweep: every configuration's figures on plain folds and on folds that keep duplicates together.

use anyhow::Context as _;
use careerpulse_learn::{ClassReport as LearntReport, stratified_group_kfold, stratified_kfold};
use careerpulse_model::{ClassifierName, ClassifierParams, Method, sha256_hex};

use super::features::Source;
use super::figures::{Figures, figures};
use super::out_of_fold::{out_of_fold, smallest_outside};
use super::plan::{Block, Configuration, embedded, simplicity};
use super::set::TrainingSet;
use crate::config::Train;
use crate::tables::ml::{ClassReport, Run};

/// Plain and grouped folds of the same rows.
pub struct Folds {
    /// Each row's fold, whatever its duplicates are.
    pub plain: Vec<u32>,
    /// Each row's fold, the same for all its duplicates.
    pub grouped: Vec<u32>,
    /// Each row's category, a number into the set's classes.
    pub labels: Vec<u32>,
}

impl Folds {
    /// The most neighbours that every fold leaves to choose from.
    pub fn most_neighbours(&self) -> usize {
        smallest_outside(&self.plain).min(smallest_outside(&self.grouped))
    }
}

/// The folds of `rows` of the set.
///
/// # Errors
/// When there are fewer rows or groups than folds.
pub fn folds(set: &TrainingSet, settings: &Train, rows: &[u32]) -> anyhow::Result<Folds> {
    let labels: Vec<u32> = rows.iter().map(|&row| set.labels[row as usize]).collect();
    let groups: Vec<u64> = rows.iter().map(|&row| set.groups[row as usize]).collect();
    Ok(Folds {
        plain: stratified_kfold(&labels, settings.folds, settings.seed)?,
        grouped: stratified_group_kfold(&labels, &groups, settings.folds, settings.seed)?,
        labels,
    })
}

/// Cross-validates a block on `rows` of the set, on both kinds of their folds.
/// Configurations with more neighbours than a fold leaves to choose from have no run.
///
/// # Errors
/// When the data admit no vocabulary.
pub fn run_block(
    source: &Source,
    sweep_key: &str,
    rows: &[u32],
    folds: &Folds,
    block: &Block,
) -> anyhow::Result<Vec<Run>> {
    let most = folds.most_neighbours();
    let fits = |c: &&ClassifierParams| !matches!(c, ClassifierParams::Knn { k, .. } if *k > most);
    let classifiers: Vec<ClassifierParams> =
        block.classifiers.iter().filter(fits).copied().collect();
    let scores_on = |folds| out_of_fold(source, rows, folds, block.recipe, &classifiers);
    let (plain, grouped) = (scores_on(&folds.plain)?, scores_on(&folds.grouped)?);
    let scored = classifiers.iter().zip(plain.iter().zip(&grouped));
    scored
        .map(|(&classifier, (plain, grouped))| {
            let configuration = Configuration {
                recipe: block.recipe,
                classifier,
            };
            let on_plain = figures(plain, &folds.labels, &folds.plain)?;
            let on_grouped = figures(grouped, &folds.labels, &folds.grouped)?;
            run_row(source, sweep_key, &configuration, &on_plain, &on_grouped)
        })
        .collect()
}

/// The numbers of neighbours that have no run, for a fold leaves too few to choose from.
pub fn too_many_neighbours(settings: &Train, folds: &Folds) -> Vec<usize> {
    let most = folds.most_neighbours();
    let has_knn = settings.classifiers.contains(&ClassifierName::Knn);
    let too_many = settings.k.iter().copied().filter(|&k| has_knn && k > most);
    too_many.collect()
}

/// The run with the best grouped macro F1; of equals the simpler one.
///
/// # Errors
/// As [`configuration_of`].
pub fn winner(runs: &[Run]) -> anyhow::Result<Option<(&Run, Configuration)>> {
    let read = |run| Ok((run, configuration_of(run)?));
    let runs: Vec<(&Run, Configuration)> = runs.iter().map(read).collect::<anyhow::Result<_>>()?;
    Ok(runs.into_iter().min_by(|(a, with_a), (b, with_b)| {
        let better = b.grouped_macro_f1_mean.total_cmp(&a.grouped_macro_f1_mean);
        better
            .then_with(|| simplicity(with_a).cmp(&simplicity(with_b)))
            .then_with(|| a.run_id.cmp(&b.run_id))
    }))
}

/// The run's name: the same sweep and configuration give the same.
pub fn run_id(sweep_key: &str, configuration: &Configuration) -> String {
    let configuration = serde_json::to_string(configuration);
    let text = format!(
        "{sweep_key}{}",
        configuration.expect("names and numbers can be written as JSON")
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

/// The encoder that a configuration's features come of, if any.
pub fn revision_of(set: &TrainingSet, configuration: &Configuration) -> Option<String> {
    let recipe = configuration.recipe;
    let is_embedded = matches!(
        recipe.method,
        Method::SentenceTransformer | Method::Combined
    );
    let embedded = embedded(set, recipe.title_repeats, recipe.long_texts);
    let embedded = embedded.filter(|_| is_embedded);
    embedded.map(|embedded| embedded.revision.clone())
}

/// A per-class report with the categories' names.
pub fn report_rows(classes: &[String], reports: &[LearntReport]) -> Vec<ClassReport> {
    let row = |report: &LearntReport| ClassReport {
        category: classes[report.class as usize].clone(),
        precision: report.precision,
        recall: report.recall,
        f1: report.f1,
        support: i64::from(report.support),
    };
    reports.iter().map(row).collect()
}

fn run_row(
    source: &Source,
    sweep_key: &str,
    configuration: &Configuration,
    plain: &Figures,
    grouped: &Figures,
) -> anyhow::Result<Run> {
    let (mut k, mut weights, mut metric) = (None, None, None);
    let (mut c, mut prior_shift) = (None, None);
    match configuration.classifier {
        ClassifierParams::Knn {
            metric: m,
            k: n,
            weights: w,
        } => {
            (k, weights, metric) = (Some(n as i64), Some(w.to_string()), Some(m.to_string()));
        }
        ClassifierParams::Logistic { c: strength } => c = Some(strength),
        ClassifierParams::LinearSvm {
            c: cost,
            prior_shift: shift,
        } => (c, prior_shift) = (Some(cost), Some(shift)),
    }
    // The stage stamps both moments when it stores the run.
    let unset = chrono::DateTime::UNIX_EPOCH;
    let recipe = configuration.recipe;
    Ok(Run {
        run_id: run_id(sweep_key, configuration),
        sweep_key: sweep_key.to_owned(),
        run_timestamp: unset,
        method: recipe.method.to_string(),
        classifier: configuration.classifier.name().to_string(),
        k,
        weights,
        metric,
        c,
        prior_shift,
        title_repeats: recipe.title_repeats as i64,
        extra_features: recipe.extra_features,
        parameters: serde_json::to_string(configuration)?,
        postings: grouped.reports.iter().map(|r| i64::from(r.support)).sum(),
        categories: source.set.classes.len() as i64,
        folds: source.settings.folds as i64,
        accuracy_mean: plain.accuracy.mean,
        accuracy_std: plain.accuracy.std,
        macro_f1_mean: plain.macro_f1.mean,
        macro_f1_std: plain.macro_f1.std,
        weighted_f1_mean: plain.weighted_f1.mean,
        weighted_f1_std: plain.weighted_f1.std,
        top3_accuracy_mean: plain.top3_accuracy.mean,
        top3_accuracy_std: plain.top3_accuracy.std,
        grouped_accuracy_mean: grouped.accuracy.mean,
        grouped_accuracy_std: grouped.accuracy.std,
        grouped_macro_f1_mean: grouped.macro_f1.mean,
        grouped_macro_f1_std: grouped.macro_f1.std,
        grouped_weighted_f1_mean: grouped.weighted_f1.mean,
        grouped_weighted_f1_std: grouped.weighted_f1.std,
        grouped_top3_accuracy_mean: grouped.top3_accuracy.mean,
        grouped_top3_accuracy_std: grouped.top3_accuracy.std,
        report: report_rows(&source.set.classes, &grouped.reports),
        finished_at: unset,
    })
}
