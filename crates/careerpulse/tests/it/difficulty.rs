//! The generated postings are neither trivial nor hopeless to classify.

use std::collections::{BTreeMap, BTreeSet};

use careerpulse_learn::{
    Analyzer, Corpus, Features, Metric, Tfidf, TfidfParams, Weights, boosted, clean_html,
    first_max, macro_f1, nearest, stratified_group_kfold, vote,
};

use crate::support::sample;

const FOLDS: usize = 5;
const NEIGHBOURS: usize = 7;

/// The postings that show a category, as text and label; equal descriptions are one group.
struct Labelled {
    texts: Vec<String>,
    labels: Vec<u32>,
    groups: Vec<u64>,
    classes: usize,
}

fn labelled(postings: usize) -> Labelled {
    let shown = sample(postings).into_iter().filter_map(|posting| {
        let category = posting.categories.first()?.name.clone();
        (category != "Unknown").then_some((category, posting))
    });
    let shown: Vec<_> = shown.collect();
    let mut support = BTreeMap::<&str, usize>::new();
    for (category, _) in &shown {
        *support.entry(category).or_default() += 1;
    }
    let kept: BTreeSet<&str> = support
        .into_iter()
        .filter(|(_, count)| *count >= FOLDS)
        .map(|(category, _)| category)
        .collect();
    let (mut texts, mut labels, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    let mut known = BTreeMap::new();
    for (category, posting) in &shown {
        let Some(label) = kept.iter().position(|name| name == category) else {
            continue;
        };
        let description = clean_html(&posting.contents);
        texts.push(boosted(&clean_html(&posting.name), &description, 2));
        labels.push(u32::try_from(label).expect("there are some thirty categories"));
        let next = known.len() as u64;
        groups.push(*known.entry(description).or_insert(next));
    }
    Labelled {
        texts,
        labels,
        groups,
        classes: kept.len(),
    }
}

/// Macro F1 over the out-of-fold predictions of all folds together.
fn out_of_fold_macro_f1(set: &Labelled) -> f64 {
    let corpus = Corpus::new(&set.texts, Analyzer::default()).expect("the texts have words");
    let folds =
        stratified_group_kfold(&set.labels, &set.groups, FOLDS, 42).expect("groups for all folds");
    let (mut truth, mut predicted) = (Vec::new(), Vec::new());
    for fold in 0..FOLDS as u32 {
        let rows = 0..u32::try_from(folds.len()).expect("thousands of rows");
        let (inside, outside): (Vec<u32>, Vec<u32>) =
            rows.partition(|&row| folds[row as usize] == fold);
        let tfidf = Tfidf::fit(&corpus, &outside, TfidfParams::default()).expect("a vocabulary");
        let matrix = |rows: &[u32]| {
            Features::Sparse(
                tfidf
                    .transform_rows(&corpus, rows)
                    .expect("rows of the corpus"),
            )
        };
        let found = nearest(
            &matrix(&outside),
            &matrix(&inside),
            Metric::Cosine,
            NEIGHBOURS,
        )
        .expect("more rows than neighbours");
        let labels: Vec<u32> = outside
            .iter()
            .map(|&row| set.labels[row as usize])
            .collect();
        for (&row, near) in inside.iter().zip(found.iter()) {
            truth.push(set.labels[row as usize]);
            let votes = vote(near, &labels, set.classes, NEIGHBOURS, Weights::Distance);
            predicted.push(first_max(&votes));
        }
    }
    macro_f1(&truth, &predicted).expect("there are predictions")
}

#[test]
fn a_plain_classifier_scores_between_trivial_and_hopeless() {
    let set = labelled(2_000);
    assert!(set.classes >= 25, "{} categories", set.classes);
    let score = out_of_fold_macro_f1(&set);
    assert!((0.6..0.85).contains(&score), "macro F1 {score:.3}");
}
