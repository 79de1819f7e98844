//! Settings of expectations made into what the lake judges rows by.

use careerpulse_lake::expectations::QUARANTINE;
use careerpulse_lake::{Expectation, Otherwise};

use crate::config::{Expectations, SHIPPED};
use crate::error::UserError;
use crate::tables::{ALL, Table};

/// The tables whose rows can be rejected: those that hold what the source sent, row by row. A row
/// that the program computes would be computed again, pages and coverage say what was received, and
/// the registry's and demand's rows belong together.
const REJECTABLE: [Table; 4] = [
    Table::JobPostings,
    Table::Sightings,
    Table::LabeledPostings,
    Table::UnlabeledPostings,
];

/// The expectations that are on, in the order in which the road meets their tables.
///
/// # Errors
/// [`UserError`] naming the entry that is none, and what would be right. Its SQL is the lake's to check.
pub fn expectations(settings: &Expectations) -> Result<Vec<Expectation>, UserError> {
    let is_shipped = |name: &str| SHIPPED.iter().any(|shipped| shipped.name == name);
    if let Some(name) = settings.shipped.keys().find(|name| !is_shipped(name)) {
        let names: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
        return Err(UserError::new(format!(
            "settings: [expectations] {} is none that ships with the program: write your own as [[expectations.own]], or name one of {}",
            name.escape_debug(),
            names.join(", ")
        )));
    }
    let mut all = Vec::new();
    for shipped in SHIPPED {
        let otherwise = settings.shipped.get(shipped.name);
        all.extend(expectation(
            shipped.table,
            shipped.name,
            shipped.holds,
            otherwise.map_or(shipped.otherwise, String::as_str),
        )?);
    }
    for (place, own) in settings.own.iter().enumerate() {
        check_name(&own.name)?;
        let is_taken = settings.own[..place].iter().any(|o| o.name == own.name);
        if is_taken || is_shipped(&own.name) {
            return Err(wrong(
                &own.name,
                "there is another of that name: rename this one",
            ));
        }
        all.extend(expectation(
            &own.table,
            &own.name,
            &own.holds,
            &own.otherwise,
        )?);
    }
    all.sort_by_key(|expectation| {
        ALL.iter()
            .position(|table| *table.spec() == expectation.table)
    });
    Ok(all)
}

/// `None` for one that is off.
fn expectation(
    table: &str,
    name: &str,
    holds: &str,
    otherwise: &str,
) -> Result<Option<Expectation>, UserError> {
    let known = ALL.into_iter().find(|known| known.name() == table);
    let Some(known) = known.filter(|known| *known.spec() != QUARANTINE) else {
        return Err(wrong(
            name,
            &format!(
                "there is no table {} to expect it of: name one as careerpulse_silver.job_postings (`careerpulse tables list` shows them)",
                table.escape_debug()
            ),
        ));
    };
    let otherwise = match otherwise {
        "off" => return Ok(None),
        "warn" => Otherwise::Warn,
        "reject" => Otherwise::Reject,
        "fail" => Otherwise::Fail,
        other => {
            return Err(wrong(
                name,
                &format!(
                    "`{}` is nothing that can be done otherwise: it is off, warn, reject or fail",
                    other.escape_debug()
                ),
            ));
        }
    };
    if otherwise == Otherwise::Reject && !REJECTABLE.contains(&known) {
        let names = REJECTABLE.map(Table::name);
        return Err(wrong(
            name,
            &format!(
                "rows of {table} cannot be left out one by one: let it warn or fail (reject is for {})",
                names.join(", ")
            ),
        ));
    }
    Ok(Some(Expectation {
        table: *known.spec(),
        name: name.to_owned(),
        holds: holds.to_owned(),
        otherwise,
    }))
}

fn check_name(name: &str) -> Result<(), UserError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.len() <= 80 && name.chars().all(is_plain) {
        return Ok(());
    }
    let short: String = name.escape_debug().take(80).collect();
    Err(wrong(
        &short,
        "a name has 1 to 80 letters, digits, _ and -: rename it",
    ))
}

fn wrong(name: &str, reason: &str) -> UserError {
    UserError::new(format!(
        "settings: the expectation `{name}` cannot be used: {reason}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::OwnExpectation;
    use crate::posting::text::is_sentinel;
    use arrow::array::{ArrayRef, Int64Array, ListArray, RecordBatch, StringArray};
    use arrow::datatypes::Float32Type;
    use careerpulse_lake::Lake;
    use careerpulse_lake::rows::to_batch;
    use serde_json::json;
    use std::sync::Arc;

    fn judged(
        otherwise: &[(&str, &str)],
        own: Vec<OwnExpectation>,
    ) -> Result<Vec<Expectation>, String> {
        let mut settings = Expectations {
            own,
            ..Expectations::default()
        };
        for (name, otherwise) in otherwise {
            let (name, otherwise) = ((*name).to_owned(), (*otherwise).to_owned());
            settings.shipped.insert(name, otherwise);
        }
        expectations(&settings).map_err(|error| error.to_string())
    }

    fn own(table: &str, name: &str, otherwise: &str) -> OwnExpectation {
        OwnExpectation {
            table: table.into(),
            name: name.into(),
            holds: "posting_id < 10".into(),
            otherwise: otherwise.into(),
        }
    }

    const POSTINGS: &str = "careerpulse_silver.job_postings";

    #[test]
    fn what_ships_is_sound_and_can_be_switched_off_one_by_one() {
        let all = judged(&[], Vec::new()).unwrap();
        assert_eq!(all.len(), SHIPPED.len());
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(folder.path().to_str().unwrap()).unwrap();
        lake.with_expectations(all, chrono::DateTime::default)
            .unwrap();
        let without = judged(&[("posting_has_text", "off")], Vec::new()).unwrap();
        assert_eq!(without.len(), SHIPPED.len() - 1);
        assert!(without.iter().all(|e| e.name != "posting_has_text"));
        let stricter = judged(&[("posting_has_text", "reject")], Vec::new()).unwrap();
        let of_text = stricter.iter().find(|e| e.name == "posting_has_text");
        assert_eq!(of_text.unwrap().otherwise, Otherwise::Reject);
    }

    #[test]
    fn entries_that_are_none_are_named_with_the_remedy() {
        let with = |table: &str, name: &str, otherwise: &str| {
            judged(&[], vec![own(table, name, otherwise)]).unwrap_err()
        };
        for (words, parts) in [
            (
                judged(&[("posting_has_txt", "warn")], Vec::new()).unwrap_err(),
                ["posting_has_txt", "posting_has_text"],
            ),
            (
                judged(&[("posting_has_text", "loud")], Vec::new()).unwrap_err(),
                ["posting_has_text", "`loud`"],
            ),
            (with("job_postings", "few", "warn"), ["`few`", "no table"]),
            (
                with("careerpulse_monitoring.quarantine", "few", "warn"),
                ["`few`", "no table"],
            ),
            (with(POSTINGS, "few", "ignore"), ["`few`", "`ignore`"]),
            (with(POSTINGS, "a b", "warn"), ["`a b`", "letters"]),
            (with(POSTINGS, "", "warn"), ["``", "letters"]),
            (
                with(POSTINGS, "posting_has_text", "warn"),
                ["`posting_has_text`", "another"],
            ),
            (
                with("careerpulse_gold.daily_demand", "few", "reject"),
                ["`few`", "warn or fail"],
            ),
        ] {
            for part in parts {
                assert!(words.contains(part), "`{part}` is missing: {words}");
            }
        }
        let twins = vec![own(POSTINGS, "few", "warn"), own(POSTINGS, "few", "off")];
        let words = judged(&[], twins).unwrap_err();
        assert!(words.contains("another of that name"), "{words}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_sentinels_are_silvers() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(folder.path().to_str().unwrap()).unwrap();
        let all = judged(&[("label_is_a_category", "reject")], Vec::new()).unwrap();
        let lake = lake
            .with_expectations(all, chrono::DateTime::default)
            .unwrap();
        let names = ["", " ", "None", "unknown ", "*", "Sales", "Unknown Arts"];
        let spec = Table::LabeledPostings.spec();
        let row = |(id, name): (usize, &str)| {
            json!({"posting_id": id, "title": "t", "description_clean": "d", "category": name,
                "category_raw": name, "taxonomy_version": "1", "text_hash": "", "duplicate_group": ""})
        };
        let rows: Vec<_> = names.into_iter().enumerate().map(row).collect();
        let batch = to_batch(spec, &rows).unwrap();
        let written = lake.insert_new(spec, vec![batch]).await.unwrap();
        let sentinels = names.iter().filter(|name| is_sentinel(name)).count();
        assert_eq!(written.rejected, sentinels as u64);
    }

    /// JSON has no such numbers, so the vectors are made as the encoder makes them.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_vector_with_what_is_no_number_is_no_embedding() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(folder.path().to_str().unwrap()).unwrap();
        let all = judged(&[], Vec::new()).unwrap();
        let lake = lake
            .with_expectations(all, chrono::DateTime::default)
            .unwrap();
        let spec = Table::Embeddings.spec();
        for (odd, is_taken) in [
            (0.1, true),
            (f32::NAN, false),
            (-f32::NAN, false),
            (f32::INFINITY, false),
            (f32::NEG_INFINITY, false),
        ] {
            let mut vector = vec![Some(0.05); 384];
            vector[200] = Some(odd);
            let element = spec.arrow_schema().field(3).clone();
            let vector = ListArray::from_iter_primitive::<Float32Type, _, _>([Some(vector)]);
            let columns: Vec<ArrayRef> = vec![
                Arc::new(StringArray::from(vec![format!("{odd}")])),
                Arc::new(StringArray::from(vec!["revision"])),
                Arc::new(Int64Array::from(vec![2])),
                arrow::compute::cast(&vector, element.data_type()).unwrap(),
            ];
            let batch = RecordBatch::try_new(spec.arrow_schema(), columns).unwrap();
            let written = lake.insert_new(spec, vec![batch]).await;
            assert_eq!(written.is_ok(), is_taken, "{odd}: {written:?}");
        }
    }
}
