//! How texts become embeddings.

use std::path::PathBuf;

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
    /// How often the title stands before the description in the texts that are embedded: one
    /// embedding per entry and text. `[train] title_repeats` uses those that are here.
    pub title_repeats: Vec<usize>,
    /// Texts per commit.
    pub batch: usize,
}

impl Default for Features {
    fn default() -> Self {
        Self {
            encoder: EncoderMode::Auto,
            encoder_dir: String::new(),
            title_repeats: vec![2],
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
