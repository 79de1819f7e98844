//! A slice of the feed: the filters of one query, under a name that can be stored and read back.

use std::fmt;

use serde::{Deserialize, Serialize};

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
    fn no_two_slices_share_a_name() {
        let values = ["A", "A&level=B", "A%26level=B", "A%2526", "A%", "B", "A=B"];
        let mut names = std::collections::BTreeSet::new();
        for a in values {
            names.insert(Slice::category(a).name());
            names.insert(Slice::all().with_level(a).name());
            for b in values {
                names.insert(Slice::category(a).with_level(b).name());
                names.insert(Slice::category(a).with_location(b).name());
            }
        }
        assert_eq!(
            names.len(),
            2 * values.len() + 2 * values.len() * values.len()
        );
    }
}
