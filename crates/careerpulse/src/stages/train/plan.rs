//! Which configurations the sweep tries, in blocks that share their features.

use careerpulse_embed::LongTexts;
use serde::{Deserialize, Serialize};

use super::set::{Embedded, TrainingSet};
use crate::config::Train;
use careerpulse_model::ClassifierParams;
use careerpulse_model::{ClassifierName, Method};

/// What the classifier sees: everything that a block's configurations have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Which blocks of columns.
    pub method: Method,
    /// How often the title stands before the description.
    pub title_repeats: usize,
    /// Whether level and location join.
    pub extra_features: bool,
    /// How long texts were read for the embedding, if there is one.
    // Runs that were stored before there was a choice say nothing of it.
    #[serde(default, with = "crate::config::word")]
    pub long_texts: LongTexts,
}

/// One point of the sweep.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Configuration {
    /// What the classifier sees.
    #[serde(flatten)]
    pub recipe: Recipe,
    /// What decides by it.
    #[serde(flatten)]
    pub classifier: ClassifierParams,
}

/// The configurations that share a recipe: features are made, and neighbours searched, once for all.
#[derive(Debug, Clone)]
pub struct Block {
    /// What they share.
    pub recipe: Recipe,
    /// The classifiers, from simple to less so.
    pub classifiers: Vec<ClassifierParams>,
}

impl Block {
    /// The block's points of the sweep.
    pub fn configurations(&self) -> impl Iterator<Item = Configuration> {
        let recipe = self.recipe;
        let configuration = move |&classifier| Configuration { recipe, classifier };
        self.classifiers.iter().map(configuration)
    }
}

/// The sweep's blocks; sentence embeddings only where the set has them.
pub fn blocks(set: &TrainingSet, settings: &Train) -> Vec<Block> {
    let mut blocks = Vec::new();
    // Title repeats outermost: the blocks of one text stand together and share its counts.
    for &title_repeats in &settings.title_repeats {
        for &method in &settings.methods {
            for long_texts in readings(set, settings, method, title_repeats) {
                for &extra_features in &settings.extra_features {
                    blocks.push(Block {
                        recipe: Recipe {
                            method,
                            title_repeats,
                            extra_features,
                            long_texts,
                        },
                        classifiers: classifiers(settings, method),
                    });
                }
            }
        }
    }
    blocks.retain(|block| !block.classifiers.is_empty());
    blocks
}

/// The ways of reading long texts that a method is tried with: those that the set has embeddings of.
/// A method that does without embeddings is tried once.
fn readings(
    set: &TrainingSet,
    settings: &Train,
    method: Method,
    title_repeats: usize,
) -> Vec<LongTexts> {
    let has = |reading: &LongTexts| embedded(set, title_repeats, *reading).is_some();
    let embedded: Vec<LongTexts> = settings.long_texts.iter().copied().filter(has).collect();
    match method {
        Method::SentenceTransformer => embedded,
        Method::Combined if !embedded.is_empty() => embedded,
        Method::Combined | Method::Tfidf | Method::TfidfSvd => vec![LongTexts::Cut],
    }
}

/// What [`simplicity`] goes by.
type Simplicity = (Method, LongTexts, bool, usize, ClassifierName, usize);

/// From simple to less so: ties go to the first.
pub fn simplicity(configuration: &Configuration) -> Simplicity {
    let k = match configuration.classifier {
        ClassifierParams::Knn { k, .. } => k,
        ClassifierParams::LinearSvm { prior_shift, .. } => usize::from(prior_shift > 0.0),
        ClassifierParams::Logistic { .. } => 0,
    };
    let recipe = configuration.recipe;
    (
        recipe.method,
        recipe.long_texts,
        recipe.extra_features,
        recipe.title_repeats,
        configuration.classifier.name(),
        k,
    )
}

/// The set's embeddings for a number of title repeats and a reading of long texts.
pub fn embedded(
    set: &TrainingSet,
    title_repeats: usize,
    long_texts: LongTexts,
) -> Option<&Embedded> {
    let wanted = (title_repeats, long_texts);
    set.embeddings
        .iter()
        .find(|embedded| (embedded.title_repeats, embedded.long_texts) == wanted)
}

/// Distances in blocks of such different kinds say little, so `combined` is for linear classifiers.
fn classifiers(settings: &Train, method: Method) -> Vec<ClassifierParams> {
    let mut all = Vec::new();
    for name in &settings.classifiers {
        match name {
            ClassifierName::Knn if method == Method::Combined => {}
            ClassifierName::Knn => {
                for &metric in &settings.metrics {
                    for &k in &settings.k {
                        let point = |&weights| ClassifierParams::Knn { metric, k, weights };
                        all.extend(settings.weights.iter().map(point));
                    }
                }
            }
            ClassifierName::Logistic => {
                all.extend(settings.c.iter().map(|&c| ClassifierParams::Logistic { c }));
            }
            ClassifierName::LinearSvm => {
                for &c in &settings.c {
                    let shifts = settings.prior_shift.iter();
                    let point = |&prior_shift| ClassifierParams::LinearSvm { c, prior_shift };
                    all.extend(shifts.map(point));
                }
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::train::testing::training_set;

    /// Each block's method with the reading that it is tried with.
    fn tried(set: &TrainingSet, long_texts: &[LongTexts]) -> Vec<(Method, LongTexts)> {
        let settings = Train {
            title_repeats: vec![2],
            extra_features: vec![false],
            long_texts: long_texts.to_vec(),
            ..Train::default()
        };
        let blocks = blocks(set, &settings).into_iter();
        let recipes = blocks.map(|block| (block.recipe.method, block.recipe.long_texts));
        recipes.collect()
    }

    #[test]
    fn only_what_looks_at_embeddings_is_tried_with_each_reading_that_there_is() {
        use LongTexts::{Cut, Windows};
        use Method::{Combined, SentenceTransformer, Tfidf, TfidfSvd};
        let mut set = training_set();
        // The set has embeddings of cut texts alone.
        let cut = [
            (Tfidf, Cut),
            (TfidfSvd, Cut),
            (SentenceTransformer, Cut),
            (Combined, Cut),
        ];
        assert_eq!(tried(&set, &[Cut]), cut);
        assert_eq!(tried(&set, &[Cut, Windows]), cut);
        assert_eq!(
            tried(&set, &[Windows]),
            [(Tfidf, Cut), (TfidfSvd, Cut), (Combined, Cut)]
        );
        let mut windows = training_set().embeddings;
        windows[0].long_texts = Windows;
        set.embeddings.append(&mut windows);
        assert_eq!(
            tried(&set, &[Cut, Windows]),
            [
                (Tfidf, Cut),
                (TfidfSvd, Cut),
                (SentenceTransformer, Cut),
                (SentenceTransformer, Windows),
                (Combined, Cut),
                (Combined, Windows),
            ]
        );
    }

    #[test]
    fn of_equals_the_cut_text_is_the_simpler_and_what_was_stored_without_a_word_was_cut() {
        let stored = r#"{"method":"combined","title_repeats":2,"extra_features":false,"classifier":"logistic","c":1.0}"#;
        let older: Configuration = serde_json::from_str(stored).unwrap();
        assert_eq!(older.recipe.long_texts, LongTexts::Cut);
        let recipe = Recipe {
            long_texts: LongTexts::Windows,
            ..older.recipe
        };
        let windows = Configuration { recipe, ..older };
        assert!(simplicity(&older) < simplicity(&windows));
        let written = serde_json::to_string(&windows).unwrap();
        assert_eq!(
            serde_json::from_str::<Configuration>(&written).unwrap(),
            windows
        );
    }
}
