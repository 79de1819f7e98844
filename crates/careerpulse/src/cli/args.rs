//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use careerpulse_replay::Lifetimes;
use careerpulse_replay::sample::ShiftKind;
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::world::{lifetimes, share};

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

Exit status: 0 done, 1 your mistake (one sentence says which), 2 unexpected, 3 promote was refused.";

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

/// Flags of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The file to write; `-` is stdout
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
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

/// Flags of `classify`.
#[derive(Debug, Args)]
pub struct ClassifyArgs {
    /// NDJSON file of postings with `title` and `description`, or as The Muse gives them; `-` is stdin
    #[arg(conflicts_with_all = ["title", "description"], required_unless_present_any = ["title", "description"])]
    pub file: Option<PathBuf>,
    /// The posting's title
    #[arg(long)]
    pub title: Option<String>,
    /// The posting's description, as text or HTML
    #[arg(long)]
    pub description: Option<String>,
}

/// What to show of the models, or to do with them.
#[derive(Debug, Subcommand)]
pub enum ModelsAction {
    /// All versions, with where each stands
    List,
    /// One version with its per-category report and its ledger
    Show {
        /// The version's number.
        version: i64,
    },
    /// Put a version back at staging, for the gate to look at it again
    Stage {
        /// The version's number.
        version: i64,
    },
    /// Return to the version that was production before
    Rollback {
        /// The reason, for the ledger
        #[arg(long, value_name = "REASON")]
        why: Option<String>,
    },
}

/// What to do with MLflow.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum MlflowAction {
    /// Start a server on this machine (needs `pip install mlflow`), or say where it is
    Up {
        /// The port on 127.0.0.1
        #[arg(long, default_value_t = 5_000, value_name = "PORT")]
        port: u16,
    },
    /// End the server that `up` has started
    Down,
    /// Bring every run and version of the lake to the server; what is there is not brought twice
    Sync,
    /// Which server is in use, and what it lacks
    Status,
}

/// What to do with the tables.
#[derive(Debug, Subcommand)]
pub enum TablesAction {
    /// All tables with version, rows and size
    List,
    /// A table's commits, newest first
    History {
        /// `schema.table`, or the table's name alone.
        table: String,
    },
    /// Rewrite small files into large ones
    Optimize {
        /// The table; all of them by default.
        table: Option<String>,
    },
    /// Remove files that no version of the last seven days needs
    Vacuum {
        /// The table; all of them by default.
        table: Option<String>,
        /// Only list the files
        #[arg(long)]
        dry_run: bool,
    },
}

/// Flags of `sql`.
#[derive(Debug, Args)]
pub struct SqlArgs {
    /// The query, over tables named `schema.table`
    pub query: String,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// How to print rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// One JSON object a line.
    Json,
    /// With a header.
    Csv,
    /// A Parquet file on stdout; redirect it.
    Parquet,
}

/// What to do with the encoder's weights.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum EncoderAction {
    /// Find or fetch them, checked by SHA-256
    Pull,
    /// Check the SHA-256 of each file
    Verify,
    /// Where they are, and which revision they give
    Info,
}

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
