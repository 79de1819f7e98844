//! `encoder`: the weights of the sentence encoder.

use careerpulse_embed::weights;
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
            if weights::locate(dir.as_deref()).is_some() {
                let encoder = load_encoder(&folder).await?;
                let revision = encoder.revision();
                (
                    format!(
                        "{} in {}, {} numbers a text",
                        revision,
                        folder.display(),
                        careerpulse_embed::DIM
                    ),
                    json!({"folder": folder, "revision": revision, "dimensions": careerpulse_embed::DIM}),
                )
            } else {
                (
                    format!(
                        "no weights in {}; `careerpulse encoder pull` fetches them",
                        folder.display()
                    ),
                    json!({"folder": folder, "revision": null}),
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
