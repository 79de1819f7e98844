//! Canonical category names: the source renames its categories over the years, the lake does not.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::{UserError, toml_reason};

/// A versioned map from every name a category has had to the one it has now.
#[derive(Debug, Clone)]
pub struct Taxonomy {
    /// The map's version, stored with each row.
    pub version: String,
    canonical: HashMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    aliases: HashMap<String, String>,
}

/// The map that is shipped with the program.
pub const SHIPPED: &str = include_str!("taxonomy.toml");

/// Reads a taxonomy: the file at `path`, or the shipped one where `path` is empty.
///
/// # Errors
/// [`UserError`] naming the file and what is wrong with it: not readable, not valid, or an alias of an alias.
pub fn load_taxonomy(path: &str) -> Result<Taxonomy, UserError> {
    if path.is_empty() {
        return parse(SHIPPED, "the shipped taxonomy");
    }
    let text = std::fs::read_to_string(Path::new(path)).map_err(|e| {
        UserError::new(format!(
            "cannot read the taxonomy {path} of [gold] taxonomy: {e}"
        ))
    })?;
    parse(&text, path)
}

/// The canonical name of a category; a name the map does not know is its own, trimmed.
pub fn canonical<'a>(taxonomy: &'a Taxonomy, category: &'a str) -> &'a str {
    let trimmed = category.trim();
    taxonomy
        .canonical
        .get(&trimmed.to_lowercase())
        .map_or(trimmed, String::as_str)
}

fn parse(text: &str, name: &str) -> Result<Taxonomy, UserError> {
    let file: File = toml::from_str(text).map_err(|e| {
        UserError::new(format!(
            "the taxonomy {name} is not valid: {}",
            toml_reason(&e, text)
        ))
    })?;
    let lower: HashMap<String, String> = file
        .aliases
        .iter()
        .map(|(alias, to)| (alias.trim().to_lowercase(), to.trim().to_owned()))
        .collect();
    if let Some((alias, to)) = file
        .aliases
        .iter()
        .find(|(_, to)| lower.contains_key(&to.trim().to_lowercase()))
    {
        return Err(UserError::new(format!(
            "the taxonomy {name} maps {alias:?} to {to:?}, which is an alias itself: name its target instead"
        )));
    }
    let mut canonical = lower;
    // A canonical name in another case is that name too.
    for to in file.aliases.values() {
        canonical.insert(to.trim().to_lowercase(), to.trim().to_owned());
    }
    Ok(Taxonomy {
        version: file.version,
        canonical,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_names_lead_to_todays() {
        let taxonomy = load_taxonomy("").unwrap();
        for (old, new) in [
            ("Engineering", "Software Engineering"),
            (" software engineer ", "Software Engineering"),
            ("Data Science", "Data and Analytics"),
            ("data and analytics", "Data and Analytics"),
            ("Retail", "Retail"),
            ("Brand New", "Brand New"),
        ] {
            assert_eq!(canonical(&taxonomy, old), new);
        }
    }

    #[test]
    fn a_chain_of_aliases_is_refused() {
        let message = parse("version = '1'\n[aliases]\n'A' = 'B'\n'B' = 'C'\n", "x.toml")
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("x.toml") && message.contains("\"A\""),
            "{message}"
        );
    }
}
