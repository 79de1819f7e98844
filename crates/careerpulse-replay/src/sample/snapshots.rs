//! A life written as dated files, so that it can be served again without the generator.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use flate2::Compression;
use flate2::write::GzEncoder;
use thiserror::Error;

use super::Life;

/// Why snapshots cannot be written.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The last day lies before the first.
    #[error("snapshots from {from} to {to} are none; give a last day that is not before the first")]
    NoDays {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
    /// A file or the folder cannot be written.
    #[error("cannot write {path}: {source}; check that the folder can be written to and has room", path = path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl Life {
    /// Writes `DAY.ndjson.gz` for every day from `from` to `to`, both included, into a folder that is
    /// made where it is missing: what [`Life::on`] shows, one posting a line. Files of
    /// the same name are overwritten; the same life gives the same bytes. Returns the paths.
    ///
    /// # Errors
    /// [`SnapshotError`] where there are no such days or something cannot be written.
    pub fn write_snapshots(
        &self,
        folder: &Path,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<PathBuf>, SnapshotError> {
        if to < from {
            return Err(SnapshotError::NoDays { from, to });
        }
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| SnapshotError::Write { path, source }
        };
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        from.iter_days()
            .take_while(|day| *day <= to)
            .map(|day| {
                let path = folder.join(format!("{day}.ndjson.gz"));
                self.write_day(&path, day).map_err(failed(&path))?;
                Ok(path)
            })
            .collect()
    }

    fn write_day(&self, path: &Path, day: NaiveDate) -> io::Result<()> {
        let mut out = GzEncoder::new(BufWriter::new(File::create(path)?), Compression::default());
        for posting in self.on(day) {
            serde_json::to_writer(&mut out, &posting)?;
            out.write_all(b"\n")?;
        }
        out.finish()?.flush()
    }
}
