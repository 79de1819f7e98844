//! `demo`: the whole road through the real client, on generated postings, without key or network.

use careerpulse_replay::{JOBS_PATH, ReplayOptions};

use super::args::{DemoArgs, Global};
use super::context;
use super::exit::Outcome;
use super::guard::guard;
use super::output::print;
use super::replay::generated_feed;
use super::run::run_stages;
use super::serve::serve_at;
use super::stop::Asked;
use crate::config::Config;
use crate::pipeline::between;
use crate::tracking::OFF;

/// Where the demo keeps its lake unless told otherwise, apart from real postings.
const DEMO_LAKE: &str = "./demo-lake";

/// `careerpulse demo`.
pub async fn demo(args: DemoArgs, mut config: Config, global: &Global) -> anyhow::Result<Outcome> {
    if config.lake == Config::default().lake && global.lake.is_none() {
        config.lake = DEMO_LAKE.into();
    }
    let feed = generated_feed(args.postings)?;
    let replay = careerpulse_replay::spawn(feed, ReplayOptions::default()).await?;
    config.bronze.source = format!("{}{JOBS_PATH}", replay.origin());
    config.bronze.max_requests = 0;
    // Invented postings have no business in a team's registry.
    config.tracking.uri = OFF.into();
    let ctx = context(&config)?;
    let lock = guard(&ctx.lake, "demo", ctx.clock)?;
    let stages = between(None, None)?;
    run_stages(stages, &ctx, &config, global.json, &Asked::never()).await?;
    drop(lock);
    replay.stop().await?;
    if !global.json {
        print(&closing_words(&config))?;
    }
    if args.no_serve {
        return Ok(Outcome::Done);
    }
    serve_at(args.addr, &config, global.json).await
}

fn closing_words(config: &Config) -> String {
    format!(
        "\nThe lake is {lake}. Look around:\n  \
         careerpulse --lake {lake} tables list\n  \
         careerpulse --lake {lake} models list\n  \
         careerpulse --lake {lake} report --out demand.html\n  \
         careerpulse --lake {lake} classify --title 'Staff Nurse' --description 'Care for patients on a surgical ward'\n",
        lake = config.lake
    )
}
