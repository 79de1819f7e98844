//! A model as a Python class: loaded, asked, pickled.

use std::path::PathBuf;

use careerpulse_model::{
    Answer, FORMAT, FileError, Model, PostingText, Predictor, Thresholds, encoder_for,
    model_from_bytes, model_to_bytes, sha256_hex,
};
use pyo3::exceptions::PyRuntimeWarning;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

use crate::arrow_in::{Source, postings_of};
use crate::arrow_out::{ArrowStream, as_batch};
use crate::encoder::{self, Encoder};
use crate::error::Error;
use crate::pool::off_lock;
use crate::records::as_dict;
use crate::rows::Rows;
use crate::texts::{BATCH, type_name};

/// What [`NativeModel::from_bytes`] takes.
type Pickled<'py> = (Bound<'py, PyBytes>, Option<PathBuf>);

/// A fitted model with the encoder it needs; `careerpulse.Model` asks it.
#[pyclass(module = "careerpulse._careerpulse", frozen)]
pub struct NativeModel {
    predictor: Predictor,
    encoder_folder: Option<PathBuf>,
}

#[pymethods]
impl NativeModel {
    /// Reads a model file, which must have the SHA-256 where one is given.
    #[staticmethod]
    #[pyo3(signature = (path, sha256=None, encoder=None))]
    fn open(
        py: Python<'_>,
        path: PathBuf,
        sha256: Option<&str>,
        encoder: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<NativeModel> {
        let shown = path.display().to_string();
        let model = off_lock(py, || {
            let bytes = std::fs::read(&path).map_err(|source| FileError::Unreadable {
                path: shown.clone(),
                source,
            })?;
            if sha256.is_some_and(|sha256| !sha256_hex(&bytes).eq_ignore_ascii_case(sha256)) {
                return Err(FileError::Altered { path: shown }.into());
            }
            Ok(model_from_bytes(&bytes, &shown)?)
        })?;
        with_encoder(py, model, encoder)
    }

    /// What pickling made.
    #[staticmethod]
    #[pyo3(signature = (bytes, encoder=None))]
    fn from_bytes(
        py: Python<'_>,
        bytes: &[u8],
        encoder: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<NativeModel> {
        let model = off_lock(py, || Ok(model_from_bytes(bytes, "that was pickled")?))?;
        with_encoder(py, model, encoder)
    }

    /// A dict per posting, with the keys of `careerpulse classify --json`.
    #[pyo3(signature = (titles, descriptions=None, levels=None, locations=None))]
    fn predict_rows<'py>(
        &self,
        titles: &Bound<'py, PyAny>,
        descriptions: Option<&Bound<'py, PyAny>>,
        levels: Option<&Bound<'py, PyAny>>,
        locations: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = titles.py();
        let rows = Rows::new(titles, [descriptions, levels, locations])?;
        let dicts = PyList::empty(py);
        for batch in rows.batches() {
            py.check_signals()?;
            let batch = batch?;
            for answer in off_lock(py, || self.ask(&batch.postings()))? {
                dicts.append(as_dict(py, &answer.prediction)?)?;
            }
        }
        Ok(dicts)
    }

    /// The same of Arrow data, which is read where it lies: columns title and, if there, description,
    /// level and location.
    #[pyo3(signature = (data, /))]
    fn predict_arrow(&self, data: &Bound<'_, PyAny>) -> PyResult<ArrowStream> {
        let py = data.py();
        let mut source = Source::open(data)?;
        let columns = source.columns()?;
        let mut out = Vec::new();
        while let Some(batch) = py.detach(|| source.next_batch())? {
            for first in (0..batch.num_rows()).step_by(BATCH) {
                py.check_signals()?;
                let rows = batch.slice(first, BATCH.min(batch.num_rows() - first));
                out.push(off_lock(py, || {
                    as_batch(&self.ask(&postings_of(&rows, &columns)?)?)
                })?);
            }
        }
        Ok(ArrowStream::new(out))
    }

    /// The categories it knows, in order.
    #[getter]
    fn classes(&self) -> Vec<String> {
        self.predictor.model().classifier.classes().to_vec()
    }

    /// What the classifier sees of a posting.
    #[getter]
    fn method(&self) -> String {
        self.predictor.model().vectoriser.method.to_string()
    }

    /// The encoder that it was fitted with, if any.
    #[getter]
    fn encoder_revision(&self) -> Option<&str> {
        self.predictor.model().encoder_revision()
    }

    /// The lowest figures of a prediction that counts.
    #[getter]
    fn thresholds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let thresholds = self.predictor.model().thresholds;
        let dict = PyDict::new(py);
        dict.set_item("min_probability", thresholds.min_probability)?;
        dict.set_item("min_gap", thresholds.min_gap)?;
        Ok(dict)
    }

    /// The format of its file.
    #[getter]
    fn format(&self) -> u32 {
        FORMAT
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Pickled<'py>)> {
        let (py, this) = (slf.py(), slf.get());
        let bytes = py.detach(|| model_to_bytes(this.predictor.model()));
        let maker = slf.get_type().getattr("from_bytes")?;
        Ok((
            maker,
            (PyBytes::new(py, &bytes), this.encoder_folder.clone()),
        ))
    }
}

impl NativeModel {
    fn ask(&self, postings: &[PostingText]) -> Result<Vec<Answer>, Error> {
        Ok(self.predictor.predict(postings, &Thresholds::default())?)
    }
}

/// The model with the encoder that was given, by itself or by its folder, or with the one at hand. It
/// reads long texts as the model wants them; where the processor lacks the model's precision, 32-bit
/// floats stand in.
fn with_encoder(
    py: Python<'_>,
    model: Model,
    encoder: Option<&Bound<'_, PyAny>>,
) -> PyResult<NativeModel> {
    let Some(revision) = model.encoder_revision().map(ToOwned::to_owned) else {
        return Ok(NativeModel {
            predictor: Predictor::new(model, None).map_err(Error::from)?,
            encoder_folder: None,
        });
    };
    let fitting = |folder| {
        encoder::load(py, folder, "encoder=", |folder| {
            encoder_for(&revision, folder)
        })
    };
    let loaded = match encoder {
        None => fitting(None)?,
        Some(given) => match given.cast::<Encoder>() {
            Ok(encoder) => encoder.get().reading_as(&revision),
            Err(_) => {
                let folder: PathBuf = given.extract().map_err(|_: PyErr| {
                    Error::Input(format!(
                        "encoder must be a careerpulse.Encoder or the folder of its weights, not {}",
                        type_name(given)
                    ))
                })?;
                fitting(Some(folder))?
            }
        },
    };
    let (found, encoder_folder) = (loaded.inner.revision().to_owned(), loaded.folder());
    let predictor = Predictor::new(model, Some(loaded.inner)).map_err(Error::from)?;
    if found != revision {
        let words =
            format!("the model was fitted with embeddings by {revision}, {found} stands in");
        let category = py.get_type::<PyRuntimeWarning>();
        py.import("warnings")?
            .call_method1("warn", (words, category))?;
    }
    Ok(NativeModel {
        predictor,
        encoder_folder,
    })
}
