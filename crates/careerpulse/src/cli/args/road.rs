//! What can be typed with the stages and `run`.

use std::net::SocketAddr;

use clap::{Args, Subcommand};

/// Flags of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How many postings to generate
    #[arg(long, default_value_t = 1_500, value_name = "N")]
    pub postings: usize,
    /// Where the dashboard will listen, once there is one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub addr: SocketAddr,
    /// End when the stages have ended
    #[arg(long)]
    pub no_serve: bool,
}

/// Flags of `run`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  careerpulse run                                    once
  careerpulse run --every '15 6 * * *'               and each day at 6:15 UTC, until SIGTERM or Ctrl-C
  careerpulse run --every '15 6 * * *' --dry-run     the plan, and the next three times
  careerpulse run --now 2026-01-05 --source http://127.0.0.1:9009    as if it were that day

SIGTERM and Ctrl-C let the stage under way end, then the program ends with status 0; a second one ends
it at once (143 or 130). Whatever ends it, the next run goes on from there.")]
pub struct RunArgs {
    /// The first stage
    #[arg(long, value_name = "STAGE")]
    pub from: Option<String>,
    /// The last stage
    #[arg(long, value_name = "STAGE")]
    pub to: Option<String>,
    /// Print the plan and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Stay, and run whenever a cron expression says so (minute hour day month weekday, UTC)
    #[arg(long, value_name = "CRON")]
    pub every: Option<String>,
    /// Flags of the crawl.
    #[command(flatten)]
    pub bronze: BronzeArgs,
}

/// Flags of the crawl.
#[derive(Debug, Args)]
pub struct BronzeArgs {
    /// Address of the jobs endpoint [env: CAREERPULSE_BRONZE_SOURCE]
    #[arg(long, value_name = "URL")]
    pub source: Option<String>,
    /// The most requests of the crawl, spread over its slices; 0 is no limit
    #[arg(long, value_name = "N")]
    pub max_requests: Option<u32>,
}

/// Flags of `promote`.
#[derive(Debug, Args)]
pub struct PromoteArgs {
    /// Print the verdict, what it rests on and what would be done, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Promote whatever the gate says; the ledger records that, by whom and why
    #[arg(long)]
    pub force: bool,
    /// The reason of a forced promotion
    #[arg(long, value_name = "REASON")]
    pub why: Option<String>,
}

/// Flags of `monitor`.
#[derive(Debug, Args)]
pub struct MonitorArgs {
    /// End with exit status 3 where an alarm is on that nobody has acknowledged
    #[arg(long)]
    pub fail_on_drift: bool,
    /// List the checks, and do nothing
    #[arg(long, conflicts_with = "fail_on_drift")]
    pub list: bool,
}

/// What to do with alarms.
#[derive(Debug, Subcommand)]
pub enum AlarmsAction {
    /// Those that are on
    List {
        /// Those that were cleared, too
        #[arg(long)]
        all: bool,
    },
    /// One alarm: its figures, and what to look at
    Show {
        /// Its id, or the first digits of it.
        id: String,
    },
    /// Note that you have seen one; it stays on until a window is quiet
    Ack {
        /// Its id, or the first digits of it.
        id: String,
    },
}
