//! The set's features: counted once per text, weighed anew for the rows that a fold is fitted on.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use careerpulse_learn::{
    Analyzer, Corpus, LearnError, OneHot, StopWords, SvdParams, Tfidf, TfidfParams, TruncatedSvd,
};

use super::plan::{Recipe, embedded};
use super::set::{Embedded, TrainingSet};
use crate::config::Train;
use careerpulse_model::Method;
use careerpulse_model::{Blocks, Extras, Inputs, Vectoriser, boosted_texts, join};

/// The training set with the counts of its words, each made when first asked for.
pub struct Source<'a> {
    /// The postings.
    pub set: &'a TrainingSet,
    /// The sweep's settings.
    pub settings: &'a Train,
    /// One text's counts at a time, since those of many postings are large.
    texts: Mutex<Option<Counted>>,
    titles: Mutex<Option<Counted>>,
}

/// Counts under the title repeats and the analyzer that they were made with.
type Counted = ((usize, Analyzer), Arc<Corpus>);

impl<'a> Source<'a> {
    /// A source that has counted nothing yet.
    pub fn new(set: &'a TrainingSet, settings: &'a Train) -> Source<'a> {
        Source {
            set,
            settings,
            texts: Mutex::new(None),
            titles: Mutex::new(None),
        }
    }

    fn texts(&self, title_repeats: usize, analyzer: Analyzer) -> anyhow::Result<Arc<Corpus>> {
        counted(&self.texts, (title_repeats, analyzer), || {
            boosted_texts(title_repeats, &self.set.texts)
        })
    }

    fn titles(&self) -> anyhow::Result<Arc<Corpus>> {
        counted(&self.titles, (0, title_params().analyzer()), || {
            let titles = self.set.texts.iter().map(|posting| posting.title.clone());
            titles.collect()
        })
    }
}

/// Whether the features of a row are the same whatever rows are fitted on.
pub fn is_fixed(recipe: Recipe) -> bool {
    recipe.method == Method::SentenceTransformer && !recipe.extra_features
}

/// Fits a recipe on `rows` of the set.
///
/// # Errors
/// When the rows hold no word, or the set no embedding that the recipe needs.
pub fn fit_vectoriser(source: &Source, recipe: Recipe, rows: &[u32]) -> anyhow::Result<Vectoriser> {
    let set = source.set;
    let title_repeats = recipe.title_repeats;
    let words = match word_params(source.settings, recipe.method) {
        Some(params) => {
            let corpus = source.texts(title_repeats, params.analyzer())?;
            Some(Tfidf::fit(&corpus, rows, params)?)
        }
        None => None,
    };
    let svd = match &words {
        Some(words) if recipe.method == Method::TfidfSvd => {
            let corpus = source.texts(title_repeats, words.params().analyzer())?;
            let matrix = words.transform_rows(&corpus, rows)?;
            let most = matrix.rows().min(matrix.cols()).saturating_sub(1).max(1);
            let params = SvdParams {
                components: source.settings.svd_components.min(most),
                seed: source.settings.seed,
                ..SvdParams::default()
            };
            Some(TruncatedSvd::fit(params, &matrix)?)
        }
        _ => None,
    };
    let is_combined = recipe.method == Method::Combined;
    let title = match is_combined {
        true => match Tfidf::fit(&*source.titles()?, rows, title_params()) {
            // A set without a word in its titles does without that block.
            Err(LearnError::EmptyVocabulary { .. }) => None,
            fitted => Some(fitted?),
        },
        false => None,
    };
    let embedded = embedded(set, title_repeats, recipe.long_texts);
    let embedding = match recipe.method {
        Method::SentenceTransformer => Some(embedded.context("the recipe's embeddings are gone")?),
        Method::Combined => embedded,
        Method::Tfidf | Method::TfidfSvd => None,
    };
    let texts = || rows.iter().map(|&row| &set.texts[row as usize]);
    Ok(Vectoriser {
        method: recipe.method,
        title_repeats,
        words,
        svd,
        title,
        embedding: embedding.map(|embedded| embedded.revision.clone()),
        extras: recipe.extra_features.then(|| Extras {
            level: OneHot::fit(texts().map(|posting| posting.level.as_deref())),
            location: OneHot::fit(texts().map(|posting| posting.location.as_deref())),
            weight: source.settings.extra_weight as f32,
        }),
    })
}

/// The features of `rows` of the set by a fitted vectoriser: what [`careerpulse_model::vectorise`] makes of
/// their texts, from counts that are there already.
///
/// # Errors
/// When the vectoriser is not of this set.
pub fn inputs_of(source: &Source, vectoriser: &Vectoriser, rows: &[u32]) -> anyhow::Result<Inputs> {
    let set = source.set;
    let title_repeats = vectoriser.title_repeats;
    let words = match &vectoriser.words {
        Some(tfidf) => {
            let corpus = source.texts(title_repeats, tfidf.params().analyzer())?;
            Some(tfidf.transform_rows(&corpus, rows)?)
        }
        None => None,
    };
    let title = match &vectoriser.title {
        Some(tfidf) => Some(tfidf.transform_rows(&*source.titles()?, rows)?),
        None => None,
    };
    let embedding = match &vectoriser.embedding {
        Some(revision) => {
            let is_its = |embedded: &&Embedded| {
                embedded.title_repeats == title_repeats && embedded.revision == *revision
            };
            let embedded = set.embeddings.iter().find(is_its);
            let embedded = embedded.context("the model's embeddings are gone")?;
            Some(embedded.vectors.select(rows)?)
        }
        None => None,
    };
    let texts = || rows.iter().map(|&row| &set.texts[row as usize]);
    let extras = vectoriser.extras.as_ref();
    let extras = extras.map(|extras| extras.transform(texts()));
    let blocks = Blocks {
        words,
        title,
        embedding,
        extras: extras.transpose()?,
    };
    Ok(join(vectoriser, blocks, texts())?)
}

/// Words as the settings say; the rest is scikit-learn's way.
fn word_params(settings: &Train, method: Method) -> Option<TfidfParams> {
    let (max_features, longest) = match method {
        Method::Tfidf | Method::TfidfSvd => (settings.tfidf_max_features, settings.tfidf_max_ngram),
        Method::Combined => (settings.combined_max_features, settings.combined_max_ngram),
        Method::SentenceTransformer => return None,
    };
    Some(TfidfParams {
        max_features: Some(max_features),
        min_df: settings.tfidf_min_df,
        ngram_range: (1, longest),
        ..TfidfParams::default()
    })
}

/// A title is so short that every word of it counts, and pairs are few.
fn title_params() -> TfidfParams {
    TfidfParams {
        max_features: None,
        ngram_range: (1, 2),
        stop_words: StopWords::None,
        ..TfidfParams::default()
    }
}

fn counted(
    held: &Mutex<Option<Counted>>,
    key: (usize, Analyzer),
    texts: impl FnOnce() -> Vec<String>,
) -> anyhow::Result<Arc<Corpus>> {
    let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, corpus)) = held.as_ref().filter(|(have, _)| *have == key) {
        return Ok(Arc::clone(corpus));
    }
    // The old counts go before the new ones come, or both would stand in memory.
    *held = None;
    let corpus = Arc::new(Corpus::new(&texts(), key.1)?);
    *held = Some((key, Arc::clone(&corpus)));
    Ok(corpus)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::train::testing::training_set;
    use careerpulse_embed::LongTexts;
    use careerpulse_model::vectorise;

    #[test]
    fn counts_that_are_there_give_the_features_of_the_text_itself() {
        let set = training_set();
        let settings = Train {
            svd_components: 3,
            ..Train::default()
        };
        let source = Source::new(&set, &settings);
        let (fitted, others): (Vec<u32>, Vec<u32>) = (0..20).partition(|row| row % 3 != 0);
        for method in [
            Method::Tfidf,
            Method::TfidfSvd,
            Method::SentenceTransformer,
            Method::Combined,
        ] {
            for extra_features in [false, true] {
                let recipe = Recipe {
                    method,
                    title_repeats: 2,
                    extra_features,
                    long_texts: LongTexts::Cut,
                };
                let vectoriser = fit_vectoriser(&source, recipe, &fitted).unwrap();
                let by_row = inputs_of(&source, &vectoriser, &others).unwrap();
                let texts: Vec<_> = others
                    .iter()
                    .map(|&row| set.texts[row as usize].clone())
                    .collect();
                let vectors = set.embeddings[0].vectors.select(&others).unwrap();
                let by_text = vectorise(&vectoriser, &texts, Some(vectors)).unwrap();
                assert_eq!(by_row.features, by_text.features, "{recipe:?}");
                assert_eq!(by_row.evidence, by_text.evidence, "{recipe:?}");
                assert_eq!(by_row.blank, by_text.blank, "{recipe:?}");
            }
        }
    }

    #[test]
    fn a_title_alone_is_known_to_those_that_look_at_it() {
        let set = training_set();
        let settings = Train::default();
        let source = Source::new(&set, &settings);
        let rows: Vec<u32> = (0..20).collect();
        let titled = careerpulse_model::PostingText {
            title: set.texts[0].title.clone(),
            ..Default::default()
        };
        let is_blank = |method, title_repeats| {
            let recipe = Recipe {
                method,
                title_repeats,
                extra_features: false,
                long_texts: LongTexts::Cut,
            };
            let vectoriser = fit_vectoriser(&source, recipe, &rows).unwrap();
            let vector = set.embeddings[0].vectors.select(&[0]).unwrap();
            let inputs = vectorise(&vectoriser, std::slice::from_ref(&titled), Some(vector));
            inputs.unwrap().blank[0]
        };
        assert!(!is_blank(Method::Tfidf, 2) && !is_blank(Method::Combined, 0));
        assert!(is_blank(Method::Tfidf, 0));
    }
}
