//! The model that is kept loaded answers as the command does, and gives way to the next production version.

use careerpulse_dashboard::source::Source as _;
use careerpulse_dashboard::view::classify::Text;
use serde_json::{Value, json};

use super::{Asked, finished};
use crate::support::{Home, count, generated};

fn texts() -> Vec<Text> {
    let text = |title: &str, description: &str| Text {
        title: title.into(),
        description: description.into(),
        ..Text::default()
    };
    vec![
        text("Staff Nurse", "Care for <b>patients</b> on a ward"),
        text(
            "Software Engineer",
            "Rust &amp; <script>alert(1)</script> databases",
        ),
        text("", ""),
        text("'; drop table", "\u{202e}zzz\u{0}"),
        Text {
            level: Some("Senior Level".into()),
            location: Some("Berlin, Germany".into()),
            ..text("Driver", "Trucks at night")
        },
    ]
}

#[test]
fn it_says_what_the_command_says() {
    let home = finished();
    let lines: Vec<String> = texts()
        .iter()
        .map(|text| serde_json::to_string(text).unwrap() + "\n")
        .collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), lines.concat()).unwrap();
    let path = file.path().to_string_lossy().into_owned();
    let commanded = home.succeed(&["--json", "classify", &path]).json();

    let asked = Asked::over(&home.lake());
    let served = asked.answer(asked.source.classify(texts()));
    let again = asked.answer(asked.source.classify(texts()));
    assert_eq!(served, again);
    assert_eq!(served.len(), commanded.len());
    for (found, expected) in served.iter().zip(&commanded) {
        assert!(found.neighbours.iter().all(|near| !near.title.is_empty()));
        // Both as text and back: a number that was read may differ from its text by its last bit.
        let text = serde_json::to_string(found).unwrap();
        let found: Value = serde_json::from_str(&text).unwrap();
        for same in [
            "category",
            "probability",
            "gap",
            "abstained",
            "model_version",
            "top3",
        ] {
            assert_eq!(found[same], expected[same], "{same}");
        }
        let near = found["neighbours"].as_array().unwrap().iter();
        let near: Vec<_> = near
            .map(|near| json!({"posting_id": near["posting_id"], "similarity": near["similarity"]}))
            .collect();
        assert_eq!(expected["neighbours"], json!(near));
    }
    let one = asked.answer(asked.source.classify(texts()[..1].to_vec()));
    assert_eq!(one[0].category, served[0].category);
    assert!(
        one[0]
            .neighbours
            .iter()
            .all(|near| !near.description.is_empty())
    );
}

#[test]
fn another_production_version_is_loaded_when_the_ledger_names_it() {
    let (home, source) = (Home::new(), generated(250));
    home.ingest("run", &source.url());
    let asked = Asked::over(&home.lake());
    let first = asked.answer(asked.source.classify(texts()));
    assert!(first.iter().all(|one| one.model_version == 1));
    drop(source);
    let more = generated(270);
    home.succeed(&["run", "--to", "features", "--source", &more.url()]);
    home.succeed(&["train"]);
    assert_eq!(count(&home.lake(), "careerpulse_ml.model_versions"), 2);
    let before = asked.answer(asked.source.classify(texts()));
    assert!(before.iter().all(|one| one.model_version == 1));
    home.succeed(&["promote", "--force", "--why", "a test"]);
    asked.renew();
    let second = asked.answer(asked.source.classify(texts()));
    assert!(second.iter().all(|one| one.model_version == 2));
}
