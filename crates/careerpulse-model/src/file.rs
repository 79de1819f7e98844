//! A model as one self-contained file, with its format and its digest.

use std::path::Path;

use crate::digest::sha256_hex;
use crate::{Classifier, FileError, Model};

/// Writes the model to `path` through a temporary file beside it; returns the file's SHA-256.
///
/// # Errors
/// [`FileError::Unwritable`], from the file system.
pub fn save_model(model: &Model, path: &Path) -> Result<String, FileError> {
    let bytes = model_to_bytes(model);
    write_whole(path, &bytes).map_err(|source| FileError::Unwritable {
        path: path.display().to_string(),
        source,
    })?;
    Ok(sha256_hex(&bytes))
}

/// What a model's file holds.
pub fn model_to_bytes(model: &Model) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    postcard::to_extend(model, bytes).expect("a model's fields have an encoding each")
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Reads a model whose file must have the given SHA-256.
///
/// # Errors
/// For a file that is missing, altered, cut short, or of another format.
pub fn load_model(path: &Path, sha256: &str) -> Result<Model, FileError> {
    model_from_bytes(&read_model(path, sha256)?, &path.display().to_string())
}

/// Reads a model from what its file holds; `shown` is the file's name in errors.
///
/// # Errors
/// [`FileError::Newer`] and [`FileError::Unusable`].
pub fn model_from_bytes(bytes: &[u8], shown: &str) -> Result<Model, FileError> {
    let unusable = |reason: String| FileError::Unusable {
        path: shown.to_owned(),
        reason,
    };
    let (format, body) = split_format(bytes).map_err(|reason| unusable(reason.to_owned()))?;
    if format > FORMAT {
        return Err(FileError::Newer {
            path: shown.to_owned(),
            found: format,
            known: FORMAT,
        });
    }
    decode(format, body).map_err(unusable)
}

/// Reads the bytes of a model file, which must have the given SHA-256, without looking into them.
///
/// # Errors
/// For a file that is missing or altered.
pub fn read_model(path: &Path, sha256: &str) -> Result<Vec<u8>, FileError> {
    let shown = || path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| FileError::Unreadable {
        path: shown(),
        source,
    })?;
    if sha256_hex(&bytes) != sha256 {
        return Err(FileError::Altered { path: shown() });
    }
    Ok(bytes)
}

const MAGIC: &[u8] = b"CAREERPULSE-MODEL\n";

/// The format that is written and read: raised when [`Model`]'s fields change.
pub const FORMAT: u32 = 2;

fn split_format(bytes: &[u8]) -> Result<(u32, &[u8]), &'static str> {
    let rest = bytes
        .strip_prefix(MAGIC)
        .ok_or("it is no CareerPulse model")?;
    let (format, body) = rest.split_first_chunk::<4>().ok_or("it is cut short")?;
    Ok((u32::from_le_bytes(*format), body))
}

fn decode(format: u32, body: &[u8]) -> Result<Model, String> {
    if format != FORMAT {
        return Err(format!(
            "it has format {format}, and this program reads format {FORMAT}"
        ));
    }
    let model: Model = postcard::from_bytes(body).map_err(|e| format!("it is damaged ({e})"))?;
    let rows = match (&model.evidence, &model.classifier) {
        (Some(evidence), _) => Some(evidence.rows()),
        (None, Classifier::Knn(knn)) => Some(knn.labels().len()),
        (None, _) => None,
    };
    if rows != Some(model.posting_ids.len()) {
        return Err("it is damaged (postings and training rows differ in number)".into());
    }
    Ok(model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{all, model, predict_one};

    #[test]
    fn a_saved_model_predicts_the_same_bits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m/model.bin");
        for model in all() {
            let sha256 = save_model(&model, &path).unwrap();
            let loaded = load_model(&path, &sha256).unwrap();
            for text in ["patient nurse", "rust", "zzz", ""] {
                assert_eq!(predict_one(&loaded, text), predict_one(&model, text));
            }
        }
    }

    #[test]
    fn altered_foreign_short_and_older_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bin");
        let sha256 = save_model(&model(), &path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let refusal = |bytes: &[u8], sha256: &str| {
            std::fs::write(&path, bytes).unwrap();
            load_model(&path, sha256).unwrap_err().to_string()
        };
        let mut older = whole.clone();
        older[MAGIC.len()] = 1;
        let short = &whole[..whole.len() - 9];
        assert!(refusal(short, &sha256).contains("SHA-256"));
        assert!(refusal(short, &sha256_hex(short)).contains("damaged"));
        assert!(refusal(b"hello", &sha256_hex(b"hello")).contains("no CareerPulse model"));
        let message = refusal(&older, &sha256_hex(&older));
        assert!(message.contains("format 1") && message.contains("train and promote again"));
        let mut newer = whole.clone();
        newer[MAGIC.len()] = FORMAT as u8 + 1;
        let message = refusal(&newer, &sha256_hex(&newer));
        assert!(
            message.contains("format 3") && message.contains("update"),
            "{message}"
        );
        std::fs::remove_file(&path).unwrap();
        assert!(
            load_model(&path, &sha256)
                .unwrap_err()
                .to_string()
                .contains("cannot be read")
        );
    }
}
