//! Scores of every posting by classifiers that were fitted without its fold.

use anyhow::Context as _;
use careerpulse_learn::{
    Features, LearnError, Metric, Neighbour, Scores, nearest_or_approximate,
    nearest_outside_fold_or_approximate, vote,
};
use rayon::prelude::*;

use super::features::{Source, fit_vectoriser, inputs_of, is_fixed};
use super::plan::Recipe;
use careerpulse_model::{ClassifierParams, fit_classifier, scores, shift_again};

/// For each classifier the scores of all `rows` of the set (rows × categories), each row's by a fit on
/// the rows of other folds: vocabulary, weights and votes never see the row's own fold.
///
/// Neighbours are searched once per distance, for the largest k: every k and weighting is read off them.
///
/// # Errors
/// When a fold leaves too little to fit on: no words, one category only, fewer rows than neighbours.
pub fn out_of_fold(
    source: &Source,
    rows: &[u32],
    folds: &[u32],
    recipe: Recipe,
    classifiers: &[ClassifierParams],
) -> anyhow::Result<Vec<Scores>> {
    let labels: Vec<u32> = rows
        .iter()
        .map(|&row| source.set.labels[row as usize])
        .collect();
    let names = &source.set.classes;
    let limit = source.settings.exact_search_limit;
    let classes = names.len();
    let mut tables = vec![vec![0.0; rows.len() * classes]; classifiers.len()];
    let fixed = match is_fixed(recipe) {
        true => Some(fixed_features(source, rows, recipe)?),
        false => None,
    };
    if let Some(features) = &fixed {
        for search in searches(classifiers) {
            let (metric, k) = (search.metric, search.k);
            let found = nearest_outside_fold_or_approximate(features, folds, metric, k, limit)?;
            for at in search.classifiers {
                let row_scores = votes(found.neighbours.iter(), &labels, classes, &classifiers[at]);
                tables[at] = row_scores.concat();
            }
        }
    }
    let has_more = fixed.is_none() || classifiers.iter().any(|c| !is_knn(c));
    for fold in (0..fold_count(folds)).filter(|_| has_more) {
        let places: Vec<u32> = (0..rows.len() as u32).collect();
        let (inside, outside): (Vec<u32>, Vec<u32>) = places
            .into_iter()
            .partition(|&place| folds[place as usize] == fold);
        let known: Vec<u32> = outside.iter().map(|&at| labels[at as usize]).collect();
        let (index, query) = match &fixed {
            Some(features) => (features.select(&outside)?, features.select(&inside)?),
            None => fold_features(source, rows, recipe, &outside, &inside)?,
        };
        let mut put = |at: usize, scored: &mut dyn Iterator<Item = &[f64]>| {
            for (&place, row) in inside.iter().zip(scored) {
                let start = place as usize * classes;
                tables[at][start..start + classes].copy_from_slice(row);
            }
        };
        if fixed.is_none() {
            for search in searches(classifiers) {
                let found = nearest_or_approximate(&index, &query, search.metric, search.k, limit)?;
                for at in search.classifiers {
                    let scored = votes(found.neighbours.iter(), &known, classes, &classifiers[at]);
                    put(at, &mut scored.iter().map(Vec::as_slice));
                }
            }
        }
        let only = known.iter().all(|label| Some(label) == known.first());
        let mut last = None;
        for (at, params) in classifiers.iter().enumerate().filter(|(_, c)| !is_knn(c)) {
            // No line parts one category from nothing: what is left knows no other answer.
            if let (true, Some(&label)) = (only, known.first()) {
                let mut row = vec![0.0; classes];
                row[label as usize] = 1.0;
                put(at, &mut std::iter::repeat_n(row.as_slice(), inside.len()));
                continue;
            }
            let fitted = match last
                .take()
                .and_then(|last| shift_again(last, params, &known))
            {
                Some(fitted) => fitted,
                None => fit_classifier(params, &index, known.clone(), names.clone())?,
            };
            put(at, &mut scores(&fitted, &query)?.iter());
            last = Some(fitted);
        }
    }
    let tables = tables.into_iter().map(|table| Scores::new(classes, table));
    Ok(tables.collect::<Result<_, LearnError>>()?)
}

/// The most neighbours that every fold leaves to choose from.
pub fn smallest_outside(folds: &[u32]) -> usize {
    let count = |fold| folds.iter().filter(|&&f| f == fold).count();
    let largest = (0..fold_count(folds)).map(count).max().unwrap_or(0);
    folds.len() - largest
}

/// Folds are numbered from 0.
pub fn fold_count(folds: &[u32]) -> u32 {
    folds.iter().max().map_or(0, |last| last + 1)
}

/// One distance, the largest k asked of it, and the classifiers that it serves.
struct Search {
    metric: Metric,
    k: usize,
    classifiers: Vec<usize>,
}

fn searches(classifiers: &[ClassifierParams]) -> Vec<Search> {
    let mut searches: Vec<Search> = Vec::new();
    for (at, params) in classifiers.iter().enumerate() {
        let &ClassifierParams::Knn { metric, k, .. } = params else {
            continue;
        };
        match searches.iter_mut().find(|search| search.metric == metric) {
            Some(search) => {
                search.k = search.k.max(k);
                search.classifiers.push(at);
            }
            None => searches.push(Search {
                metric,
                k,
                classifiers: vec![at],
            }),
        }
    }
    searches
}

fn is_knn(params: &ClassifierParams) -> bool {
    matches!(params, ClassifierParams::Knn { .. })
}

/// Each row's votes, from neighbours whose rows number `labels`.
fn votes<'a>(
    found: impl Iterator<Item = &'a [Neighbour]>,
    labels: &[u32],
    classes: usize,
    params: &ClassifierParams,
) -> Vec<Vec<f64>> {
    let &ClassifierParams::Knn { k, weights, .. } = params else {
        return Vec::new();
    };
    let found: Vec<&[Neighbour]> = found.collect();
    found
        .into_par_iter()
        .map(|near| vote(near, labels, classes, k, weights))
        .collect()
}

fn fixed_features(source: &Source, rows: &[u32], recipe: Recipe) -> anyhow::Result<Features> {
    let vectoriser = fit_vectoriser(source, recipe, rows)?;
    Ok(inputs_of(source, &vectoriser, rows)?.features)
}

/// The features of the places outside a fold, and of those inside by what was fitted outside.
fn fold_features(
    source: &Source,
    rows: &[u32],
    recipe: Recipe,
    outside: &[u32],
    inside: &[u32],
) -> anyhow::Result<(Features, Features)> {
    let at =
        |places: &[u32]| -> Vec<u32> { places.iter().map(|&place| rows[place as usize]).collect() };
    let vectoriser = fit_vectoriser(source, recipe, &at(outside))
        .context("fitting on the postings outside one fold")?;
    let inputs = |places: &[u32]| inputs_of(source, &vectoriser, &at(places));
    Ok((inputs(outside)?.features, inputs(inside)?.features))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Train;
    use crate::stages::train::testing::training_set;
    use careerpulse_embed::LongTexts;
    use careerpulse_learn::Weights;
    use careerpulse_model::Method;

    fn classifiers() -> Vec<ClassifierParams> {
        let knn = |k| ClassifierParams::Knn {
            metric: Metric::Cosine,
            k,
            weights: Weights::Distance,
        };
        let svm = |prior_shift| ClassifierParams::LinearSvm {
            c: 1.0,
            prior_shift,
        };
        vec![
            knn(3),
            knn(1),
            ClassifierParams::Logistic { c: 1.0 },
            svm(0.0),
            svm(0.3),
        ]
    }

    fn recipe(method: Method) -> Recipe {
        Recipe {
            method,
            title_repeats: 2,
            extra_features: false,
            long_texts: LongTexts::Cut,
        }
    }

    /// What shared searches and fits give is what a fit per fold and classifier gives.
    #[test]
    fn each_row_is_scored_by_a_fit_on_the_rows_of_other_folds() {
        let (set, settings) = (training_set(), Train::default());
        let source = Source::new(&set, &settings);
        // Rows out of order: a place is not a row.
        let rows: Vec<u32> = (0..20).rev().filter(|row| row % 7 != 0).collect();
        let folds: Vec<u32> = (0..rows.len() as u32).map(|place| place % 3).collect();
        for method in [Method::Tfidf, Method::SentenceTransformer, Method::Combined] {
            let shared =
                out_of_fold(&source, &rows, &folds, recipe(method), &classifiers()).unwrap();
            for (params, shared) in classifiers().iter().zip(&shared) {
                for fold in 0..3 {
                    let (inside, outside): (Vec<usize>, Vec<usize>) =
                        (0..rows.len()).partition(|&place| folds[place] == fold);
                    let at = |places: &[usize]| places.iter().map(|&p| rows[p]).collect::<Vec<_>>();
                    let known = at(&outside);
                    let vectoriser = fit_vectoriser(&source, recipe(method), &known).unwrap();
                    let features = |rows: &[u32]| inputs_of(&source, &vectoriser, rows).unwrap();
                    let labels = known.iter().map(|&row| set.labels[row as usize]).collect();
                    let index = features(&known).features;
                    let classes = set.classes.clone();
                    let fitted = fit_classifier(params, &index, labels, classes).unwrap();
                    let naive = scores(&fitted, &features(&at(&inside)).features).unwrap();
                    for (row, &place) in inside.iter().enumerate() {
                        assert_eq!(shared.row(place), naive.row(row), "{method} {params:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn one_category_outside_a_fold_is_the_only_answer_inside_it() {
        let (set, settings) = (training_set(), Train::default());
        let source = Source::new(&set, &settings);
        let rows: Vec<u32> = (0..20).collect();
        let folds: Vec<u32> = (0..20).map(|row| row % 2).collect();
        let found = out_of_fold(
            &source,
            &rows,
            &folds,
            recipe(Method::Tfidf),
            &classifiers(),
        )
        .unwrap();
        for scores in found {
            let guessed: Vec<u32> = scores.predicted();
            assert!(
                guessed
                    .iter()
                    .zip(&set.labels)
                    .all(|(guess, label)| guess != label)
            );
        }
    }
}
