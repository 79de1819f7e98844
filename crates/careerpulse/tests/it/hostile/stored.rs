//! What the lake holds of hostile postings: they are there, repaired or rejected with a reason.

use super::{lake, postings, words};
use crate::support::{count, rows};

#[test]
fn hostile_postings_reach_every_table_and_what_is_no_text_is_replaced_or_rejected() {
    let (home, _) = lake();
    let lake = home.lake();
    assert_eq!(
        count(&lake, "careerpulse_silver.job_postings"),
        postings::postings().len() as u64 + 1,
        "the sample's, and the one with half a pair"
    );
    let replaced = "careerpulse_silver.job_postings where title like '%\u{fffd}%'";
    assert!(
        count(&lake, replaced) > 0,
        "bytes that are no UTF-8 are gone"
    );
    for (action, reason) in [("rejected", "not JSON"), ("repaired", "surrogate")] {
        let found = format!(
            "careerpulse_silver.rejects where position = -1 and action = '{action}' and reason like '%{reason}%'"
        );
        assert_eq!(count(&lake, &found), 1, "{reason}");
    }

    for (table, columns) in [
        (
            "silver.job_postings",
            "title, company_name, category, level, posting_type, landing_page",
        ),
        ("silver.rejects", "reason, fragment"),
        ("silver.unknown_fields", "field"),
        ("gold.category_labeled_postings", "title, category"),
        ("gold.daily_demand", "category"),
    ] {
        let found = rows(&lake, &format!("select {columns} from careerpulse_{table}"));
        let texts = found.iter().flat_map(|row| row.values());
        let texts: Vec<&str> = texts.filter_map(serde_json::Value::as_str).collect();
        let wrong = texts.iter().flat_map(|text| words::steering(text)).next();
        assert_eq!(wrong, None, "{table}");
        assert!(
            texts.iter().any(|text| text.contains("window.pwned")),
            "{table}"
        );
    }
}
