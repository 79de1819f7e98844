//! The data of one size: generated postings and what the later tasks start from.
//!
//! | file | holds |
//! |---|---|
//! | `html.ndjson` | descriptions as the API sends them |
//! | `texts.ndjson` | title × 2 and cleaned description |
//! | `labels.u32`, `folds.u32` | class and fold of each posting |
//! | `tfidf.*` | TF-IDF rows of 10,000 features, see `arrays::write_sparse` |
//! | `dense.f32` | dense rows, see `project` |
//! | `about.json` | [`About`] |

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use careerpulse_learn::{Corpus, Tfidf, TfidfParams, boosted, clean_html, stratified_kfold};
use careerpulse_replay::sample::{Generated, SampleParams, generate};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::arrays::{write_array, write_json, write_sparse, write_texts};
use crate::project::{WIDTH, project};

/// Folds of the sweeps.
const FOLDS: usize = 5;

/// How often the title stands before the description.
const TITLE_REPEATS: usize = 2;

/// The shapes of a data folder.
#[derive(Debug, Serialize, Deserialize)]
pub struct About {
    /// Postings.
    pub rows: usize,
    /// Columns of the TF-IDF matrix.
    pub columns: usize,
    /// Columns of the dense matrix.
    pub dense_columns: usize,
    /// Folds.
    pub folds: usize,
    /// Class names, sorted; labels number them.
    pub classes: Vec<String>,
}

/// Writes the data of `size` generated postings into `folder`; the same seed, the same bytes.
///
/// # Errors
/// A size or file system that does not allow it.
pub fn prepare(size: usize, seed: u64, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("making {folder:?}"))?;
    let params = SampleParams {
        postings: size,
        seed,
        ..SampleParams::default()
    };
    let postings: Vec<Generated> = generate(&params)?.collect();
    let (labels, classes) = number(&postings);
    let texts: Vec<String> = postings
        .par_iter()
        .map(|one| {
            let description = clean_html(&one.posting.contents);
            boosted(&one.posting.name, &description, TITLE_REPEATS)
        })
        .collect();
    let html: Vec<String> = postings
        .into_iter()
        .map(|one| one.posting.contents)
        .collect();

    let tfidf_params = TfidfParams::default();
    let corpus = Corpus::new(&texts, tfidf_params.analyzer())?;
    let rows: Vec<u32> = (0..size as u32).collect();
    let matrix = Tfidf::fit(&corpus, &rows, tfidf_params)?.transform_rows(&corpus, &rows)?;

    write_texts(&folder.join("html.ndjson"), &html)?;
    write_texts(&folder.join("texts.ndjson"), &texts)?;
    write_array(&folder.join("labels.u32"), &labels)?;
    let folds = stratified_kfold(&labels, FOLDS, seed)?;
    write_array(&folder.join("folds.u32"), &folds)?;
    write_sparse(folder, "tfidf", &matrix)?;
    write_array(&folder.join("dense.f32"), &project(&matrix))?;
    let about = About {
        rows: size,
        columns: matrix.cols(),
        dense_columns: WIDTH,
        folds: FOLDS,
        classes,
    };
    write_json(&folder.join("about.json"), &about)
}

/// Each posting's true category as the place of its name among the sorted names.
fn number(postings: &[Generated]) -> (Vec<u32>, Vec<String>) {
    let mut classes: Vec<&str> = postings.iter().map(|one| one.true_category).collect();
    classes.sort_unstable();
    classes.dedup();
    let place = |one: &Generated| classes.partition_point(|name| *name < one.true_category) as u32;
    let labels = postings.iter().map(place).collect();
    (labels, classes.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrays::{read_array, read_json, read_sparse, read_texts};

    #[test]
    fn the_same_seed_gives_the_same_files_and_their_shapes_fit() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        prepare(60, 7, one.path()).unwrap();
        prepare(60, 7, two.path()).unwrap();
        let mut files = 0;
        for entry in fs::read_dir(one.path()).unwrap() {
            let path = entry.unwrap().path();
            let other = two.path().join(path.file_name().unwrap());
            assert!(
                fs::read(&path).unwrap() == fs::read(other).unwrap(),
                "{path:?}"
            );
            files += 1;
        }
        assert_eq!(files, 9);

        let about: About = read_json(&one.path().join("about.json")).unwrap();
        assert_eq!(
            read_texts(&one.path().join("html.ndjson")).unwrap().len(),
            60
        );
        let dense: Vec<f32> = read_array(&one.path().join("dense.f32")).unwrap();
        assert_eq!(dense.len(), 60 * about.dense_columns);
        let matrix = read_sparse(one.path(), "tfidf", about.columns).unwrap();
        assert_eq!(matrix.rows(), 60);
        let labels: Vec<u32> = read_array(&one.path().join("labels.u32")).unwrap();
        let named: std::collections::BTreeSet<u32> = labels.into_iter().collect();
        assert!(named.into_iter().eq(0..about.classes.len() as u32));
    }
}
