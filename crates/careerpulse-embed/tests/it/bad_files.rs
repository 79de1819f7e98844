//! Missing, truncated, damaged and foreign files end in an error that names them.

use std::fs::{self, File};
use std::path::Path;

use careerpulse_embed::weights::{MODEL, PinnedFile, TOKENIZER, locate, pull, verify};
use careerpulse_embed::{Encoder, Precision};

fn write(dir: &Path, file: &PinnedFile, bytes: u64) {
    let made = File::create(file.path(dir)).expect("a temporary file");
    made.set_len(bytes).expect("a sparse file of that length");
}

fn refusal(dir: &Path) -> String {
    let verified = verify(dir).expect_err("these files are bad").to_string();
    let loaded = Encoder::load(dir, Precision::F32)
        .err()
        .expect("these files are bad")
        .to_string();
    assert_eq!(verified, loaded);
    loaded
}

#[test]
fn an_empty_folder_says_what_is_missing() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(locate(Some(dir.path())), None);
    let said = refusal(dir.path());
    assert!(said.contains("tokenizer.json is not there: pull"), "{said}");
}

#[test]
fn a_truncated_file_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(dir.path(), &TOKENIZER, 1000);
    write(dir.path(), &MODEL, MODEL.bytes);
    assert_eq!(locate(Some(dir.path())), None);
    let said = refusal(dir.path());
    assert!(
        said.contains("tokenizer.json has 1000 bytes, 466247 are needed"),
        "{said}"
    );
}

#[test]
fn a_foreign_file_of_the_right_length_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(dir.path(), &TOKENIZER, TOKENIZER.bytes);
    write(dir.path(), &MODEL, MODEL.bytes);
    assert!(
        locate(Some(dir.path())).is_some(),
        "names and lengths are right"
    );
    let said = refusal(dir.path());
    assert!(said.contains("tokenizer.json has sha256 "), "{said}");
    assert!(said.contains(TOKENIZER.sha256), "{said}");
}

#[test]
fn one_damaged_byte_of_the_weights_is_refused() {
    let Some(good) = locate(None) else {
        crate::oracle::skipped();
        return;
    };
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::copy(&good.tokenizer, TOKENIZER.path(dir.path())).expect("the vocabulary copies");
    let mut bytes = fs::read(&good.model).expect("the weights are readable");
    bytes[50_000_000] ^= 1;
    fs::write(MODEL.path(dir.path()), &bytes).expect("the weights copy");
    assert!(refusal(dir.path()).contains("model.safetensors has sha256 "));
    bytes.truncate(40_000_000);
    fs::write(MODEL.path(dir.path()), &bytes).expect("the weights copy");
    assert!(refusal(dir.path()).contains("model.safetensors has 40000000 bytes"));
}

#[tokio::test]
async fn without_sources_the_error_says_what_to_do() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let error = pull(Some(dir.path()), &[], &|_| ())
        .await
        .expect_err("nothing to pull from");
    let said = error.to_string();
    assert!(
        said.contains("HF_ENDPOINT") && said.contains(&*dir.path().to_string_lossy()),
        "{said}"
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("file");
    fs::write(&file, "").expect("a temporary file");
    let error = pull(Some(&file.join("inner")), &[], &|_| ())
        .await
        .expect_err("a file is no folder");
    assert!(error.to_string().starts_with("cannot create "), "{error}");
}
