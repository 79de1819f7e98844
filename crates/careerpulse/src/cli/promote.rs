//! `promote`, with its plan, and the decisions that people take themselves.

use serde_json::json;

use super::args::PromoteArgs;
use super::context;
use super::exit::Outcome;
use super::guard::guard_existing;
use super::output::{print, print_json, run_table, safe, table};
use super::run::one;
use crate::config::Config;
use crate::error::UserError;
use crate::stage::Ctx;
use crate::stages::promote::{
    CategoryChange, Comparison, Figure, Moved, Plan, STAGE, force, plan, rollback, stage_version,
};
use crate::tables::ledger::Action;
use crate::tracking::Mirror;

/// `careerpulse promote`.
pub async fn promote(args: PromoteArgs, config: Config, json: bool) -> anyhow::Result<Outcome> {
    if args.why.is_some() && !args.force {
        return Err(UserError::new(
            "--why is the reason of a forced promotion: add --force, or leave it out",
        )
        .into());
    }
    if args.dry_run {
        return show_plan(&args, &config, json).await;
    }
    if !args.force {
        return one(STAGE.name, config, json).await;
    }
    let ctx = context(&config)?;
    let _lock = guard_existing(&ctx.lake, "promote --force", ctx.clock)?;
    let why = args.why.unwrap_or_default();
    let mut mirror = Mirror::new(&*ctx.tracker);
    mirror.heed().await?;
    let summary = force(&ctx, &config.promote, &user(), &why).await?;
    mirror.registry().await;
    let summary = summary.with_remarks(mirror.into_remarks());
    match json {
        true => print_json(&summary)?,
        false => print(&run_table(&[summary]))?,
    }
    Ok(Outcome::Done)
}

/// `careerpulse models stage`.
pub async fn stage(version: i64, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    let ctx = context(config)?;
    let _lock = guard_existing(&ctx.lake, "models stage", ctx.clock)?;
    let mut mirror = Mirror::new(&*ctx.tracker);
    mirror.heed().await?;
    let moved = stage_version(&ctx, version, &user()).await?;
    mirror.registry().await;
    say(moved, &mirror.into_remarks(), json)
}

/// `careerpulse models rollback`.
pub async fn roll_back(why: Option<&str>, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    let ctx = context(config)?;
    let _lock = guard_existing(&ctx.lake, "models rollback", ctx.clock)?;
    let mut mirror = Mirror::new(&*ctx.tracker);
    mirror.heed().await?;
    let moved = rollback(&ctx, &user(), why).await?;
    mirror.registry().await;
    say(moved, &mirror.into_remarks(), json)
}

/// How candidate and production compare, a row per category.
pub fn comparison_words(comparison: &Comparison) -> String {
    let row = |name: String, postings: usize, figure: &Figure, finding: String| {
        vec![
            name,
            postings.to_string(),
            format!("{:.3}", figure.production),
            format!("{:.3}", figure.candidate),
            format!("{:+.3}", figure.change),
            format!("{:+.3} to {:+.3}", figure.low, figure.high),
            finding,
        ]
    };
    let category = |change: &CategoryChange| {
        let name = match change.categories.as_slice() {
            [one] => one.clone(),
            several => format!("{} small ones together", several.len()),
        };
        let finding = format!("{:?}", change.finding).to_lowercase();
        row(name, change.postings, &change.f1, finding)
    };
    let of_all =
        |name: &str, figure| row(name.to_owned(), comparison.postings, figure, String::new());
    let mut rows = vec![
        of_all("macro F1", &comparison.macro_f1),
        of_all("accuracy", &comparison.accuracy),
    ];
    rows.extend(comparison.categories.iter().map(category));
    let version = format!("version {}", comparison.production);
    let header = [
        "F1 of category",
        "postings",
        version.as_str(),
        "candidate",
        "change",
        "90 % interval",
        "loss",
    ];
    table(&header, &rows)
}

async fn show_plan(args: &PromoteArgs, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    let ctx: Ctx = context(config)?;
    let planned = plan(&ctx, &config.promote).await?.map(|mut plan| {
        if args.force {
            plan.force(args.why.as_deref().unwrap_or_default());
        }
        plan
    });
    match planned {
        Some(plan) if json => print_json(&plan)?,
        Some(plan) => print(&plan_words(&plan))?,
        None if json => print_json(&json!({"version": null}))?,
        None => print("no version at staging awaits a decision\n")?,
    }
    Ok(Outcome::Done)
}

fn plan_words(plan: &Plan) -> String {
    let would = match plan.action {
        Action::Promote | Action::Force => format!(
            "`promote` would write `{}` to the ledger, and `infer` would impute by version {} from then on",
            plan.action, plan.version
        ),
        action => format!(
            "`promote` would write `{action}` to the ledger and end with exit status 3; production stays as it is"
        ),
    };
    let compared = plan.evidence.comparison.as_ref();
    format!(
        "{}\n{}{would}\n",
        plan.words(),
        compared.map(comparison_words).unwrap_or_default()
    )
}

fn say(moved: Moved, remarks: &[String], json: bool) -> anyhow::Result<Outcome> {
    let words = match (moved.action, moved.replaces, moved.is_new) {
        (Action::Rollback, Some(replaces), _) => format!(
            "version {} is in production again, in place of version {replaces}\n",
            moved.version
        ),
        (_, _, true) => format!(
            "version {} is at staging: `careerpulse promote` lets the gate decide\n",
            moved.version
        ),
        _ => format!("version {} is at staging already\n", moved.version),
    };
    match json {
        true => {
            let mut value = serde_json::to_value(moved)?;
            value["remarks"] = json!(remarks);
            print_json(&value)?;
        }
        false => {
            let remarks: String = remarks.iter().map(|said| format!("{said}\n")).collect();
            print(&(words + &safe(&remarks)))?;
        }
    }
    Ok(Outcome::Done)
}

/// The name that a decision is recorded under.
pub fn user() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
    let known = names.filter_map(|name| std::env::var(name).ok());
    let mut known = known.filter(|name| !name.trim().is_empty());
    known.next().unwrap_or_else(|| "user".to_owned())
}
