//! Near-duplicate texts: shingles say what a text is, MinHash finds the few that may be like it, the
//! exact Jaccard index decides, and what is linked is one group.
//!
//! Broder, "On the resemblance and containment of documents" (1997); the banding of signatures is that
//! of Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3. What [`shingles`] and
//! [`bands`] return is stored for years, so no constant of theirs may change: an oracle holds them.

mod groups;
mod index;
mod links;
mod minhash;
mod shingles;

pub use groups::Groups;
pub use index::BandIndex;
pub use links::{Link, links};
pub use minhash::{BANDS, ROWS_PER_BAND, bands};
pub use shingles::{MAX_WORDS, SHINGLE_WORDS, jaccard, shingles};
