//! How texts become embeddings.

use std::path::PathBuf;

use careerpulse_embed::{LongTexts, Precision};
use serde::{Deserialize, Serialize};

/// How texts become embeddings.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Features {
    /// Whether sentence embeddings are made: `auto` (fetch the weights if need be), `local` (only if
    /// the weights are here already) or `off`.
    pub encoder: EncoderMode,
    /// Where the encoder's weights live; empty is the user's cache folder.
    pub encoder_dir: String,
    /// In which numbers the encoder multiplies: `auto`, `f32`, `bf16` or `int8`. Every precision has
    /// embeddings of its own.
    #[serde(with = "super::word")]
    pub precision: Precision,
    /// How often the title stands before the description in the texts that are embedded: one
    /// embedding per entry and text. `[train] title_repeats` uses those that are here.
    pub title_repeats: Vec<usize>,
    /// How texts are read that are longer than the encoder reads at once: `cut`, `windows` or both;
    /// one embedding per entry of this, entry of `title_repeats` and text. `[train] long_texts` uses
    /// those that are here.
    #[serde(with = "super::word::list")]
    pub long_texts: Vec<LongTexts>,
    /// Texts per commit.
    pub batch: usize,
}

impl Default for Features {
    fn default() -> Self {
        Self {
            encoder: EncoderMode::Auto,
            encoder_dir: String::new(),
            precision: Precision::Auto,
            title_repeats: vec![2],
            long_texts: vec![LongTexts::Cut],
            batch: 512,
        }
    }
}

impl Features {
    /// The weights' folder, where one is set.
    pub fn encoder_dir(&self) -> Option<PathBuf> {
        (!self.encoder_dir.is_empty()).then(|| PathBuf::from(&self.encoder_dir))
    }
}

/// Whether sentence embeddings are made.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum EncoderMode {
    /// Yes; the weights are fetched where they are missing.
    Auto,
    /// Only where the weights are here already.
    Local,
    /// No.
    Off,
}
