//! What a finished lake answers: classify, models, tables, sql.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Home, generated};

fn finished() -> Home {
    let (home, source) = (Home::new(), generated(250));
    home.ingest("run", &source.url());
    home
}

#[track_caller]
fn assert_is_prediction(prediction: &Value) {
    let probability = prediction["probability"].as_f64().unwrap_or(-1.0);
    assert!((0.0..=1.0).contains(&probability), "{prediction}");
    assert!(
        prediction["category"]
            .as_str()
            .is_some_and(|category| !category.is_empty())
    );
    assert!(prediction["abstained"].is_boolean(), "{prediction}");
    assert!(
        prediction["neighbours"]
            .as_array()
            .is_some_and(|near| !near.is_empty())
    );
    assert_eq!(prediction["model_version"], 1);
}

#[test]
fn classify_answers_for_a_text_a_file_and_a_stream() {
    let home = finished();
    let asked = [
        "classify",
        "--title",
        "Staff Nurse",
        "--description",
        "Care for <b>patients</b>",
    ];
    let one = home.succeed(&[&["--json"], &asked[..]].concat()).json();
    assert_eq!(one.len(), 1);
    assert_is_prediction(&one[0]);
    let words = home.succeed(&asked).stdout;
    assert!(
        words.contains("Staff Nurse") && words.contains("model version 1"),
        "{words}"
    );

    let lines = "{\"id\":7,\"name\":\"Staff Nurse\",\"contents\":\"Care for <b>patients</b>\"}\n\n\
                 {\"posting_id\":8,\"title\":\"Driver\",\"description\":\"\"}\n";
    home.write("texts.ndjson", lines);
    let from_file = home.succeed(&["--json", "classify", "texts.ndjson"]).json();
    assert_eq!(from_file.len(), 2);
    assert_eq!(
        (&from_file[0]["id"], &from_file[1]["id"]),
        (&json!(7), &json!(8))
    );
    from_file.iter().for_each(assert_is_prediction);
    assert_eq!(from_file[0]["category"], one[0]["category"]);
    assert_eq!(from_file[0]["probability"], one[0]["probability"]);

    let mut child = home
        .command(&["--json", "classify", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(lines.as_bytes()).expect("stdin is read");
    drop(stdin);
    let output = child.wait_with_output().expect("the binary ends");
    let from_stream = String::from_utf8(output.stdout).expect("stdout is UTF-8");
    assert_eq!(
        from_stream,
        home.succeed(&["--json", "classify", "texts.ndjson"]).stdout
    );

    home.write("broken.ndjson", "{\"title\":\"a\"}\n{\"id\":1}\n");
    let broken = home.run(&["--quiet", "classify", "broken.ndjson"]);
    assert_eq!(broken.code, Some(1));
    assert!(
        broken.stderr.contains("broken.ndjson, line 2"),
        "{}",
        broken.stderr
    );
}

#[test]
fn models_are_listed_and_shown_with_their_ledger() {
    let home = finished();
    let listed = home.succeed(&["--json", "models", "list"]).json();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["version"], &listed[0]["standing"]),
        (&json!(1), &json!("production"))
    );
    assert!(
        home.succeed(&["models", "list"])
            .stdout
            .contains("production")
    );
    let shown = home.succeed(&["--json", "models", "show", "1"]).json();
    assert_eq!(shown[0]["ledger"][0]["verdict"], "pass");
    let words = home.succeed(&["models", "show", "1"]).stdout;
    assert!(
        words.contains("precision") && words.contains("promote (pass) by gate"),
        "{words}"
    );
}

#[test]
fn a_tampered_model_file_is_refused() {
    let home = finished();
    let listed = home.succeed(&["--json", "models", "list"]).json();
    let artifact = listed[0]["artifact"]
        .as_str()
        .expect("the version names its file");
    let path = home.lake().join("artifacts").join(artifact);
    let mut bytes = std::fs::read(&path).expect("the model file is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).expect("the model file can be written");
    home.run(&["classify", "--title", "Nurse"])
        .failed_with(&[artifact]);
    std::fs::remove_file(&path).expect("the model file can be removed");
    home.run(&["classify", "--title", "Nurse"])
        .failed_with(&[artifact]);
}

#[test]
fn tables_are_listed_with_their_history() {
    let home = finished();
    let listed = home.succeed(&["--json", "tables", "list"]).json();
    assert_eq!(listed.len(), careerpulse::tables::ALL.len());
    let postings = listed
        .iter()
        .find(|info| info["table"] == "careerpulse_silver.job_postings");
    assert_eq!(postings.map(|info| &info["rows"]), Some(&json!(250)));
    assert!(
        home.succeed(&["tables", "list"])
            .stdout
            .contains("careerpulse_ml.promotions")
    );
    let history = home
        .succeed(&[
            "--json",
            "tables",
            "history",
            "careerpulse_silver.job_postings",
        ])
        .json();
    let versions: Vec<i64> = history
        .iter()
        .filter_map(|commit| commit["version"].as_i64())
        .collect();
    assert!(
        versions.contains(&0) && versions.contains(&1),
        "{history:?}"
    );
    home.succeed(&["tables", "history", "careerpulse_silver.job_postings"]);

    // Upkeep changes no row.
    home.succeed(&["tables", "optimize"]);
    home.succeed(&["tables", "vacuum"]);
    assert_eq!(
        crate::support::count(&home.lake(), "careerpulse_silver.job_postings"),
        250
    );
}

#[test]
fn sql_answers_in_four_formats() {
    let home = finished();
    let query =
        "select posting_id, title from careerpulse_silver.job_postings order by posting_id limit 3";
    let json = home.succeed(&["sql", query, "--format", "json"]);
    assert_eq!(json.json().len(), 3);
    assert_eq!(home.succeed(&["--json", "sql", query]).stdout, json.stdout);
    let csv = home.succeed(&["sql", query, "--format", "csv"]).stdout;
    assert_eq!(csv.lines().next(), Some("posting_id,title"));
    assert_eq!(csv.lines().count(), 4);
    let table = home.succeed(&["sql", query]).stdout;
    assert!(
        table.contains("posting_id") && table.lines().count() >= 6,
        "{table}"
    );

    let parquet = home
        .command(&["sql", query, "--format", "parquet"])
        .output()
        .expect("the binary starts");
    assert!(parquet.status.success());
    let bytes = &parquet.stdout;
    assert!(
        bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"),
        "{} bytes",
        bytes.len()
    );

    let nothing = "select posting_id, title from careerpulse_silver.job_postings where false";
    assert_eq!(
        home.succeed(&["sql", nothing, "--format", "json"]).stdout,
        ""
    );
    assert_eq!(
        home.succeed(&["sql", nothing, "--format", "csv"]).stdout,
        "posting_id,title\n"
    );
    home.run(&[
        "sql",
        "select locations from careerpulse_silver.job_postings",
        "--format",
        "csv",
    ])
    .failed_with(&["locations", "--format json"]);
}
