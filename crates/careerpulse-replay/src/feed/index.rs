//! Which postings bear which category, level, location and company.

use std::collections::HashMap;

use serde_json::Value;

use crate::query::Filters;

/// The five levels of the API. Any other word (the short names too) filters nothing.
const LEVELS: [&str; 5] = [
    "Entry Level",
    "Mid Level",
    "Senior Level",
    "management",
    "Internship",
];

/// The location that the API answers with when it does not know the one asked for.
const REMOTE: &str = "Flexible / Remote";

/// For every name, the positions of the postings that bear it, ascending.
type Names = HashMap<String, Vec<usize>>;

/// The four filters' names over one feed.
#[derive(Debug, Default)]
pub(super) struct Index {
    categories: Names,
    levels: Names,
    locations: Names,
    companies: Names,
}

impl Index {
    /// Notes the names that the posting at `position` bears. Positions must ascend.
    /// Fields of the wrong shape bear no name.
    pub(super) fn add(&mut self, position: usize, posting: &Value) {
        let lists = [
            (&mut self.categories, "categories"),
            (&mut self.levels, "levels"),
            (&mut self.locations, "locations"),
        ];
        for (names, field) in lists {
            for item in posting[field].as_array().into_iter().flatten() {
                note(names, &item["name"], position);
            }
        }
        note(&mut self.companies, &posting["company"]["name"], position);
    }

    /// The positions of the postings that match, ascending: any of the values of one
    /// filter, and all of the filters. `None` where nothing is filtered.
    pub(super) fn matching(&self, filters: &Filters) -> Option<Vec<usize>> {
        let levels = filters.levels.iter().filter(|name| self.knows_level(name));
        let locations = filters.locations.iter().map(|name| {
            if self.locations.contains_key(name) {
                name
            } else {
                REMOTE
            }
        });
        let chosen = [
            any_of(&self.categories, filters.categories.iter()),
            any_of(&self.levels, levels),
            any_of(&self.locations, locations),
            any_of(&self.companies, filters.companies.iter()),
        ];
        chosen.into_iter().flatten().reduce(|mut kept, other| {
            kept.retain(|position| other.binary_search(position).is_ok());
            kept
        })
    }

    fn knows_level(&self, name: &str) -> bool {
        LEVELS.contains(&name) || self.levels.contains_key(name)
    }
}

fn note(names: &mut Names, name: &Value, position: usize) {
    let Some(name) = name.as_str() else { return };
    let positions = names.entry(name.to_owned()).or_default();
    if positions.last() != Some(&position) {
        positions.push(position);
    }
}

/// The positions that bear any of the names asked for; `None` where none is asked for.
fn any_of<S: AsRef<str>>(names: &Names, asked: impl Iterator<Item = S>) -> Option<Vec<usize>> {
    let mut asked = asked.peekable();
    asked.peek()?;
    let mut positions: Vec<usize> = asked
        .filter_map(|name| names.get(name.as_ref()))
        .flatten()
        .copied()
        .collect();
    positions.sort_unstable();
    positions.dedup();
    Some(positions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn index() -> Index {
        let mut index = Index::default();
        let postings = [
            json!({"categories": [{"name": "Sales"}], "levels": [{"name": "Mid Level"}],
                   "locations": [{"name": "Boston, MA"}, {"name": REMOTE}], "company": {"name": "Acme"}}),
            json!({"categories": [{"name": "Sales"}, {"name": "Law"}], "levels": [{"name": "Senior Level"}],
                   "locations": [{"name": "Boston, MA"}]}),
            json!({"categories": [], "levels": [{"name": "Mid Level"}], "locations": null}),
            json!([1, 2]),
        ];
        for (position, posting) in postings.iter().enumerate() {
            index.add(position, posting);
        }
        index
    }

    fn matching(query: &str) -> Option<Vec<usize>> {
        let query = crate::query::parse(&format!("page=0&{query}")).unwrap();
        index().matching(&query.filters)
    }

    #[test]
    fn values_of_one_filter_widen_and_filters_narrow() {
        assert_eq!(matching(""), None);
        assert_eq!(matching("category=Sales"), Some(vec![0, 1]));
        assert_eq!(matching("category=Law&category=Sales"), Some(vec![0, 1]));
        assert_eq!(matching("category=Sales&level=Mid+Level"), Some(vec![0]));
        assert_eq!(matching("company=Acme"), Some(vec![0]));
    }

    #[test]
    fn unknown_names_do_what_the_api_does_with_them() {
        assert_eq!(matching("category=Astrology"), Some(vec![]));
        assert_eq!(matching("location=Atlantis"), Some(vec![0]));
        assert_eq!(matching("level=mid"), None);
        assert_eq!(matching("level=mid&level=Senior+Level"), Some(vec![1]));
        assert_eq!(matching("level=Internship"), Some(vec![]));
    }
}
