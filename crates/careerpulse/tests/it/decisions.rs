//! Decisions about a version beside one in production: the gate's, and those that people take themselves.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Ended, Home, count, ended, generated, row_counts, rows};

const LEDGER: &str = "careerpulse_ml.promotions";

/// A home with version 1 in production.
fn in_production(postings: usize) -> Home {
    let (home, source) = (Home::new(), generated(postings));
    home.ingest("run", &source.url());
    assert_eq!(standings(&home), ["production"]);
    home
}

/// Trains another version on the same postings, from five words of all texts.
fn train_a_poor_one(home: &Home) {
    let mut train = home.command(&["train"]);
    train
        .env("CAREERPULSE_TRAIN_METHODS", "tfidf")
        .env("CAREERPULSE_TRAIN_TFIDF_MAX_FEATURES", "5");
    ended(&mut train).succeeded();
}

/// Trains another version of the same worth: from the same postings, one setting apart.
fn train_a_like_one(home: &Home) {
    let mut train = home.command(&["train"]);
    ended(train.env("CAREERPULSE_TRAIN_TARGET_PRECISION", "0.91")).succeeded();
}

fn standings(home: &Home) -> Vec<String> {
    let listed = home.succeed(&["--json", "models", "list"]).json();
    let standing = |version: &Value| version["standing"].as_str().unwrap_or_default().to_owned();
    listed.iter().map(standing).collect()
}

fn as_ada(home: &Home, args: &[&str]) -> Ended {
    let mut command: Command = home.command(args);
    ended(command.env("USER", "ada"))
}

/// The ledger, oldest decision first.
fn ledger(home: &Home) -> Vec<Value> {
    let sql = format!("select * from {LEDGER} order by decided_at");
    rows(&home.lake(), &sql)
        .into_iter()
        .map(Value::Object)
        .collect()
}

#[test]
fn a_worse_version_is_kept_out_with_the_evidence_and_twice_is_once() {
    let home = in_production(700);
    train_a_poor_one(&home);
    let before = row_counts(&home.lake());
    let planned = home.succeed(&["--json", "promote", "--dry-run"]).json();
    assert_eq!(planned[0]["verdict"], "fail", "{planned:?}");
    let words = home.succeed(&["promote", "--dry-run"]).stdout;
    assert!(
        words.contains("macro F1") && words.contains("exit status 3"),
        "{words}"
    );
    assert_eq!(row_counts(&home.lake()), before, "a plan writes nothing");

    let refused = home.run(&["--json", "promote"]);
    assert_eq!(refused.code, Some(3), "{refused:#?}");
    let summary = &refused.json()[0];
    assert_eq!(
        (&summary["verdict"], &summary["action"]),
        (&json!("fail"), &json!("reject"))
    );
    for key in ["reasons", "evidence"] {
        assert_eq!(summary[key], planned[0][key], "what was planned is done");
    }
    let comparison = &summary["evidence"]["comparison"];
    assert_eq!(comparison["production"], 1);
    assert_eq!(
        comparison["seen_by_production"], 0,
        "the same adverts are held out"
    );
    assert!(
        comparison["macro_f1"]["high"].as_f64() < Some(0.0),
        "{comparison}"
    );
    assert!(comparison["postings"].as_u64() > Some(40));

    assert_eq!(
        home.succeed(&["--json", "promote"]).json()[0]["status"],
        "unchanged"
    );
    assert_eq!(ledger(&home).len(), 2);
    assert_eq!(standings(&home), ["production", "rejected"]);
    let shown = home.succeed(&["--json", "models", "show", "2"]).json();
    assert_eq!(shown[0]["ledger"][0]["evidence"]["comparison"], *comparison);
    let shown = home.succeed(&["models", "show", "2"]).stdout;
    assert!(shown.contains("reject (fail) by gate"), "{shown}");
}

#[test]
fn people_force_stage_and_roll_back_and_the_ledger_says_who_and_why() {
    let home = in_production(400);
    as_ada(&home, &["models", "rollback"]).failed_with(&["nothing to go back to", "version 1"]);
    as_ada(&home, &["promote", "--force", "--why", "so"])
        .failed_with(&["no version is at staging"]);
    train_a_poor_one(&home);
    as_ada(&home, &["promote", "--force"]).failed_with(&["--why"]);
    as_ada(&home, &["promote", "--force", "--why", " "]).failed_with(&["--why"]);
    as_ada(&home, &["promote", "--why", "so"]).failed_with(&["--force"]);

    let forced = as_ada(&home, &["--json", "promote", "--force", "--why", "a trial"]).succeeded();
    assert_eq!(forced.json()[0]["action"], "force");
    assert_eq!(standings(&home), ["archived", "production"]);
    let last = ledger(&home).pop().expect("a decision");
    assert_eq!(
        (&last["action"], &last["decided_by"]),
        (&json!("force"), &json!("ada"))
    );
    assert_eq!(
        (&last["reasons"][0], &last["replaces"]),
        (&json!("a trial"), &json!(1))
    );
    assert_ne!(last["verdict"], "pass", "the gate's word stays what it is");

    as_ada(&home, &["models", "stage", "2"]).failed_with(&["in production", "rollback"]);
    as_ada(&home, &["models", "rollback", "--why", "worse"]).succeeded();
    assert_eq!(standings(&home), ["production", "archived"]);
    let last = ledger(&home).pop().expect("a decision");
    assert_eq!(
        (&last["action"], &last["reasons"]),
        (&json!("rollback"), &json!(["worse"]))
    );
    as_ada(&home, &["models", "rollback"]).failed_with(&["nothing to go back to"]);
    assert_eq!(
        home.succeed(&["--json", "promote"]).json()[0]["status"],
        "unchanged"
    );

    as_ada(&home, &["models", "stage", "9"]).failed_with(&["no version 9", "models list"]);
    as_ada(&home, &["models", "stage", "2"]).succeeded();
    let again = as_ada(&home, &["--json", "models", "stage", "2"]).succeeded();
    assert_eq!(again.json()[0]["is_new"], false);
    assert_eq!(standings(&home), ["production", "staging"]);
    assert_eq!(home.run(&["promote"]).code, Some(3));
    let actions: Vec<Value> = ledger(&home)
        .iter()
        .map(|row| row["action"].clone())
        .collect();
    assert_eq!(actions[..4], ["promote", "force", "rollback", "stage"]);
    assert!(["reject", "hold"].contains(&actions[4].as_str().unwrap_or_default()));
}

#[test]
fn a_version_as_good_as_production_is_not_refused_on_few_postings() {
    for postings in [250, 400] {
        let home = in_production(postings);
        let more = generated(postings + 40);
        let run = home
            .succeed(&["--json", "run", "--source", &more.url()])
            .json();
        let gate = &run[5];
        assert_ne!(gate["verdict"], "fail", "{postings}: {gate}");
        let compared = gate["evidence"]["comparison"]["postings"].as_u64();
        assert!(compared > Some(10), "{postings}: {gate}");
    }
}

#[test]
fn where_production_cannot_be_compared_with_nothing_is_guessed_until_it_can() {
    let home = in_production(400);
    train_a_like_one(&home);
    let files = rows(
        &home.lake(),
        "select assessed_artifact from careerpulse_ml.model_versions where version = 1",
    );
    let file = files[0]["assessed_artifact"].as_str().expect("a path");
    let file = home.lake().join("artifacts").join(file);
    let away = home.path("away.bin");
    std::fs::rename(&file, &away).expect("the file is there");
    for _ in 0..2 {
        let held = home.run(&["--json", "promote"]);
        assert_eq!(held.code, Some(3), "{held:#?}");
        let summary = &held.json()[0];
        assert_eq!(summary["verdict"], "insufficient_evidence");
        let reason = summary["reasons"][0].as_str().expect("a reason");
        for part in ["assessed.bin", "restore it", "--force --why"] {
            assert!(reason.contains(part), "{reason}");
        }
    }
    assert_eq!(standings(&home), ["production", "staging"]);
    assert_eq!(
        count(&home.lake(), LEDGER),
        2,
        "the same evidence is written down once"
    );

    std::fs::rename(&away, &file).expect("it can be put back");
    let judged = home.run(&["--json", "promote"]).json();
    assert!(
        judged[0]["evidence"]["comparison"].is_object(),
        "{judged:?}"
    );
    assert_ne!(judged[0]["verdict"], "fail", "{judged:?}");
    assert_eq!(count(&home.lake(), LEDGER), 3);
}

#[test]
fn a_candidate_without_its_assessed_file_is_not_judged_and_training_makes_it_anew() {
    let home = in_production(250);
    train_a_like_one(&home);
    let files = rows(
        &home.lake(),
        "select assessed_artifact from careerpulse_ml.model_versions where version = 2",
    );
    let file = files[0]["assessed_artifact"].as_str().expect("a path");
    let file = home.lake().join("artifacts").join(file);
    std::fs::write(&file, "altered").expect("the file can be written");
    home.run(&["promote"])
        .failed_with(&["assessed.bin", "restore it"]);
    assert_eq!(count(&home.lake(), LEDGER), 1);
    train_a_like_one(&home);
    assert_eq!(count(&home.lake(), "careerpulse_ml.model_versions"), 2);
    assert_ne!(home.run(&["promote"]).code, Some(1));
    assert_eq!(count(&home.lake(), LEDGER), 2);
}

#[test]
fn postings_that_production_has_seen_are_no_evidence_and_the_rest_may_be_too_few() {
    let home = in_production(400);
    // Another seed holds other adverts back: production was trained on most of them.
    let mut train = home.command(&["train"]);
    ended(train.env("CAREERPULSE_TRAIN_SEED", "7")).succeeded();
    let held = home.run(&["--json", "promote"]);
    assert_eq!(held.code, Some(3), "{held:#?}");
    let summary = &held.json()[0];
    assert_eq!(
        (&summary["verdict"], &summary["action"]),
        (&json!("insufficient_evidence"), &json!("hold"))
    );
    let comparison = &summary["evidence"]["comparison"];
    let figure = |key: &str| comparison[key].as_u64().expect("a number");
    assert!(
        figure("seen_by_production") > figure("postings"),
        "{comparison}"
    );
    let own = rows(
        &home.lake(),
        "select test_postings as n from careerpulse_ml.model_versions where version = 2",
    );
    assert_eq!(
        figure("seen_by_production") + figure("postings"),
        own[0]["n"].as_u64().expect("a number"),
        "what is left are the candidate's own held-out postings"
    );
    assert!(
        summary["reasons"][0]
            .as_str()
            .is_some_and(|reason| reason.contains("too few")),
        "{summary}"
    );
    // Nothing is imputed by it, and it is still the one that the gate looks at.
    assert_eq!(standings(&home), ["production", "staging"]);
}
