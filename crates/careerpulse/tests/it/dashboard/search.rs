//! Predictions, filtered and page by page, and one with its grounds.

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::imputation::PredictionFilter;

use super::{Asked, finished};
use crate::support::{Row, rows};

const ALL: &str = "careerpulse_inference.category_predictions p \
                   join careerpulse_gold.unlabeled_postings u on u.posting_id = p.posting_id";
const ORDER: &str = "order by u.publication_date desc nulls last, p.posting_id desc";

fn expected(condition: &str) -> Vec<i64> {
    let sql = format!("select p.posting_id from {ALL} where {condition} {ORDER}");
    let ids = rows(&finished().lake(), &sql);
    ids.iter()
        .filter_map(|row| row["posting_id"].as_i64())
        .collect()
}

#[test]
fn filters_and_pages_are_those_of_sql() {
    let asked = Asked::over(&finished().lake());
    let text = |text: &str| Some(text.to_owned());
    let all = PredictionFilter::default;
    let filters = [
        (all(), "true"),
        (
            PredictionFilter {
                q: text("ENGineer"),
                ..all()
            },
            "lower(u.title) like '%engineer%' or lower(u.company_name) like '%engineer%'",
        ),
        (
            PredictionFilter {
                q: text(" senior  er "),
                ..all()
            },
            "(lower(u.title) like '%senior%' or lower(u.company_name) like '%senior%') \
             and (lower(u.title) like '%er%' or lower(u.company_name) like '%er%')",
        ),
        (
            PredictionFilter {
                category: text("Healthcare"),
                ..all()
            },
            "p.category = 'Healthcare'",
        ),
        (
            PredictionFilter {
                category: text("O'Neill"),
                ..all()
            },
            "false",
        ),
        (
            PredictionFilter {
                abstained: Some(true),
                ..all()
            },
            "p.abstained",
        ),
        (
            PredictionFilter {
                abstained: Some(false),
                ..all()
            },
            "not p.abstained",
        ),
        (
            PredictionFilter {
                q: text("a"),
                min_probability: Some(0.3),
                max_probability: Some(0.8),
                ..all()
            },
            "(lower(u.title) like '%a%' or lower(u.company_name) like '%a%') and p.probability between 0.3 and 0.8",
        ),
        (
            PredictionFilter {
                q: text("%"),
                ..all()
            },
            "u.title like '%\\%%' or u.company_name like '%\\%%'",
        ),
    ];
    for (filter, condition) in filters {
        let ids = expected(condition);
        let mut found = Vec::new();
        for page in 1.. {
            let filter = PredictionFilter {
                page: Some(page),
                per_page: Some(7),
                ..filter.clone()
            };
            let shown = asked.answer(asked.snapshot().predictions(filter));
            assert_eq!(shown.total, ids.len() as u64, "{condition}");
            assert!(shown.rows.iter().all(|row| row.is_imputed));
            found.extend(shown.rows.iter().map(|row| row.posting_id));
            if shown.rows.len() < 7 {
                break;
            }
        }
        assert_eq!(found, ids, "{condition}");
    }
    assert!(expected("p.abstained").len() < expected("true").len());
}

#[test]
fn a_filter_that_cannot_be_is_refused_and_a_page_behind_the_last_is_empty() {
    let asked = Asked::over(&finished().lake());
    let all = PredictionFilter::default;
    let wrong = [
        PredictionFilter {
            page: Some(0),
            ..all()
        },
        PredictionFilter {
            per_page: Some(0),
            ..all()
        },
        PredictionFilter {
            per_page: Some(201),
            ..all()
        },
        PredictionFilter {
            min_probability: Some(f64::NAN),
            ..all()
        },
        PredictionFilter {
            max_probability: Some(1.5),
            ..all()
        },
        PredictionFilter {
            q: Some("a".repeat(501)),
            ..all()
        },
    ];
    for filter in wrong {
        let answer = asked.runtime.block_on(asked.snapshot().predictions(filter));
        assert!(matches!(answer, Err(SourceError::Invalid(_))));
    }
    let behind = PredictionFilter {
        page: Some(u32::MAX),
        per_page: Some(200),
        ..all()
    };
    let shown = asked.answer(asked.snapshot().predictions(behind));
    assert!(shown.rows.is_empty() && shown.total > 0);
    assert_eq!(shown.model_version, Some(1));
    assert!(shown.categories.contains(&"Healthcare".to_owned()));
}

#[test]
fn a_prediction_comes_with_its_grounds() {
    let lake = finished().lake();
    let asked = Asked::over(&lake);
    for (abstained, condition) in [(true, "p.abstained"), (false, "not p.abstained")] {
        let sql = format!(
            "select p.posting_id, p.category, p.probability, p.gap, p.probabilities, p.neighbours, \
             u.title, u.description_clean, j.description, m.categories, m.min_probability \
             from {ALL} join careerpulse_silver.job_postings j on j.posting_id = p.posting_id, \
             careerpulse_ml.model_versions m where {condition} {ORDER} limit 1"
        );
        let row: Row = rows(&lake, &sql).remove(0);
        let id = row["posting_id"].as_i64().unwrap();
        let detail = asked.answer(asked.snapshot().prediction(id));
        assert_eq!(row["title"], detail.posting.title);
        assert_eq!(row["description_clean"], detail.description);
        assert_eq!(row["description"], detail.description_html);
        assert_eq!(row["category"], detail.probabilities[0].category);
        assert_eq!(row["gap"].as_f64(), Some(detail.gap));
        assert_eq!(
            row["min_probability"].as_f64(),
            Some(detail.min_probability)
        );
        assert_eq!(
            detail.probabilities.len(),
            row["categories"].as_array().unwrap().len()
        );
        let total: f64 = detail.probabilities.iter().map(|one| one.probability).sum();
        assert!((total - 1.0).abs() < 1e-3, "{total}");
        assert_eq!(detail.why_abstained.is_some(), abstained);

        let near = row["neighbours"].as_array().unwrap();
        assert_eq!(near.len(), detail.neighbours.len());
        for (near, shown) in near.iter().zip(&detail.neighbours) {
            assert_eq!(near["posting_id"], shown.posting_id);
            assert_eq!(near["similarity"].as_f64(), Some(shown.similarity));
            let sql = format!(
                "select title, category, description_clean from careerpulse_gold.category_labeled_postings \
                 where posting_id = {}",
                shown.posting_id
            );
            let known = rows(&lake, &sql).remove(0);
            assert_eq!(known["title"], shown.title);
            assert_eq!(known["category"], shown.category);
            let whole = known["description_clean"].as_str().unwrap();
            let excerpt = shown.description.trim_end_matches('…');
            assert!(!excerpt.is_empty() && whole.starts_with(excerpt));
        }
    }
    let labelled = rows(
        &lake,
        "select posting_id from careerpulse_gold.category_labeled_postings limit 1",
    );
    for id in [labelled[0]["posting_id"].as_i64().unwrap(), -1, i64::MAX] {
        let answer = asked.runtime.block_on(asked.snapshot().prediction(id));
        assert!(matches!(answer, Err(SourceError::NotFound(_))), "{id}");
    }
}
