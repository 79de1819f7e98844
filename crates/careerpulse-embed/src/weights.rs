//! Where the weights live, how they get there, and the sums that say they are the right ones.

mod error;
mod fetch;
mod files;
mod hub;
mod package;
mod pull;

pub use error::{Attempt, WeightsError};
pub use fetch::Progress;
pub use files::{FileReport, Located, PinnedFile, Report, default_dir, locate, verify};
pub use pull::{Source, pull};

pub(crate) use files::verify_bytes;

/// The network's weights, 32-bit floats.
pub const MODEL: PinnedFile = PinnedFile {
    name: "model.safetensors",
    bytes: 90_868_376,
    sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
};

/// The vocabulary.
pub const TOKENIZER: PinnedFile = PinnedFile {
    name: "tokenizer.json",
    bytes: 466_247,
    sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
};

/// All that an encoder needs.
pub const FILES: [PinnedFile; 2] = [TOKENIZER, MODEL];
