//! What rows of each table are expected to be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Expectations of the data: those that ship with the program, and others.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Expectations {
    /// What is done where a shipped one does not hold, by its name: `off`, `warn`, `reject` or `fail`.
    #[serde(flatten)]
    pub shipped: BTreeMap<String, String>,
    /// The user's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<OwnExpectation>,
}

/// An expectation of the user's own.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct OwnExpectation {
    /// The table, `schema.table`.
    pub table: String,
    /// What it is called.
    pub name: String,
    /// An SQL expression over one row's columns; null counts as holding.
    pub holds: String,
    /// What is done where it does not hold: `off`, `warn`, `reject` or `fail`.
    pub otherwise: String,
}

/// An expectation that ships with the program.
#[derive(Debug, Clone, Copy)]
pub struct Shipped {
    /// Its name, and the setting's.
    pub name: &'static str,
    /// The table, `schema.table`.
    pub table: &'static str,
    /// What holds, as SQL.
    pub holds: &'static str,
    /// What is done where it does not hold, unless the settings say otherwise.
    pub otherwise: &'static str,
}

impl Default for Expectations {
    fn default() -> Self {
        let action = |shipped: &Shipped| (shipped.name.to_owned(), shipped.otherwise.to_owned());
        Self {
            shipped: SHIPPED.iter().map(action).collect(),
            own: Vec::new(),
        }
    }
}

/// What comes from the source may be odd, and is left out or counted; what the program itself has
/// computed may not, so that a fault of it stops before it is published.
pub const SHIPPED: [Shipped; 13] = [
    Shipped {
        name: "coverage_is_plausible",
        table: "careerpulse_bronze.coverage",
        holds: "reachable >= 0 and pages_fetched >= 0 and (total_reported is null or total_reported >= 0) and finished_at >= started_at",
        otherwise: "warn",
    },
    Shipped {
        name: "posting_id_is_not_negative",
        table: "careerpulse_silver.job_postings",
        holds: "posting_id >= 0",
        otherwise: "reject",
    },
    Shipped {
        name: "posting_has_text",
        table: "careerpulse_silver.job_postings",
        holds: "title is not null or description is not null",
        otherwise: "warn",
    },
    Shipped {
        name: "publication_date_is_plausible",
        table: "careerpulse_silver.job_postings",
        holds: "publication_date >= timestamp '2000-01-01' and publication_date <= first_seen_at + interval '2 days'",
        otherwise: "warn",
    },
    Shipped {
        name: "labelled_posting_has_description",
        table: "careerpulse_gold.category_labeled_postings",
        holds: "description_clean <> ''",
        otherwise: "warn",
    },
    Shipped {
        name: "label_is_a_category",
        table: "careerpulse_gold.category_labeled_postings",
        holds: "lower(btrim(category)) not in ('', 'none', 'unknown', '*')",
        otherwise: "fail",
    },
    Shipped {
        name: "unlabelled_posting_has_description",
        table: "careerpulse_gold.unlabeled_postings",
        holds: "description_clean <> ''",
        otherwise: "warn",
    },
    Shipped {
        name: "embedding_is_a_unit_vector",
        table: "careerpulse_gold.embeddings",
        // Numbers that are none sort above all others, so that they are no maximum below 1 either.
        holds: "array_length(vector) = 384 and array_min(vector) >= -1.001 and array_max(vector) <= 1.001",
        otherwise: "fail",
    },
    Shipped {
        name: "prediction_has_a_probability",
        table: "careerpulse_inference.category_predictions",
        holds: "probability between 0 and 1 and gap between 0 and 1",
        otherwise: "fail",
    },
    Shipped {
        name: "prediction_is_a_category",
        table: "careerpulse_inference.category_predictions",
        holds: "lower(btrim(category)) not in ('', 'none', 'unknown', '*')",
        otherwise: "fail",
    },
    Shipped {
        name: "demand_is_not_negative",
        table: "careerpulse_gold.daily_demand",
        holds: "(new_observed is null or new_observed >= 0) and (new_imputed is null or new_imputed >= 0) and (new_corrected is null or new_corrected >= 0) and (new_interpolated is null or new_interpolated >= 0) and (active is null or active >= 0) and known >= 0",
        otherwise: "fail",
    },
    Shipped {
        name: "demand_lies_in_its_interval",
        table: "careerpulse_gold.daily_demand",
        holds: "corrected_lo <= new_corrected and new_corrected <= corrected_hi",
        otherwise: "fail",
    },
    Shipped {
        name: "forecast_is_not_negative",
        table: "careerpulse_gold.demand_forecast",
        holds: "mean >= 0 and (lo95 is null or (lo95 >= 0 and lo95 <= hi95)) and (lo80 is null or (lo80 >= 0 and lo80 <= hi80))",
        otherwise: "fail",
    },
];
