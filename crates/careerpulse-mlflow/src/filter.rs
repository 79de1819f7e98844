//! Filters of searches, with values quoted so that they stay values.
//!
//! MLflow's grammar has no escape: a value is quoted by `'` or by `"`, and may not hold the one
//! that quotes it.

use crate::check;
use crate::error::MlflowError;

/// Runs, models or versions whose tag `key` is `value`: ``tags.`careerpulse.run_key` = 'x'``.
///
/// # Errors
/// [`MlflowError::BadValue`] for a key that is none, and for a value with both kinds of quotes or
/// a backslash, which the server's parser reads as an escape in one place and not in another.
pub fn tag_is(key: &str, value: &str) -> Result<String, MlflowError> {
    check::key("tag", key)?;
    Ok(format!("tags.`{key}` = {}", quote(key, value)?))
}

/// Those whose attribute is `value`: `run_name`, `name`, `run_id` and the like, as the search has
/// them. `attribute` is a word of the program's, not of a user's.
///
/// # Errors
/// As [`tag_is`].
pub fn is(attribute: &str, value: &str) -> Result<String, MlflowError> {
    Ok(format!("{attribute} = {}", quote(attribute, value)?))
}

/// Those that pass every one of `filters`; all where there is none.
pub fn all<S: AsRef<str>>(filters: &[S]) -> String {
    let filters: Vec<&str> = filters.iter().map(AsRef::as_ref).collect();
    filters.join(" and ")
}

fn quote(name: &str, value: &str) -> Result<String, MlflowError> {
    let reason = if value.contains('\\') {
        "a backslash cannot be searched for"
    } else if !value.contains('\'') {
        return Ok(format!("'{value}'"));
    } else if !value.contains('"') {
        return Ok(format!("\"{value}\""));
    } else {
        "a value with both ' and \" cannot be searched for"
    };
    Err(check::bad("filter on", name, reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_a_value() {
        let is = |value| tag_is("careerpulse.run_key", value).unwrap();
        assert_eq!(is("a"), "tags.`careerpulse.run_key` = 'a'");
        assert_eq!(is("it's"), "tags.`careerpulse.run_key` = \"it's\"");
        assert_eq!(is("\" or x"), "tags.`careerpulse.run_key` = '\" or x'");
        assert!(tag_is("k", "' and \"").is_err() && tag_is("k", "\\").is_err());
        assert!(tag_is("k` = 'x' or tags.`l", "v").is_err());
        assert_eq!(all(&["a = 'b'", "c = 'd'"]), "a = 'b' and c = 'd'");
    }
}
