//! What can go wrong with the lake, in words that say what to do.

use deltalake::DeltaTableError;

/// A failure of the lake.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The location cannot hold a lake, or holds something else.
    #[error("{location} is not a lake: {reason}")]
    NotALake {
        /// The path or URI as the user gave it.
        location: String,
        /// What was found there and what to do.
        reason: String,
    },
    /// A table of an earlier version of the program.
    #[error(
        "table {table} of the lake at {location} was made by an earlier version of this program and lacks the column {column}: move its folder {folder} away and run again (of careerpulse_ml and careerpulse_inference all can be made anew)"
    )]
    Outdated {
        /// Where the lake lives.
        location: String,
        /// `schema.table`.
        table: String,
        /// The first column that is missing.
        column: String,
        /// The table's folder within the lake.
        folder: String,
    },
    /// The disk under the lake is full.
    #[error(
        "no space is left for the lake at {location}: free some and run again, nothing was lost (tables change only by whole commits)"
    )]
    Full {
        /// Where the lake lives.
        location: String,
    },
    /// The lake's files may not be read or written.
    #[error(
        "no permission at {location} ({detail}): give this user read and write access there, or choose another --lake"
    )]
    Denied {
        /// Where the lake lives.
        location: String,
        /// The operating system's words.
        detail: String,
    },
    /// A query that is wrong, or that would write.
    #[error("{0}")]
    Query(String),
    /// A table that the lake does not hold.
    #[error(
        "the lake at {location} has no table {table}: `careerpulse tables list` names those it has"
    )]
    NoSuchTable {
        /// Where the lake lives.
        location: String,
        /// The name asked for, `schema.table`.
        table: String,
    },
    /// A table whose log or files cannot be read, as after a partial copy or a change by hand.
    #[error(
        "table {table} of the lake at {location} is damaged ({detail}): restore its folder, or move it away and run again"
    )]
    Damaged {
        /// Where the lake lives.
        location: String,
        /// The table, `schema.table`.
        table: String,
        /// The engine's words.
        detail: String,
    },
    /// Other writers kept winning the race for a table's next version.
    #[error(
        "table {table} was changed by another process {tries} times in a row: is a second run busy on the same lake? Wait for it and run again"
    )]
    Busy {
        /// The table, `schema.table`.
        table: String,
        /// How often the commit was tried.
        tries: usize,
    },
    /// Another command is writing to the lake.
    #[error(
        "the lake at {location} is held by {holder}: one command writes at a time, so wait until it has ended, or end it, and run again"
    )]
    Locked {
        /// Where the lake lives.
        location: String,
        /// The command, its process and host, and since when.
        holder: String,
    },
    /// The lake lies on a file system without locks.
    #[error(
        "the lake at {location} cannot be locked ({detail}): keep it on a file system that has file locks (flock), such as a local disk"
    )]
    Unlockable {
        /// Where the lake lives.
        location: String,
        /// The operating system's words.
        detail: String,
    },
    /// Rows that do not fit their table.
    #[error("rows do not fit table {table}: {detail}")]
    Rows {
        /// The table, `schema.table`.
        table: String,
        /// What did not fit.
        detail: String,
    },
    /// A change of rows in a table whose rows never change.
    #[error("table {table} is append-only, so its rows cannot be updated: insert new ones instead")]
    AppendOnly {
        /// The table, `schema.table`.
        table: String,
    },
    /// An expectation that says nothing about a row of its table.
    #[error("the expectation `{name}` of table {table} cannot be used: {reason}")]
    Expectation {
        /// The table, `schema.table`.
        table: String,
        /// The expectation's name.
        name: String,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// Rows that break an expectation which no row may break.
    #[error(
        "{broken} of {rows} rows for table {table} break the expectation `{name}` ({holds}), as does {example}, so none of them was written: see where they come from, or let the expectation warn, in [expectations] of careerpulse.toml"
    )]
    Broken {
        /// The table, `schema.table`.
        table: String,
        /// The expectation's name.
        name: String,
        /// Its SQL.
        holds: String,
        /// Rows that break it.
        broken: u64,
        /// Rows that were to be written.
        rows: u64,
        /// The key of the first that breaks it.
        example: String,
    },
    /// Anything the Delta or query engine reports that is not the user's doing.
    #[error("table {table}: {detail}")]
    Engine {
        /// The table or query concerned.
        table: String,
        /// The engine's words.
        detail: String,
    },
}

impl LakeError {
    /// Whether the remedy is in the user's hands (exit status 1) rather than ours (2).
    pub fn is_users(&self) -> bool {
        !matches!(
            self,
            Self::Rows { .. } | Self::AppendOnly { .. } | Self::Engine { .. }
        )
    }

    /// Sorts an engine failure by what the user can do about it.
    pub(crate) fn from_engine(location: &str, table: &str, error: &dyn std::error::Error) -> Self {
        let detail = whole_chain(error);
        let location = location.to_owned();
        if detail.contains("No space left on device") || detail.contains("StorageFull") {
            Self::Full { location }
        } else if detail.contains("Permission denied") || detail.contains("Read-only file system") {
            Self::Denied {
                location,
                detail: "permission denied or read-only file system".into(),
            }
        } else {
            Self::Engine {
                table: table.to_owned(),
                detail,
            }
        }
    }
}

/// Whether a commit lost the race against another writer and may be tried again from a fresh snapshot.
pub(crate) fn lost_the_race(error: &DeltaTableError) -> bool {
    match error {
        DeltaTableError::Transaction { .. } | DeltaTableError::VersionAlreadyExists(_) => true,
        other => {
            let text = other.to_string();
            text.contains("conflict") || text.contains("already exists")
        }
    }
}

fn whole_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}
