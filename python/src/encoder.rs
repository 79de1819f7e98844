//! The sentence encoder as a Python class.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use careerpulse_embed::{DIM, EncoderError, LongTexts, Precision, parse_revision, weights};
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyMemoryView, PyTuple};

use crate::error::Error;
use crate::pool::off_lock;
use crate::texts::{BATCH, items, texts};

/// What [`Encoder::new`] takes.
type Pickled = (Option<PathBuf>, &'static str, &'static str);

/// all-MiniLM-L6-v2: texts in, one vector of length one each out.
///
/// `path` is the folder of its weights; without it CAREERPULSE_ENCODER_DIR, else the user's cache folder.
/// `precision` is "auto", "f32", "bf16" or "int8"; `long_texts` is "cut" or "windows".
#[pyclass(module = "careerpulse", frozen)]
pub struct Encoder {
    /// The encoder, which models may share.
    pub inner: Arc<careerpulse_embed::Encoder>,
    given: Option<PathBuf>,
}

#[pymethods]
impl Encoder {
    #[new]
    #[pyo3(signature = (path=None, precision="auto", long_texts="cut"))]
    fn new(
        py: Python<'_>,
        path: Option<PathBuf>,
        precision: &str,
        long_texts: &str,
    ) -> Result<Encoder, Error> {
        let precision: Precision = precision.parse()?;
        let long_texts: LongTexts = long_texts.parse()?;
        load(py, path, "path=", |folder| {
            Ok(careerpulse_embed::Encoder::load(folder, precision)?.reading(long_texts))
        })
    }

    /// The vectors of texts, texts × 384, float32: a numpy array, or a memoryview where numpy is not.
    ///
    /// None counts as an empty text.
    #[pyo3(signature = (texts, /))]
    fn encode<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = texts.py();
        let rows = items(texts, "texts")?;
        let mut bytes = Vec::with_capacity(rows.len() * DIM * size_of::<f32>());
        for (number, batch) in rows.chunks(BATCH).enumerate() {
            py.check_signals()?;
            let batch = self::texts(batch, "texts", number * BATCH)?;
            let vectors = off_lock(py, || {
                let texts: Vec<&str> = batch.iter().map(|t| t.as_deref().unwrap_or("")).collect();
                Ok(self.inner.encode(&texts))
            })?;
            bytes.extend(vectors.data.iter().flat_map(|x| x.to_ne_bytes()));
        }
        shaped(py, &bytes, rows.len())
    }

    /// Names what a vector depends on: weights, precision, tokens kept.
    #[getter]
    fn revision(&self) -> &str {
        self.inner.revision()
    }

    /// The precision in use: "f32", "bf16" or "int8".
    #[getter]
    fn precision(&self) -> &'static str {
        self.inner.precision().word()
    }

    /// How texts are read that are longer than 256 tokens: "cut" or "windows".
    #[getter]
    fn long_texts(&self) -> &'static str {
        self.inner.long_texts().word()
    }

    /// The width of a vector.
    #[getter]
    fn dim(&self) -> usize {
        DIM
    }

    fn __repr__(&self) -> String {
        format!("<careerpulse.Encoder {}>", self.inner.revision())
    }

    /// The precision in use is kept, and not "auto": elsewhere that may be another, with other vectors.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, Pickled) {
        let (kind, this) = (slf.get_type().into_any(), slf.get());
        let words = (this.precision(), this.long_texts());
        (kind, (this.given.clone(), words.0, words.1))
    }
}

impl Encoder {
    /// The same weights, reading long texts as a model's revision says.
    pub fn reading_as(&self, revision: &str) -> Encoder {
        let inner = match parse_revision(revision) {
            Some((_, long_texts)) => Arc::new(self.inner.reading(long_texts)),
            None => Arc::clone(&self.inner),
        };
        Encoder {
            inner,
            given: self.given.clone(),
        }
    }

    /// The folder that it was asked for, if any.
    pub fn folder(&self) -> Option<PathBuf> {
        self.given.clone()
    }
}

/// Has the weights loaded that are in `given`, or where they are by default; `argument` is named where
/// they are not.
///
/// # Errors
/// [`Error::NoWeights`], and [`Error::Encoder`] where they are damaged.
pub fn load(
    py: Python<'_>,
    given: Option<PathBuf>,
    argument: &'static str,
    load: impl FnOnce(&Path) -> Result<careerpulse_embed::Encoder, EncoderError> + Send,
) -> Result<Encoder, Error> {
    off_lock(py, || {
        let Some(found) = weights::locate(given.as_deref()) else {
            let folder = given.as_ref().map(|folder| Ok(folder.clone()));
            let place = match folder.unwrap_or_else(weights::default_dir) {
                Ok(folder) => format!("whole in {}", folder.display()),
                Err(_) => "here".into(),
            };
            return Err(Error::NoWeights { place, argument });
        };
        Ok(Encoder {
            inner: Arc::new(load(&found.dir)?),
            given,
        })
    })
}

/// Bytes of float32 as a table. Python's own buffers know no empty dimension, so that without numpy no
/// texts give a view of no dimension but their number.
fn shaped<'py>(py: Python<'py>, bytes: &[u8], rows: usize) -> PyResult<Bound<'py, PyAny>> {
    let bytes = PyByteArray::new(py, bytes);
    match py.import("numpy") {
        Ok(numpy) => numpy
            .call_method1("frombuffer", (bytes, "float32"))?
            .call_method1("reshape", ((rows, DIM),)),
        Err(error) if error.is_instance_of::<PyImportError>(py) => {
            let view = PyMemoryView::from(bytes.as_any())?;
            if rows == 0 {
                return view.call_method1("cast", ("f",));
            }
            let shape = PyTuple::new(py, [rows, DIM])?;
            view.call_method1("cast", ("f", shape))
        }
        Err(error) => Err(error),
    }
}
