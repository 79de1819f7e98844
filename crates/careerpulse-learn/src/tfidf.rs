//! Terms weighed by how rare they are: scikit-learn's `TfidfVectorizer`.

mod weigh;

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use self::weigh::{Columns, weigh_all};
use crate::corpus::{Analyzer, Corpus};
use crate::error::LearnError;
use crate::sparse::CsrMatrix;
use crate::stopwords::StopWords;

/// Settings of [`Tfidf`]; the rest is as in scikit-learn by default (`norm="l2"`, `smooth_idf=True`).
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `max_features` | 10,000 | keep only the terms that occur most often | none, or at least 1 |
/// | `min_df` | 1 | documents a term must occur in | at least 1 |
/// | `ngram_range` | (1, 1) | shortest and longest run of words that is a term | 1 ≤ first ≤ second |
/// | `stop_words` | English | words left out | |
/// | `sublinear_tf` | true | count `c` weighs `1 + ln c` | |
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TfidfParams {
    /// Most terms kept, by count over the fitted documents.
    pub max_features: Option<usize>,
    /// Fewest documents a kept term occurs in.
    pub min_df: usize,
    /// Shortest and longest n-gram, both included.
    pub ngram_range: (usize, usize),
    /// Words left out.
    pub stop_words: StopWords,
    /// Whether a count `c` weighs `1 + ln c` instead of `c`.
    pub sublinear_tf: bool,
}

impl Default for TfidfParams {
    fn default() -> TfidfParams {
        TfidfParams {
            max_features: Some(10_000),
            min_df: 1,
            ngram_range: (1, 1),
            stop_words: StopWords::English,
            sublinear_tf: true,
        }
    }
}

impl TfidfParams {
    /// Itself, or an error that names the setting out of range.
    pub fn check(&self) -> Result<&TfidfParams, LearnError> {
        if self.max_features == Some(0) {
            return Err(LearnError::ZeroMaxFeatures);
        }
        if self.min_df == 0 {
            return Err(LearnError::ZeroMinDf);
        }
        self.analyzer().check()?;
        Ok(self)
    }

    /// The settings a corpus must be tokenised with.
    pub fn analyzer(&self) -> Analyzer {
        Analyzer {
            ngram_range: self.ngram_range,
            stop_words: self.stop_words,
        }
    }
}

/// A fitted vocabulary with its weights.
///
/// Source: scikit-learn's `TfidfVectorizer`: `idf = ln((1 + n) / (1 + df)) + 1`, rows of
/// unit length, columns in sorted order of terms. Where `max_features` cuts through terms
/// of equal count, the alphabetically first stay: what scikit-learn does where NumPy's
/// sort happens to be stable (which depends on the processor).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Tfidf {
    params: TfidfParams,
    terms: Vec<Box<str>>,
    idf: Vec<f64>,
    /// Where each term stood in the corpus fitted on: where to look first in any corpus.
    #[serde(skip)]
    places: Vec<u32>,
    /// Column of each term, made when unseen text is first transformed.
    #[serde(skip)]
    columns: OnceLock<Columns>,
}

/// What is read from disk: no weight without its term, no term out of order.
#[derive(Deserialize)]
struct Parts {
    params: TfidfParams,
    terms: Vec<Box<str>>,
    idf: Vec<f64>,
}

impl TryFrom<Parts> for Tfidf {
    type Error = LearnError;

    fn try_from(Parts { params, terms, idf }: Parts) -> Result<Tfidf, LearnError> {
        params.check()?;
        if idf.len() != terms.len() {
            return Err(LearnError::Lengths {
                left_name: "the vocabulary",
                left: terms.len(),
                right_name: "the idf weights",
                right: idf.len(),
            });
        }
        if terms.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(LearnError::Shape("the vocabulary is not sorted".to_owned()));
        }
        Ok(Tfidf {
            params,
            terms,
            idf,
            places: Vec::new(),
            columns: OnceLock::new(),
        })
    }
}

impl Tfidf {
    /// Fits on the documents `rows` of `corpus`: equal to fitting on their texts alone.
    ///
    /// Errors on settings out of range, a corpus tokenised otherwise, a row that
    /// does not exist and an empty vocabulary.
    pub fn fit(corpus: &Corpus, rows: &[u32], params: TfidfParams) -> Result<Tfidf, LearnError> {
        params.check()?;
        check_corpus(corpus, rows, &params)?;
        let mut document_counts = vec![0_u32; corpus.terms().len()];
        let mut term_counts = vec![0_u64; corpus.terms().len()];
        for &row in rows {
            let (ids, counts) = corpus.document(row as usize);
            for (&id, &count) in ids.iter().zip(counts) {
                document_counts[id as usize] += 1;
                term_counts[id as usize] += u64::from(count);
            }
        }
        let mut kept: Vec<u32> = (0..corpus.terms().len() as u32)
            .filter(|&id| document_counts[id as usize] as usize >= params.min_df)
            .collect();
        if kept.is_empty() {
            return Err(LearnError::EmptyVocabulary {
                documents: rows.len(),
                terms: corpus.terms().len(),
                min_df: params.min_df,
            });
        }
        if let Some(limit) = params.max_features.filter(|&limit| limit < kept.len()) {
            kept.select_nth_unstable_by_key(limit, |&id| {
                (std::cmp::Reverse(term_counts[id as usize]), id)
            });
            kept.truncate(limit);
            kept.sort_unstable();
        }
        let documents = 1.0 + rows.len() as f64;
        let idf = kept
            .iter()
            .map(|&id| (documents / (1.0 + f64::from(document_counts[id as usize]))).ln() + 1.0)
            .collect();
        let terms = kept
            .iter()
            .map(|&id| corpus.terms()[id as usize].clone())
            .collect();
        Ok(Tfidf {
            params,
            terms,
            idf,
            places: kept,
            columns: OnceLock::new(),
        })
    }

    /// Settings fitted with.
    pub fn params(&self) -> &TfidfParams {
        &self.params
    }

    /// The vocabulary, sorted; a term's place is its column.
    pub fn terms(&self) -> &[Box<str>] {
        &self.terms
    }

    /// Inverse document frequency of each column.
    pub fn idf(&self) -> &[f64] {
        &self.idf
    }

    /// Weights of the documents `rows` of `corpus`: `rows.len()` × vocabulary, rows of unit length.
    ///
    /// A document without a known term is a row of zeros. Errors as [`Tfidf::fit`] does.
    pub fn transform_rows(&self, corpus: &Corpus, rows: &[u32]) -> Result<CsrMatrix, LearnError> {
        check_corpus(corpus, rows, &self.params)?;
        const UNKNOWN: u32 = u32::MAX;
        let mut columns = vec![UNKNOWN; corpus.terms().len()];
        for (column, term) in self.terms.iter().enumerate() {
            let place = self.places.get(column).map(|&place| place as usize);
            let place = place
                .filter(|&place| corpus.terms().get(place) == Some(term))
                .or_else(|| corpus.terms().binary_search(term).ok());
            if let Some(place) = place {
                columns[place] = column as u32;
            }
        }
        weigh_all(self, rows, |&row, found| {
            let (ids, counts) = corpus.document(row as usize);
            let known = ids
                .iter()
                .zip(counts)
                .map(|(&id, &count)| (columns[id as usize], count));
            found.extend(known.filter(|&(column, _)| column != UNKNOWN));
        })
    }

    /// Weights of texts the model may not have seen: `texts.len()` × vocabulary.
    ///
    /// The same bits as [`Tfidf::transform_rows`] gives for the same texts.
    pub fn transform<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<CsrMatrix, LearnError> {
        let columns = self.columns.get_or_init(|| Columns::new(self));
        weigh_all(self, texts, |text, found| {
            columns.count(text.as_ref(), found);
        })
    }
}

fn check_corpus(corpus: &Corpus, rows: &[u32], params: &TfidfParams) -> Result<(), LearnError> {
    if corpus.analyzer() != params.analyzer() {
        return Err(LearnError::AnalyzerMismatch {
            corpus: corpus.analyzer().to_string(),
            model: params.analyzer().to_string(),
        });
    }
    match rows.iter().find(|&&row| row as usize >= corpus.documents()) {
        Some(&row) => Err(LearnError::RowOutOfRange {
            row: row as usize,
            rows: corpus.documents(),
        }),
        None => Ok(()),
    }
}
