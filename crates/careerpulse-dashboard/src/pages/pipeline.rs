//! What ran, on what, and what it left; and how the stages hang together.

use askama::Template;
use axum::response::Response;

use super::lineage;
use super::markup::{self, Markup};
use super::query::Query;
use super::shell::{self, Shell};
use super::{figures, links, words};
use crate::conditional::Now;
use crate::view::pipeline::{Pipeline, SliceCoverage, StageCard, StageRun};

/// `GET /pipeline`.
pub async fn show(Now(now): Now) -> Response {
    match now.pipeline().await {
        Ok(view) => shell::page(&page(&view)),
        Err(error) => shell::instead("/pipeline", &error),
    }
}

#[derive(Template)]
#[template(path = "pipeline.html")]
struct Page {
    shell: Shell,
    runs: Vec<Run>,
    runs_csv: String,
    slices: Vec<Slice>,
    slices_csv: String,
    tables: Vec<Table>,
    tables_csv: String,
    drawn: Option<Markup>,
    stages: Vec<Stage>,
}

/// The stages of one run.
struct Run {
    id: String,
    started: Markup,
    seconds: String,
    is_bad: bool,
    status: String,
    rows: Vec<Step>,
}

struct Step {
    stage: String,
    status: String,
    is_bad: bool,
    seconds: String,
    bar: Markup,
    read: String,
    written: String,
    rejected: String,
    note: String,
}

struct Slice {
    name: String,
    reachable: String,
    pages: String,
    share: String,
    bar: Markup,
    finished: Markup,
    error: String,
}

struct Table {
    name: String,
    comment: String,
    version: Option<String>,
}

struct Stage {
    name: String,
    about: String,
    reads: String,
    heeds: String,
    writes: String,
}

/// Runs shown.
const RUNS: usize = 10;

fn page(view: &Pipeline) -> Page {
    let csv = |part: &str| links::csv(&format!("pipeline/{part}"), &Query::default());
    Page {
        shell: shell::shell("Pipeline", "/pipeline"),
        runs: runs(&view.runs),
        runs_csv: csv("runs"),
        slices: view.slices.iter().map(slice).collect(),
        slices_csv: csv("slices"),
        tables: view
            .tables
            .iter()
            .map(|table| Table {
                name: words::name(&table.name),
                comment: words::passage(&table.comment),
                version: table.version.map(figures::whole),
            })
            .collect(),
        tables_csv: csv("tables"),
        drawn: lineage::drawn(&view.stages),
        stages: view.stages.iter().map(stage).collect(),
    }
}

/// Stages gathered by run, the newest run first, each run's stages in the order they ran.
fn runs(steps: &[StageRun]) -> Vec<Run> {
    let mut ids: Vec<&str> = Vec::new();
    for step in steps {
        if !ids.contains(&step.run_id.as_str()) {
            ids.push(&step.run_id);
        }
    }
    ids.truncate(RUNS);
    let runs = ids.into_iter().filter_map(|id| {
        let mut of: Vec<&StageRun> = steps.iter().filter(|step| step.run_id == id).collect();
        of.sort_by_key(|step| step.started_at);
        let slowest = of
            .iter()
            .fold(0.0_f64, |slowest, step| slowest.max(step.seconds));
        let bad = of.iter().find(|step| is_bad(&step.status));
        let last = of.last()?;
        Some(Run {
            id: words::name(id),
            started: markup::moment(of.first()?.started_at),
            seconds: figures::seconds(of.iter().map(|step| step.seconds).sum()),
            is_bad: bad.is_some(),
            status: bad.map_or_else(
                || format!("{} stages, up to {}", of.len(), words::name(&last.stage)),
                |step| format!("{} {}", words::name(&step.stage), words::name(&step.status)),
            ),
            rows: of.iter().map(|step| row(step, slowest)).collect(),
        })
    });
    runs.collect()
}

fn is_bad(status: &str) -> bool {
    matches!(status, "failed" | "refused")
}

fn row(step: &StageRun, slowest: f64) -> Step {
    Step {
        stage: words::name(&step.stage),
        status: words::name(&step.status),
        is_bad: is_bad(&step.status),
        seconds: figures::seconds(step.seconds),
        bar: markup::bar(step.seconds / slowest, "other"),
        read: figures::whole(step.rows_read),
        written: figures::whole(step.rows_written),
        rejected: figures::whole(step.rows_rejected),
        note: step.note.as_deref().map(words::passage).unwrap_or_default(),
    }
}

fn slice(slice: &SliceCoverage) -> Slice {
    Slice {
        name: words::name(&slice.slice),
        reachable: figures::whole(slice.reachable),
        pages: figures::whole(slice.pages),
        share: figures::or_dash(slice.share, figures::percent),
        bar: markup::bar(slice.share.unwrap_or(0.0), "other"),
        finished: markup::moment(slice.finished_at),
        error: slice
            .error
            .as_deref()
            .map(words::passage)
            .unwrap_or_default(),
    }
}

fn stage(stage: &StageCard) -> Stage {
    let list = |tables: &[String]| {
        let names: Vec<String> = tables.iter().map(|name| words::name(name)).collect();
        if names.is_empty() {
            figures::UNKNOWN.to_owned()
        } else {
            names.join(", ")
        }
    };
    Stage {
        name: words::name(&stage.name),
        about: words::passage(&stage.about),
        reads: if stage.reads.is_empty() {
            "The Muse API".to_owned()
        } else {
            list(&stage.reads)
        },
        heeds: list(&stage.heeds),
        writes: list(&stage.writes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_gathered_by_run_in_the_order_they_ran() {
        let at = |second| chrono::DateTime::from_timestamp(second, 0).unwrap();
        let step = |run: &str, stage: &str, status: &str, second| StageRun {
            run_id: run.to_owned(),
            stage: stage.to_owned(),
            status: status.to_owned(),
            started_at: at(second),
            seconds: 1.0,
            rows_read: 0,
            rows_written: 0,
            rows_rejected: 0,
            note: None,
        };
        let steps = [
            step("b", "silver", "failed", 21),
            step("b", "bronze", "done", 20),
            step("a", "bronze", "done", 10),
        ];
        let runs = runs(&steps);
        assert_eq!((runs[0].rows[0].stage.as_str(), runs.len()), ("bronze", 2));
        assert!(runs[0].is_bad && runs[0].status == "silver failed" && !runs[1].is_bad);
    }
}
