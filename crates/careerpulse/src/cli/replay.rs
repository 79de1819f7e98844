//! `replay`: postings served as The Muse API.

use std::str::FromStr as _;
use std::time::Duration;

use anyhow::Context as _;
use careerpulse_replay::sample::{SampleParams, generate};
use careerpulse_replay::{Faults, Feed, FeedError, JOBS_PATH, ReplayOptions, serve};
use tokio::net::TcpListener;

use super::args::ReplayArgs;
use super::exit::Outcome;
use super::output::print;
use super::stop::ended;
use super::world::{is_given, life_of, sample_params};
use crate::error::UserError;

/// `careerpulse replay`; ends on Ctrl-C or SIGTERM.
pub async fn replay(args: ReplayArgs) -> anyhow::Result<Outcome> {
    let faults =
        Faults::from_str(&args.faults).map_err(|e| UserError::new(format!("--faults: {e}")))?;
    if args.rate_window == 0 {
        return Err(UserError::new("--rate-window counts seconds and starts at 1").into());
    }
    let (addr, seed) = (args.addr, args.seed);
    let (rate_limit, rate_window) = (args.rate_limit, Duration::from_secs(args.rate_window));
    let feed = tokio::task::spawn_blocking(move || open_feed(&args)).await??;
    let listener = TcpListener::bind(addr).await.map_err(|e| {
        UserError::new(format!(
            "cannot listen at {addr}: {e}; choose another --addr (port 0 takes a free one)"
        ))
    })?;
    let address = listener.local_addr()?;
    let options = ReplayOptions {
        rate_limit,
        rate_window,
        faults,
        seed,
        ..ReplayOptions::default()
    };
    print(&format!(
        "{} postings at http://{address}{JOBS_PATH}; Ctrl-C ends\n  careerpulse run --source http://{address}{JOBS_PATH}\n",
        feed.len()
    ))?;
    serve(listener, feed, options, ended())
        .await
        .context("serving")?;
    Ok(Outcome::Done)
}

/// So many generated postings, as a feed.
pub fn generated_feed(postings: usize) -> Result<Feed, UserError> {
    feed_of(&SampleParams {
        postings,
        ..SampleParams::default()
    })
}

/// What the flags name: a file, a folder or generated postings, whole or as of a day.
fn open_feed(args: &ReplayArgs) -> Result<Feed, UserError> {
    let said = |e: FeedError| UserError::new(e.to_string());
    if let Some(path) = &args.path {
        if is_given(&args.world) {
            return Err(UserError::new(
                "--shift, --days, --last-day, --unlabelled and --steady are of generated postings; give --sample N instead of a path",
            ));
        }
        return match args.day {
            Some(day) => Feed::open_on(path, day, &args.lifetime).map_err(said),
            None => Feed::open(path).map_err(said),
        };
    }
    let params = sample_params(
        args.sample.unwrap_or_default(),
        args.sample_seed,
        &args.world,
    )?;
    match args.day {
        Some(day) => life_of(params, args.lifetime.clone())?
            .feed(day)
            .map_err(said),
        None => feed_of(&params),
    }
}

fn feed_of(params: &SampleParams) -> Result<Feed, UserError> {
    let generated = generate(params).map_err(|e| UserError::new(e.to_string()))?;
    Feed::from_postings(generated.map(|generated| generated.posting))
        .map_err(|e| UserError::new(e.to_string()))
}
