//! Rows of a pinned table by the number that names them, read from the pages that hold them.
//!
//! A query plans and scans, at the cost of milliseconds of a processor. The files of a table never change, so
//! where each number stands in a file is learnt once; a row is then a page of each wanted column.

use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{AsArray as _, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::error::ArrowError;
use datafusion::common::runtime::SpawnedTask;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use datafusion::parquet::file::metadata::PageIndexPolicy;
use deltalake::DeltaTable;
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::LakeError;
use crate::pin::Pinned;
use crate::rows::from_batches;
use crate::spec::TableSpec;

/// Where numbers stand in the files of a table: what one state has learnt serves the next.
#[derive(Default)]
pub(crate) struct Places {
    files: Mutex<HashMap<(PathBuf, &'static str), Arc<FilePlaces>>>,
}

/// One file.
struct FilePlaces {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    /// Numbers with their rows, sorted.
    rows: Vec<(i64, u32)>,
}

impl Pinned {
    /// The rows whose `id`, a column of whole numbers, is one of `ids`, in no order; of `columns` alone.
    ///
    /// # Errors
    /// As [`Pinned::rows`]; where the table is not there.
    pub async fn rows_by_id<T: DeserializeOwned>(
        &self,
        spec: &TableSpec,
        id: &'static str,
        ids: &[i64],
        columns: &[&'static str],
    ) -> Result<Vec<T>, LakeError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let Some((files, places)) = self.places(spec) else {
            return self.rows(&sql(spec, id, ids, columns)).await;
        };
        let (wanted, of) = (ids.to_vec(), columns.to_vec());
        let found = SpawnedTask::spawn_blocking(move || places.find(&files, id, &wanted, &of));
        let found = found.await.map_err(|e| self.damaged(spec, &e))?;
        match found.map_err(|e| self.damaged(spec, &e))? {
            Some(batches) => from_batches(&batches),
            None => self.rows(&sql(spec, id, ids, columns)).await,
        }
    }
}

/// The paths of a table's files, where all its columns are in them and none of their rows is deleted; none
/// where they are not in a folder of this machine.
pub(crate) fn local_files(table: &DeltaTable) -> Option<Vec<PathBuf>> {
    let state = table.snapshot().ok()?;
    if !state.metadata().partition_columns().is_empty() {
        return None;
    }
    let root = table.table_url().to_file_path().ok()?;
    let files = state.log_data();
    let path = |file: deltalake::kernel::LogicalFileView| {
        let is_whole = file.deletion_vector_descriptor().is_none();
        is_whole.then(|| located(&root, &file.path())).flatten()
    };
    files.iter().map(path).collect()
}

/// A file's path in a log is relative, or a URL.
fn located(root: &Path, path: &str) -> Option<PathBuf> {
    match Url::parse(path) {
        Ok(url) => url.to_file_path().ok(),
        Err(_) => Some(root.join(path)),
    }
}

impl Places {
    /// The rows of the ids; none where a file lacks a column.
    fn find(
        &self,
        files: &[PathBuf],
        id: &'static str,
        ids: &[i64],
        columns: &[&str],
    ) -> Result<Option<Vec<RecordBatch>>, ArrowError> {
        let mut found = Vec::new();
        for file in self.of(files, id)? {
            let rows = file.rows_of(ids);
            if rows.is_empty() {
                continue;
            }
            if !file.has(columns) {
                return Ok(None);
            }
            found.extend(file.read(&rows, columns)?);
        }
        Ok(Some(found))
    }

    /// The files with what is known of them; those that are gone from the table are forgotten.
    fn of(&self, files: &[PathBuf], id: &'static str) -> Result<Vec<Arc<FilePlaces>>, ArrowError> {
        let mut known = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > 2 * files.len() {
            known.retain(|(path, _), _| files.contains(path));
        }
        let mut all = Vec::with_capacity(files.len());
        for path in files {
            let file = match known.get(&(path.clone(), id)) {
                Some(file) => Arc::clone(file),
                None => {
                    let file = Arc::new(FilePlaces::learn(path, id)?);
                    known.insert((path.clone(), id), Arc::clone(&file));
                    file
                }
            };
            all.push(file);
        }
        Ok(all)
    }
}

impl FilePlaces {
    fn learn(path: &Path, id: &str) -> Result<Self, ArrowError> {
        let file = File::open(path)?;
        let options = ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options)?;
        let mask = ProjectionMask::columns(metadata.parquet_schema(), [id]);
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
            .with_projection(mask)
            .build()?;
        let mut rows = Vec::new();
        for batch in reader {
            let batch = batch?;
            let Some(ids) = batch.column(0).as_primitive_opt::<Int64Type>() else {
                let words = format!("{id} holds no whole numbers");
                return Err(ArrowError::SchemaError(words));
            };
            rows.extend(
                ids.values()
                    .iter()
                    .zip(rows.len() as u32..)
                    .map(|(id, row)| (*id, row)),
            );
        }
        rows.sort_unstable();
        Ok(Self {
            path: path.to_owned(),
            metadata,
            rows,
        })
    }

    fn has(&self, columns: &[&str]) -> bool {
        let schema = self.metadata.schema();
        columns
            .iter()
            .all(|column| schema.field_with_name(column).is_ok())
    }

    /// The rows of the ids, in order.
    fn rows_of(&self, ids: &[i64]) -> Vec<usize> {
        let own = ids.iter().flat_map(|id| {
            let from = self.rows.partition_point(|(other, _)| other < id);
            let same = self.rows[from..]
                .iter()
                .take_while(move |(other, _)| other == id);
            same.map(|(_, row)| *row as usize)
        });
        let mut rows: Vec<usize> = own.collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Reads rows, which are in order, of the row groups that hold them.
    fn read(&self, rows: &[usize], columns: &[&str]) -> Result<Vec<RecordBatch>, ArrowError> {
        let mut groups = Vec::new();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        // `first` is the group's first row in the file, `before` the rows of the groups that are read.
        let (mut first, mut before) = (0, 0);
        for (number, group) in self.metadata.metadata().row_groups().iter().enumerate() {
            let end = first + usize::try_from(group.num_rows()).unwrap_or_default();
            let own =
                rows.partition_point(|row| *row < first)..rows.partition_point(|row| *row < end);
            if !own.is_empty() {
                groups.push(number);
                let places = rows[own].iter().map(|row| row - first + before);
                ranges.extend(places.map(|place| place..place + 1));
                before += end - first;
            }
            first = end;
        }
        let schema = self.metadata.parquet_schema();
        let mask = ProjectionMask::columns(schema, columns.iter().copied());
        let file = File::open(&self.path)?;
        ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_row_groups(groups)
            .with_projection(mask)
            .with_row_selection(RowSelection::from_consecutive_ranges(
                ranges.into_iter(),
                before,
            ))
            .build()?
            .collect()
    }
}

fn sql(spec: &TableSpec, id: &str, ids: &[i64], columns: &[&str]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!(
        "select {} from {} where {id} in ({})",
        columns.join(", "),
        spec.full_name(),
        ids.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, StringArray};
    use datafusion::parquet::arrow::ArrowWriter;
    use datafusion::parquet::file::properties::WriterProperties;

    use super::*;

    /// Rows in groups of 100 and pages of 10; each number stands twice.
    fn written(path: &Path) {
        let ids: Vec<i64> = (0..350).map(|row| row * 37 % 175).collect();
        let words = ids
            .iter()
            .zip(0..)
            .map(|(id, row)| format!("{id} at {row}"));
        let columns: [(&str, ArrayRef); 2] = [
            ("words", Arc::new(StringArray::from_iter_values(words))),
            ("id", Arc::new(Int64Array::from(ids))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(100))
            .set_data_page_row_count_limit(10)
            .set_write_batch_size(10)
            .build();
        let file = File::create(path).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }

    #[test]
    fn rows_are_found_in_any_page_and_group() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.parquet");
        written(&path);
        let file = FilePlaces::learn(&path, "id").unwrap();
        assert_eq!(file.metadata.metadata().num_row_groups(), 4);
        for ids in [&[0][..], &[174, 3], &[9, 10, 11, 90], &[500, -1, 42, 42]] {
            let rows = file.rows_of(ids);
            let known = (0..350).filter(|row| ids.contains(&(row * 37 % 175)));
            let expected: Vec<String> = known
                .map(|row| format!("{} at {row}", row * 37 % 175))
                .collect();
            assert_eq!(rows.len(), expected.len());
            let batches = file.read(&rows, &["words"]).unwrap();
            let found: Vec<&str> = batches
                .iter()
                .flat_map(|batch| batch.column(0).as_string::<i32>().iter().flatten())
                .collect();
            assert_eq!(found, expected, "{ids:?}");
        }
        assert!(file.has(&["words"]) && !file.has(&["words", "none"]));
    }
}
