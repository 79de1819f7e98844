//! Sentence embeddings of all-MiniLM-L6-v2: tokenizer, forward pass and weights, with no engine underneath.
//!
//! The forward pass knows this one architecture (6 layers of BERT, 384 wide, 12 heads, texts cut
//! at 256 tokens, mean pooling, unit length) and is therefore small. The weights are not part of
//! the crate: [`weights::pull`] fetches them once into a cache folder, [`weights::locate`] finds
//! them there, and nothing is ever computed from a file whose sha256 is not the pinned one.
//!
//! ```no_run
//! use careerpulse_embed::{weights, Encoder};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = match weights::locate(None) {
//!     Some(found) => found.dir,
//!     None => weights::pull(None, &weights::Source::ALL, &|_| ()).await?,
//! };
//! let encoder = Encoder::load(&folder)?;
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
mod matmul;
mod model;
mod norm;
mod normalize;
mod pack;
mod pool;
mod tensors;
mod tokenizer;
mod vocabulary;
pub mod weights;

pub use encoder::{Embeddings, Encoder};
pub use error::EncoderError;
pub use tokenizer::Tokenizer;

/// Width of every embedding.
pub const DIM: usize = 384;

/// Tokens after which a text is cut, the two special ones included: the reference's behaviour.
pub const MAX_TOKENS: usize = 256;
