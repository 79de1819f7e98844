//! The gate: what it refuses stays out of production, and nothing is imputed by it.

use careerpulse_replay::{Feed, ReplayOptions};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::support::{Home, Source, count, ended, generated};

const PREDICTIONS: &str = "careerpulse_inference.category_predictions";

#[test]
fn a_version_under_the_floor_is_refused_with_exit_3_and_infers_nothing() {
    let (home, source) = (Home::new(), generated(250));
    home.succeed(&["run", "--to", "train", "--source", &source.url()]);
    let strict = |args: &[&str]| {
        ended(
            home.command(args)
                .env("CAREERPULSE_PROMOTE_MIN_MACRO_F1", "0.99"),
        )
    };
    let planned = strict(&["--json", "promote", "--dry-run"]).succeeded();
    assert_eq!(planned.json()[0]["verdict"], "fail");
    assert!(!home.lake().join("careerpulse_ml/promotions").exists());

    let refused = strict(&["--json", "promote"]);
    assert_eq!(refused.code, Some(3), "{refused:#?}");
    let summary = &refused.json()[0];
    assert_eq!(
        (&summary["status"], &summary["verdict"]),
        (&json!("refused"), &json!("fail"))
    );
    assert!(
        summary["reasons"][0]
            .as_str()
            .is_some_and(|reason| reason.contains("min_macro_f1"))
    );

    let infer = home.succeed(&["infer"]);
    assert!(
        infer.stdout.contains("no version is in production"),
        "{}",
        infer.stdout
    );
    assert_eq!(count(&home.lake(), PREDICTIONS), 0);
    // The decision stands: the same version is not judged again, by whatever floor.
    let again = home.succeed(&["--json", "promote"]).json();
    assert_eq!(again[0]["status"], "unchanged");
    assert_eq!(count(&home.lake(), "careerpulse_ml.promotions"), 1);
}

#[test]
fn a_run_with_a_refused_candidate_goes_on_with_production() {
    let (home, source) = (Home::new(), generated(250));
    home.ingest("run", &source.url());
    let before = count(&home.lake(), PREDICTIONS);
    let more = generated(290);
    let mut command = home.command(&["--json", "run", "--source", &more.url()]);
    let run = ended(command.env("CAREERPULSE_PROMOTE_MIN_MACRO_F1", "0.99")).succeeded();
    let verdicts: Vec<Value> = run.json().iter().map(|s| s["verdict"].clone()).collect();
    assert_eq!(verdicts[5], "fail");
    assert_eq!(
        count(
            &home.lake(),
            &format!("{PREDICTIONS} where model_version = 2")
        ),
        0
    );
    assert!(
        count(&home.lake(), PREDICTIONS) > before,
        "version 1 scored the new postings"
    );
}

/// Ninety postings of one category and six of another, in words that say nothing.
fn lopsided() -> Vec<Value> {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut text = || {
        let words = (0..30).map(|_| format!("word{}", rng.random_range(0..60)));
        words.collect::<Vec<_>>().join(" ")
    };
    (1..=100)
        .map(|id| {
            let categories = match id {
                1..=6 => json!([{"name": "Arts"}]),
                7..=96 => json!([{"name": "Sales"}]),
                _ => json!([]),
            };
            json!({"id": id, "name": text(), "contents": text(), "categories": categories})
        })
        .collect()
}

#[test]
fn a_predictor_of_one_category_is_refused_whatever_its_score() {
    let home = Home::new();
    let feed = Feed::from_postings(lopsided()).expect("the postings are JSON");
    let source = Source::serve(feed, ReplayOptions::default());
    let mut train = home.command(&["run", "--to", "train", "--source", &source.url()]);
    train
        .env("CAREERPULSE_TRAIN_CLASSIFIERS", "knn")
        .env("CAREERPULSE_TRAIN_METHODS", "tfidf")
        .env("CAREERPULSE_TRAIN_K", "15")
        .env("CAREERPULSE_TRAIN_WEIGHTS", "uniform");
    ended(&mut train).succeeded();
    let mut promote = home.command(&["--json", "promote"]);
    let refused = ended(promote.env("CAREERPULSE_PROMOTE_MIN_MACRO_F1", "0"));
    assert_eq!(refused.code, Some(3), "{refused:#?}");
    let reason = refused.json()[0]["reasons"][0].clone();
    assert!(
        reason
            .as_str()
            .is_some_and(|reason| reason.contains("degenerate")),
        "{reason}"
    );
}
