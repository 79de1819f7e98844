//! SHA-256, the one digest used for identity.

use sha2::{Digest, Sha256};

/// The SHA-256 of bytes, hexadecimal in lower case.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
