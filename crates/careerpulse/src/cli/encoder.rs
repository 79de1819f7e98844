//! `encoder`: the weights of the sentence encoder.

use careerpulse_embed::{DIM, Precision, weights};
use serde_json::json;

use super::args::EncoderAction;
use super::exit::Outcome;
use super::output::{print, print_json};
use crate::config::Config;
use crate::encoding::{load_encoder, pull_encoder};

/// `careerpulse encoder pull|verify|info`.
pub async fn encoder(
    action: EncoderAction,
    config: &Config,
    json: bool,
) -> anyhow::Result<Outcome> {
    let dir = config.features.encoder_dir();
    let folder = match &dir {
        Some(dir) => dir.clone(),
        None => weights::default_dir()?,
    };
    let (words, value) = match action {
        EncoderAction::Pull => {
            let folder = pull_encoder(dir.as_deref()).await?;
            (
                format!("the weights are in {}", folder.display()),
                json!({"folder": folder}),
            )
        }
        EncoderAction::Verify => {
            let at = folder.clone();
            let report = tokio::task::spawn_blocking(move || weights::verify(&at)).await??;
            let lines: Vec<String> = report
                .files
                .iter()
                .map(|f| format!("{}  {}  {} bytes", f.sha256, f.name, f.bytes))
                .collect();
            let files: Vec<_> = report
                .files
                .iter()
                .map(|f| json!({"name": f.name, "bytes": f.bytes, "sha256": f.sha256}))
                .collect();
            (
                lines.join("\n"),
                json!({"folder": report.dir, "files": files}),
            )
        }
        EncoderAction::Info => {
            let precisions = precisions();
            if weights::locate(dir.as_deref()).is_some() {
                let encoder = load_encoder(&folder, config.features.precision).await?;
                let (revision, precision) = (encoder.revision(), encoder.precision());
                (
                    format!(
                        "{revision} in {}, {DIM} numbers a text\nprecision {precision} ([features] precision = \"{}\"); this processor has {}",
                        folder.display(),
                        config.features.precision,
                        precisions.join(", "),
                    ),
                    json!({"folder": folder, "revision": revision, "dimensions": DIM, "precision": precision.word(), "precisions": precisions}),
                )
            } else {
                (
                    format!(
                        "no weights in {}; `careerpulse encoder pull` fetches them\nthis processor has {}",
                        folder.display(),
                        precisions.join(", "),
                    ),
                    json!({"folder": folder, "revision": null, "precisions": precisions}),
                )
            }
        }
    };
    if json {
        print_json(&value)?;
    } else {
        print(&(words + "\n"))?;
    }
    Ok(Outcome::Done)
}

/// The precisions that this processor can be told to use.
fn precisions() -> Vec<&'static str> {
    let named = Precision::NAMED.into_iter();
    let here = named.filter(|precision| precision.on_this_processor().is_ok());
    here.map(Precision::word).collect()
}
