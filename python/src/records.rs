//! Predictions as Python's dicts.

use careerpulse_model::Prediction;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// A prediction with the keys, and in the order, of `careerpulse classify --json`.
///
/// # Errors
/// Python's own, when memory ends.
pub fn as_dict<'py>(py: Python<'py>, prediction: &Prediction) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("category", &prediction.category)?;
    dict.set_item("probability", prediction.probability)?;
    dict.set_item("runner_up", prediction.runner_up.as_deref())?;
    dict.set_item("gap", prediction.gap)?;
    let top3 = PyList::empty(py);
    for scored in &prediction.top3 {
        let entry = PyDict::new(py);
        entry.set_item("category", &scored.category)?;
        entry.set_item("probability", scored.probability)?;
        top3.append(entry)?;
    }
    dict.set_item("top3", top3)?;
    let neighbours = PyList::empty(py);
    for neighbour in &prediction.neighbours {
        let entry = PyDict::new(py);
        entry.set_item("posting_id", neighbour.posting_id)?;
        entry.set_item("similarity", neighbour.similarity)?;
        neighbours.append(entry)?;
    }
    dict.set_item("neighbours", neighbours)?;
    dict.set_item("abstained", prediction.abstained)?;
    Ok(dict)
}
