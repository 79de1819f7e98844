//! The shell: arguments in, one outcome out.

mod args;
mod assessment;
mod classify;
mod demo;
mod encoder;
mod exit;
mod guard;
mod logging;
mod mlflow;
mod models;
mod monitor;
mod output;
mod promote;
mod replay;
mod report;
mod run;
mod sample;
mod schedule;
mod serve;
mod stop;
mod tables;
mod world;

pub use args::Cli;

use std::process::ExitCode;

use anyhow::Context as _;
use careerpulse_lake::Lake;
use clap::{CommandFactory as _, Parser as _};

use crate::clock::Clock;
use crate::config::{Config, known_variables, load};
use crate::expectations::expectations;
use crate::progress;
use crate::sources::muse::ApiKey;
use crate::stage::Ctx;
use crate::taxonomy::load_taxonomy;
use crate::tracking::tracker;

use args::{Command, Global};
use exit::{Outcome, exit_code, report};

/// Runs the command line; the exit status is 0 done, 1 the user's mistake, 2 unexpected, 3 the gate
/// said no, 130 or 143 ended by a second signal.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::usage(&error),
    };
    logging::start(&cli.global, is_service(&cli.command));
    if cli.global.json || cli.global.quiet {
        progress::be_quiet();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK)
        .build();
    let outcome = runtime
        .context("starting the async runtime")
        .and_then(|runtime| {
            let outcome = runtime.block_on(dispatch(cli));
            if matches!(outcome, Ok(Outcome::Signalled(_))) {
                // A stage that was cut short may compute on: the program does not wait for it.
                runtime.shutdown_background();
            }
            outcome
        });
    match outcome {
        Ok(outcome) => exit_code(outcome),
        Err(error) => report(&error),
    }
}

/// As much as the main thread has: `run` works on the runtime's own threads, and plans of queries
/// are walked recursively.
const STACK: usize = 8 << 20;

/// Whether a command stays, so that its log is what people look at.
fn is_service(command: &Command) -> bool {
    match command {
        Command::Run(args) => args.every.is_some(),
        Command::Serve(_) => true,
        _ => false,
    }
}

async fn dispatch(cli: Cli) -> anyhow::Result<Outcome> {
    let global = &cli.global;
    match cli.command {
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "careerpulse", &mut script);
            output::print(&String::from_utf8(script)?)?;
            Ok(Outcome::Done)
        }
        Command::Sample(args) => sample::sample(args),
        Command::Replay(args) => replay::replay(args).await,
        Command::Encoder { action } => {
            encoder::encoder(action, &settings(global)?, global.json).await
        }
        Command::Demo(args) => demo::demo(args, settings(global)?, global).await,
        Command::Run(args) => run::run(args, settings(global)?, global.json).await,
        Command::Bronze(args) => run::bronze(args, settings(global)?, global.json).await,
        Command::Silver => run::one("silver", settings(global)?, global.json).await,
        Command::Gold => run::one("gold", settings(global)?, global.json).await,
        Command::Features => run::one("features", settings(global)?, global.json).await,
        Command::Train => run::train(settings(global)?, global.json).await,
        Command::Promote(args) => promote::promote(args, settings(global)?, global.json).await,
        Command::Infer => run::one("infer", settings(global)?, global.json).await,
        Command::Demand => run::one("demand", settings(global)?, global.json).await,
        Command::Monitor(args) => monitor::monitor(args, settings(global)?, global.json).await,
        Command::Alarms { action } => {
            monitor::alarms(action, &settings(global)?, global.json).await
        }
        Command::Classify(args) => classify::classify(args, &settings(global)?, global.json).await,
        Command::Models { action } => models::models(action, &settings(global)?, global.json).await,
        Command::Mlflow { action } => mlflow::mlflow(action, &settings(global)?, global.json).await,
        Command::Tables { action } => tables::tables(action, &settings(global)?, global.json).await,
        Command::Report(args) => report::report(args, &settings(global)?, global.json).await,
        Command::Serve(args) => serve::serve(args, &settings(global)?, global.json).await,
        Command::Sql(args) => tables::sql(args, &settings(global)?, global.json).await,
    }
}

/// Defaults, file and environment, with the global flags laid over them.
fn settings(global: &Global) -> anyhow::Result<Config> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    known_variables(names)?;
    let mut config = load(global.config.as_deref(), |name| std::env::var(name).ok())?;
    // A mistake in it would otherwise come to light only after the crawl.
    load_taxonomy(&config.gold.taxonomy)?;
    if let Some(lake) = &global.lake {
        config.lake.clone_from(lake);
    }
    if let Some(moment) = &global.now {
        config.clock = Clock::starting_at("--now", moment)?;
    }
    Ok(config)
}

/// What the stages need, opened.
fn context(config: &Config) -> anyhow::Result<Ctx> {
    let clock = config.clock;
    let expected = expectations(&config.expectations)?;
    let lake = Lake::open(&config.lake)?.with_expectations(expected, move || clock.now())?;
    Ok(Ctx {
        tracker: tracker(&lake, clock, &config.tracking)?,
        lake,
        source_key: std::env::var("MUSE_API_KEY")
            .ok()
            .and_then(|key| ApiKey::new(&key)),
        clock,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_stage_is_a_command() {
        let command = Cli::command();
        for name in crate::pipeline::names() {
            assert!(command.find_subcommand(name).is_some(), "{name}");
        }
    }
}
