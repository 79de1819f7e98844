//! A key and its value, both texts, as MLflow has them everywhere.

use serde::{Deserialize, Serialize};

/// A key and a text. A value is never a number on the wire: MLflow stores such a one as "".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyValue {
    /// Letters, digits, `_`, `-`, `.`, `/`, `:` and spaces, at most 250 characters.
    pub key: String,
    /// The text.
    #[serde(default)]
    pub value: String,
}

/// A parameter of a run or a logged model; once logged it does not change.
pub type Param = KeyValue;

/// A tag of a run, model or version; the last value stands.
pub type Tag = KeyValue;

impl KeyValue {
    /// Both texts, unchecked: the call that sends them checks them.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> KeyValue {
        KeyValue {
            key: key.into(),
            value: value.into(),
        }
    }
}

/// The value of `key` among `pairs`.
pub(crate) fn value_of<'a>(pairs: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|pair| pair.key == key);
    found.map(|pair| pair.value.as_str())
}
