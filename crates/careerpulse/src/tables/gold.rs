//! Gold: rows that a classifier can learn from or score, and the embeddings of their texts.

use careerpulse_lake::{Column, Kind, TableSpec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

const POSTING_ID: Column = Column::required("posting_id", Kind::Int, "The posting");
const TITLE: Column = Column::required(
    "title",
    Kind::Text,
    "The title; empty where the source had none",
);
const DESCRIPTION: Column = Column::required(
    "description_clean",
    Kind::Text,
    "The description without HTML; empty where the source had none",
);
const LEVEL: Column = Column::optional("level", Kind::Text, "The first level");
const LOCATION: Column = Column::optional("location", Kind::Text, "The first location");
const COMPANY: Column = Column::optional("company_name", Kind::Text, "The company's name");
const PUBLISHED: Column = Column::optional(
    "publication_date",
    Kind::Timestamp,
    "When the posting was published, UTC",
);
const TEXT_HASH: Column = Column::required(
    "text_hash",
    Kind::Text,
    "SHA-256 of title and cleaned description, hexadecimal",
);
const GROUP: Column = Column::required(
    "duplicate_group",
    Kind::Text,
    "The same for near duplicates, by careerpulse_gold.duplicates: folds keep a group on one side",
);

/// Postings with a category, for training.
pub const LABELED_POSTINGS: TableSpec = TableSpec {
    schema: "careerpulse_gold",
    name: "category_labeled_postings",
    comment: "One posting whose category the source gave, in a category with enough postings to learn from",
    columns: &[
        POSTING_ID,
        TITLE,
        DESCRIPTION,
        Column::required(
            "category",
            Kind::Text,
            "The canonical category, by the taxonomy's alias map",
        ),
        Column::required(
            "category_raw",
            Kind::Text,
            "The category as the source wrote it",
        ),
        Column::required(
            "taxonomy_version",
            Kind::Text,
            "The version of the alias map",
        ),
        LEVEL,
        LOCATION,
        COMPANY,
        PUBLISHED,
        TEXT_HASH,
        GROUP,
    ],
    keys: &["posting_id"],
    partition_by: &[],
    append_only: false,
};

/// Postings without a category, for imputation.
pub const UNLABELED_POSTINGS: TableSpec = TableSpec {
    schema: "careerpulse_gold",
    name: "unlabeled_postings",
    comment: "One posting whose category the source did not give",
    columns: &[
        POSTING_ID,
        TITLE,
        DESCRIPTION,
        LEVEL,
        LOCATION,
        COMPANY,
        PUBLISHED,
        TEXT_HASH,
        GROUP,
    ],
    keys: &["posting_id"],
    partition_by: &[],
    append_only: false,
};

/// Sentence embeddings, computed once per distinct text.
pub const EMBEDDINGS: TableSpec = TableSpec {
    schema: "careerpulse_gold",
    name: "embeddings",
    comment: "The sentence embedding of one distinct text by one encoder revision",
    columns: &[
        TEXT_HASH,
        Column::required(
            "encoder_revision",
            Kind::Text,
            "Weights, precision and token limit of the encoder",
        ),
        Column::required(
            "title_repeats",
            Kind::Int,
            "How often the title stood before the description",
        ),
        Column::required(
            "vector",
            Kind::List(&Kind::Float32),
            "384 numbers of length 1 in L2 norm",
        ),
    ],
    keys: &["text_hash", "encoder_revision", "title_repeats"],
    partition_by: &[],
    append_only: true,
};

/// A row of `careerpulse_gold.category_labeled_postings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct LabeledPosting {
    pub posting_id: i64,
    pub title: String,
    pub description_clean: String,
    pub category: String,
    pub category_raw: String,
    pub taxonomy_version: String,
    pub level: Option<String>,
    pub location: Option<String>,
    pub company_name: Option<String>,
    pub publication_date: Option<DateTime<Utc>>,
    pub text_hash: String,
    pub duplicate_group: String,
}

/// A row of `careerpulse_gold.unlabeled_postings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct UnlabeledPosting {
    pub posting_id: i64,
    pub title: String,
    pub description_clean: String,
    pub level: Option<String>,
    pub location: Option<String>,
    pub company_name: Option<String>,
    pub publication_date: Option<DateTime<Utc>>,
    pub text_hash: String,
    pub duplicate_group: String,
}
