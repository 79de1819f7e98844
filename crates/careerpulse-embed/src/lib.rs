//! Sentence embeddings of all-MiniLM-L6-v2: tokenizer, forward pass and weights, with no engine underneath.
//!
//! The forward pass knows this one architecture (6 layers of BERT, 384 wide, 12 heads, texts cut
//! at 256 tokens, mean pooling, unit length) and is therefore small. The weights are not part of
//! the crate: [`weights::pull`] fetches them once into a cache folder, [`weights::locate`] finds
//! them there, and nothing is ever computed from a file whose sha256 is not the pinned one.
//!
//! | [`Precision`] | runs on | least cosine to sentence-transformers |
//! |---|---|---|
//! | `F32` | every processor; own kernels with AVX-512, else the `gemm` crate (AVX2, NEON) | 0.999999 |
//! | `Bf16` | AVX-512 BF16 | 0.9999 |
//! | `Int8` | AVX-512 VNNI and BF16 | 0.997 on texts of some 256 tokens, 0.99 on a handful |
//! | `Auto` | `Bf16` where it can be, else `F32` | 0.9999 |
//!
//! A text's vector is the same to the bit whatever texts stand beside it and however many threads
//! run; from one kind of processor to another it may differ in the last bits. Texts longer than
//! [`MAX_TOKENS`] are cut, or read in windows: [`LongTexts`].
//!
//! ```no_run
//! use careerpulse_embed::{weights, Encoder, Precision};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = match weights::locate(None) {
//!     Some(found) => found.dir,
//!     None => weights::pull(None, &weights::Source::ALL, &|_| ()).await?,
//! };
//! let encoder = Encoder::load(&folder, Precision::Auto)?;
//! let embeddings = encoder.encode(&["Pastry chef", "Baker, night shift", "Tax lawyer"]);
//! let similarity = |a: usize, b: usize| -> f32 {
//!     embeddings.row(a).iter().zip(embeddings.row(b)).map(|(x, y)| x * y).sum()
//! };
//! assert!(similarity(0, 1) > similarity(0, 2));
//! # Ok(())
//! # }
//! ```

mod activation;
mod attention;
mod characters;
mod encoder;
mod error;
mod forward;
#[cfg_attr(
    not(target_arch = "x86_64"),
    expect(
        dead_code,
        reason = "read by tile kernels, which other processors have not"
    )
)]
mod heads;
#[cfg_attr(
    not(target_arch = "x86_64"),
    expect(
        unused_variables,
        reason = "other processors have the portable twins alone"
    )
)]
mod kernels;
mod linear;
mod long_texts;
mod matmul;
mod model;
mod norm;
mod normalize;
mod numbers;
mod pack;
mod panels;
mod pool;
mod precision;
mod processor;
mod revision;
mod tensors;
mod tokenizer;
mod vocabulary;
pub mod weights;

pub use encoder::{Embeddings, Encoder};
pub use error::EncoderError;
pub use long_texts::{LongTexts, MAX_WINDOWS};
pub use precision::Precision;
pub use revision::parse_revision;
pub use tokenizer::Tokenizer;

/// Width of every embedding.
pub const DIM: usize = 384;

/// Tokens after which a text is cut, the two special ones included: the reference's behaviour.
pub const MAX_TOKENS: usize = 256;
