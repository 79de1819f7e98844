//! A snapshot stays as it was while a run writes; a lake without tables says what to run.

use careerpulse_dashboard::source::{Snapshot, Source as _, SourceError};
use careerpulse_dashboard::view::imputation::PredictionFilter;

use super::Asked;
use crate::support::{Home, generated};

/// Everything that a snapshot says, as text; `Err` is the sentence of what is not there yet.
fn everything(asked: &Asked, snapshot: &dyn Snapshot) -> Vec<Result<String, String>> {
    fn said<T: std::fmt::Debug>(answer: Result<T, SourceError>) -> Result<String, String> {
        match answer {
            Ok(view) => Ok(format!("{view:?}")),
            Err(SourceError::NotYet(words)) => Err(words),
            Err(error) => panic!("{error}: {:?}", std::error::Error::source(&error)),
        }
    }
    let filter = PredictionFilter {
        per_page: Some(200),
        ..PredictionFilter::default()
    };
    asked.runtime.block_on(async {
        let mut all = vec![
            said(snapshot.overview(Vec::new()).await),
            said(snapshot.predictions(filter).await),
            said(snapshot.suspects().await),
            said(snapshot.models().await),
            said(snapshot.monitoring().await),
            said(snapshot.pipeline().await),
            said(snapshot.version(1).await),
        ];
        for asked in [
            said(snapshot.category("Healthcare".into()).await),
            match snapshot.prediction(1).await {
                Err(SourceError::NotFound(words)) => Ok(words),
                other => said(other),
            },
        ] {
            all.push(asked);
        }
        all
    })
}

#[test]
fn what_was_pinned_stays_while_a_run_writes_and_the_next_snapshot_is_new() {
    let (home, source) = (Home::new(), generated(250));
    home.ingest("run", &source.url());
    let asked = Asked::over(&home.lake());
    let (first, unread) = (asked.snapshot(), asked.snapshot());
    let before = everything(&asked, &*first);
    assert!(before.iter().all(Result::is_ok), "{before:?}");
    let versions = first.versions().clone();
    drop(source);

    let more = generated(300);
    home.ingest("run", &more.url());
    let second = asked.snapshot();
    assert_eq!(*first.versions(), versions);
    for (table, version) in second.versions() {
        assert!(*version >= versions[table], "{table}");
    }
    let after = everything(&asked, &*second);
    assert_ne!(after[0], before[0]);
    assert!(everything(&asked, &*unread) == before);
    assert!(everything(&asked, &*asked.snapshot()) == after);
    let overview = asked.answer(second.overview(Vec::new()));
    assert_eq!(overview.postings, 300);
}

#[test]
fn a_lake_without_tables_says_what_to_run() {
    let home = Home::new();
    let asked = Asked::over(&home.lake());
    let snapshot = asked.snapshot();
    assert!(snapshot.versions().is_empty());
    for answer in everything(&asked, &*snapshot) {
        let words = answer.unwrap_err();
        assert!(words.contains("`careerpulse "), "{words}");
    }
    let texts = vec![careerpulse_dashboard::view::classify::Text::default()];
    let answer = asked.runtime.block_on(asked.source.classify(texts));
    assert!(matches!(answer, Err(SourceError::NotYet(_))), "{answer:?}");
    assert!(!home.lake().exists(), "reading makes no lake");
}

#[test]
fn a_lake_half_way_shows_what_is_there() {
    let (home, source) = (Home::new(), generated(250));
    let asked = Asked::over(&home.lake());
    for (stage, shown) in [("bronze", 1), ("silver", 2), ("gold", 2), ("train", 4)] {
        home.succeed(&["run", "--to", stage, "--source", &source.url()]);
        let answers = everything(&asked, &*asked.snapshot());
        let there = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(there, shown, "{stage}: {answers:?}");
    }
}
