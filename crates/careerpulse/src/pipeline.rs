//! The road: the one list of stages. CLI order, `--from/--to`, the plan and the table in
//! ARCHITECTURE.md derive from it.

use std::time::Instant;

use anyhow::Context as _;
use careerpulse_lake::{Judged, Judgement, Otherwise};

use crate::config::Config;
use crate::error::UserError;
use crate::stage::{Ctx, Stage, Summary};
use crate::stage_runs::{Run, Span, keep};
use crate::stages::{bronze, demand, features, gold, infer, monitor, promote, silver, train};
use crate::tables::Table;
use crate::tracking::Mirror;

/// Every stage, in order.
pub static STAGES: [&Stage; 9] = [
    &bronze::STAGE,
    &silver::STAGE,
    &gold::STAGE,
    &features::STAGE,
    &train::STAGE,
    &promote::STAGE,
    &infer::STAGE,
    &demand::STAGE,
    &monitor::STAGE,
];

/// The stages from one to another, both included; `None` is the road's own end.
///
/// # Errors
/// [`UserError`] for an unknown name, or when `from` comes after `to`.
pub fn between(
    from: Option<&str>,
    to: Option<&str>,
) -> Result<&'static [&'static Stage], UserError> {
    let first = from.map_or(Ok(0), position)?;
    let last = to.map_or(Ok(STAGES.len() - 1), position)?;
    if first > last {
        return Err(UserError::new(format!(
            "--from {} comes after --to {}: the order is {}",
            STAGES[first].name,
            STAGES[last].name,
            names().join(", ")
        )));
    }
    Ok(&STAGES[first..=last])
}

/// Runs one stage: creates the tables it needs, times it, completes its summary, and keeps a row of it,
/// also where it fails.
///
/// Where runs and versions have a second home, a stage that goes by the ledger first heeds what was
/// decided there, and what a stage changes in the registry is shown there when it ends.
///
/// # Errors
/// The stage's failure, with its name.
pub async fn run_stage(
    stage: &Stage,
    ctx: &Ctx,
    config: &Config,
    run: &Run,
) -> anyhow::Result<Summary> {
    let (started, started_at) = (Instant::now(), ctx.clock.now());
    let ended = try_stage(stage, ctx, config).await;
    let span = Span {
        started_at,
        finished_at: ctx.clock.now(),
        took: started.elapsed(),
    };
    let row = match &ended {
        Ok(summary) => run.ended(summary, span),
        Err(error) => run.failed(stage.name, error, span),
    };
    keep(&ctx.lake, row).await;
    ended
}

async fn try_stage(stage: &Stage, ctx: &Ctx, config: &Config) -> anyhow::Result<Summary> {
    let started = Instant::now();
    // What was judged before belongs to another stage.
    ctx.lake.take_judgement();
    let mut tables: Vec<_> = stage
        .reads
        .iter()
        .chain(stage.writes)
        .chain(&[Table::Quarantine, Table::StageRuns])
        .map(|table| table.spec())
        .collect();
    // What is heeded is made by the later stage that writes it.
    for heeded in stage.heeds {
        if ctx.lake.version(heeded.spec()).await?.is_some() {
            tables.push(heeded.spec());
        }
    }
    ctx.lake.ensure(&tables).await?;
    let has = |tables: &[Table], wanted| tables.contains(&wanted);
    let mut mirror = Mirror::new(&*ctx.tracker);
    if has(stage.reads, Table::Promotions) || has(stage.writes, Table::Promotions) {
        mirror.heed().await?;
    }
    let summary = (stage.run)(ctx, config)
        .await
        .with_context(|| format!("stage {}", stage.name))?;
    if has(stage.writes, Table::ModelVersions) || has(stage.writes, Table::Promotions) {
        mirror.registry().await;
    }
    let summary = summary.with_remarks(mirror.into_remarks());
    let mut summary = with_judgement(summary, ctx.lake.take_judgement());
    for table in stage.writes {
        if let Some(version) = ctx.lake.version(table.spec()).await? {
            summary.tables.insert(table.name(), version);
        }
    }
    summary.seconds = started.elapsed().as_secs_f64();
    Ok(summary)
}

/// The summary with how the rows fared that the stage wrote.
fn with_judgement(mut summary: Summary, judgement: Judgement) -> Summary {
    if judgement.expectations.is_empty() {
        return summary;
    }
    let remarks = judgement.expectations.iter().filter_map(broken_words);
    let remarks = remarks.collect();
    summary.rows_rejected += judgement.rejected;
    summary
        .with("expectations", judgement.expectations)
        .with_remarks(remarks)
}

fn broken_words(judged: &Judged) -> Option<String> {
    let Judged {
        table,
        name,
        rows,
        broken,
        ..
    } = judged;
    let fate = match judged.otherwise {
        Otherwise::Reject => format!(" and were left out ({} has them)", Table::Quarantine.name()),
        Otherwise::Warn | Otherwise::Fail => String::new(),
    };
    (*broken > 0).then(|| {
        format!("{broken} of {rows} new rows of {table} break the expectation {name}{fate}")
    })
}

/// The stages' names, in order.
pub fn names() -> Vec<&'static str> {
    STAGES.iter().map(|stage| stage.name).collect()
}

/// The table of the road as Markdown; ARCHITECTURE.md contains it word for word.
pub fn as_markdown() -> String {
    let list = |tables: &[Table]| {
        let names: Vec<String> = tables
            .iter()
            .map(|table| format!("`{}`", table.name()))
            .collect();
        if names.is_empty() {
            "The Muse API".to_owned()
        } else {
            names.join(", ")
        }
    };
    let mut text = String::from("| stage | does | reads | writes |\n|---|---|---|---|\n");
    for stage in STAGES {
        let heeds = match stage.heeds {
            [] => String::new(),
            heeds => format!("; of the run before, {}", list(heeds)),
        };
        let row = format!(
            "| `{}` | {} | {}{heeds} | {} |\n",
            stage.name,
            stage.about,
            list(stage.reads),
            list(stage.writes)
        );
        text.push_str(&row);
    }
    text
}

fn position(name: &str) -> Result<usize, UserError> {
    STAGES
        .iter()
        .position(|stage| stage.name == name)
        .ok_or_else(|| {
            UserError::new(format!(
                "there is no stage `{}`: the stages are {}",
                name.escape_debug(),
                names().join(", ")
            ))
        })
}
