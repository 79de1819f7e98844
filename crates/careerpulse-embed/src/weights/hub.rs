//! The Hugging Face hub as a source.

use std::env;
use std::path::Path;

use super::fetch::{Progress, fetch};
use super::{FILES, WeightsError};

const REPOSITORY: &str = "sentence-transformers/all-MiniLM-L6-v2";

/// Fetches the files into `folder` from `HF_ENDPOINT`, or from the public hub.
///
/// The branch `main` is asked for; what pins the contents is the sum that the caller checks.
pub(super) async fn fetch_from_hub(
    folder: &Path,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), WeightsError> {
    let endpoint = env::var("HF_ENDPOINT")
        .ok()
        .filter(|endpoint| !endpoint.is_empty());
    let endpoint = endpoint.unwrap_or_else(|| "https://huggingface.co".to_owned());
    let endpoint = endpoint.trim_end_matches('/');
    for file in &FILES {
        let url = format!("{endpoint}/{REPOSITORY}/resolve/main/{}", file.name);
        fetch(&url, file, &file.path(folder), progress).await?;
    }
    Ok(())
}
