//! The reference's output, and the encoder under test where its weights are at hand.

use std::path::Path;
use std::sync::LazyLock;

use careerpulse_embed::{Encoder, EncoderError, Precision, weights};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Oracle {
    pub tokens: Vec<Tokens>,
    pub sweep: Sweep,
    pub embeddings: Vec<Embedding>,
}

#[derive(Deserialize)]
pub struct Tokens {
    pub text: String,
    pub ids: Vec<u32>,
}

#[derive(Deserialize)]
pub struct Sweep {
    pub block: u32,
    pub digests: Vec<String>,
}

#[derive(Deserialize)]
pub struct Embedding {
    pub text: String,
    pub vector: Vec<f64>,
}

/// What `testdata/oracle/make_embed.py` wrote.
pub fn oracle() -> Oracle {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/oracle/embed.json");
    let bytes = std::fs::read(path).expect("the oracle is committed");
    serde_json::from_slice(&bytes).expect("the oracle parses")
}

/// The encoder in 32-bit floats, or none with a word on stderr where the weights are not on this machine.
pub fn encoder() -> Option<&'static Encoder> {
    encoders().first()
}

/// The encoder in every precision that this processor has, 32-bit floats first; none without weights.
pub fn encoders() -> &'static [Encoder] {
    static ENCODERS: LazyLock<Vec<Encoder>> = LazyLock::new(|| {
        let Some(found) = weights::locate(None) else {
            return Vec::new();
        };
        let load = |precision| match Encoder::load(&found.dir, precision) {
            Err(EncoderError::Unsupported { .. }) => None,
            loaded => Some(loaded.expect("weights that are found are good")),
        };
        let precisions = [Precision::F32, Precision::Bf16, Precision::Int8];
        precisions.into_iter().filter_map(load).collect()
    });
    if ENCODERS.is_empty() {
        skipped();
    }
    &ENCODERS
}

/// Says that a test was left out for want of weights; fails it where `CAREERPULSE_REQUIRE_ENCODER` is
/// set, as CI does once it has them.
#[expect(
    clippy::print_stderr,
    reason = "who runs the tests should know what they left out"
)]
pub fn skipped() {
    assert!(
        std::env::var_os("CAREERPULSE_REQUIRE_ENCODER").is_none(),
        "the encoder's weights are required and not in the cache folder"
    );
    eprintln!("skipped: the encoder's weights are not in the cache folder");
}
