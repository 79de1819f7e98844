//! A posting in The Muse's raw schema, its thirteen keys in the order the API sends them.

use serde::{Deserialize, Serialize};

/// One posting as the API serialises it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The description, HTML.
    pub contents: String,
    /// The title, stray white space and entities included.
    pub name: String,
    /// `external` or `native`.
    #[serde(rename = "type")]
    pub kind: String,
    /// UTC, `YYYY-MM-DDTHH:MM:SSZ`.
    pub publication_date: String,
    /// The title as a slug, with six hexadecimal digits of its own.
    pub short_name: String,
    /// Always `jobs`.
    pub model_type: String,
    /// Unique, 7 to 8 digits.
    pub id: u64,
    /// None, one or many.
    pub locations: Vec<Location>,
    /// None or one.
    pub categories: Vec<Category>,
    /// Mostly one, sometimes none or two.
    pub levels: Vec<Level>,
    /// Mostly none.
    pub tags: Vec<Tag>,
    /// Links.
    pub refs: Refs,
    /// The employer.
    pub company: Company,
}

/// A place, as "City, ST", "City, Country" or "Flexible / Remote".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// The place's name.
    pub name: String,
}

/// A category of The Muse's present list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// The category's name.
    pub name: String,
}

/// A seniority level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// The level's name, as in `Mid Level`.
    pub name: String,
    /// The level's short name, as in `mid`.
    pub short_name: String,
}

/// A list the employer is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The tag's name.
    pub name: String,
    /// The tag's short name.
    pub short_name: String,
}

/// A posting's links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refs {
    /// The posting's page.
    pub landing_page: String,
}

/// An employer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// The employer's number.
    pub id: u64,
    /// The employer's slug.
    pub short_name: String,
    /// The employer's name.
    pub name: String,
}
