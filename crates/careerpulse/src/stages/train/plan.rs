//! Which configurations the sweep tries, in blocks that share their features.

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
            let is_embedded = method == Method::SentenceTransformer;
            if is_embedded && embedded(set, title_repeats).is_none() {
                continue;
            }
            for &extra_features in &settings.extra_features {
                blocks.push(Block {
                    recipe: Recipe {
                        method,
                        title_repeats,
                        extra_features,
                    },
                    classifiers: classifiers(settings, method),
                });
            }
        }
    }
    blocks.retain(|block| !block.classifiers.is_empty());
    blocks
}

/// From simple to less so: ties go to the first.
pub fn simplicity(configuration: &Configuration) -> (Method, bool, usize, ClassifierName, usize) {
    let k = match configuration.classifier {
        ClassifierParams::Knn { k, .. } => k,
        ClassifierParams::LinearSvm { prior_shift, .. } => usize::from(prior_shift > 0.0),
        ClassifierParams::Logistic { .. } => 0,
    };
    let recipe = configuration.recipe;
    (
        recipe.method,
        recipe.extra_features,
        recipe.title_repeats,
        configuration.classifier.name(),
        k,
    )
}

/// The set's embeddings for a number of title repeats.
pub fn embedded(set: &TrainingSet, title_repeats: usize) -> Option<&Embedded> {
    set.embeddings
        .iter()
        .find(|embedded| embedded.title_repeats == title_repeats)
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
