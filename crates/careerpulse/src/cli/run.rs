//! `run` and the single stages.

use chrono::{DateTime, Utc};
use croner::Cron;
use serde_json::json;

use super::args::{BronzeArgs, RunArgs};
use super::context;
use super::exit::{Outcome, report};
use super::guard::guard;
use super::output::{print, print_json, run_table, table};
use super::schedule::{next_time, next_times, parse, wait_until, written};
use super::stop::{Asked, heeding};
use crate::config::Config;
use crate::encoding::check_precision;
use crate::pipeline::{between, run_stage};
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::stage_runs::Run;
use crate::stages::features;

/// `careerpulse run`, once or whenever a schedule says so.
pub async fn run(args: RunArgs, mut config: Config, json: bool) -> anyhow::Result<Outcome> {
    let stages = between(args.from.as_deref(), args.to.as_deref())?;
    apply(args.bronze, &mut config);
    let now = config.clock.now();
    let every = args.every.map(|text| parse(&text, now)).transpose()?;
    // What is wrong with the settings is said at once, and not at the first tick or behind a crawl.
    let ctx = context(&config)?;
    if stages
        .iter()
        .any(|stage| stage.name == features::STAGE.name)
    {
        check_precision(&config.features)?;
    }
    if args.dry_run {
        show_plan(stages, &ctx, json).await?;
        return every.map_or(Ok(Outcome::Done), |cron| show_times(&cron, now, json));
    }
    heeding(move |asked| async move {
        match every {
            Some(cron) => run_every(&cron, stages, &config, json, asked).await,
            None => run_once(stages, &config, json, &asked).await,
        }
    })
    .await
}

/// `careerpulse bronze`.
pub async fn bronze(args: BronzeArgs, mut config: Config, json: bool) -> anyhow::Result<Outcome> {
    apply(args, &mut config);
    one("bronze", config, json).await
}

/// `careerpulse train`: whoever types it wants a version.
pub async fn train(mut config: Config, json: bool) -> anyhow::Result<Outcome> {
    config.retrain.asked = true;
    one("train", config, json).await
}

/// A single stage by its name.
pub async fn one(name: &str, config: Config, json: bool) -> anyhow::Result<Outcome> {
    let stages = between(Some(name), Some(name))?;
    let ctx = context(&config)?;
    let _lock = guard(&ctx.lake, name, ctx.clock)?;
    let summaries = run_stages(stages, &ctx, &config, json, &Asked::never()).await?;
    let is_refused = summaries
        .iter()
        .any(|summary| summary.status == Status::Refused);
    Ok(if is_refused {
        Outcome::Refused
    } else {
        Outcome::Done
    })
}

/// Runs stages in order, until it is asked to end; prints a JSON line as each ends, or one table in
/// the end.
///
/// # Errors
/// The first failure; for people the table of what went well before it is printed all the same.
pub async fn run_stages(
    stages: &[&Stage],
    ctx: &Ctx,
    config: &Config,
    json: bool,
    asked: &Asked,
) -> anyhow::Result<Vec<Summary>> {
    let run = Run::begin(ctx.clock);
    let mut summaries = Vec::new();
    // Whoever listens may stop listening: the stages run to their end all the same.
    let mut unheard = None;
    for stage in stages {
        if asked.already() {
            tracing::warn!(
                "stopped before {}: the next run goes on from there",
                stage.name
            );
            break;
        }
        match run_stage(stage, ctx, config, &run).await {
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
    if !json && !summaries.is_empty() {
        print(&run_table(&summaries))?;
    }
    unheard.map_or(Ok(summaries), Err)
}

async fn run_once(
    stages: &[&Stage],
    config: &Config,
    json: bool,
    asked: &Asked,
) -> anyhow::Result<Outcome> {
    let ctx = context(config)?;
    let _lock = guard(&ctx.lake, "run", ctx.clock)?;
    run_stages(stages, &ctx, config, json, asked).await?;
    // A refused candidate leaves production as it was, and the run has done its work.
    Ok(Outcome::Done)
}

/// Runs at each tick that it is not busy at, until it is asked to end.
async fn run_every(
    cron: &Cron,
    stages: &[&Stage],
    config: &Config,
    json: bool,
    mut asked: Asked,
) -> anyhow::Result<Outcome> {
    // The lake is locked for each run and free between them.
    while let Some(next) = next_time(cron, config.clock.now()) {
        tracing::info!("the next run is at {}", written(next));
        if !wait_until(next, config.clock, &mut asked).await {
            break;
        }
        if let Err(error) = run_once(stages, config, json, &asked).await {
            // Said as if the run had been alone; its status is nobody's.
            let _ = report(&error);
        }
        if asked.already() {
            break;
        }
    }
    Ok(Outcome::Done)
}

fn apply(args: BronzeArgs, config: &mut Config) {
    if let Some(source) = args.source {
        config.bronze.source = source;
    }
    if let Some(max_requests) = args.max_requests {
        config.bronze.max_requests = max_requests;
    }
}

fn show_times(cron: &Cron, now: DateTime<Utc>, json: bool) -> anyhow::Result<Outcome> {
    let times = next_times(cron, now, 3);
    match json {
        true => print_json(&json!({"next_runs": times}))?,
        false => print(&format!("the next runs would be at {}\n", times.join(", ")))?,
    }
    Ok(Outcome::Done)
}

async fn show_plan(stages: &[&Stage], ctx: &Ctx, json: bool) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for stage in stages {
        let mut named = [Vec::new(), Vec::new(), Vec::new()];
        let sides = [stage.reads, stage.heeds, stage.writes];
        for (side, tables) in named.iter_mut().zip(sides) {
            for table in tables {
                let version = ctx.lake.version(table.spec()).await?;
                side.push(version.map_or_else(
                    || format!("{} (new)", table.name()),
                    |version| format!("{} v{version}", table.name()),
                ));
            }
        }
        let [mut reads, heeds, writes] = named;
        if json {
            print_json(
                &json!({"stage": stage.name, "about": stage.about, "reads": reads, "heeds": heeds, "writes": writes}),
            )?;
        }
        reads.extend(
            heeds
                .into_iter()
                .map(|table| format!("{table}, of the run before")),
        );
        rows.push(vec![
            stage.name.to_owned(),
            reads.join("\n"),
            writes.join("\n"),
        ]);
    }
    if !json {
        print(&table(&["stage", "reads", "writes"], &rows))?;
    }
    Ok(())
}
