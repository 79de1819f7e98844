//! The encoder at hand, or the reason why there is none.

use std::path::Path;

use careerpulse_embed::weights::{self, Source};
use careerpulse_embed::{Encoder, EncoderError, Precision};
use careerpulse_model::encoder_for;

use crate::config::{EncoderMode, Features};
use crate::error::UserError;
use crate::progress;

/// An encoder, or why the run goes on without one.
pub enum Encoding {
    /// Loaded and verified.
    Ready(Box<Encoder>),
    /// Not to be had; the sentence says why and what to do.
    Absent(String),
}

/// Checks that this processor has the precision that the settings name, where embeddings are made at all.
///
/// # Errors
/// [`UserError`] saying what the processor lacks, and what to choose.
pub fn check_precision(settings: &Features) -> Result<(), UserError> {
    match settings.precision.on_this_processor() {
        Err(lacking) if settings.encoder != EncoderMode::Off => Err(UserError::new(format!(
            "settings: [features] precision cannot be had: {lacking}"
        ))),
        _ => Ok(()),
    }
}

/// Loads the encoder as the settings say, fetching its weights where they may be fetched.
/// Without an encoder the run goes on with TF-IDF and says so.
///
/// # Errors
/// As [`check_precision`].
pub async fn open_encoder(settings: &Features) -> anyhow::Result<Encoding> {
    check_precision(settings)?;
    let precision = settings.precision;
    Ok(open(settings, move |folder| Encoder::load(folder, precision)).await)
}

/// The same for the encoder that a model was fitted with, whatever the precision of the settings. Where
/// this processor lacks its precision, 32-bit floats stand in, and a warning says so.
pub async fn open_encoder_of(settings: &Features, revision: &str) -> Encoding {
    let needed = revision.to_owned();
    let opened = open(settings, move |folder| encoder_for(&needed, folder)).await;
    if let Encoding::Ready(encoder) = &opened
        && encoder.precision() == Precision::F32
        && encoder.revision() != revision
    {
        tracing::warn!(
            "the model was fitted with embeddings by {revision}, and this processor lacks their precision: {} stands in",
            encoder.revision()
        );
    }
    opened
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
/// Which file is missing or not the pinned one, or which precision the processor lacks.
pub async fn load_encoder(folder: &Path, precision: Precision) -> anyhow::Result<Encoder> {
    let load = move |folder: &Path| Encoder::load(folder, precision);
    load_in(folder, load).await
}

/// Finds or fetches the weights as the settings say, and loads them.
async fn open(
    settings: &Features,
    load: impl FnOnce(&Path) -> Result<Encoder, EncoderError> + Send + 'static,
) -> Encoding {
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
    match load_in(&folder, load).await {
        Ok(encoder) => Encoding::Ready(Box::new(encoder)),
        Err(error) => Encoding::Absent(format!("the encoder cannot be used, TF-IDF only: {error}")),
    }
}

async fn load_in(
    folder: &Path,
    load: impl FnOnce(&Path) -> Result<Encoder, EncoderError> + Send + 'static,
) -> anyhow::Result<Encoder> {
    let folder = folder.to_owned();
    Ok(tokio::task::spawn_blocking(move || load(&folder)).await??)
}
