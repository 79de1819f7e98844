//! Embeddings through the road: readings of long texts, precisions, and a production version that needs
//! others than the settings make. Without the encoder's weights the tests say so and are skipped.

use std::path::PathBuf;

use careerpulse::tables::Table;
use careerpulse::tables::ledger::{Action, Promotion};
use careerpulse::tracking::{ledger::enter, versions};
use careerpulse_embed::{Encoder, LongTexts, Precision, weights};
use careerpulse_lake::Lake;
use careerpulse_lake::rows::to_batch;
use careerpulse_replay::{Feed, ReplayOptions};
use serde_json::{Value, json};

use crate::support::{Ended, Home, Source, count, ended, rows};

/// The folder of the weights, where they are.
fn folder() -> Option<PathBuf> {
    let found = weights::locate(None).map(|found| found.dir);
    if found.is_none() {
        assert!(
            std::env::var_os("CAREERPULSE_REQUIRE_ENCODER").is_none(),
            "the encoder's weights are demanded and missing"
        );
        eprintln!("skipped: the encoder's weights are not here");
    }
    found
}

/// A command that makes embeddings as these settings say, and sweeps over little.
fn run(home: &Home, args: &[&str], settings: &[(&str, &str)]) -> Ended {
    let mut command = home.command(args);
    command
        .env("CAREERPULSE_FEATURES_ENCODER", "local")
        .env("CAREERPULSE_FEATURES_ENCODER_DIR", folder().unwrap())
        .env("CAREERPULSE_TRAIN_METHODS", "sentence_transformer")
        .env("CAREERPULSE_TRAIN_CLASSIFIERS", "logistic");
    for (name, value) in settings {
        command.env(format!("CAREERPULSE_{name}"), value);
    }
    ended(&mut command)
}

fn stages(home: &Home, args: &[&str], settings: &[(&str, &str)]) -> Vec<Value> {
    let args: Vec<&str> = [&["--json"], args].concat();
    run(home, &args, settings).succeeded().json()
}

/// Nurses and drivers, every sixth without a category; a third of the texts is longer than a window.
fn postings(count: usize) -> Feed {
    let one = |id: usize| {
        let (name, word, category) = match id % 2 {
            0 => ("Nurse", "ward patient care", "Healthcare"),
            _ => ("Driver", "truck road yard", "Transportation"),
        };
        let times = if id.is_multiple_of(3) { 130 } else { 3 };
        let contents = format!(
            "number{id} duty{} {}",
            id % 7,
            format!("{word} ").repeat(times)
        );
        let categories = match id.is_multiple_of(6) {
            true => json!([]),
            false => json!([{"name": category}]),
        };
        json!({"id": id, "name": name, "contents": contents, "categories": categories})
    };
    Feed::from_postings((1..=count).map(one)).expect("the postings are JSON")
}

/// A home and a source of postings, where the weights are.
fn with_postings(count: usize) -> Option<(Home, Source)> {
    folder()?;
    let source = Source::serve(postings(count), ReplayOptions::default());
    Some((Home::new(), source))
}

/// The revision of a precision, `auto` as it is on this processor.
fn revision(precision: Precision, long_texts: LongTexts) -> String {
    let encoder = Encoder::load(&folder().unwrap(), precision).unwrap();
    encoder.reading(long_texts).revision().to_owned()
}

fn embedded(home: &Home, revision: &str) -> u64 {
    let from = format!("careerpulse_gold.embeddings where encoder_revision = '{revision}'");
    count(&home.lake(), &from)
}

const BOTH: [(&str, &str); 3] = [
    ("FEATURES_LONG_TEXTS", "cut,windows"),
    ("TRAIN_LONG_TEXTS", "cut,windows"),
    ("TRAIN_METHODS", "tfidf,sentence_transformer,combined"),
];

#[test]
fn both_readings_are_made_once_and_swept_by_what_looks_at_them() {
    let Some((home, source)) = with_postings(36) else {
        return;
    };
    let args = ["run", "--source", &source.url()];
    let first = stages(&home, &args, &BOTH);
    let ways = LongTexts::ALL.map(|long_texts| revision(Precision::Auto, long_texts));
    assert_eq!(first[3]["encoder_revisions"], json!(ways));
    assert_eq!(ways.each_ref().map(|way| embedded(&home, way)), [36, 36]);
    let differing = rows(
        &home.lake(),
        "select count(*) as n from (select text_hash from careerpulse_gold.embeddings group by text_hash having count(distinct vector) = 2)",
    );
    assert_eq!(differing[0]["n"], 12, "the long texts have two vectors");

    let runs = first[4]["runs"].as_array().expect("runs");
    let mut tried: Vec<(&str, &str)> = runs
        .iter()
        .map(|run| {
            (
                run["method"].as_str().unwrap(),
                run["long_texts"].as_str().unwrap(),
            )
        })
        .collect();
    tried.sort_unstable();
    let expected = [
        ("combined", "cut"),
        ("combined", "windows"),
        ("sentence_transformer", "cut"),
        ("sentence_transformer", "windows"),
        ("tfidf", "cut"),
    ];
    assert_eq!(tried, expected);
    assert_eq!(first[6]["scored"], 6);

    let second = stages(&home, &args, &BOTH);
    assert_eq!(
        (&second[3]["status"], &second[3]["embedded"]),
        (&"unchanged".into(), &0.into())
    );
    assert_eq!(second[4]["status"], "unchanged", "the sweep is known");
    assert_eq!(count(&home.lake(), "careerpulse_gold.embeddings"), 72);
}

#[test]
fn production_gets_its_embeddings_whatever_the_settings_make_now() {
    let Some((home, source)) = with_postings(36) else {
        return;
    };
    let url = source.url();
    let then = [
        ("FEATURES_PRECISION", "f32"),
        ("FEATURES_LONG_TEXTS", "windows"),
        ("TRAIN_LONG_TEXTS", "windows"),
    ];
    let first = stages(&home, &["run", "--source", &url], &then);
    assert_eq!(first[6]["scored"], 6, "{first:?}");
    let old = revision(Precision::F32, LongTexts::Windows);
    assert_eq!(embedded(&home, &old), 36);

    source.show(postings(60));
    // The settings are the defaults again: another reading and, where the processor has it, another
    // precision.
    let now = [("FEATURES_PRECISION", "auto")];
    let new = revision(Precision::Auto, LongTexts::Cut);
    let second = stages(&home, &["run", "--to", "features", "--source", &url], &now);
    let features = &second[3];
    assert_eq!(
        features["encoder_revisions"].as_array().map(Vec::len),
        Some(2),
        "{features}"
    );
    assert_eq!([&old, &new].map(|way| embedded(&home, way)), [60, 60]);
    let infer = stages(&home, &["infer"], &now);
    assert_eq!(
        (&infer[0]["scored"], &infer[0]["without_embedding"]),
        (&4.into(), &0.into())
    );
    let asked = [
        "--json",
        "classify",
        "--title",
        "Nurse",
        "--description",
        "ward patient",
    ];
    let said = run(&home, &asked, &now).succeeded().json();
    assert_eq!(said[0]["category"], "Healthcare");

    // With nothing due, production's way is not even looked at.
    let again = stages(&home, &["features"], &now);
    assert_eq!(
        (&again[0]["embedded"], &again[0]["note"]),
        (&0.into(), &Value::Null)
    );
    let trained = stages(&home, &["train"], &now);
    assert_eq!(trained[0]["version"], 2, "{trained:?}");
    let needs = rows(
        &home.lake(),
        "select encoder_revision from careerpulse_ml.model_versions where version = 2",
    );
    assert_eq!(needs[0]["encoder_revision"], new.as_str());
}

#[test]
fn texts_that_wait_for_what_no_machine_makes_are_named() {
    let Some((home, source)) = with_postings(36) else {
        return;
    };
    run(&home, &["run", "--source", &source.url()], &[]).succeeded();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be had");
    runtime.block_on(async {
        let lake = Lake::open(&home.lake().to_string_lossy()).unwrap();
        let mut strange = versions(&lake).await.unwrap().remove(0);
        strange.version = 2;
        strange.encoder_revision = Some("all-MiniLM-L6-v2/00000000/f32/256".to_owned());
        let decision = Promotion {
            version: 2,
            replaces: Some(1),
            action: Action::Force,
            verdict: None,
            reasons: Vec::new(),
            evidence: None,
            decided_by: "a test".to_owned(),
            decided_at: strange.created_at,
        };
        let spec = Table::ModelVersions.spec();
        let row = to_batch(spec, &[strange]).unwrap();
        lake.insert_new(spec, vec![row]).await.unwrap();
        enter(&lake, decision).await.unwrap();
    });
    let features = stages(&home, &["features"], &[]);
    let note = features[0]["note"].as_str().expect("a note");
    assert!(
        note.contains("36 texts wait") && note.contains("00000000") && note.contains("version 2"),
        "{note}"
    );
}

#[test]
fn a_precision_that_the_processor_lacks_is_said_before_anything_is_fetched() {
    if folder().is_none() {
        return;
    }
    let lacking = Precision::ALL
        .into_iter()
        .filter(|p| p.on_this_processor().is_err());
    for precision in lacking {
        let home = Home::new();
        let settings = [("FEATURES_PRECISION", precision.word())];
        // There is nothing at this address: the sentence comes before the crawl.
        let nowhere = "http://127.0.0.1:9/";
        for args in [
            &["run", "--source", nowhere][..],
            &["features"],
            &["encoder", "info"],
        ] {
            let said = run(&home, args, &settings);
            said.failed_with(&[precision.word(), "this processor lacks", "f32"]);
        }
    }
}

#[test]
fn info_says_what_is_in_use_and_what_the_processor_has() {
    let Some(folder) = folder() else { return };
    let home = Home::new();
    let said = run(
        &home,
        &["--json", "encoder", "info"],
        &[("FEATURES_PRECISION", "f32")],
    );
    let info = said.succeeded().json().remove(0);
    assert_eq!(info["folder"], json!(folder));
    assert_eq!(info["precision"], "f32");
    assert_eq!(info["revision"], revision(Precision::F32, LongTexts::Cut));
    let has = |p: &Precision| p.on_this_processor().is_ok();
    let here: Vec<&str> = Precision::NAMED
        .into_iter()
        .filter(has)
        .map(Precision::word)
        .collect();
    assert_eq!(info["precisions"], json!(here));
    let words = run(&home, &["encoder", "info"], &[]).succeeded().stdout;
    assert!(
        words.contains("[features] precision = \"auto\"") && words.contains("f32"),
        "{words}"
    );
}
