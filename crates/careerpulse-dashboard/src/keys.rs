//! A secret of this process, for what only it may have made.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// 32 random bytes that leave the process in no form; a new start makes new ones.
pub struct Keys([u8; 32]);

impl Keys {
    /// New ones.
    pub fn new() -> Keys {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).expect("every system we are built for gives random bytes");
        Keys(secret)
    }

    /// The authentication code of `message` for a purpose, in hexadecimal: 64 digits.
    pub fn code(&self, purpose: &str, message: &[u8]) -> String {
        let bytes = self.mac(purpose, message).finalize().into_bytes();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether two texts are the same, in a time that does not depend on where they differ.
    pub fn same(&self, one: &[u8], other: &[u8]) -> bool {
        let one = self.mac("same", one).finalize().into_bytes();
        self.mac("same", other).verify_slice(&one).is_ok()
    }

    fn mac(&self, purpose: &str, message: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length is taken");
        mac.update(purpose.as_bytes());
        // Purposes are ours and hold no zero byte, so none can run over into a message.
        mac.update(&[0]);
        mac.update(message);
        mac
    }
}

impl Default for Keys {
    fn default() -> Keys {
        Keys::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_depend_on_process_purpose_and_message() {
        let keys = Keys::new();
        assert_eq!(keys.code("a", b"x"), keys.code("a", b"x"));
        assert_eq!(keys.code("a", b"x").len(), 64);
        assert_ne!(keys.code("a", b"x"), keys.code("a", b"y"));
        assert_ne!(keys.code("a", b"x"), keys.code("b", b"x"));
        assert_ne!(keys.code("a", b"x"), Keys::new().code("a", b"x"));
    }

    #[test]
    fn only_the_same_is_the_same() {
        let keys = Keys::new();
        assert!(keys.same(b"token", b"token"));
        assert!(!keys.same(b"token", b"token2"));
        assert!(!keys.same(b"", b"token"));
    }
}
