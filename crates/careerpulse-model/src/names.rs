//! What the sweep varies, by the names that settings and tables use.

use serde::{Deserialize, Serialize};

/// What the classifier sees of a posting.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Weighted word counts.
    Tfidf,
    /// Weighted word counts pressed into a few columns.
    TfidfSvd,
    /// all-MiniLM-L6-v2 embeddings.
    SentenceTransformer,
    /// Weighted counts of words and pairs, those of the title once more on their own, and the
    /// embedding where there is one: side by side, for the linear classifiers.
    Combined,
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tfidf => "tfidf",
            Self::TfidfSvd => "tfidf_svd",
            Self::SentenceTransformer => "sentence_transformer",
            Self::Combined => "combined",
        })
    }
}

/// What decides by the features.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum ClassifierName {
    /// The votes of the nearest postings.
    Knn,
    /// Logistic regression.
    Logistic,
    /// A linear support vector machine.
    LinearSvm,
}

impl std::fmt::Display for ClassifierName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Knn => "knn",
            Self::Logistic => "logistic",
            Self::LinearSvm => "linear_svm",
        })
    }
}
