//! Rows about to be written, sorted into those that are and those that are not.

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{filter_record_batch, not, or};
use arrow::error::ArrowError;
use futures::future::BoxFuture;

use super::quarantine::{QUARANTINE, quarantined, row_key};
use super::rule::Rule;
use super::{Expectations, Judged, Judgement, Otherwise};
use crate::error::LakeError;
use crate::lake::Lake;
use crate::rows::to_batch;
use crate::spec::TableSpec;

/// Rows of the quarantine that are made and written at a time: their JSON is in memory.
const QUARANTINED_AT_ONCE: usize = 1_000;

/// Rows that have been judged.
pub(crate) struct Verdict {
    /// Those to be written.
    pub(crate) rows: Vec<RecordBatch>,
    /// How many were left out.
    pub(crate) rejected: u64,
    found: Vec<Judged>,
}

impl Lake {
    /// Judges rows that are about to be added: those to be rejected are put into quarantine before
    /// the others are written, so that a kill between loses none.
    pub(crate) async fn judge(
        &self,
        spec: &TableSpec,
        rows: Vec<RecordBatch>,
    ) -> Result<Verdict, LakeError> {
        let Some(all) = self.expectations.as_deref() else {
            return Ok(unjudged(rows));
        };
        let (rejecting, others): (Vec<&Rule>, Vec<&Rule>) = all
            .of(spec)
            .partition(|rule| rule.expectation.otherwise == Otherwise::Reject);
        let before = count(&rows);
        if before == 0 || (rejecting.is_empty() && others.is_empty()) {
            return Ok(unjudged(rows));
        }
        let mut found: Vec<Judged> = rejecting.iter().map(|rule| judged(rule, before)).collect();
        let (mut kept, mut left_out) = (Vec::new(), Vec::new());
        for batch in rows {
            let (good, bad) = sort_out(spec, &rejecting, &mut found, batch)?;
            kept.push(good);
            left_out.extend(bad);
        }
        kept.retain(|batch| batch.num_rows() > 0);
        // What is rejected is not written, so it is no reason to fail.
        found.extend(examine(&others, &kept)?);
        for (rule, bad) in left_out {
            self.keep(all, rule, bad).await?;
        }
        let rejected = before - count(&kept);
        Ok(Verdict {
            rows: kept,
            rejected,
            found,
        })
    }

    /// Judges rows that take the place of others. They stand and fall together, so that a rule
    /// that would reject some fails.
    pub(crate) fn judge_whole(
        &self,
        spec: &TableSpec,
        rows: &RecordBatch,
    ) -> Result<Verdict, LakeError> {
        let rules: Vec<&Rule> = self
            .expectations
            .iter()
            .flat_map(|all| all.of(spec))
            .filter(|_| rows.num_rows() > 0)
            .collect();
        let rows = [rows.clone()];
        Ok(Verdict {
            found: examine(&rules, &rows)?,
            rejected: 0,
            rows: rows.into(),
        })
    }

    /// Adds a verdict to what was found, once its rows are written.
    pub(crate) fn note(&self, verdict: Verdict) {
        if let Some(all) = &self.expectations {
            all.add(Judgement {
                expectations: verdict.found,
                rejected: verdict.rejected,
            });
        }
    }

    /// Boxed because the quarantine is a table like others, whose insert is this one's caller.
    fn keep<'a>(
        &'a self,
        all: &'a Expectations,
        rule: &'a Rule,
        bad: RecordBatch,
    ) -> BoxFuture<'a, Result<(), LakeError>> {
        Box::pin(async move {
            for start in (0..bad.num_rows()).step_by(QUARANTINED_AT_ONCE) {
                let some = bad.slice(start, QUARANTINED_AT_ONCE.min(bad.num_rows() - start));
                let rows = quarantined(&rule.expectation, &some, (all.now)())?;
                self.insert_new(&QUARANTINE, vec![to_batch(&QUARANTINE, &rows)?])
                    .await?;
            }
            Ok(())
        })
    }
}

fn unjudged(rows: Vec<RecordBatch>) -> Verdict {
    Verdict {
        rows,
        rejected: 0,
        found: Vec::new(),
    }
}

fn judged(rule: &Rule, rows: u64) -> Judged {
    Judged {
        table: rule.expectation.table.full_name(),
        name: rule.expectation.name.clone(),
        otherwise: rule.expectation.otherwise,
        rows,
        broken: 0,
    }
}

type LeftOut<'a> = Vec<(&'a Rule, RecordBatch)>;

/// The rows that break none of the rules, and for each rule those that break it.
fn sort_out<'a>(
    spec: &TableSpec,
    rules: &[&'a Rule],
    found: &mut [Judged],
    batch: RecordBatch,
) -> Result<(RecordBatch, LeftOut<'a>), LakeError> {
    let misfit = |e: ArrowError| LakeError::Rows {
        table: spec.full_name(),
        detail: e.to_string(),
    };
    let mut left_out = Vec::new();
    let mut bad: Option<BooleanArray> = None;
    for (rule, judged) in rules.iter().zip(found) {
        let broken = rule.broken(&batch)?;
        if broken.true_count() == 0 {
            continue;
        }
        judged.broken += broken.true_count() as u64;
        left_out.push((*rule, filter_record_batch(&batch, &broken).map_err(misfit)?));
        bad = Some(match bad {
            None => broken,
            Some(bad) => or(&bad, &broken).map_err(misfit)?,
        });
    }
    let good = match bad {
        None => batch,
        Some(bad) => {
            let good = not(&bad).map_err(misfit)?;
            filter_record_batch(&batch, &good).map_err(misfit)?
        }
    };
    Ok((good, left_out))
}

/// Counts the rows that break each rule; the first rule that fails is the error.
fn examine(rules: &[&Rule], batches: &[RecordBatch]) -> Result<Vec<Judged>, LakeError> {
    let rows = count(batches);
    let mut all = Vec::with_capacity(rules.len());
    for rule in rules {
        let mut judged = judged(rule, rows);
        let mut example = None;
        for batch in batches {
            let broken = rule.broken(batch)?;
            judged.broken += broken.true_count() as u64;
            let first = (0..broken.len()).find(|place| broken.value(*place));
            if let (None, Some(place)) = (&example, first) {
                example = Some(row_key(&rule.expectation.table, batch, place)?);
            }
        }
        if let Some(example) = example
            && judged.otherwise != Otherwise::Warn
        {
            return Err(LakeError::Broken {
                table: judged.table,
                name: judged.name,
                holds: rule.expectation.holds.clone(),
                broken: judged.broken,
                rows,
                example: example.escape_debug().take(200).collect(),
            });
        }
        all.push(judged);
    }
    Ok(all)
}

fn count(batches: &[RecordBatch]) -> u64 {
    batches.iter().map(|batch| batch.num_rows() as u64).sum()
}
