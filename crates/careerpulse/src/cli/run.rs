//! `run` and the single stages.

use serde_json::json;

use super::args::{BronzeArgs, RunArgs};
use super::context;
use super::exit::Outcome;
use super::output::{print, print_json, run_table, table};
use crate::config::Config;
use crate::pipeline::{between, run_stage};
use crate::stage::{Ctx, Stage, Status, Summary};

/// `careerpulse run`.
pub async fn run(args: RunArgs, mut config: Config, json: bool) -> anyhow::Result<Outcome> {
    let stages = between(args.from.as_deref(), args.to.as_deref())?;
    apply(args.bronze, &mut config);
    let ctx = context(&config)?;
    if args.dry_run {
        return show_plan(stages, &ctx, json).await;
    }
    run_stages(stages, &ctx, &config, json).await?;
    // A refused candidate leaves production as it was, and the run has done its work.
    Ok(Outcome::Done)
}

/// `careerpulse bronze`.
pub async fn bronze(args: BronzeArgs, mut config: Config, json: bool) -> anyhow::Result<Outcome> {
    apply(args, &mut config);
    one("bronze", config, json).await
}

/// A single stage by its name.
pub async fn one(name: &str, config: Config, json: bool) -> anyhow::Result<Outcome> {
    let stages = between(Some(name), Some(name))?;
    let ctx = context(&config)?;
    let summaries = run_stages(stages, &ctx, &config, json).await?;
    let is_refused = summaries
        .iter()
        .any(|summary| summary.status == Status::Refused);
    Ok(if is_refused {
        Outcome::Refused
    } else {
        Outcome::Done
    })
}

/// Runs stages in order; prints a JSON line as each ends, or one table in the end.
///
/// # Errors
/// The first failure; for people the table of what went well before it is printed all the same.
pub async fn run_stages(
    stages: &[&Stage],
    ctx: &Ctx,
    config: &Config,
    json: bool,
) -> anyhow::Result<Vec<Summary>> {
    let mut summaries = Vec::new();
    // Whoever listens may stop listening: the stages run to their end all the same.
    let mut unheard = None;
    for stage in stages {
        match run_stage(stage, ctx, config).await {
            Ok(summary) => {
                tracing::info!(stage = stage.name, seconds = summary.seconds, "stage ended");
                if json && unheard.is_none() {
                    unheard = print_json(&summary).err();
                }
                summaries.push(summary);
            }
            Err(error) => {
                if !json && !summaries.is_empty() {
                    print(&run_table(&summaries))?;
                }
                return Err(error);
            }
        }
    }
    if !json {
        print(&run_table(&summaries))?;
    }
    unheard.map_or(Ok(summaries), Err)
}

fn apply(args: BronzeArgs, config: &mut Config) {
    if let Some(source) = args.source {
        config.bronze.source = source;
    }
    if let Some(max_requests) = args.max_requests {
        config.bronze.max_requests = max_requests;
    }
}

async fn show_plan(stages: &[&Stage], ctx: &Ctx, json: bool) -> anyhow::Result<Outcome> {
    let mut rows = Vec::new();
    for stage in stages {
        let mut named = [Vec::new(), Vec::new()];
        for (side, tables) in named.iter_mut().zip([stage.reads, stage.writes]) {
            for table in tables {
                let version = ctx.lake.version(table.spec()).await?;
                side.push(version.map_or_else(
                    || format!("{} (new)", table.name()),
                    |version| format!("{} v{version}", table.name()),
                ));
            }
        }
        let [reads, writes] = named;
        if json {
            print_json(
                &json!({"stage": stage.name, "about": stage.about, "reads": reads, "writes": writes}),
            )?;
        }
        rows.push(vec![
            stage.name.to_owned(),
            reads.join("\n"),
            writes.join("\n"),
        ]);
    }
    if !json {
        print(&table(&["stage", "reads", "writes"], &rows))?;
    }
    Ok(Outcome::Done)
}
