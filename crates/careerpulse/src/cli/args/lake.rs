//! What can be typed to look at the lake, its models and its report.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

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

/// Flags of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The file to write; `-` is stdout
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Flags of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where to listen; one that other machines reach needs a token in CAREERPULSE_TOKEN
    /// [default: 127.0.0.1:8080; env: CAREERPULSE_SERVE_ADDR]
    #[arg(long, value_name = "ADDRESS")]
    pub addr: Option<SocketAddr>,
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
