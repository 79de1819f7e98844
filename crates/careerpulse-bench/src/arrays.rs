//! Files that both sides read and write: raw little-endian arrays, JSON, and one JSON string a line.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use careerpulse_learn::CsrMatrix;
use serde::{Serialize, de::DeserializeOwned};

/// A number with a fixed form on disk.
pub trait Number: Sized {
    /// Its length in bytes.
    const BYTES: usize;
    /// Of exactly [`Number::BYTES`] bytes.
    fn read(bytes: &[u8]) -> Self;
    /// Its little-endian bytes.
    fn write(&self, to: &mut impl Write) -> std::io::Result<()>;
}

macro_rules! number {
    ($($kind:ty),*) => {$(
        impl Number for $kind {
            const BYTES: usize = size_of::<$kind>();
            fn read(bytes: &[u8]) -> Self {
                <$kind>::from_le_bytes(bytes.try_into().expect("chunks of the number's length"))
            }
            fn write(&self, to: &mut impl Write) -> std::io::Result<()> {
                to.write_all(&self.to_le_bytes())
            }
        }
    )*};
}
number!(u32, u64, f32, f64);

/// All numbers of a file. Errors where it cannot be read or ends within a number.
pub fn read_array<T: Number>(path: &Path) -> Result<Vec<T>> {
    let bytes = fs::read(path).with_context(|| format!("reading {path:?}"))?;
    ensure!(
        bytes.len().is_multiple_of(T::BYTES),
        "{path:?} ends within a number: prepare the data again"
    );
    Ok(bytes.chunks_exact(T::BYTES).map(T::read).collect())
}

/// Writes numbers one after the other.
pub fn write_array<T: Number>(path: &Path, values: &[T]) -> Result<()> {
    write(path, |out| {
        values.iter().try_for_each(|value| Ok(value.write(out)?))
    })
}

/// A value from JSON.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {path:?}"))?;
    serde_json::from_str(&text).with_context(|| format!("reading {path:?}"))
}

/// A value to JSON.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    write(path, |out| Ok(serde_json::to_writer(out, value)?))
}

/// Texts, one JSON string a line.
pub fn read_texts(path: &Path) -> Result<Vec<String>> {
    let file = File::open(path).with_context(|| format!("reading {path:?}"))?;
    BufReader::new(file)
        .lines()
        .map(|line| serde_json::from_str(&line?).with_context(|| format!("reading {path:?}")))
        .collect()
}

/// Writes texts, one JSON string a line.
pub fn write_texts(path: &Path, texts: &[String]) -> Result<()> {
    write(path, |out| {
        texts.iter().try_for_each(|text| {
            serde_json::to_writer(&mut *out, text)?;
            Ok(out.write_all(b"\n")?)
        })
    })
}

/// Writes a sparse matrix as three arrays: `NAME.starts`, `NAME.columns`, `NAME.values`.
pub fn write_sparse(folder: &Path, name: &str, matrix: &CsrMatrix) -> Result<()> {
    let (mut starts, mut columns, mut values) = (vec![0_u64], Vec::new(), Vec::new());
    for row in 0..matrix.rows() {
        let (of_row, weights) = matrix.row(row);
        columns.extend_from_slice(of_row);
        values.extend_from_slice(weights);
        starts.push(columns.len() as u64);
    }
    write_array(&folder.join(format!("{name}.starts")), &starts)?;
    write_array(&folder.join(format!("{name}.columns")), &columns)?;
    write_array(&folder.join(format!("{name}.values")), &values)
}

/// Reads what [`write_sparse`] wrote, of a matrix of `cols` columns.
pub fn read_sparse(folder: &Path, name: &str, cols: usize) -> Result<CsrMatrix> {
    let starts: Vec<u64> = read_array(&folder.join(format!("{name}.starts")))?;
    let matrix = CsrMatrix::new(
        cols,
        starts.into_iter().map(|start| start as usize).collect(),
        read_array(&folder.join(format!("{name}.columns")))?,
        read_array(&folder.join(format!("{name}.values")))?,
    );
    matrix.with_context(|| format!("the sparse matrix {name} of {folder:?}"))
}

fn write(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    let file = File::create(path).with_context(|| format!("writing {path:?}"))?;
    let mut out = BufWriter::new(file);
    fill(&mut out).with_context(|| format!("writing {path:?}"))?;
    out.flush().with_context(|| format!("writing {path:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_array(&path, &[1.5_f32, -2.25]).unwrap();
        assert_eq!(read_array::<f32>(&path).unwrap(), [1.5, -2.25]);
        assert!(read_array::<f64>(&path).is_ok(), "two f32 fill one f64");
        write_array(&path, &[1_u32, 2, 3]).unwrap();
        assert!(read_array::<u64>(&path).is_err(), "three u32 do not");

        let texts = ["a \"quoted\"\nline".to_owned(), String::new()];
        write_texts(&path, &texts).unwrap();
        assert_eq!(read_texts(&path).unwrap(), texts);

        let matrix =
            CsrMatrix::from_rows(4, &[vec![(0, 1.0), (3, 2.0)], vec![], vec![(1, 0.5)]]).unwrap();
        write_sparse(folder.path(), "m", &matrix).unwrap();
        assert_eq!(read_sparse(folder.path(), "m", 4).unwrap(), matrix);
    }
}
