//! The Python package's native half: postings in, predictions out, without Python's lock while it works.
//!
//! What kind of table came in is the Python half's business; here there are lists and Arrow.

mod arrow_in;
mod arrow_out;
mod encoder;
mod error;
mod model;
mod pool;
mod records;
mod rows;
mod texts;

use pyo3::prelude::*;

/// The extension module.
#[pymodule]
mod _careerpulse {
    #[pymodule_export]
    use crate::arrow_out::ArrowStream;
    #[pymodule_export]
    use crate::encoder::Encoder;
    #[pymodule_export]
    use crate::error::CareerPulseError;
    #[pymodule_export]
    use crate::model::NativeModel;
    #[pymodule_export]
    use crate::texts::clean_description;

    #[pymodule_export]
    const FORMAT: u32 = careerpulse_model::FORMAT;
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
