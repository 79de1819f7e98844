//! TF-IDF rows pressed into 200 dense columns.

use std::path::Path;

use anyhow::{Result, bail};
use careerpulse_learn::{DenseMatrix, Features, SvdParams, TruncatedSvd};

use super::rows::Labelled;
use crate::arrays::{write_array, write_json};

/// Components kept, fewer where the rows are fewer.
const COMPONENTS: usize = 200;

/// The model and the transformed rows.
pub struct Pressed {
    model: TruncatedSvd,
    rows: DenseMatrix,
}

/// Fits and transforms, as scikit-learn's `fit_transform` does.
pub fn run(input: &Labelled) -> Result<Pressed> {
    let Features::Sparse(matrix) = &input.features else {
        bail!("the decomposition takes sparse rows");
    };
    let params = SvdParams {
        components: COMPONENTS.min(matrix.rows()).min(matrix.cols()),
        ..SvdParams::default()
    };
    let model = TruncatedSvd::fit(params, matrix)?;
    let rows = model.transform(matrix)?;
    Ok(Pressed { model, rows })
}

/// Singular values and components; how much the rows hold is computed from them.
pub fn answer(_: &Labelled, pressed: &Pressed, answers: &Path) -> Result<()> {
    let values = pressed.model.singular_values();
    write_json(&answers.join("singular_values.json"), &values)?;
    write_array(&answers.join("components.f64"), &pressed.model.components())?;
    write_array(&answers.join("rows.f32"), pressed.rows.values())
}
