//! One stored page to rows and findings.

use serde_json::Value;

use super::record::{Finding, read_record};
use super::text::{fragment, with_whole_pairs};
use crate::tables::bronze::MusePage;
use crate::tables::silver::{JobPosting, Reject, Sighting, UnknownField};

/// What one page gave.
#[derive(Debug, Default)]
pub struct ParsedPage {
    /// The postings, in the page's order; an id may occur twice.
    pub postings: Vec<JobPosting>,
    /// One sighting for each posting.
    pub sightings: Vec<Sighting>,
    /// Everything that was rejected or repaired.
    pub rejects: Vec<Reject>,
    /// Entries of `results`.
    pub entries: u64,
    /// Category names that were sentinels.
    pub sentinels: u64,
    /// Fields that this program does not know, once each.
    pub unknown_fields: Vec<UnknownField>,
}

/// Reads a page. Nothing in it can make this fail: what cannot be read becomes a reject.
pub fn parse_page(page: &MusePage, max_description: usize) -> ParsedPage {
    let mut parsed = ParsedPage::default();
    let entries = match results(&page.payload) {
        Ok((entries, repair)) => {
            let repair = repair.map(|finding| reject(page, -1, "repaired", vec![finding]));
            parsed.rejects.extend(repair);
            entries
        }
        Err(finding) => {
            parsed
                .rejects
                .push(reject(page, -1, "rejected", vec![finding]));
            return parsed;
        }
    };
    let template = JobPosting {
        posting_id: 0,
        title: None,
        description: None,
        category: None,
        categories: Vec::new(),
        level: None,
        levels: Vec::new(),
        locations: Vec::new(),
        company_id: None,
        company_name: None,
        tags: Vec::new(),
        posting_type: None,
        publication_date: None,
        landing_page: None,
        first_seen_at: page.fetched_at,
        ingest_id: page.ingest_id.clone(),
    };
    parsed.entries = entries.len() as u64;
    for (position, entry) in entries.iter().enumerate() {
        match read_record(entry, &template, max_description) {
            Ok(record) => {
                parsed.sentinels += record.sentinels;
                parsed.sightings.push(Sighting {
                    posting_id: record.posting.posting_id,
                    seen_date: page.ingest_date,
                    category: record.posting.category.clone(),
                });
                for (field, kind) in record.unknown_fields {
                    if parsed
                        .unknown_fields
                        .iter()
                        .any(|known| known.field == field)
                    {
                        continue;
                    }
                    parsed.unknown_fields.push(UnknownField {
                        field,
                        kind: kind.to_owned(),
                        posting_id: record.posting.posting_id,
                        ingest_id: page.ingest_id.clone(),
                        first_seen_at: page.fetched_at,
                    });
                }
                parsed.postings.push(record.posting);
                if !record.repairs.is_empty() {
                    parsed
                        .rejects
                        .push(reject(page, position as i64, "repaired", record.repairs));
                }
            }
            Err(finding) => {
                parsed
                    .rejects
                    .push(reject(page, position as i64, "rejected", vec![finding]));
            }
        }
    }
    parsed
}

/// The entries, and what was changed to read them.
fn results(payload: &str) -> Result<(Vec<Value>, Option<Finding>), Finding> {
    let broken = |reason: String| Finding {
        reason,
        fragment: Some(fragment(&Value::String(payload.to_owned()))),
    };
    let (mut page, repair) = match serde_json::from_str::<Value>(payload) {
        Ok(page) => (page, None),
        Err(error) => {
            // One posting's half a pair must not cost its neighbours.
            let whole = with_whole_pairs(payload);
            let page = whole.and_then(|whole| serde_json::from_str(&whole).ok());
            let page = page.ok_or_else(|| broken(format!("the page is not JSON: {error}")))?;
            let what = "halves of surrogate pairs in the page replaced";
            (page, Some(broken(format!("{what}: {error}"))))
        }
    };
    match page.get_mut("results").map(Value::take) {
        Some(Value::Array(entries)) => Ok((entries, repair)),
        Some(_) => Err(broken("the page's `results` is no list".into())),
        None => Err(broken("the page has no `results`".into())),
    }
}

fn reject(page: &MusePage, position: i64, action: &str, findings: Vec<Finding>) -> Reject {
    let reasons: Vec<&str> = findings
        .iter()
        .map(|finding| finding.reason.as_str())
        .collect();
    Reject {
        ingest_id: page.ingest_id.clone(),
        slice: page.slice.clone(),
        page: page.page,
        position,
        action: action.into(),
        reason: reasons.join("; "),
        fragment: findings.iter().find_map(|finding| finding.fragment.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(payload: &str) -> MusePage {
        MusePage {
            ingest_id: "i".into(),
            slice: "all".into(),
            page: 3,
            url: "http://h/".into(),
            http_status: 200,
            fetched_at: "2024-03-17T12:00:00Z".parse().unwrap(),
            payload: payload.into(),
            payload_sha256: String::new(),
            ingest_date: "2024-03-17".parse().unwrap(),
        }
    }

    fn parse(payload: &str) -> ParsedPage {
        parse_page(&page(payload), 1_024)
    }

    #[test]
    fn pages_that_are_none_are_rejected_whole() {
        for (payload, reason) in [
            ("<html>", "not JSON"),
            ("{\"results\": [", "not JSON"),
            ("{\"page\": 1}", "no `results`"),
            ("{\"results\": 7}", "no list"),
            ("[]", "no `results`"),
            ("", "not JSON"),
        ] {
            let parsed = parse(payload);
            assert!(parsed.postings.is_empty());
            assert_eq!(
                (
                    parsed.rejects[0].position,
                    parsed.rejects[0].action.as_str()
                ),
                (-1, "rejected")
            );
            assert!(
                parsed.rejects[0].reason.contains(reason),
                "{payload}: {}",
                parsed.rejects[0].reason
            );
        }
    }

    #[test]
    fn a_bad_entry_leaves_its_neighbours_alone() {
        let parsed = parse(
            r#"{"results": [{"id": 1}, {"name": "no id"}, 5, {"id": -2}, {"id": "4"}, {"id": 1.5}]}"#,
        );
        let ids: Vec<i64> = parsed.postings.iter().map(|p| p.posting_id).collect();
        assert_eq!(ids, [1, 4]);
        let found: Vec<(i64, &str)> = parsed
            .rejects
            .iter()
            .map(|r| (r.position, r.action.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (1, "rejected"),
                (2, "rejected"),
                (3, "rejected"),
                (4, "repaired"),
                (5, "rejected")
            ]
        );
        assert_eq!(parsed.entries, 6);
    }

    #[test]
    fn half_a_surrogate_pair_costs_no_posting() {
        let parsed = parse(r#"{"results": [{"id": 1, "name": "Nurse \ud800"}, {"id": 2}]}"#);
        assert_eq!(parsed.postings.len(), 2);
        assert_eq!(parsed.postings[0].title.as_deref(), Some("Nurse \u{fffd}"));
        let found = &parsed.rejects[0];
        assert_eq!((found.position, found.action.as_str()), (-1, "repaired"));
        assert!(found.reason.contains("surrogate"), "{}", found.reason);
        assert_eq!(parsed.rejects.len(), 1);
    }

    #[test]
    fn repairs_keep_the_posting_and_say_what_was_done() {
        let html = "x".repeat(3 * 1_024 * 1_024);
        let payload = serde_json::json!({"results": [{
            "id": 7, "name": "Nurse\u{0}", "contents": html, "publication_date": "soon",
            "categories": [{"name": "UNKNOWN"}, {"name": " Healthcare "}], "levels": [{"name": "é".repeat(300)}],
            "locations": "here", "refs": {"landing_page": "javascript:alert(1)"},
            "company": {"id": 9, "name": "A  B"},
        }]});
        let parsed = parse(&payload.to_string());
        let posting = &parsed.postings[0];
        assert_eq!(posting.title.as_deref(), Some("Nurse"));
        assert_eq!(posting.description.as_ref().map(String::len), Some(1_024));
        assert_eq!(posting.category.as_deref(), Some("Healthcare"));
        assert_eq!(posting.categories, ["UNKNOWN", "Healthcare"]);
        assert_eq!(posting.levels, ["é".repeat(200)]);
        assert_eq!(
            (posting.company_id, posting.company_name.as_deref()),
            (Some(9), Some("A B"))
        );
        assert_eq!(
            (posting.publication_date, posting.landing_page.as_deref()),
            (None, None)
        );
        assert_eq!(parsed.sentinels, 1);
        let reason = &parsed.rejects[0].reason;
        for part in [
            "`name`",
            "3145728 bytes",
            "publication_date",
            "landing_page",
            "locations",
            "`levels` cut to 200",
        ] {
            assert!(reason.contains(part), "{part}: {reason}");
        }
    }

    #[test]
    fn missing_and_null_fields_are_no_repairs() {
        let parsed = parse(
            r#"{"results": [{"id": 1, "name": null, "categories": [], "company": null, "refs": null}]}"#,
        );
        assert!(parsed.rejects.is_empty());
        assert_eq!(parsed.postings[0].category, None);
    }

    proptest! {
        #[test]
        fn no_payload_panics_and_no_entry_is_lost(payload in "\\PC{0,200}", entries in prop::collection::vec(json(), 0..5)) {
            parse(&payload);
            let count = entries.len();
            let parsed = parse(&serde_json::json!({"results": entries}).to_string());
            let rejected = parsed.rejects.iter().filter(|r| r.action == "rejected").count();
            prop_assert_eq!(parsed.postings.len() + rejected, count);
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            let keys = prop::sample::select(vec![
                "id",
                "name",
                "contents",
                "categories",
                "levels",
                "company",
                "refs",
                "landing_page",
                "publication_date",
            ]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(keys, inner, 0..6).prop_map(|map| Value::Object(
                    map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
                )),
            ]
        })
    }
}
