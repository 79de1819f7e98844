//! Expectations from the settings file: rows that break one are counted, left out or stop the stage.

use std::process::{Command, Stdio};

use crate::support::{Home, Source, canonical, count, ended, generated, rows};

const POSTINGS: &str = "careerpulse_silver.job_postings";
const QUARANTINE: &str = "careerpulse_monitoring.quarantine";

/// A home whose settings have one expectation of their own, which a tenth of the postings breaks.
fn home_that_expects(otherwise: &str) -> Home {
    let home = Home::new();
    home.write(
        "careerpulse.toml",
        own(POSTINGS, "posting_id % 10 <> 3", otherwise),
    );
    home
}

fn own(table: &str, holds: &str, otherwise: &str) -> String {
    format!(
        "[[expectations.own]]\ntable = \"{table}\"\nname = \"no_threes\"\nholds = \"{holds}\"\notherwise = \"{otherwise}\"\n"
    )
}

fn ids(home: &Home, sql: &str) -> Vec<i64> {
    let id = |row: &serde_json::Map<String, serde_json::Value>| row["id"].as_i64();
    let ids = rows(&home.lake(), sql);
    ids.iter().map(|row| id(row).expect("an id")).collect()
}

fn silver_of(summaries: &[serde_json::Value]) -> &serde_json::Value {
    let is_silver = |summary: &&serde_json::Value| summary["stage"] == "silver";
    summaries.iter().find(is_silver).expect("silver has run")
}

fn run(home: &Home, source: &Source) -> Vec<serde_json::Value> {
    let args = ["--json", "run", "--to", "gold", "--source", &source.url()];
    home.succeed(&args).json()
}

/// The counts of one expectation in a stage's summary: rows and broken.
fn counts(summary: &serde_json::Value, name: &str) -> (u64, u64) {
    let all = summary["expectations"]
        .as_array()
        .expect("rows were judged");
    let one = all.iter().find(|one| one["name"] == name);
    let one = one.unwrap_or_else(|| panic!("{name} is missing: {summary}"));
    let number = |key: &str| one[key].as_u64().expect("a count");
    (number("rows"), number("broken"))
}

#[test]
fn a_warning_is_counted_and_said_and_the_shipped_ones_hold() {
    let (home, source) = (home_that_expects("warn"), generated(60));
    let summaries = run(&home, &source);
    let silver = silver_of(&summaries);
    let threes = count(
        &home.lake(),
        &format!("{POSTINGS} where posting_id % 10 = 3"),
    );
    assert!(threes > 0);
    assert_eq!(counts(silver, "no_threes"), (60, threes));
    assert_eq!(silver["rows_rejected"], 0);
    let note = silver["note"].as_str().expect("a note");
    for word in ["no_threes", POSTINGS, &format!("{threes} of 60")] {
        assert!(note.contains(word), "{note}");
    }
    assert_eq!(count(&home.lake(), QUARANTINE), 0);
    for summary in &summaries {
        for one in summary["expectations"]
            .as_array()
            .expect("every stage was judged")
        {
            assert!(one["name"] == "no_threes" || one["broken"] == 0, "{one}");
        }
    }
    // What is there already is not told of again.
    let again = run(&home, &source);
    assert!(silver_of(&again).get("expectations").is_none(), "{again:?}");
}

#[test]
fn a_rejected_posting_is_in_quarantine_and_nowhere_else_until_it_is_wanted() {
    let (home, source) = (home_that_expects("reject"), generated(60));
    let summaries = run(&home, &source);
    let silver = silver_of(&summaries);
    let all = "select posting_id as id from careerpulse_silver.sightings order by id";
    let threes: Vec<i64> = ids(&home, all)
        .into_iter()
        .filter(|id| id % 10 == 3)
        .collect();
    assert!(!threes.is_empty());
    let (quarantined, taken) = (threes.len() as u64, 60 - threes.len() as u64);
    assert_eq!(silver["rows_rejected"], quarantined);
    assert_eq!(
        (&silver["inserted"], &silver["duplicates"]),
        (&taken.into(), &0.into())
    );
    assert!(silver["tables"][POSTINGS].is_u64());
    assert_eq!(count(&home.lake(), POSTINGS), taken);
    let kept = format!(
        "select cast(row->>'posting_id' as bigint) as id from {QUARANTINE} \
         where table_name = '{POSTINGS}' and expectation = 'no_threes' and row_key = 'posting_id=' || (row->>'posting_id') order by id"
    );
    assert_eq!(ids(&home, &kept), threes, "what the table lacks is kept");

    // A crawl that brings them again changes nothing.
    let before = canonical(&home.lake());
    run(&home, &source);
    assert_eq!(canonical(&home.lake())[QUARANTINE], before[QUARANTINE]);
    assert_eq!(count(&home.lake(), POSTINGS), taken);

    // Once they are welcome, the next crawl brings them in.
    home.write("careerpulse.toml", "");
    run(&home, &source);
    assert_eq!(count(&home.lake(), POSTINGS), 60);
    assert_eq!(ids(&home, &kept), threes, "what was done stays on record");
}

#[test]
fn a_failure_stops_the_stage_before_anything_of_it_is_written() {
    let (home, source) = (home_that_expects("fail"), generated(60));
    home.succeed(&["bronze", "--source", &source.url()]);
    home.run(&["silver"]).failed_with(&[
        POSTINGS,
        "`no_threes`",
        "posting_id % 10 <> 3",
        "of 60",
        "posting_id=",
        "careerpulse.toml",
    ]);
    assert_eq!(count(&home.lake(), POSTINGS), 0);
    assert_eq!(count(&home.lake(), "careerpulse_bronze.pages_read"), 0);
    // A person has looked and lets them in: the stage takes up where it stopped.
    home.write(
        "careerpulse.toml",
        own(POSTINGS, "posting_id % 10 <> 3", "warn"),
    );
    home.succeed(&["silver"]);
    assert_eq!(count(&home.lake(), POSTINGS), 60);
}

#[test]
fn a_shipped_one_is_switched_off_or_made_stricter_on_its_own() {
    let (home, source) = (Home::new(), generated(20));
    home.write(
        "careerpulse.toml",
        "[expectations]\nposting_has_text = \"off\"\n",
    );
    let mut command = home.command(&["--json", "run", "--to", "silver", "--source", &source.url()]);
    command.env(
        "CAREERPULSE_EXPECTATIONS_POSTING_ID_IS_NOT_NEGATIVE",
        "fail",
    );
    let summaries = ended(&mut command).succeeded().json();
    let judged = silver_of(&summaries)["expectations"].clone();
    let words = |key: &str| -> Vec<String> {
        let all = judged.as_array().expect("rows were judged");
        all.iter()
            .map(|one| one[key].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(
        words("name"),
        [
            "posting_id_is_not_negative",
            "publication_date_is_plausible"
        ]
    );
    assert_eq!(words("otherwise"), ["fail", "warn"]);
}

#[test]
fn entries_that_are_none_are_refused_before_anything_runs() {
    let home = Home::new();
    let demand = "careerpulse_gold.daily_demand";
    for (text, parts) in [
        (
            own("job_postings", "true", "warn"),
            &["no_threes", "job_postings"][..],
        ),
        (
            own(POSTINGS, "salary > 0", "warn"),
            &["no_threes", "salary"],
        ),
        (own(POSTINGS, "posting_id >", "warn"), &["no_threes", "SQL"]),
        (own(POSTINGS, "posting_id", "warn"), &["no_threes", "Int64"]),
        (
            own(POSTINGS, "posting_id > 0; drop table x", "warn"),
            &["no_threes"],
        ),
        (
            own(POSTINGS, "posting_id in (select 1)", "warn"),
            &["no_threes", "query"],
        ),
        (
            own(POSTINGS, "first_seen_at < now()", "warn"),
            &["no_threes", "now"],
        ),
        (
            own(POSTINGS, "true", "explode"),
            &["no_threes", "explode", "warn"],
        ),
        (
            own(demand, "known > 0", "reject"),
            &["no_threes", demand, "warn"],
        ),
        (
            own(POSTINGS, "true", "warn").repeat(2),
            &["no_threes", "rename"],
        ),
        (
            own(POSTINGS, "true", "warn").replace("no_threes", "posting_has_text"),
            &["posting_has_text", "rename"],
        ),
        (
            own(POSTINGS, "true", "warn").replace("holds", "hold"),
            &["settings", "hold"],
        ),
        (
            "[expectations]\nposting_has_texts = \"warn\"\n".into(),
            &["posting_has_texts", "own"],
        ),
        (
            "[expectations]\nposting_has_text = \"loud\"\n".into(),
            &["posting_has_text", "loud"],
        ),
        (
            "[expectations]\ndemand_is_not_negative = \"reject\"\n".into(),
            &["demand_is_not_negative"],
        ),
        (
            "[[expectations]]\nname = \"x\"\n".into(),
            &["settings", "careerpulse.toml"],
        ),
    ] {
        home.write("careerpulse.toml", &text);
        home.run(&["run", "--source", "http://127.0.0.1:1/"])
            .failed_with(parts);
        assert!(!home.lake().exists(), "nothing has run: {text}");
    }
}

#[test]
fn a_silver_killed_at_each_of_its_commits_leaves_no_posting_out_of_both() {
    let source = generated(60);
    let expected = home_that_expects("reject");
    run(&expected, &source);
    let lost = |home: &Home| {
        let sql = format!(
            "select s.posting_id as id from careerpulse_silver.sightings s left anti join {POSTINGS} p on s.posting_id = p.posting_id \
             left anti join {QUARANTINE} q on q.row_key = 'posting_id=' || cast(s.posting_id as varchar)"
        );
        ids(home, &sql)
    };
    for table in [
        "careerpulse_monitoring/quarantine",
        "careerpulse_silver/job_postings",
    ] {
        let home = home_that_expects("reject");
        home.succeed(&["bronze", "--source", &source.url()]);
        let log = home.lake().join(table).join("_delta_log");
        let commit = log.join(format!("{:020}.json", 1));
        let mut command: Command = home.command(&["silver"]);
        let mut child = command
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary starts");
        while !commit.exists() && child.try_wait().expect("a child can be asked").is_none() {
            // What is due depends on another process, so there is nothing to wait on but the file.
            std::thread::yield_now();
        }
        child
            .kill()
            .expect("a child can be killed until it is waited for");
        child.wait().expect("a child can be waited for");
        run(&home, &source);
        assert_eq!(lost(&home), Vec::<i64>::new(), "killed at {table}");
        let (found, expected) = (canonical(&home.lake()), canonical(&expected.lake()));
        assert_eq!(found[POSTINGS], expected[POSTINGS], "killed at {table}");
        assert_eq!(found[QUARANTINE].len(), expected[QUARANTINE].len());
    }
}
