//! A small feed served with the API's habits: pages of 20, filters, a cap, numbers that overstate.

use super::server::{Answer, Request};

/// One posting: id, category, level, location.
pub type Posting = (u64, &'static str, &'static str, &'static str);

/// A feed whose pages from `cap` on are refused.
#[derive(Clone)]
pub struct Feed {
    pub postings: Vec<Posting>,
    pub cap: u32,
    /// What is added to the true total.
    pub overstated_by: u64,
    /// Whether pages past the end are refused rather than empty.
    pub refuses_past_the_end: bool,
}

impl Feed {
    /// `n` postings spread evenly over the given categories, levels and locations.
    pub fn even(
        n: u64,
        categories: &[&'static str],
        levels: &[&'static str],
        locations: &[&'static str],
    ) -> Feed {
        let pick = |names: &[&'static str], id: u64| names[id as usize % names.len()];
        let posting = |id: u64| {
            let by_level = id / categories.len() as u64;
            let by_location = by_level / levels.len() as u64;
            (
                id,
                pick(categories, id),
                pick(levels, by_level),
                pick(locations, by_location),
            )
        };
        Feed {
            postings: (0..n).map(posting).collect(),
            cap: 100,
            overstated_by: 0,
            refuses_past_the_end: false,
        }
    }

    pub fn answer(&self, request: &Request) -> Answer {
        let matches = |posting: &&Posting| {
            let is = |filter: &str, value: &str| request.query(filter).is_none_or(|f| f == value);
            is("category", posting.1) && is("level", posting.2) && is("location", posting.3)
        };
        let matching: Vec<&Posting> = self.postings.iter().filter(matches).collect();
        let page = request.page();
        let shown = matching.chunks(20).nth(page as usize).unwrap_or_default();
        if page >= self.cap || (shown.is_empty() && self.refuses_past_the_end && page > 0) {
            return Answer::of(400, r#"{"code":400,"error":"Value `page` is too high"}"#);
        }
        let total = matching.len() as u64 + self.overstated_by;
        let results: Vec<String> = shown
            .iter()
            .map(|(id, _, _, place)| format!(r#"{{"id":{id},"locations":[{{"name":"{place}"}}]}}"#))
            .collect();
        let body = format!(
            r#"{{"page":{page},"page_count":{},"total":{total},"results":[{}]}}"#,
            total.div_ceil(20),
            results.join(",")
        );
        Answer::of(200, body)
    }
}
