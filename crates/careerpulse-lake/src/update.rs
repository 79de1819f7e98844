//! Changing rows that are there already, in tables that allow it.

use deltalake::DeltaTable;
use deltalake::operations::update::UpdateMetrics;

use crate::error::{LakeError, lost_the_race};
use crate::lake::Lake;
use crate::spec::TableSpec;
use crate::write::{MAX_TRIES, Written, properties, version_of};

impl Lake {
    /// Sets columns of the rows that fulfil a predicate, as one commit. Every value is an SQL
    /// expression over the row as it was; where no row fulfils the predicate there is no commit.
    ///
    /// # Errors
    /// [`LakeError::AppendOnly`] for a table whose rows never change, [`LakeError::NoSuchTable`] where
    /// there is none, [`LakeError::Busy`] when other writers keep winning; otherwise by cause, as for an
    /// expression that names no column. Nothing is written then.
    pub async fn update(
        &self,
        spec: &TableSpec,
        set: &[(&str, String)],
        predicate: &str,
    ) -> Result<Written, LakeError> {
        if spec.append_only {
            return Err(LakeError::AppendOnly {
                table: spec.full_name(),
            });
        }
        for _ in 0..MAX_TRIES {
            let table = self.load_existing(spec.schema, spec.name).await?;
            let before = version_of(&table);
            let mut update = table
                .update()
                .with_predicate(predicate)
                .with_writer_properties(properties());
            for (column, value) in set {
                update = update.with_update(*column, value.as_str());
            }
            let updated: Result<(DeltaTable, UpdateMetrics), _> = update.await;
            match updated {
                Ok((table, metrics)) => {
                    return Ok(Written {
                        rows: metrics.num_updated_rows as u64,
                        rejected: 0,
                        version: version_of(&table).max(before),
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
