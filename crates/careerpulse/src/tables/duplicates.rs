//! Gold: which postings are the same advert, and what later ones are compared with.

use careerpulse_lake::{Column, Kind, TableSpec};
use careerpulse_model::sha256_hex;
use serde::{Deserialize, Serialize};

const POSTING_ID: Column = Column::required("posting_id", Kind::Int, "The posting");

/// What is kept of each posting's text to group later ones.
pub const TEXT_BANDS: TableSpec = TableSpec {
    schema: "careerpulse_gold",
    name: "text_bands",
    comment: "One posting that has been compared with those before it; insert-only, and the source of the groups",
    columns: &[
        POSTING_ID,
        Column::required(
            "place",
            Kind::Int,
            "How many postings were compared before it",
        ),
        Column::required(
            "text_hash",
            Kind::Text,
            "SHA-256 of title and cleaned description, hexadecimal",
        ),
        Column::required(
            "bands",
            Kind::List(&Kind::Int),
            "32 hashes of MinHash minima of the description's runs of three words: near duplicates share some; none where the description has under 200 letters, or says just what an earlier one says",
        ),
        Column::required(
            "links",
            Kind::List(&Kind::Int),
            "Earlier postings that it is a near duplicate of, one of each group they made, the most similar first",
        ),
        Column::optional(
            "similarity",
            Kind::Float,
            "The Jaccard index with the first of the links; null where there is none",
        ),
    ],
    keys: &["posting_id"],
    partition_by: &[],
    append_only: true,
};

/// The groups of near duplicates.
pub const DUPLICATES: TableSpec = TableSpec {
    schema: "careerpulse_gold",
    name: "duplicates",
    comment: "One posting with its group of near duplicates and what it is to the group's original; follows from careerpulse_gold.text_bands",
    columns: &[
        POSTING_ID,
        Column::required(
            "duplicate_group",
            Kind::Text,
            "The same for postings linked directly or through others: the first 16 digits of the text hash of the posting that was compared first",
        ),
        Column::required(
            "kind",
            Kind::Text,
            "original: the group's first by publication date (no date comes last), then by id; against it other_employer: both name a company, not the same; elsewhere: both name locations, none in common; repost: all others, published later (a company or location that is not named counts as the same)",
        ),
        Column::required(
            "original_posting_id",
            Kind::Int,
            "The posting of the group whose kind is original",
        ),
        Column::optional(
            "linked_posting_id",
            Kind::Int,
            "The earlier posting that it was linked to when it came, the first of its links in careerpulse_gold.text_bands; null where there was none",
        ),
        Column::optional(
            "similarity",
            Kind::Float,
            "The Jaccard index with that posting: the share of runs of three words in both descriptions, or 1 for the same title and description",
        ),
    ],
    keys: &["posting_id"],
    partition_by: &[],
    append_only: false,
};

/// A row of `careerpulse_gold.text_bands`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct TextBands {
    pub posting_id: i64,
    pub place: u64,
    pub text_hash: String,
    pub bands: Vec<u32>,
    pub links: Vec<i64>,
    pub similarity: Option<f64>,
}

/// A row of `careerpulse_gold.duplicates`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct Duplicate {
    pub posting_id: i64,
    pub duplicate_group: String,
    pub kind: String,
    pub original_posting_id: i64,
    pub linked_posting_id: Option<i64>,
    pub similarity: Option<f64>,
}

/// A group as a number: its name is the leading digits of a SHA-256, so the number is as good.
pub fn group_number(group: &str) -> u64 {
    let digits = group.get(..16).unwrap_or(group);
    u64::from_str_radix(digits, 16).unwrap_or_else(|_| {
        let digest = sha256_hex(group.as_bytes());
        u64::from_str_radix(&digest[..16], 16).unwrap_or_default()
    })
}
