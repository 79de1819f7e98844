//! Every stage that ran leaves a row, one that failed too, and a run's rows share its id.

use careerpulse_dashboard::view::pipeline::StageRun;

use super::Asked;
use crate::support::{Home, generated, rows};

fn runs(home: &Home) -> Vec<StageRun> {
    let asked = Asked::over(&home.lake());
    asked.answer(asked.snapshot().pipeline()).runs
}

#[test]
fn a_run_leaves_a_row_a_stage_and_a_failure_says_why() {
    let (home, source) = (Home::new(), generated(250));
    let run = home.succeed(&["--json", "run", "--source", &source.url()]);
    let first = runs(&home);
    let said = run.json();
    assert_eq!(first.len(), said.len());
    // The newest comes first.
    for (row, summary) in first.iter().rev().zip(&said) {
        assert_eq!(summary["stage"], row.stage);
        assert_eq!(summary["status"], row.status);
        assert_eq!(summary["rows_read"], row.rows_read);
        assert_eq!(summary["rows_written"], row.rows_written);
        assert_eq!(summary["rows_rejected"], row.rows_rejected);
        assert_eq!(summary["note"].as_str(), row.note.as_deref());
        assert_eq!(row.run_id, first[0].run_id);
        assert!(row.seconds >= summary["seconds"].as_f64().unwrap());
    }

    home.succeed(&["silver"]);
    drop(source);
    let nobody = "http://127.0.0.1:9/jobs";
    let mut failing = home.command(&["run", "--source", nobody]);
    failing.env("CAREERPULSE_BRONZE_MAX_ATTEMPTS", "1");
    crate::support::ended(&mut failing).failed_with(&[nobody]);
    let all = runs(&home);
    assert_eq!(all.len(), first.len() + 2);
    assert_eq!(
        (all[0].stage.as_str(), all[0].status.as_str()),
        ("bronze", "failed")
    );
    let why = all[0].note.as_deref().unwrap();
    assert!(why.contains(nobody), "{why}");
    assert_eq!(
        (all[1].stage.as_str(), all[1].status.as_str()),
        ("silver", "unchanged")
    );
    let mut ids: Vec<&str> = all.iter().map(|run| run.run_id.as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    let stored = rows(
        &home.lake(),
        "select distinct program from careerpulse_monitoring.stage_runs",
    );
    assert_eq!(stored[0]["program"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_pipeline_names_every_stage_table_and_slice() {
    let home = super::finished();
    let asked = Asked::over(&home.lake());
    let snapshot = asked.snapshot();
    let pipeline = asked.answer(snapshot.pipeline());
    let names: Vec<&str> = pipeline
        .stages
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, careerpulse::pipeline::names());
    assert_eq!(pipeline.tables.len(), careerpulse::tables::ALL.len());
    for table in &pipeline.tables {
        assert_eq!(
            table.version.as_ref(),
            snapshot.versions().get(&table.name),
            "{}",
            table.name
        );
    }
    let slices = rows(
        &home.lake(),
        "select slice, least(20 * pages_fetched, reachable) / cast(reachable as double) as share \
         from careerpulse_bronze.coverage order by slice",
    );
    assert_eq!(pipeline.slices.len(), slices.len());
    for (shown, row) in pipeline.slices.iter().zip(&slices) {
        assert_eq!(row["slice"], shown.slice);
        assert_eq!(row["share"].as_f64(), shown.share);
    }
}
