//! What MLflow takes as keys, values and names, checked before anything is sent.
//!
//! The rules are those of `mlflow/utils/validation.py`. Lengths are in characters, as there.

use crate::error::MlflowError;
use crate::key_value::KeyValue;
use crate::text::quoted;

/// The longest key of a parameter, metric or tag.
pub const MAX_KEY: usize = 250;
/// The longest value of a parameter; the server cuts a longer one silently.
pub const MAX_PARAM_VALUE: usize = 6_000;
/// The longest value of a run's tag; the server cuts a longer one silently.
pub const MAX_TAG_VALUE: usize = 8_000;
/// The longest digest of a data set.
pub const MAX_DIGEST: usize = 36;

const MAX_EXPERIMENT_NAME: usize = 500;
const MAX_EXPERIMENT_TAG_VALUE: usize = 20_000;
const MAX_REGISTRY_TAG_VALUE: usize = 100_000;
const MAX_ALIAS: usize = 255;

/// `value` as a parameter may have it: one that is too long ends in words that say so.
pub fn cut_param_value(value: &str) -> String {
    cut(value, MAX_PARAM_VALUE)
}

/// `value` as a tag of a run may have it: one that is too long ends in words that say so.
pub fn cut_tag_value(value: &str) -> String {
    cut(value, MAX_TAG_VALUE)
}

/// A key of a parameter, metric or tag: the characters MLflow allows, and no other path than the
/// one it spells, for some stores make files of keys.
pub(crate) fn key(what: &str, key: &str) -> Result<(), MlflowError> {
    let is_allowed = |c: char| c.is_alphanumeric() || "_-./ :".contains(c);
    let reason = if key.is_empty() {
        "it has no key".to_owned()
    } else if let Some(c) = key.chars().find(|&c| !is_allowed(c)) {
        format!("a key is of letters, digits, _ - . / : and spaces, and this one has {c:?}")
    } else if key.starts_with("..") || key.split('/').any(|part| matches!(part, "" | "." | "..")) {
        "a key may neither begin or end with /, nor have // or a part . or .. , nor begin with .."
            .to_owned()
    } else {
        return at_most(what, key, "its key", key, MAX_KEY);
    };
    Err(bad(what, key, reason))
}

/// A parameter.
pub(crate) fn param(param: &KeyValue) -> Result<(), MlflowError> {
    key("parameter", &param.key)?;
    at_most(
        "parameter",
        &param.key,
        "its value",
        &param.value,
        MAX_PARAM_VALUE,
    )
}

/// A tag of a run or a logged model.
pub(crate) fn tag(tag: &KeyValue) -> Result<(), MlflowError> {
    tag_up_to(tag, MAX_TAG_VALUE)
}

/// A tag of an experiment.
pub(crate) fn experiment_tag(tag: &KeyValue) -> Result<(), MlflowError> {
    tag_up_to(tag, MAX_EXPERIMENT_TAG_VALUE)
}

/// A tag of a registered model or a version.
pub(crate) fn registry_tag(tag: &KeyValue) -> Result<(), MlflowError> {
    tag_up_to(tag, MAX_REGISTRY_TAG_VALUE)
}

/// An experiment's name.
pub(crate) fn experiment_name(name: &str) -> Result<(), MlflowError> {
    if name.trim().is_empty() {
        return Err(bad("experiment", name, "it has no name".to_owned()));
    }
    at_most("experiment", name, "its name", name, MAX_EXPERIMENT_NAME)
}

/// A registered model's name.
pub(crate) fn model_name(name: &str) -> Result<(), MlflowError> {
    let reason = if name.trim().is_empty() {
        "it has no name"
    } else if name.contains(['/', ':']) {
        "the name may have neither / nor :"
    } else if name == "." || name.starts_with("..") {
        "the name may neither be . nor begin with .."
    } else {
        return Ok(());
    };
    Err(bad("registered model", name, reason.to_owned()))
}

/// A logged model's name.
pub(crate) fn logged_model_name(name: &str) -> Result<(), MlflowError> {
    let is_bad = |c: char| "/:.%\"'".contains(c);
    if name.is_empty() || name.contains(is_bad) {
        let reason = "a name is not empty and has none of / : . % \" '".to_owned();
        return Err(bad("logged model", name, reason));
    }
    Ok(())
}

/// An alias.
pub(crate) fn alias(alias: &str) -> Result<(), MlflowError> {
    let is_allowed = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let digits = alias.strip_prefix(['v', 'V']);
    let is_version =
        digits.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_numeric()));
    let reason = if alias.is_empty() || !alias.chars().all(is_allowed) {
        "an alias is of letters, digits, _ and -"
    } else if is_version || alias.to_lowercase() == "latest" {
        "`latest` and v with a number are MLflow's own"
    } else {
        return at_most("alias", alias, "it", alias, MAX_ALIAS);
    };
    Err(bad("alias", alias, reason.to_owned()))
}

/// A text of at most `limit` characters; `part` says which of the thing it is.
pub(crate) fn at_most(
    what: &str,
    name: &str,
    part: &str,
    text: &str,
    limit: usize,
) -> Result<(), MlflowError> {
    let length = text.chars().count();
    if length <= limit {
        return Ok(());
    }
    let reason = format!("{part} has {length} characters, and at most {limit} are kept");
    Err(bad(what, name, reason))
}

/// The error of a value that is not sent.
pub(crate) fn bad(what: &str, name: &str, reason: String) -> MlflowError {
    MlflowError::BadValue {
        what: format!("{what} {:?}", quoted(name)),
        reason,
    }
}

fn tag_up_to(tag: &KeyValue, limit: usize) -> Result<(), MlflowError> {
    key("tag", &tag.key)?;
    at_most("tag", &tag.key, "its value", &tag.value, limit)
}

fn cut(value: &str, limit: usize) -> String {
    let length = value.chars().count();
    if length <= limit {
        return value.to_owned();
    }
    let note = format!("… (cut, {length} characters)");
    let kept = limit - note.chars().count();
    value.chars().take(kept).chain(note.chars()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What Python's `posixpath.normpath` makes of a relative path.
    fn normal(path: &str) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
            if part == ".." && parts.last().is_some_and(|last| *last != "..") {
                parts.pop();
            } else {
                parts.push(part);
            }
        }
        let joined = parts.join("/");
        if joined.is_empty() {
            ".".to_owned()
        } else {
            joined
        }
    }

    /// MLflow's own rule for keys, put as it puts it.
    fn mlflow_takes(key: &str) -> bool {
        let of_the_alphabet =
            |c: char| c == '_' || c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | ' ' | ':');
        let norm = normal(key);
        key.chars().all(of_the_alphabet)
            && !key.starts_with('/')
            && norm == key
            && norm != "."
            && !norm.starts_with("..")
            && key.chars().count() <= MAX_KEY
    }

    proptest! {
        #[test]
        fn a_key_passes_where_mlflow_takes_it(text in "[ab./ :#é_-]{0,12}|\\.{1,3}[ab/]{0,3}|.{0,12}|a{248,252}") {
            prop_assert_eq!(key("metric", &text).is_ok(), mlflow_takes(&text), "{:?}", text);
        }

        #[test]
        fn a_value_passes_up_to_its_limit_in_characters(length in 5_990_usize..6_010, c in "[aé€😀]") {
            let pair = KeyValue::new("k", c.repeat(length));
            prop_assert_eq!(param(&pair).is_ok(), length <= MAX_PARAM_VALUE);
            prop_assert!(tag(&pair).is_ok());
        }

        #[test]
        fn a_cut_value_fits_begins_as_it_did_and_says_that_it_was_cut(length in 0_usize..20_000, c in "[a€]") {
            let value = c.repeat(length);
            let shown = cut_tag_value(&value);
            prop_assert!(tag(&KeyValue::new("k", shown.as_str())).is_ok());
            if length <= MAX_TAG_VALUE {
                prop_assert_eq!(shown, value);
            } else {
                prop_assert!(shown.starts_with(&c.repeat(7_900)));
                let says = format!("(cut, {length} characters)");
                prop_assert!(shown.ends_with(&says));
            }
        }

        #[test]
        fn no_text_panics_a_check(text in ".{0,40}") {
            let _ = (alias(&text), model_name(&text), logged_model_name(&text), experiment_name(&text));
        }
    }

    #[test]
    fn mlflows_own_aliases_and_path_like_names_are_refused() {
        for bad in [
            "",
            "latest",
            "LATEST",
            "v1",
            "V23",
            "a b",
            "a/b",
            &"a".repeat(256),
        ] {
            assert!(alias(bad).is_err(), "{bad}");
        }
        for good in ["production", "v", "v1b", "champion-2_x", "latest2"] {
            assert!(alias(good).is_ok(), "{good}");
        }
        for bad in ["", " ", "a/b", "a:b", ".", "..", "..a"] {
            assert!(model_name(bad).is_err(), "{bad}");
        }
        assert!(model_name("careerpulse-category").is_ok() && model_name(".a").is_ok());
    }
}
