//! `replay`: postings served as The Muse API.

use std::str::FromStr as _;
use std::time::Duration;

use anyhow::Context as _;
use careerpulse_replay::sample::{SampleParams, generate};
use careerpulse_replay::{Faults, Feed, JOBS_PATH, ReplayOptions, serve};
use tokio::net::TcpListener;

use super::args::ReplayArgs;
use super::exit::Outcome;
use super::output::print;
use super::stop::ended;
use crate::error::UserError;

/// `careerpulse replay`; ends on Ctrl-C or SIGTERM.
pub async fn replay(args: ReplayArgs) -> anyhow::Result<Outcome> {
    let faults =
        Faults::from_str(&args.faults).map_err(|e| UserError::new(format!("--faults: {e}")))?;
    if args.rate_window == 0 {
        return Err(UserError::new("--rate-window counts seconds and starts at 1").into());
    }
    let (path, sample) = (args.path, args.sample);
    let feed = tokio::task::spawn_blocking(move || match (path, sample) {
        (Some(path), _) => Feed::open(&path).map_err(|e| UserError::new(e.to_string())),
        (None, postings) => generated_feed(postings.unwrap_or_default()),
    })
    .await??;
    let listener = TcpListener::bind(args.addr).await.map_err(|e| {
        UserError::new(format!(
            "cannot listen at {}: {e}; choose another --addr (port 0 takes a free one)",
            args.addr
        ))
    })?;
    let address = listener.local_addr()?;
    let options = ReplayOptions {
        rate_limit: args.rate_limit,
        rate_window: Duration::from_secs(args.rate_window),
        faults,
        seed: args.seed,
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
    let params = SampleParams {
        postings,
        ..SampleParams::default()
    };
    let generated = generate(&params).map_err(|e| UserError::new(e.to_string()))?;
    Feed::from_postings(generated.map(|generated| generated.posting))
        .map_err(|e| UserError::new(e.to_string()))
}
