//! Which vectors stand for the texts: embeddings where the reference has them, else their words.

use careerpulse_drift::Sample;

use super::sample::Adverts;
use crate::embeddings::{known_revisions, read_vectors};
use crate::stage::Ctx;
use crate::tables::ml::ModelVersion;

/// What texts are compared by. One kind serves a reference and all its windows, for critical values are
/// of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The words, hashed.
    Words,
    /// Embeddings by an encoder, with so many titles before the description.
    Embeddings {
        /// The encoder.
        revision: String,
        /// How often the title stands before the description.
        title_repeats: usize,
    },
}

impl Kind {
    /// In words, for the key of critical values.
    pub fn word(&self) -> String {
        match self {
            Self::Words => "words".to_owned(),
            Self::Embeddings {
                revision,
                title_repeats,
            } => format!("{revision} title x {title_repeats}"),
        }
    }
}

/// The reference with its vectors, and their kind: the encoder of the version or, where it needs none,
/// the one with most texts of those that have embedded the reference's.
///
/// # Errors
/// When the embeddings cannot be read.
pub async fn reference_vectors(
    ctx: &Ctx,
    adverts: &Adverts,
    version: &ModelVersion,
) -> anyhow::Result<(Sample, Kind)> {
    let mut known = known_revisions(&ctx.lake).await?;
    known.sort_by_key(|known| version.encoder_revision.as_ref() != Some(&known.encoder_revision));
    for known in known {
        let kind = Kind::Embeddings {
            revision: known.encoder_revision,
            title_repeats: known.title_repeats,
        };
        if let Some(sample) = embedded(ctx, adverts, &kind).await? {
            return Ok((sample, kind));
        }
    }
    Ok((adverts.with_words(), Kind::Words))
}

/// A window with vectors of the reference's kind; without any where its texts have none yet.
///
/// # Errors
/// When the embeddings cannot be read.
pub async fn window_vectors(ctx: &Ctx, adverts: &Adverts, kind: &Kind) -> anyhow::Result<Sample> {
    Ok(match kind {
        Kind::Words => adverts.with_words(),
        Kind::Embeddings { .. } => embedded(ctx, adverts, kind)
            .await?
            .unwrap_or_else(|| adverts.sample.clone()),
    })
}

async fn embedded(ctx: &Ctx, adverts: &Adverts, kind: &Kind) -> anyhow::Result<Option<Sample>> {
    let Kind::Embeddings {
        revision,
        title_repeats,
    } = kind
    else {
        return Ok(None);
    };
    let known = adverts.hashes.iter().zip(0_u32..);
    let (hashes, rows): (Vec<&str>, Vec<u32>) = known
        .filter_map(|(hash, row)| Some((hash.as_deref()?, row)))
        .unzip();
    if hashes.is_empty() {
        return Ok(None);
    }
    let found = read_vectors(&ctx.lake, revision, *title_repeats, &hashes).await?;
    Ok(found
        .map(|found| adverts.with_vectors(careerpulse_embed::DIM, rows, found.values().to_vec())))
}
