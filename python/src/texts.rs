//! Lists of Python's as texts, and HTML as plain text.

use careerpulse_learn::clean_html;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyList, PyString, PyTuple};

use crate::error::Error;
use crate::pool::off_lock;

/// Rows worked on at a time: bounds memory, and the time after which Ctrl-C is heard.
pub const BATCH: usize = 256;

/// A list or tuple as a vector of its items; `name` is the argument's.
///
/// # Errors
/// [`Error::Input`] for anything else, a lone `str` above all.
pub fn items<'py>(value: &Bound<'py, PyAny>, name: &str) -> Result<Vec<Bound<'py, PyAny>>, Error> {
    if let Ok(list) = value.cast::<PyList>() {
        return Ok(list.iter().collect());
    }
    if let Ok(tuple) = value.cast::<PyTuple>() {
        return Ok(tuple.iter().collect());
    }
    let advice = if value.is_instance_of::<PyString>() {
        ": put a single text into a list"
    } else {
        ""
    };
    Err(Error::Input(format!(
        "{name} must be a list of str, not {}{advice}",
        type_name(value)
    )))
}

/// The text of an item, none for None, NaN and pandas' NA; `place` is named in errors.
///
/// # Errors
/// [`Error::Input`] for what is no text.
pub fn text_of(
    item: &Bound<'_, PyAny>,
    place: impl Fn() -> String,
) -> Result<Option<String>, Error> {
    if let Ok(text) = item.cast::<PyString>() {
        return match text.extract::<String>() {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(Error::Input(format!(
                "{} holds half a character (a lone surrogate), which is no text: decode it properly, or with errors=\"replace\"",
                place()
            ))),
        };
    }
    if item.is_none() || is_missing(item) {
        return Ok(None);
    }
    Err(Error::Input(format!(
        "{} is {}, not str",
        place(),
        type_name(item)
    )))
}

/// Plain text of HTML, as models see it: a str for a str, a list for a list of str.
///
/// None stays None. Plain text comes back as it is, but for spare white space.
#[pyfunction]
#[pyo3(signature = (html, /))]
pub fn clean_description<'py>(html: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = html.py();
    if html.is_instance_of::<PyString>() || html.is_none() {
        let text = text_of(html, || "html".into())?;
        let text = off_lock(py, || Ok(text.map(|text| clean_html(&text))))?;
        return Ok(text.into_pyobject(py)?);
    }
    let rows = items(html, "html")?;
    let cleaned = PyList::empty(py);
    for (number, rows) in rows.chunks(BATCH).enumerate() {
        py.check_signals()?;
        let texts = texts(rows, "html", number * BATCH)?;
        let clean = |text: Option<String>| text.map(|text| clean_html(&text));
        for text in off_lock(py, || Ok(texts.into_iter().map(clean).collect::<Vec<_>>()))? {
            cleaned.append(text)?;
        }
    }
    Ok(cleaned.into_any())
}

/// The texts of some items of a list, of which the first has the given number.
///
/// # Errors
/// As [`text_of`].
pub fn texts(
    items: &[Bound<'_, PyAny>],
    name: &str,
    first: usize,
) -> Result<Vec<Option<String>>, Error> {
    let text = |(i, item)| text_of(item, || format!("{name}[{}]", first + i));
    items.iter().enumerate().map(text).collect()
}

/// The name of a value's type, for messages.
pub fn type_name(value: &Bound<'_, PyAny>) -> String {
    let name = value.get_type().name();
    name.map_or_else(|_: PyErr| "another type".into(), |name| name.to_string())
}

fn is_missing(item: &Bound<'_, PyAny>) -> bool {
    if let Ok(number) = item.cast::<PyFloat>() {
        return number.value().is_nan();
    }
    matches!(type_name(item).as_str(), "NAType" | "NaTType")
}
