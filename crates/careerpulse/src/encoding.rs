//! The encoder at hand, or the reason why there is none.

use std::path::Path;

use careerpulse_embed::Encoder;
use careerpulse_embed::weights::{self, Source};

use crate::config::{EncoderMode, Features};
use crate::progress;

/// An encoder, or why the run goes on without one.
pub enum Encoding {
    /// Loaded and verified.
    Ready(Box<Encoder>),
    /// Not to be had; the sentence says why and what to do.
    Absent(String),
}

/// Loads the encoder as the settings say, fetching its weights where they may be fetched.
/// Nothing here fails: without an encoder the run goes on with TF-IDF and says so.
pub async fn open_encoder(settings: &Features) -> Encoding {
    let dir = settings.encoder_dir();
    let found = match settings.encoder {
        EncoderMode::Off => {
            return Encoding::Absent(
                "sentence embeddings are off ([features] encoder = \"off\")".into(),
            );
        }
        _ => weights::locate(dir.as_deref()).map(|found| found.dir),
    };
    let folder = match (found, settings.encoder) {
        (Some(folder), _) => folder,
        (None, EncoderMode::Auto) => match pull_encoder(dir.as_deref()).await {
            Ok(folder) => folder,
            Err(error) => {
                return Encoding::Absent(format!(
                    "the encoder's weights could not be had, TF-IDF only: {error}"
                ));
            }
        },
        (None, _) => {
            return Encoding::Absent(
                "the encoder's weights are not here, TF-IDF only; `careerpulse encoder pull` fetches them".into(),
            );
        }
    };
    match load_encoder(&folder).await {
        Ok(encoder) => Encoding::Ready(Box::new(encoder)),
        Err(error) => Encoding::Absent(format!("the encoder cannot be used, TF-IDF only: {error}")),
    }
}

/// Fetches the weights with a progress bar; returns their folder.
///
/// # Errors
/// Which sources were tried and why each failed.
pub async fn pull_encoder(dir: Option<&Path>) -> Result<std::path::PathBuf, weights::WeightsError> {
    let bar = progress::bar(0, "weights");
    weights::pull(dir, &Source::ALL, &|p| {
        bar.set_length(p.total);
        bar.set_position(p.received);
    })
    .await
}

/// Loads and verifies the encoder in a folder, off the async threads: hashing 90 MB takes a moment.
///
/// # Errors
/// Which file is missing or not the pinned one.
pub async fn load_encoder(folder: &Path) -> anyhow::Result<Encoder> {
    let folder = folder.to_owned();
    Ok(tokio::task::spawn_blocking(move || Encoder::load(&folder)).await??)
}
