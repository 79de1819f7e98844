//! A slice of the feed: the filters of one query, under a name that can be stored and read back.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Today's categories of The Muse. Names drift; the configuration may replace the list.
pub const CATEGORIES: &[&str] = &[
    "Account Management",
    "Accounting and Finance",
    "Administration and Office",
    "Advertising and Marketing",
    "Animal Care",
    "Arts",
    "Business Operations",
    "Cleaning and Facilities",
    "Computer and IT",
    "Construction",
    "Corporate",
    "Customer Service",
    "Data and Analytics",
    "Design and UX",
    "Education",
    "Energy Generation and Mining",
    "Entertainment and Travel Services",
    "Farming and Outdoors",
    "Food and Hospitality Services",
    "Healthcare",
    "Human Resources and Recruitment",
    "Installation, Maintenance, and Repairs",
    "Law",
    "Legal Services",
    "Management",
    "Manufacturing and Warehouse",
    "Media, PR, and Communications",
    "Mechanic",
    "Personal Care and Services",
    "Physical Assistant",
    "Product Management",
    "Project Management",
    "Protective Services",
    "Real Estate",
    "Retail",
    "Sales",
    "Science and Engineering",
    "Social Services",
    "Software Engineering",
    "Sports, Fitness, and Recreation",
    "Transportation and Logistics",
    "Unknown",
    "Videography",
    "Writer",
    "Writing and Editing",
];

/// Today's levels of The Muse, by their long names: the short ones are ignored by the filter.
pub const LEVELS: &[&str] = &[
    "Entry Level",
    "Mid Level",
    "Senior Level",
    "management",
    "Internship",
];

/// The filters of one query; without any it is the whole feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slice {
    /// Exact category name.
    pub category: Option<String>,
    /// Exact long level name.
    pub level: Option<String>,
    /// Exact location name.
    pub location: Option<String>,
}

/// A stored name that is no slice.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{name:?} names no slice; a slice is `all` or filters such as `category=Sales&level=Mid Level`"
)]
pub struct SliceNameError {
    name: String,
}

impl Slice {
    /// The whole feed.
    pub fn all() -> Slice {
        Slice::default()
    }

    /// All postings of one category.
    pub fn category(name: &str) -> Slice {
        Slice {
            category: Some(name.to_owned()),
            ..Slice::default()
        }
    }

    /// This slice, further filtered by level.
    #[must_use]
    pub fn with_level(&self, name: &str) -> Slice {
        Slice {
            level: Some(name.to_owned()),
            ..self.clone()
        }
    }

    /// This slice, further filtered by location.
    #[must_use]
    pub fn with_location(&self, name: &str) -> Slice {
        Slice {
            location: Some(name.to_owned()),
            ..self.clone()
        }
    }

    /// The filters that are set, as the query's keys and values, in a fixed order.
    pub fn filters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("category", &self.category),
            ("level", &self.level),
            ("location", &self.location),
        ]
        .into_iter()
        .filter_map(|(key, value)| value.as_deref().map(|value| (key, value)))
    }

    /// The stable name: `all`, or the filters as `category=Sales&level=Mid Level`. `%` and
    /// `&` inside a value are percent-encoded, everything else is written as it is.
    pub fn name(&self) -> String {
        let parts: Vec<String> = self
            .filters()
            .map(|(key, value)| format!("{key}={}", value.replace('%', "%25").replace('&', "%26")))
            .collect();
        if parts.is_empty() {
            "all".to_owned()
        } else {
            parts.join("&")
        }
    }

    /// Reads a [`name`](Slice::name) back.
    ///
    /// # Errors
    /// [`SliceNameError`] for an unknown filter, a filter set twice or one without a value.
    pub fn from_name(name: &str) -> Result<Slice, SliceNameError> {
        let error = || SliceNameError {
            name: name.to_owned(),
        };
        let mut slice = Slice::default();
        if name == "all" {
            return Ok(slice);
        }
        for part in name.split('&') {
            let (key, value) = part.split_once('=').ok_or_else(error)?;
            let filter = match key {
                "category" => &mut slice.category,
                "level" => &mut slice.level,
                "location" => &mut slice.location,
                _ => return Err(error()),
            };
            let value = value.replace("%26", "&").replace("%25", "%");
            if value.is_empty() || filter.replace(value).is_some() {
                return Err(error());
            }
        }
        Ok(slice)
    }
}

impl fmt::Display for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_promised() {
        assert_eq!(Slice::all().name(), "all");
        assert_eq!(Slice::category("Sales").name(), "category=Sales");
        assert_eq!(
            Slice::category("Sales").with_level("Senior Level").name(),
            "category=Sales&level=Senior Level"
        );
        assert_eq!(
            Slice::all().with_level("Mid Level").name(),
            "level=Mid Level"
        );
    }

    #[test]
    fn every_name_reads_back_as_its_slice() {
        let odd = [
            "Creative & Design",
            "100 % = all",
            "%26",
            "a%2526&",
            "Zürich, CH",
        ];
        let names = CATEGORIES.iter().chain(&odd);
        for (place, name) in names.enumerate() {
            let slice = Slice::category(name)
                .with_level(LEVELS[place % LEVELS.len()])
                .with_location("Flexible / Remote");
            assert_eq!(Slice::from_name(&slice.name()), Ok(slice));
        }
        assert_eq!(Slice::from_name("all"), Ok(Slice::all()));
    }

    #[test]
    fn what_is_no_slice_is_refused() {
        for name in [
            "",
            "All",
            "company=X",
            "category=",
            "level=a&level=b",
            "category",
        ] {
            assert!(Slice::from_name(name).is_err(), "{name}");
        }
    }
}
