//! What rows of a table are expected to be, and what is done with those that are not.
//!
//! Judged is what is about to be written and nothing else: of an insert the rows that the table does
//! not hold yet, of a replacement the new rows. An update of single columns is not judged.

mod judge;
mod quarantine;
mod rule;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use quarantine::{QUARANTINE, Quarantined};

use crate::error::LakeError;
use crate::lake::Lake;
use crate::query::session;
use crate::spec::TableSpec;
use rule::Rule;

/// What every row of a table should fulfil, as in an SQL `CHECK`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The table.
    pub table: TableSpec,
    /// What people and reports call it.
    pub name: String,
    /// An SQL expression over the columns of one row, true or false; null counts as holding.
    pub holds: String,
    /// What is done with a row for which it is false.
    pub otherwise: Otherwise,
}

/// What is done where an expectation does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// The row is written, and counted.
    Warn,
    /// The row is left out and kept in [`QUARANTINE`].
    Reject,
    /// None of the rows is written, and the write fails.
    Fail,
}

/// How the rows that were written fared by one expectation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The table, `schema.table`.
    pub table: String,
    /// The expectation's name.
    pub name: String,
    /// What was done with rows that break it.
    pub otherwise: Otherwise,
    /// Rows that were judged.
    pub rows: u64,
    /// Of those, rows that break it.
    pub broken: u64,
}

/// How everything fared that was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// One for each expectation that rows were judged by.
    pub expectations: Vec<Judged>,
    /// Rows that were left out; one that breaks two expectations counts once.
    pub rejected: u64,
}

/// The expectations of a lake, and what has been found by them; shared by all copies of the lake.
pub(crate) struct Expectations {
    rules: Vec<Rule>,
    now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    found: Mutex<Judgement>,
}

impl fmt::Debug for Expectations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.rules.iter().map(|rule| &rule.expectation))
            .finish()
    }
}

impl Lake {
    /// The lake, with every row that is written from here on judged. `now` dates what is kept of
    /// rejected rows.
    ///
    /// # Errors
    /// [`LakeError::Expectation`] for the first that is no true-or-false expression over one row of
    /// its table, and for two of the same table and name.
    pub fn with_expectations(
        mut self,
        expectations: Vec<Expectation>,
        now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
    ) -> Result<Self, LakeError> {
        let ctx = session();
        let mut rules: Vec<Rule> = Vec::with_capacity(expectations.len());
        for expectation in expectations {
            let rule = Rule::new(&ctx, expectation)?;
            let is_twin = |other: &Rule| {
                let (a, b) = (&other.expectation, &rule.expectation);
                a.table == b.table && a.name == b.name
            };
            if rules.iter().any(is_twin) {
                return Err(rule.invalid("there are two of that name: rename one"));
            }
            rules.push(rule);
        }
        self.expectations = (!rules.is_empty()).then(|| {
            Arc::new(Expectations {
                rules,
                now: Box::new(now),
                found: Mutex::default(),
            })
        });
        Ok(self)
    }

    /// How everything fared that this lake and its copies have written since this was last asked.
    pub fn take_judgement(&self) -> Judgement {
        let found = |all: &Arc<Expectations>| std::mem::take(&mut *all.lock());
        self.expectations.as_ref().map(found).unwrap_or_default()
    }
}

impl Expectations {
    fn of<'a>(&'a self, spec: &TableSpec) -> impl Iterator<Item = &'a Rule> {
        let spec = *spec;
        let is_of = move |rule: &&Rule| {
            let table = &rule.expectation.table;
            (table.schema, table.name) == (spec.schema, spec.name)
        };
        self.rules.iter().filter(is_of)
    }

    /// Adds what was found when rows were written.
    fn add(&self, judgement: Judgement) {
        let mut found = self.lock();
        found.rejected += judgement.rejected;
        for new in judgement.expectations {
            let is_same = |old: &&mut Judged| old.table == new.table && old.name == new.name;
            match found.expectations.iter_mut().find(is_same) {
                Some(old) => {
                    old.rows += new.rows;
                    old.broken += new.broken;
                }
                None => found.expectations.push(new),
            }
        }
    }

    /// Counts stay true whatever happened to a thread that was adding to them.
    fn lock(&self) -> std::sync::MutexGuard<'_, Judgement> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
