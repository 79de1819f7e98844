//! The training set: Gold's labelled rows in one fixed order, with the embeddings that cover them.

use std::collections::{BTreeMap, BTreeSet};

use careerpulse_embed::{LongTexts, Precision, parse_revision};
use careerpulse_learn::{DenseMatrix, Split, stable_holdout};
use serde::Deserialize;

use crate::config::Train;
use crate::embeddings::{known_revisions, read_vectors};
use crate::stage::{Ctx, supports_words};
use crate::tables::Table;
use crate::tables::duplicates::group_number;
use careerpulse_model::Method;
use careerpulse_model::PostingText;
use careerpulse_model::sha256_hex;

/// Labelled postings by ascending id; all vectors hold one entry per posting.
pub struct TrainingSet {
    /// The postings.
    pub posting_ids: Vec<i64>,
    /// What a model looks at.
    pub texts: Vec<PostingText>,
    /// Numbers into `classes`.
    pub labels: Vec<u32>,
    /// The categories, sorted.
    pub classes: Vec<String>,
    /// The same for near duplicates.
    pub groups: Vec<u64>,
    /// The embeddings that cover every posting.
    pub embeddings: Vec<Embedded>,
    /// Version of the table that they are of.
    pub table_version: i64,
    /// Digest of ids, texts and labels.
    pub digest: String,
    /// What people should know about the set.
    pub remarks: Vec<String>,
}

/// All postings' vectors by one encoder for one number of title repeats and one reading of long texts.
pub struct Embedded {
    /// The encoder.
    pub revision: String,
    /// How often the title stood before the description.
    pub title_repeats: usize,
    /// How long texts were read.
    pub long_texts: LongTexts,
    /// Postings × 384.
    pub vectors: DenseMatrix,
}

impl TrainingSet {
    /// Number of postings.
    pub fn postings(&self) -> usize {
        self.posting_ids.len()
    }

    /// Why nothing can be learned from the set, if so.
    pub fn too_small(&self, folds: usize) -> Option<String> {
        let groups = self.groups.iter().collect::<BTreeSet<_>>().len();
        let needed = folds + 1;
        if self.classes.len() < 2 {
            return Some(format!(
                "nothing to learn from: {} labelled postings in {} categories with enough postings, and two categories are needed; collect more, or lower [gold] min_category_postings",
                self.postings(),
                self.classes.len()
            ));
        }
        (groups < 2 * needed).then(|| {
            format!(
                "nothing to learn from: {} labelled postings with {groups} distinct texts, and {folds} folds with a held-out part need {}; collect more, or lower [train] folds",
                self.postings(),
                2 * needed
            )
        })
    }

    /// The rows for the sweep and the rows for the winner's honest figures; no advert is on both sides.
    /// An advert stays on its side while others are added, so that versions can be compared on it.
    ///
    /// # Errors
    /// When one side would be empty.
    pub fn hold_out(&self, settings: &Train) -> anyhow::Result<Split> {
        Ok(stable_holdout(
            &self.labels,
            &self.groups,
            settings.test_fraction,
            settings.seed,
        )?)
    }
}

/// Reads the set, and for sentence embeddings the vectors that `features` has made, in this precision
/// where there is a choice.
///
/// # Errors
/// When a table cannot be read.
pub async fn read_training_set(
    ctx: &Ctx,
    settings: &Train,
    precision: Precision,
) -> anyhow::Result<TrainingSet> {
    #[derive(Deserialize)]
    struct Row {
        posting_id: i64,
        title: String,
        description_clean: String,
        level: Option<String>,
        location: Option<String>,
        category: String,
        text_hash: String,
        duplicate_group: String,
    }
    let sql = format!(
        "select posting_id, title, description_clean, level, location, category, text_hash, duplicate_group from {} order by posting_id",
        Table::LabeledPostings.name()
    );
    let table_version = ctx.lake.version(Table::LabeledPostings.spec()).await?;
    let rows: Vec<Row> = ctx.lake.rows(&sql).await?;
    let classes: Vec<String> = rows
        .iter()
        .map(|row| row.category.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let numbers: BTreeMap<&str, u32> = classes
        .iter()
        .enumerate()
        .map(|(n, class)| (class.as_str(), n as u32))
        .collect();
    let hashes: Vec<&str> = rows.iter().map(|row| row.text_hash.as_str()).collect();
    let mut remarks = Vec::new();
    let wants = |method| settings.methods.contains(&method);
    let wants_embeddings = wants(Method::SentenceTransformer) || wants(Method::Combined);
    let embeddings = if wants_embeddings && !rows.is_empty() {
        covering_embeddings(ctx, settings, precision, &hashes).await?
    } else {
        Vec::new()
    };
    if wants_embeddings && embeddings.is_empty() {
        remarks.push(
            "without sentence embeddings: the table holds none that cover all labelled postings with [train] title_repeats and long_texts".to_owned(),
        );
    }
    remarks.extend(rare_words(
        rows.iter().map(|row| row.category.as_str()),
        settings.folds,
    ));
    let mut digested = String::new();
    for row in &rows {
        // As JSON, so that no text of one field can pass for two.
        digested.push_str(&serde_json::to_string(&(
            row.posting_id,
            &row.text_hash,
            &row.category,
            &row.duplicate_group,
            &row.level,
            &row.location,
        ))?);
    }
    Ok(TrainingSet {
        posting_ids: rows.iter().map(|row| row.posting_id).collect(),
        labels: rows
            .iter()
            .map(|row| numbers[row.category.as_str()])
            .collect(),
        groups: rows
            .iter()
            .map(|row| group_number(&row.duplicate_group))
            .collect(),
        table_version: table_version.unwrap_or_default() as i64,
        digest: sha256_hex(digested.as_bytes()),
        embeddings,
        remarks,
        texts: rows
            .into_iter()
            .map(|row| PostingText {
                title: row.title,
                description: row.description_clean,
                level: row.level,
                location: row.location,
            })
            .collect(),
        classes,
    })
}

/// For each of the sweep's title repeats and readings of long texts the vectors of an encoder that cover
/// every posting: of the precision that is made now, or else of any.
async fn covering_embeddings(
    ctx: &Ctx,
    settings: &Train,
    precision: Precision,
    hashes: &[&str],
) -> anyhow::Result<Vec<Embedded>> {
    let known = known_revisions(&ctx.lake).await?;
    let mut embeddings = Vec::new();
    for &title_repeats in &settings.title_repeats {
        for &long_texts in &settings.long_texts {
            let known = known.iter().filter(|k| k.title_repeats == title_repeats);
            let revisions = known.map(|known| known.encoder_revision.as_str());
            for revision in candidates(revisions, precision, long_texts) {
                let found = read_vectors(&ctx.lake, revision, title_repeats, hashes).await?;
                if let Some(vectors) = found {
                    embeddings.push(Embedded {
                        revision: revision.to_owned(),
                        title_repeats,
                        long_texts,
                        vectors,
                    });
                    break;
                }
            }
        }
    }
    Ok(embeddings)
}

/// The revisions with this reading of long texts, those of the precision first.
fn candidates<'a>(
    revisions: impl Iterator<Item = &'a str>,
    precision: Precision,
    long_texts: LongTexts,
) -> Vec<&'a str> {
    let parsed = revisions.filter_map(|revision| Some((parse_revision(revision)?, revision)));
    let mut wanted: Vec<_> = parsed
        .filter(|((_, read), _)| *read == long_texts)
        .collect();
    wanted.sort_by_key(|((of, _), _)| *of != precision);
    wanted.into_iter().map(|(_, revision)| revision).collect()
}

/// Categories with fewer postings than folds take part, and not every fold has one to be tested on.
fn rare_words<'a>(categories: impl Iterator<Item = &'a str>, folds: usize) -> Option<String> {
    let mut rare: BTreeMap<String, u64> = BTreeMap::new();
    for category in categories {
        *rare.entry(category.to_owned()).or_default() += 1;
    }
    rare.retain(|_, postings| *postings < folds as u64);
    (!rare.is_empty()).then(|| {
        format!(
            "categories with fewer postings than folds, whose figures rest on little: {}",
            supports_words(&rare)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_revisions_with_one_reading_the_precision_that_is_made_now_comes_first() {
        let known = [
            "all-MiniLM-L6-v2/53aa5117/bf16/256",
            "all-MiniLM-L6-v2/53aa5117/f32/256",
            "all-MiniLM-L6-v2/53aa5117/f32/windows",
            "all-MiniLM-L6-v2/53aa5117/int8/256",
            "all-MiniLM-L6-v2/00000000/f32/256",
        ];
        let picked = |precision, long_texts| candidates(known.into_iter(), precision, long_texts);
        assert_eq!(
            picked(Precision::F32, LongTexts::Cut),
            [known[1], known[0], known[3]]
        );
        assert_eq!(
            picked(Precision::Int8, LongTexts::Cut),
            [known[3], known[0], known[1]]
        );
        assert_eq!(picked(Precision::Bf16, LongTexts::Windows), [known[2]]);
    }
}
