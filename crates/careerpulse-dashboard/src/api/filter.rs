//! Which predictions to show, and where their other pages are.

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::params::{Format, bad, short};
use crate::problem::Problem;
use crate::view::imputation::{PredictionFilter, Predictions};

/// The last page that can be asked for; no lake has as many.
const MAX_PAGE: u32 = 1_000_000;

/// The query of predictions: [`PredictionFilter`] and the format.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Words in title or employer, in any case.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// The predicted category.
    #[param(max_length = 200)]
    pub category: Option<String>,
    /// Only those the model was too unsure of, or only others.
    pub abstained: Option<bool>,
    /// From this probability on.
    #[param(minimum = 0, maximum = 1)]
    pub min_probability: Option<f64>,
    /// Up to this probability.
    #[param(minimum = 0, maximum = 1)]
    pub max_probability: Option<f64>,
    /// The page, from 1 to 1,000,000.
    #[param(minimum = 1, maximum = 1000000)]
    pub page: Option<u32>,
    /// Rows a page, 1 to 200; 50 by default.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub per_page: Option<u32>,
    /// How the answer is written; without it the `Accept` header decides, and JSON where that does not.
    pub format: Option<Format>,
}

impl Filter {
    /// Errors where a word is too long for one, or a number out of its range.
    pub fn check(&self) -> Result<(), Problem> {
        short("`q`", self.q.as_deref().unwrap_or_default())?;
        short("`category`", self.category.as_deref().unwrap_or_default())?;
        for (name, share) in [
            ("min_probability", self.min_probability),
            ("max_probability", self.max_probability),
        ] {
            if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
                return Err(bad(format!(
                    "`{name}` is no probability: it lies from 0 to 1."
                )));
            }
        }
        if self
            .page
            .is_some_and(|page| !(1..=MAX_PAGE).contains(&page))
        {
            return Err(bad(format!("`page` lies from 1 to {MAX_PAGE}.")));
        }
        if self.per_page.is_some_and(|rows| !(1..=200).contains(&rows)) {
            return Err(bad("`per_page` lies from 1 to 200.".to_owned()));
        }
        Ok(())
    }

    /// The same for the source.
    pub fn filter(&self) -> PredictionFilter {
        PredictionFilter {
            q: self.q.clone(),
            category: self.category.clone(),
            abstained: self.abstained,
            min_probability: self.min_probability,
            max_probability: self.max_probability,
            page: self.page,
            per_page: self.per_page,
        }
    }
}

/// The other pages, as a `Link` header (RFC 8288): relative to the address that was asked.
pub fn links(asked: &Filter, shown: &Predictions) -> String {
    let per_page = u64::from(shown.per_page.max(1));
    let last = shown.total.div_ceil(per_page).clamp(1, u64::from(MAX_PAGE)) as u32;
    let page = shown.page;
    let mut links = vec![link(asked, 1, "first"), link(asked, last, "last")];
    if page > 1 {
        links.push(link(asked, (page - 1).min(last), "prev"));
    }
    if page < last {
        links.push(link(asked, page + 1, "next"));
    }
    links.join(", ")
}

fn link(asked: &Filter, page: u32, relation: &str) -> String {
    let all = Filter {
        page: Some(page),
        ..asked.clone()
    };
    let query = serde_html_form::to_string(&all).unwrap_or_default();
    format!("<?{query}>; rel=\"{relation}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: u32, total: u64) -> Predictions {
        Predictions {
            rows: Vec::new(),
            total,
            page,
            per_page: 50,
            model_version: None,
            categories: Vec::new(),
        }
    }

    #[test]
    fn links_keep_the_filter_and_lead_to_pages_there_are() {
        let asked = Filter {
            q: Some("a>b & c\"".to_owned()),
            abstained: Some(false),
            ..Filter::default()
        };
        let middle = links(&asked, &shown(2, 150));
        let query = "q=a%3Eb+%26+c%22&abstained=false";
        for (page, relation) in [(1, "first"), (3, "last"), (1, "prev"), (3, "next")] {
            let link = format!("<?{query}&page={page}>; rel=\"{relation}\"");
            assert!(middle.contains(&link), "{link} in {middle}");
        }
        assert!(!links(&asked, &shown(1, 50)).contains("next"));
        assert!(!links(&asked, &shown(1, 0)).contains("prev"));
        assert!(links(&asked, &shown(9, 150)).contains("page=3>; rel=\"prev\""));
    }

    #[test]
    fn numbers_lie_in_their_ranges() {
        let probability = |share| Filter {
            min_probability: Some(share),
            ..Filter::default()
        };
        assert!(probability(1.0).check().is_ok());
        assert!(probability(f64::NAN).check().is_err());
        assert!(probability(1.5).check().is_err());
        let rows = |rows| Filter {
            per_page: Some(rows),
            ..Filter::default()
        };
        assert!(rows(0).check().is_err());
        assert!(rows(201).check().is_err());
        assert!(rows(200).check().is_ok());
    }
}
