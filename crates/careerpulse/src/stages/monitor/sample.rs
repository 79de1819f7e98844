//! Distinct adverts as columns: what drift is measured on.

use arrow::array::{Array as _, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int64Type};
use careerpulse_drift::{Imputed, Sample, Vectors, hashed_vector, language};
use careerpulse_learn::clean_html;
use futures::TryStreamExt as _;
use rayon::prelude::*;
use serde::Deserialize;

use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::ml::ModelVersion;
use crate::taxonomy::{Taxonomy, canonical};

/// Adverts of a sample whose embeddings are compared; more would say little more and cost as much again.
const VECTORS: usize = 2_000;

/// Columns of the vectors of words that stand in for embeddings.
const WORD_DIM: usize = 384;

/// Days after its publication up to which a posting is new: late labels arrive later than that.
const FRESH_DAYS: u32 = 2;

/// A sample, and what its vectors can be made of.
pub struct Adverts {
    /// The columns, without vectors.
    pub sample: Sample,
    /// The texts' hashes of the first adverts; none where Gold has no row of the posting.
    pub hashes: Vec<Option<String>>,
    /// Vectors of the words of those.
    words: Vec<f32>,
}

impl Adverts {
    /// The sample with vectors of words, in place of embeddings.
    pub fn with_words(&self) -> Sample {
        let rows = (0..self.hashes.len() as u32).collect();
        self.with_vectors(WORD_DIM, rows, self.words.clone())
    }

    /// The sample with vectors of the given rows.
    pub fn with_vectors(&self, dim: usize, rows: Vec<u32>, values: Vec<f32>) -> Sample {
        Sample {
            vectors: Some(Vectors { dim, rows, values }),
            ..self.sample.clone()
        }
    }
}

/// Reads the adverts that fulfil a condition on `p`, one posting of each duplicate group: at most
/// `max_rows` of them, by a sample that is the same every time.
///
/// Rows stand in the order of their groups, which are digests, so that the first are a random sample too.
///
/// # Errors
/// When the lake cannot be read.
pub async fn read_adverts(
    ctx: &Ctx,
    condition: &str,
    version: &ModelVersion,
    taxonomy: &Taxonomy,
    max_rows: usize,
) -> anyhow::Result<Adverts> {
    let sampled = sampled(ctx, condition, max_rows).await?;
    let sql = format!(
        "select p.posting_id, p.category, p.description, d.duplicate_group, \
         coalesce(p.first_seen_at <= p.publication_date + interval '{FRESH_DAYS} days', false) as fresh, \
         coalesce(l.text_hash, u.text_hash) as text_hash, \
         c.category as imputed, c.probability, c.abstained \
         from {} p join {} d on p.posting_id = d.posting_id \
         left join {} l on p.posting_id = l.posting_id left join {} u on p.posting_id = u.posting_id \
         left join (select posting_id, category, probability, abstained from {} where model_version = {}) c \
         on p.posting_id = c.posting_id \
         where {condition} {sampled} order by d.duplicate_group, p.posting_id",
        Table::JobPostings.name(),
        Table::Duplicates.name(),
        Table::LabeledPostings.name(),
        Table::UnlabeledPostings.name(),
        Table::CategoryPredictions.name(),
        version.version,
    );
    let mut adverts = Adverts {
        sample: Sample::default(),
        hashes: Vec::new(),
        words: Vec::new(),
    };
    let mut last_group = String::new();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        add(&mut adverts, &batch, &mut last_group, taxonomy);
    }
    Ok(adverts)
}

/// What keeps the adverts under a number, as a further condition.
async fn sampled(ctx: &Ctx, condition: &str, max_rows: usize) -> anyhow::Result<String> {
    #[derive(Deserialize)]
    struct Count {
        adverts: u64,
    }
    let sql = format!(
        "select count(distinct d.duplicate_group) as adverts from {} p join {} d on p.posting_id = d.posting_id where {condition}",
        Table::JobPostings.name(),
        Table::Duplicates.name(),
    );
    let counts: Vec<Count> = ctx.lake.rows(&sql).await?;
    let adverts = counts.first().map_or(0, |count| count.adverts);
    Ok(match group_limit(adverts, max_rows as u64) {
        None => String::new(),
        Some(limit) => format!("and d.duplicate_group < '{limit}'"),
    })
}

/// The group from which on adverts are left out; groups are digests of 16 hexadecimal digits.
fn group_limit(adverts: u64, max_rows: u64) -> Option<String> {
    if adverts <= max_rows {
        return None;
    }
    let share = u128::from(max_rows) * (u128::from(u64::MAX) + 1) / u128::from(adverts);
    Some(format!("{share:016x}"))
}

fn add(adverts: &mut Adverts, batch: &RecordBatch, last_group: &mut String, taxonomy: &Taxonomy) {
    let text = |name: &str| batch[name].as_string::<i32>();
    let (categories, descriptions) = (text("category"), text("description"));
    let (groups, hashes, imputed) = (text("duplicate_group"), text("text_hash"), text("imputed"));
    let ids = batch["posting_id"].as_primitive::<Int64Type>();
    let probabilities = batch["probability"].as_primitive::<Float64Type>();
    let abstained = batch["abstained"].as_boolean();
    let fresh = batch["fresh"].as_boolean();
    let mut firsts = Vec::new();
    for row in 0..batch.num_rows() {
        if groups.value(row) != last_group {
            groups.value(row).clone_into(last_group);
            firsts.push(row);
        }
    }
    let with_words = VECTORS.saturating_sub(adverts.hashes.len());
    let read: Vec<(u32, Option<String>, Vec<f32>)> = firsts
        .par_iter()
        .enumerate()
        .map(|(nth, &row)| {
            let html = if descriptions.is_valid(row) {
                descriptions.value(row)
            } else {
                ""
            };
            let text = clean_html(html);
            let words = match nth < with_words {
                true => hashed_vector(&text, WORD_DIM),
                false => Vec::new(),
            };
            let length = text.chars().count() as u32;
            (length, language(&text).map(str::to_owned), words)
        })
        .collect();
    let sample = &mut adverts.sample;
    for (&row, (length, language, words)) in firsts.iter().zip(read) {
        sample.ids.push(ids.value(row));
        let category = categories.is_valid(row).then(|| categories.value(row));
        sample
            .categories
            .push(category.map(|name| canonical(taxonomy, name).to_owned()));
        sample.fresh.push(fresh.value(row));
        let is_imputed = category.is_none() && imputed.is_valid(row);
        sample.imputed.push(is_imputed.then(|| Imputed {
            category: imputed.value(row).to_owned(),
            probability: probabilities.value(row) as f32,
            abstained: abstained.value(row),
        }));
        sample.lengths.push(length);
        sample.languages.push(language);
        if !words.is_empty() {
            adverts.words.extend(words);
            let hash = hashes.is_valid(row).then(|| hashes.value(row).to_owned());
            adverts.hashes.push(hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_set_of_adverts_is_cut_at_the_share_that_fits() {
        assert_eq!(group_limit(100, 100), None);
        assert_eq!(group_limit(200, 100).as_deref(), Some("8000000000000000"));
        assert_eq!(group_limit(1_600, 100).as_deref(), Some("1000000000000000"));
    }
}
