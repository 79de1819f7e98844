//! What can be typed to stand in for the source.

use std::net::SocketAddr;
use std::path::PathBuf;

use careerpulse_replay::Lifetimes;
use careerpulse_replay::sample::ShiftKind;
use chrono::NaiveDate;
use clap::Args;

use crate::cli::world::{lifetimes, share};

/// Flags of `replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  careerpulse replay postings.ndjson.gz --addr 127.0.0.1:9009
  careerpulse replay recorded-pages/ --rate-limit 50 --faults 20%
  careerpulse replay --sample 5000
  careerpulse replay snapshots/ --day 2026-06-10
  careerpulse replay --sample 9000 --days 90 --day 2026-06-20 --shift doubled=Sales --shift-from 2026-06-10
  careerpulse replay postings.ndjson --faults 429=0.05,5xx=0.1,reset=0.02,truncate=0.02,malformed=0.02")]
pub struct ReplayArgs {
    /// NDJSON(.gz) file of postings, a folder of recorded pages (page000.json …), or a folder of dated
    /// snapshots (2026-06-10.ndjson(.gz), or folders 2026-06-10 of pages), of which the newest is served
    #[arg(required_unless_present = "sample")]
    pub path: Option<PathBuf>,
    /// Serve so many generated postings instead
    #[arg(long, value_name = "N", conflicts_with = "path")]
    pub sample: Option<usize>,
    /// Serve what was shown at the end of this day: of single postings those published and still
    /// open, of snapshots the latest not after it
    #[arg(long, value_name = "DAY")]
    pub day: Option<NaiveDate>,
    /// With --day: for how many days postings stay open, by their ids
    #[arg(long, value_name = "D-D", default_value = "5-60", value_parser = lifetimes)]
    pub lifetime: Lifetimes,
    /// The same seed gives the same generated postings
    #[arg(long, default_value_t = 7, value_name = "S")]
    pub sample_seed: u64,
    /// What the generated source is like.
    #[command(flatten)]
    pub world: WorldArgs,
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:9009", value_name = "ADDRESS")]
    pub addr: SocketAddr,
    /// Requests per window without an API key
    #[arg(long, value_name = "N")]
    pub rate_limit: Option<u32>,
    /// The rate limit's window in seconds (The Muse's is an hour; this default suits tests)
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    pub rate_window: u64,
    /// Faults to inject: a share such as 20%, or shares by kind (429, 403, 5xx, reset, truncate, malformed, slow)
    #[arg(long, default_value = "0", value_name = "SPEC")]
    pub faults: String,
    /// Seed of the faults: the same seed, the same faults
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
}

/// Flags of `sample`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  careerpulse sample --postings 5000 --out postings.ndjson.gz
  careerpulse sample --out - --shift boilerplate --shift missing=50% --shift-from 2026-06-10
  careerpulse sample --postings 9000 --days 90 --snapshots days/ --from 2026-06-01 --to 2026-06-21")]
pub struct SampleArgs {
    /// How many postings
    #[arg(long, default_value_t = 2_000, value_name = "N")]
    pub postings: usize,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 7, value_name = "S")]
    pub seed: u64,
    /// The file to write, gzipped where its name ends in .gz; `-` is stdout
    #[arg(long, value_name = "FILE", required_unless_present = "snapshots")]
    pub out: Option<PathBuf>,
    /// Write what is shown at the end of each day into this folder instead, one dated file a day
    #[arg(long, value_name = "FOLDER", conflicts_with = "out", requires_all = ["from", "to"])]
    pub snapshots: Option<PathBuf>,
    /// The first day of the snapshots
    #[arg(long, value_name = "DAY", requires = "snapshots")]
    pub from: Option<NaiveDate>,
    /// Their last day
    #[arg(long, value_name = "DAY", requires = "snapshots")]
    pub to: Option<NaiveDate>,
    /// Of snapshots: for how many days postings stay open, by their ids
    #[arg(long, value_name = "D-D", default_value = "5-60", value_parser = lifetimes)]
    pub lifetime: Lifetimes,
    /// What the source is like.
    #[command(flatten)]
    pub world: WorldArgs,
}

/// Flags of what a generated source is like.
#[derive(Debug, Args)]
pub struct WorldArgs {
    /// Over how many days postings are published [default: 120]
    #[arg(long, value_name = "D")]
    pub days: Option<u32>,
    /// The last of these days [default: 2026-06-30]
    #[arg(long, value_name = "DAY")]
    pub last_day: Option<NaiveDate>,
    /// A change of the source, several allowed: doubled=CATEGORY, vanished=CATEGORY, new=CATEGORY,
    /// boilerplate, missing=SHARE, language=SHARE
    #[arg(long = "shift", value_name = "SHIFT", requires = "shift_from")]
    pub shifts: Vec<ShiftKind>,
    /// The first day of publication that a shift holds for: once for all, or once for each
    #[arg(long, value_name = "DAY", requires = "shifts")]
    pub shift_from: Vec<NaiveDate>,
    /// Share of postings without a category [default: about a half, by employer and day]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub unlabelled: Option<f64>,
    /// The same shares of categories on every day: no trends, no shock
    #[arg(long)]
    pub steady: bool,
}
