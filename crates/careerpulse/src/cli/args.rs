//! What can be typed.

mod lake;
mod road;
mod source;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use lake::{
    ClassifyArgs, EncoderAction, Format, MlflowAction, ModelsAction, ReportArgs, ServeArgs,
    SqlArgs, TablesAction,
};
pub use road::{AlarmsAction, BronzeArgs, DemoArgs, MonitorArgs, PromoteArgs, RunArgs};
pub use source::{ReplayArgs, SampleArgs, WorldArgs};

/// Job postings from The Muse to a category for each of them, in one binary.
#[derive(Debug, Parser)]
#[command(name = "careerpulse", version, about, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  careerpulse demo --no-serve                 the whole road on generated postings, no key, no network
  careerpulse run                             crawl The Muse, train, promote, impute, count; again: only what is new
  careerpulse sql \"select category, count(*) n from careerpulse_gold.category_labeled_postings group by 1 order by 2 desc\"
  careerpulse sql --format csv \"select * from careerpulse_gold.daily_demand order by date, category\" > demand.csv
  careerpulse classify --title 'Staff Nurse' --description 'Care for patients on a surgical ward'

Exit status: 0 done, 1 your mistake (one sentence says which), 2 unexpected, 3 promote was refused, or an alarm is on.";

/// Flags of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Settings file [default: careerpulse.toml in the working folder, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The lake's folder [default: ./lake; env: CAREERPULSE_LAKE]
    #[arg(long, global = true, value_name = "PATH")]
    pub lake: Option<String>,
    /// Start the program's clock at a moment (2026-01-05, or 2026-01-05T06:00:00Z), for simulations
    /// [env: CAREERPULSE_NOW]
    #[arg(long, global = true, value_name = "MOMENT")]
    pub now: Option<String>,
    /// Machine-readable output: one JSON object a line on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress bars, and logs only of errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// More logs; twice for still more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Generate postings, serve them as The Muse API and run every stage on them: no key, no network
    Demo(DemoArgs),
    /// Run the stages in order, each on what is new
    Run(RunArgs),
    /// Crawl The Muse and store its pages as received
    #[command(alias = "ingest")]
    Bronze(BronzeArgs),
    /// Parse new pages into postings, each id once
    Silver,
    /// Clean texts and make the rows for training and scoring
    Gold,
    /// Embed texts that have no embedding yet
    Features,
    /// Run the sweep and register its winner at staging
    Train,
    /// Let the version at staging through the gate, or not (then exit status 3)
    Promote(PromoteArgs),
    /// Predict the category of unlabelled postings
    Infer,
    /// Count postings by day and category, and publish series, index and forecast
    Demand,
    /// Compare what has arrived with what the production version knew, and raise alarms
    #[command(after_help = "\
Examples:
  careerpulse monitor --fail-on-drift       # exit status 3 where an alarm is on that nobody has acknowledged
  careerpulse monitor --list                # what is watched, how, and how critical values are found")]
    Monitor(MonitorArgs),
    /// The alarms that `monitor` has raised
    Alarms {
        /// What to do with them.
        #[command(subcommand)]
        action: AlarmsAction,
    },
    /// Predict the category of one text or of a file of postings
    Classify(ClassifyArgs),
    /// Model versions and the promotion ledger
    Models {
        /// What to show.
        #[command(subcommand)]
        action: ModelsAction,
    },
    /// Runs and versions in MLflow, beside the lake
    #[command(after_help = "\
Examples:
  careerpulse mlflow up                                 # needs `pip install mlflow`
  export MLFLOW_TRACKING_URI=http://127.0.0.1:5000
  careerpulse mlflow sync                               # what the lake has; twice is once
  careerpulse mlflow status")]
    Mlflow {
        /// What to do with it.
        #[command(subcommand)]
        action: MlflowAction,
    },
    /// The lake's tables
    Tables {
        /// What to do with them.
        #[command(subcommand)]
        action: TablesAction,
    },
    /// Run a read-only SQL query over the lake
    Sql(SqlArgs),
    /// Write the demand report: one HTML page with index, movers, forecasts and their error
    #[command(after_help = "\
Examples:
  careerpulse report --out demand.html
  careerpulse --lake demo-lake report --out - | less")]
    Report(ReportArgs),
    /// Show the lake as pages and as an API, until Ctrl-C or SIGTERM
    #[command(after_help = "\
Examples:
  careerpulse serve                                       # at http://127.0.0.1:8080
  CAREERPULSE_TOKEN=$(openssl rand -hex 32) careerpulse serve --addr 0.0.0.0:8080")]
    Serve(ServeArgs),
    /// The sentence encoder's weights
    Encoder {
        /// What to do with them.
        #[command(subcommand)]
        action: EncoderAction,
    },
    /// Serve postings as The Muse API, quirks and faults included
    Replay(ReplayArgs),
    /// Generate realistic postings
    Sample(SampleArgs),
    /// Print the tab completion of a shell
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}
