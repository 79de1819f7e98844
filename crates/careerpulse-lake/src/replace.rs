//! Putting new rows in the place of old ones, in tables that allow it.

use arrow::array::RecordBatch;
use deltalake::protocol::SaveMode;

use crate::error::{LakeError, lost_the_race};
use crate::lake::Lake;
use crate::spec::TableSpec;
use crate::write::{MAX_TRIES, Written, properties, version_of};

impl Lake {
    /// Puts rows in the place of those that fulfil a predicate, or of all rows where there is none, as
    /// one commit: a reader sees the old rows or the new ones. The new rows must fulfil the predicate too.
    ///
    /// # Errors
    /// [`LakeError::AppendOnly`] for a table whose rows never change, [`LakeError::Busy`] when other
    /// writers keep winning, [`LakeError::Broken`] where a row breaks an expectation that rejects or
    /// fails; otherwise by cause, with nothing written.
    pub async fn replace(
        &self,
        spec: &TableSpec,
        rows: RecordBatch,
        predicate: Option<&str>,
    ) -> Result<Written, LakeError> {
        if spec.append_only {
            return Err(LakeError::AppendOnly {
                table: spec.full_name(),
            });
        }
        let verdict = self.judge_whole(spec, &rows)?;
        for _ in 0..MAX_TRIES {
            let table = self.load_or_create(spec).await?;
            let guard = self.guard(&table, spec).await?;
            let mut write = table
                .write([rows.clone()])
                .with_save_mode(SaveMode::Overwrite)
                .with_writer_properties(properties())
                .with_commit_properties(guard);
            if let Some(predicate) = predicate {
                write = write.with_replace_where(predicate);
            }
            match write.await {
                Ok(table) => {
                    self.note(verdict);
                    return Ok(Written {
                        rows: rows.num_rows() as u64,
                        rejected: 0,
                        version: version_of(&table),
                    });
                }
                Err(e) if lost_the_race(&e) => {}
                Err(e) => return Err(self.engine(&spec.full_name(), &e)),
            }
        }
        Err(LakeError::Busy {
            table: spec.full_name(),
            tries: MAX_TRIES,
        })
    }
}
