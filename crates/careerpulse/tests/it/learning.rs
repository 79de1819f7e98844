//! Learning from outside: the whole sweep, what comes with its winner, and data that admit little.

use careerpulse::tables::Table;
use careerpulse_lake::{Column, Kind, Lake, TableSpec};
use careerpulse_replay::{Feed, ReplayOptions};
use serde_json::{Value, json};

use crate::support::{Home, Source, count, ended, generated, rows};

/// A posting as The Muse writes it.
fn posting(id: usize, name: &str, contents: &str, category: Option<&str>) -> Value {
    let categories: Vec<Value> = category.iter().map(|name| json!({"name": name})).collect();
    json!({"id": id, "name": name, "contents": contents, "categories": categories})
}

fn serve(postings: Vec<Value>) -> Source {
    let feed = Feed::from_postings(postings).expect("the postings are JSON");
    Source::serve(feed, ReplayOptions::default())
}

/// The summary of `train` after the stages before it, with some settings changed.
fn trained(home: &Home, source: &Source, settings: &[(&str, &str)]) -> Value {
    let mut run = home.command(&["--json", "run", "--to", "train", "--source", &source.url()]);
    for (name, value) in settings {
        run.env(format!("CAREERPULSE_TRAIN_{name}"), value);
    }
    let stages = ended(&mut run).succeeded().json();
    stages.last().expect("train has a summary").clone()
}

#[test]
fn every_classifier_is_swept_on_every_method_and_the_winner_is_assessed() {
    let (home, source) = (Home::new(), generated(400));
    let everything = [
        ("METHODS", "tfidf,tfidf_svd,combined"),
        ("CLASSIFIERS", "knn,logistic,linear_svm"),
        ("EXTRA_FEATURES", "false,true"),
        ("METRICS", "cosine,euclidean"),
        ("SVD_COMPONENTS", "20"),
    ];
    let train = trained(&home, &source, &everything);
    // Of knn 2 k × 2 weights × 2 metrics, of logistic 1 and of the machine 2; combined has no knn.
    let runs = train["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 2 * (2 * (8 + 3) + 3), "{train}");
    let best = |key: &str| {
        let figures = runs.iter().filter_map(|run| run[key].as_f64());
        figures.fold(0.0, f64::max)
    };
    let winner = train["winner"]["grouped_macro_f1_mean"].as_f64();
    assert_eq!(winner, Some(best("grouped_macro_f1_mean")));
    assert!(runs.iter().all(|run| {
        let figure = |key: &str| run[key].as_f64().expect("a figure");
        figure("grouped_top3_accuracy_mean") >= figure("grouped_accuracy_mean")
    }));

    let lake = home.lake();
    let labelled = count(&lake, "careerpulse_gold.category_labeled_postings");
    let sum = rows(
        &lake,
        "select sum(postings) as n from careerpulse_ml.confusion",
    );
    assert_eq!(
        sum[0]["n"].as_u64(),
        Some(labelled),
        "each posting stands once in the matrix"
    );
    let binned = rows(
        &lake,
        "select sum(postings) as n from careerpulse_ml.reliability",
    );
    assert_eq!(binned[0]["n"].as_u64(), Some(labelled));
    let curve = rows(
        &lake,
        "select coverage from careerpulse_ml.coverage_curve where category = '*' order by threshold",
    );
    assert_eq!(curve[0]["coverage"].as_f64(), Some(1.0));
    let shares: Vec<f64> = curve
        .iter()
        .filter_map(|row| row["coverage"].as_f64())
        .collect();
    assert!(shares.is_sorted_by(|a, b| a >= b), "{shares:?}");
    assert!(count(&lake, "careerpulse_ml.learning_curve") >= 4);
    assert_eq!(
        count(
            &lake,
            "careerpulse_ml.label_suspects where category = suggested"
        ),
        0
    );

    home.succeed(&["promote"]);
    home.succeed(&["infer"]);
    let predictions = rows(
        &lake,
        "select * from careerpulse_inference.category_predictions",
    );
    assert!(!predictions.is_empty());
    for prediction in &predictions {
        let top3 = prediction["top3"].as_array().expect("top3");
        let probability = |scored: &Value| scored["probability"].as_f64().expect("a number");
        let sum: f64 = top3.iter().map(probability).sum();
        assert!(sum <= 1.0 + 1e-9 && top3.len() == 3, "{prediction:?}");
        assert_eq!(top3[1]["category"], prediction["runner_up"]);
        assert!(
            !prediction["neighbours"]
                .as_array()
                .expect("a list")
                .is_empty()
        );
        let group = prediction["duplicate_group"].as_str().expect("a group");
        assert_eq!(group.len(), 16);
    }
    let shown = home.succeed(&["models", "show", "1"]).stdout;
    assert!(
        shown.contains("calibrated by") && shown.contains("Learning curve"),
        "{shown}"
    );
}

#[test]
fn a_sweep_that_lost_its_version_registers_the_same_winner_from_its_runs() {
    let (home, source) = (Home::new(), generated(250));
    let first = trained(&home, &source, &[]);
    let all = count(&home.lake(), "careerpulse_ml.runs");
    // As after a kill behind the last run: the runs are there, the version is not.
    for table in ["model_versions", "confusion", "coverage_curve"] {
        let folder = home.lake().join("careerpulse_ml").join(table);
        std::fs::remove_dir_all(folder).expect("the table is there");
    }
    let second = home.succeed(&["--json", "train"]).json();
    assert_eq!(second[0]["winner"], first["winner"]);
    assert_eq!(count(&home.lake(), "careerpulse_ml.runs"), all);
    assert_eq!(count(&home.lake(), "careerpulse_ml.model_versions"), 1);
    assert!(count(&home.lake(), "careerpulse_ml.confusion") > 0);
}

#[test]
fn a_category_with_fewer_postings_than_folds_takes_part_and_is_named() {
    let texts =
        |id: usize, word: &str| format!("{word} number{id} duty{} shift{}", id % 7, id % 11);
    let mut postings: Vec<Value> = (1..=60)
        .map(|id| match id % 2 {
            0 => posting(id, "Nurse", &texts(id, "ward patient"), Some("Healthcare")),
            _ => posting(
                id,
                "Driver",
                &texts(id, "truck road"),
                Some("Transportation"),
            ),
        })
        .collect();
    postings.extend((61..=63).map(|id| posting(id, "Painter", &texts(id, "brush"), Some("Arts"))));
    let (home, source) = (Home::new(), serve(postings));
    let train = trained(&home, &source, &[]);
    assert_eq!(train["status"], "done", "{train}");
    assert!(
        train["note"]
            .as_str()
            .is_some_and(|note| note.contains("Arts 3")),
        "{train}"
    );
    assert!(train["winner"]["grouped_macro_f1_mean"].as_f64() > Some(0.5));
}

#[test]
fn one_category_alone_is_nothing_to_learn() {
    let text = |id: usize| format!("ward patient number{id} duty{}", id % 7);
    let postings = (1..=40).map(|id| posting(id, "Nurse", &text(id), Some("Healthcare")));
    let (home, source) = (Home::new(), serve(postings.collect()));
    let train = trained(&home, &source, &[]);
    assert_eq!(train["status"], "skipped");
    let note = train["note"].as_str().expect("a note");
    assert!(note.contains("two categories are needed"), "{note}");
}

#[test]
fn texts_without_a_word_leave_the_methods_of_words_out_and_say_so() {
    // Titles and descriptions of stop words alone, each another.
    let stop = [
        "the", "and", "of", "to", "in", "for", "with", "on", "at", "by",
    ];
    let text = |id: usize| {
        format!(
            "{} {} {}",
            stop[id % 10],
            stop[id / 10 % 10],
            stop[id / 7 % 10]
        )
    };
    let category = |id: usize| {
        if id.is_multiple_of(2) {
            "Sales"
        } else {
            "Retail"
        }
    };
    let postings = (1..=60).map(|id| posting(id, &text(id), &text(id + 3), Some(category(id))));
    let (home, source) = (Home::new(), serve(postings.collect()));
    let train = trained(&home, &source, &[("METHODS", "tfidf")]);
    assert_eq!(train["status"], "skipped", "{train}");
    let note = train["note"].as_str().expect("a note");
    assert!(note.contains("tfidf (title × 2) left out"), "{note}");
}

#[test]
fn equal_texts_under_two_categories_are_no_reason_to_stop() {
    let same = "ward patient shift care hospital duty night team nurse family ".repeat(8);
    let mut postings: Vec<Value> = (1..=30)
        .map(|id| {
            posting(
                id,
                "Nurse",
                &same,
                Some(if id % 2 == 0 { "Arts" } else { "Sales" }),
            )
        })
        .collect();
    let (home, source) = (Home::new(), serve(postings.clone()));
    let train = trained(&home, &source, &[]);
    assert_eq!(train["status"], "skipped", "one text is one group: {train}");
    let other = |id: usize| format!("truck road number{id} load{} yard{}", id % 7, id % 5);
    postings.extend((31..=70).map(|id| posting(id, "Driver", &other(id), Some("Retail"))));
    let (home, source) = (Home::new(), serve(postings));
    assert_eq!(trained(&home, &source, &[])["status"], "done");
}

#[test]
fn a_text_in_another_script_is_predicted_and_abstained() {
    let (home, source) = (Home::new(), generated(250));
    home.succeed(&["run", "--source", &source.url()]);
    let args = [
        "--json",
        "classify",
        "--title",
        "看護師",
        "--description",
        "病院で働く看護師を募集しています",
    ];
    let said = home.succeed(&args).json();
    assert_eq!(said[0]["abstained"], true, "{said:?}");
}

#[test]
fn a_table_of_an_earlier_version_is_named_with_the_remedy() {
    const OLD: &[Column] = &[Column::required("version", Kind::Int, "The version")];
    let home = Home::new();
    let spec = TableSpec {
        columns: OLD,
        ..*Table::ModelVersions.spec()
    };
    let lake = Lake::open(&home.lake().display().to_string()).expect("a lake can be had");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be had");
    runtime
        .block_on(lake.ensure(&[&spec]))
        .expect("the table can be made");
    for command in [&["models", "list"][..], &["classify", "--title", "Nurse"]] {
        home.run(command).failed_with(&[
            "earlier version",
            "careerpulse_ml/model_versions",
            "again",
        ]);
    }
}

#[test]
fn a_title_alone_is_classified_by_a_model_that_knows_titles() {
    let (home, source) = (Home::new(), generated(300));
    let mut run = home.command(&["run", "--source", &source.url()]);
    run.env("CAREERPULSE_TRAIN_METHODS", "combined")
        .env("CAREERPULSE_TRAIN_TITLE_REPEATS", "0")
        .env("CAREERPULSE_TRAIN_TARGET_PRECISION", "0");
    ended(&mut run).succeeded();
    let said = home.succeed(&["--json", "classify", "--title", "Registered Nurse"]);
    assert_eq!(said.json()[0]["abstained"], false, "{said:?}");
    let words = home
        .succeed(&["classify", "--title", "Registered Nurse"])
        .stdout;
    assert!(!words.contains("nothing in this text"), "{words}");
}
