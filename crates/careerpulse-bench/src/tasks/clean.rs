//! Plain text of every posting's HTML, on all threads, as Gold does it.

use std::path::Path;

use anyhow::Result;
use careerpulse_learn::clean_html;
use rayon::prelude::*;

use crate::arrays::{read_texts, write_texts};

/// The descriptions as the API sends them.
pub fn load(data: &Path) -> Result<Vec<String>> {
    read_texts(&data.join("html.ndjson"))
}

/// The cleaned texts.
pub fn run(html: &[String]) -> Result<Vec<String>> {
    Ok(html.par_iter().map(|html| clean_html(html)).collect())
}

/// All of them.
pub fn answer(texts: &[String], answers: &Path) -> Result<()> {
    write_texts(&answers.join("texts.ndjson"), texts)
}
