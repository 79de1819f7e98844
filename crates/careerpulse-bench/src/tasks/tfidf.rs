//! Texts tokenised, counted, cut to the most frequent terms and weighed.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use careerpulse_learn::{Corpus, CsrMatrix, Tfidf, TfidfParams};

use crate::arrays::{read_texts, write_json, write_sparse};

/// The corpus, the vocabulary and the rows.
pub struct Fitted {
    corpus: Corpus,
    model: Tfidf,
    matrix: CsrMatrix,
}

/// Title and description of each posting.
pub fn load(data: &Path) -> Result<Vec<String>> {
    read_texts(&data.join("texts.ndjson"))
}

/// The 10,000 most frequent words.
pub fn run_words(texts: &[String]) -> Result<Fitted> {
    fit(texts, TfidfParams::default())
}

/// The 40,000 most frequent words and pairs of words.
pub fn run_bigrams(texts: &[String]) -> Result<Fitted> {
    let params = TfidfParams {
        max_features: Some(40_000),
        ngram_range: (1, 2),
        ..TfidfParams::default()
    };
    fit(texts, params)
}

fn fit(texts: &[String], params: TfidfParams) -> Result<Fitted> {
    let corpus = Corpus::new(texts, params.analyzer())?;
    let rows: Vec<u32> = (0..texts.len() as u32).collect();
    let model = Tfidf::fit(&corpus, &rows, params)?;
    let matrix = model.transform_rows(&corpus, &rows)?;
    Ok(Fitted {
        corpus,
        model,
        matrix,
    })
}

/// Vocabulary, rows, and the terms that occur as often as the rarest of the vocabulary.
///
/// Which of those equals are kept is the one thing that scikit-learn leaves open.
pub fn answer(fitted: &Fitted, answers: &Path) -> Result<()> {
    let counts = term_counts(&fitted.corpus);
    let terms = fitted.model.terms();
    let rarest = terms.iter().map(|term| counts[&**term]).min();
    let tied: Vec<&str> = counts
        .iter()
        .filter(|(_, count)| Some(**count) == rarest)
        .map(|(term, _)| *term)
        .collect();
    write_json(&answers.join("terms.json"), &terms)?;
    write_json(&answers.join("tied.json"), &tied)?;
    write_sparse(answers, "matrix", &fitted.matrix)
}

/// How often each term occurs in all.
fn term_counts(corpus: &Corpus) -> BTreeMap<&str, u64> {
    let mut counts = vec![0_u64; corpus.terms().len()];
    for row in 0..corpus.documents() {
        let (ids, of_row) = corpus.document(row);
        for (&id, &count) in ids.iter().zip(of_row) {
            counts[id as usize] += u64::from(count);
        }
    }
    corpus
        .terms()
        .iter()
        .map(|term| &**term)
        .zip(counts)
        .collect()
}
