//! Postings for the gate to try models on, and what a model says of them.

use std::collections::HashSet;

use careerpulse_lake::query::literal;
use careerpulse_model::{Model, PostingText, predict_probabilities, vectorise};
use serde::Deserialize;

use crate::embeddings::read_vectors;
use crate::stage::Ctx;
use crate::tables::Table;

/// Postings scored at a time: bounds the memory that their features take.
const CHUNK: usize = 4_096;

/// A posting as Gold holds it.
#[derive(Debug, Clone, Deserialize)]
pub struct Posting {
    pub posting_id: i64,
    pub title: String,
    pub description_clean: String,
    pub level: Option<String>,
    pub location: Option<String>,
    /// None of a posting without a category.
    pub category: Option<String>,
    pub text_hash: String,
    pub duplicate_group: String,
}

/// What a model says of one posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The category, as a number into the model's classes.
    pub class: u32,
    /// Whether it is too uncertain to count.
    pub is_abstained: bool,
}

/// All labelled postings, by ascending id.
pub async fn labelled(ctx: &Ctx) -> anyhow::Result<Vec<Posting>> {
    let sql = format!(
        "select posting_id, title, description_clean, level, location, category, text_hash, duplicate_group from {} order by posting_id",
        Table::LabeledPostings.name()
    );
    Ok(ctx.lake.rows(&sql).await?)
}

/// The newest postings without a category.
pub async fn newest_unlabelled(ctx: &Ctx, most: usize) -> anyhow::Result<Vec<Posting>> {
    let sql = format!(
        "select posting_id, title, description_clean, level, location, text_hash, duplicate_group from {} order by publication_date desc nulls last, posting_id desc limit {most}",
        Table::UnlabeledPostings.name()
    );
    Ok(ctx.lake.rows(&sql).await?)
}

/// Postings that a model was not trained on, nor on a copy of, wherever the copy is now.
pub async fn unseen(
    ctx: &Ctx,
    postings: Vec<Posting>,
    model: &Model,
) -> anyhow::Result<Vec<Posting>> {
    let sql = format!(
        "select posting_id, duplicate_group from {} union all select posting_id, duplicate_group from {}",
        Table::LabeledPostings.name(),
        Table::UnlabeledPostings.name()
    );
    let placed: Vec<Placed> = ctx.lake.rows(&sql).await?;
    Ok(without_seen(postings, &placed, &model.posting_ids))
}

/// Where a posting belongs.
#[derive(Deserialize)]
struct Placed {
    posting_id: i64,
    duplicate_group: String,
}

fn without_seen(mut postings: Vec<Posting>, placed: &[Placed], trained_on: &[i64]) -> Vec<Posting> {
    let trained_on: HashSet<i64> = trained_on.iter().copied().collect();
    let groups: HashSet<&str> = placed
        .iter()
        .filter(|placed| trained_on.contains(&placed.posting_id))
        .map(|placed| placed.duplicate_group.as_str())
        .collect();
    postings.retain(|posting| {
        !trained_on.contains(&posting.posting_id)
            && !groups.contains(posting.duplicate_group.as_str())
    });
    postings
}

/// The postings that have the embedding that a model needs; all of them for a model of words.
pub async fn embedded(
    ctx: &Ctx,
    mut postings: Vec<Posting>,
    model: &Model,
) -> anyhow::Result<Vec<Posting>> {
    #[derive(Deserialize)]
    struct Known {
        text_hash: String,
    }
    let Some(revision) = model.encoder_revision() else {
        return Ok(postings);
    };
    let sql = format!(
        "select text_hash from {} where encoder_revision = {} and title_repeats = {}",
        Table::Embeddings.name(),
        literal(revision),
        model.vectoriser.title_repeats
    );
    let known: Vec<Known> = ctx.lake.rows(&sql).await?;
    let known: HashSet<String> = known.into_iter().map(|known| known.text_hash).collect();
    postings.retain(|posting| known.contains(&posting.text_hash));
    Ok(postings)
}

/// What a model says of postings that are [`embedded`] for it, in their order.
pub async fn say(ctx: &Ctx, postings: &[Posting], model: &Model) -> anyhow::Result<Vec<Said>> {
    let mut said = Vec::with_capacity(postings.len());
    for chunk in postings.chunks(CHUNK) {
        let hashes: Vec<&str> = chunk.iter().map(|p| p.text_hash.as_str()).collect();
        let repeats = model.vectoriser.title_repeats;
        let vectors = match model.encoder_revision() {
            None => None,
            Some(revision) => read_vectors(&ctx.lake, revision, repeats, &hashes).await?,
        };
        let texts: Vec<PostingText> = chunk.iter().map(text_of).collect();
        // In place: the runtime has other threads, and the model stays where it is.
        said.extend(tokio::task::block_in_place(|| {
            say_of(model, &texts, vectors)
        })?);
    }
    Ok(said)
}

fn say_of(
    model: &Model,
    texts: &[PostingText],
    vectors: Option<careerpulse_learn::DenseMatrix>,
) -> anyhow::Result<Vec<Said>> {
    let inputs = vectorise(&model.vectoriser, texts, vectors)?;
    let probabilities = predict_probabilities(model, &inputs.features)?;
    let sure = probabilities
        .confidences()
        .into_iter()
        .zip(probabilities.gaps());
    let rows = probabilities
        .predicted()
        .into_iter()
        .zip(sure)
        .zip(inputs.blank);
    let one = |((class, (probability, gap)), is_blank)| Said {
        class,
        is_abstained: is_blank || !model.thresholds.admit(probability, gap),
    };
    Ok(rows.map(one).collect())
}

fn text_of(posting: &Posting) -> PostingText {
    PostingText {
        title: posting.title.clone(),
        description: posting.description_clean.clone(),
        level: posting.level.clone(),
        location: posting.location.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_posting_of_the_training_nor_a_copy_of_one_is_unseen() {
        let posting = |posting_id, group: &str| Posting {
            posting_id,
            title: String::new(),
            description_clean: String::new(),
            level: None,
            location: None,
            category: Some("Sales".into()),
            text_hash: String::new(),
            duplicate_group: group.into(),
        };
        let placed = |posting_id, group: &str| Placed {
            posting_id,
            duplicate_group: group.into(),
        };
        // Posting 9 was trained on, and has lost its category since.
        let all = [placed(1, "a"), placed(9, "b")];
        let postings = vec![
            posting(1, "a"),
            posting(2, "a"),
            posting(3, "b"),
            posting(4, "c"),
            posting(5, "d"),
        ];
        let left = without_seen(postings, &all, &[1, 5, 9]);
        let left: Vec<i64> = left.iter().map(|posting| posting.posting_id).collect();
        assert_eq!(left, [4]);
    }
}
