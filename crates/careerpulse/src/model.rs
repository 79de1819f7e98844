//! A fitted model as one self-contained file: vocabulary, training rows, labels and settings.

use std::path::Path;

use anyhow::Context as _;
use careerpulse_learn::{DenseMatrix, Features, Knn, Metric, Tfidf, first_max};
use serde::{Deserialize, Serialize};

use crate::config::{Infer, Method};
use crate::digest::sha256_hex;
use crate::error::UserError;
use crate::tables::inference::{NeighbourRow, Prediction, Scored};

/// Everything a prediction needs, but for the encoder of an embedding model, which it names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Model {
    /// How a text becomes features.
    pub vectoriser: Vectoriser,
    /// How often the title stands before the description.
    pub title_repeats: usize,
    /// The fitted classifier.
    pub knn: Knn,
    /// The posting of each training row: the evidence of a prediction.
    pub posting_ids: Vec<i64>,
}

/// How a text becomes features.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Vectoriser {
    /// By a fitted vocabulary.
    Tfidf(Tfidf),
    /// By the sentence encoder of this revision.
    Embedding {
        /// See `careerpulse_embed::Encoder::revision`.
        revision: String,
    },
}

impl Model {
    /// The method that the model was made by.
    pub fn method(&self) -> Method {
        match self.vectoriser {
            Vectoriser::Tfidf(_) => Method::Tfidf,
            Vectoriser::Embedding { .. } => Method::SentenceTransformer,
        }
    }
}

/// What a model sees of some texts.
pub struct Inputs {
    /// A row per text.
    features: Features,
    /// Whether a text holds nothing that the model knows: neighbours of such a text are no evidence.
    blank: Vec<bool>,
}

/// Makes a model's inputs: texts by its own vocabulary, or for an embedding model their vectors, a row each.
///
/// # Errors
/// When an embedding model is given no vectors, or not as many as texts.
pub fn inputs<T: AsRef<str> + Sync>(
    model: &Model,
    texts: &[T],
    vectors: Option<DenseMatrix>,
) -> anyhow::Result<Inputs> {
    let (features, mut blank) = match (&model.vectoriser, vectors) {
        (Vectoriser::Tfidf(tfidf), _) => {
            let matrix = tfidf.transform(texts)?;
            let blank = (0..matrix.rows())
                .map(|row| matrix.row(row).0.is_empty())
                .collect();
            (Features::Sparse(matrix), blank)
        }
        (Vectoriser::Embedding { .. }, Some(vectors)) => {
            (Features::Dense(vectors), vec![false; texts.len()])
        }
        (Vectoriser::Embedding { revision }, None) => {
            anyhow::bail!("the model needs embeddings by {revision}, and none were given")
        }
    };
    anyhow::ensure!(
        features.rows() == texts.len(),
        "{} vectors for {} texts",
        features.rows(),
        texts.len()
    );
    for (blank, text) in blank.iter_mut().zip(texts) {
        *blank |= text.as_ref().trim().is_empty();
    }
    Ok(Inputs { features, blank })
}

/// A prediction per text, with the thresholds' verdict on it.
///
/// # Errors
/// When the inputs are not of the kind the model was fitted on.
pub fn predict(
    model: &Model,
    inputs: &Inputs,
    thresholds: &Infer,
) -> anyhow::Result<Vec<Prediction>> {
    let neighbours = model
        .knn
        .kneighbors(&inputs.features, model.knn.params().k)?;
    let probabilities = model.knn.vote(&neighbours);
    let rows = probabilities
        .iter()
        .zip(neighbours.iter())
        .zip(&inputs.blank);
    let predictions = rows.map(|((row, near), is_blank)| {
        let near: Vec<NeighbourRow> = near
            .iter()
            .take(EVIDENCE)
            .map(|neighbour| NeighbourRow {
                posting_id: model.posting_ids[neighbour.row as usize],
                similarity: similarity(model.knn.params().metric, neighbour.distance),
            })
            .collect();
        let mut prediction = prediction(model.knn.classes(), row, near, thresholds);
        prediction.abstained |= is_blank;
        prediction
    });
    Ok(predictions.collect())
}

/// The most probable class of each text, as a number into the model's classes.
///
/// # Errors
/// As [`predict`].
pub fn predict_classes(model: &Model, inputs: &Inputs) -> anyhow::Result<Vec<u32>> {
    Ok(model
        .knn
        .predict_proba(&inputs.features)?
        .iter()
        .map(|row| first_max(row))
        .collect())
}

/// Writes the model to `path` through a temporary file beside it; returns the file's SHA-256.
///
/// # Errors
/// From the file system.
pub fn save_model(model: &Model, path: &Path) -> anyhow::Result<String> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes = postcard::to_extend(model, bytes).context("encoding the model")?;
    let folder = path.parent().context("a model file lies in a folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, &bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)
        .with_context(|| format!("writing {}", path.display()))?;
    Ok(sha256_hex(&bytes))
}

/// Reads a model whose file must have the given SHA-256.
///
/// # Errors
/// [`UserError`] for a file that is missing, altered, cut short, or of another format.
pub fn load_model(path: &Path, sha256: &str) -> anyhow::Result<Model> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|e| {
        UserError::new(format!(
            "the model file {shown} cannot be read ({e}): restore it, or train and promote again"
        ))
    })?;
    if sha256_hex(&bytes) != sha256 {
        return Err(UserError::new(format!(
            "the model file {shown} is not the one that was registered (its SHA-256 differs): restore it, or train and promote again"
        ))
        .into());
    }
    decode(&bytes).map_err(|reason| {
        UserError::new(format!(
            "the model file {shown} cannot be used: {reason}; train and promote again"
        ))
        .into()
    })
}

const MAGIC: &[u8] = b"CAREERPULSE-MODEL\n";

/// Raised when [`Model`]'s fields change.
const FORMAT: u32 = 1;

/// Neighbours kept as a prediction's evidence.
const EVIDENCE: usize = 5;

fn decode(bytes: &[u8]) -> Result<Model, String> {
    let rest = bytes
        .strip_prefix(MAGIC)
        .ok_or("it is no CareerPulse model")?;
    let (format, body) = rest.split_first_chunk::<4>().ok_or("it is cut short")?;
    let format = u32::from_le_bytes(*format);
    if format != FORMAT {
        return Err(format!(
            "it has format {format}, and this program reads format {FORMAT}"
        ));
    }
    let model: Model = postcard::from_bytes(body).map_err(|e| format!("it is damaged ({e})"))?;
    if model.posting_ids.len() != model.knn.labels().len() {
        return Err("it is damaged (postings and labels differ in number)".into());
    }
    Ok(model)
}

fn prediction(
    classes: &[String],
    row: &[f64],
    neighbours: Vec<NeighbourRow>,
    thresholds: &Infer,
) -> Prediction {
    let mut order: Vec<usize> = (0..row.len()).collect();
    // Stable: among equals the first in sorted order of names comes first, as in scikit-learn.
    order.sort_by(|a, b| row[*b].total_cmp(&row[*a]));
    let top3: Vec<Scored> = order
        .iter()
        .take(3)
        .map(|&class| Scored {
            category: classes[class].clone(),
            probability: row[class],
        })
        .filter(|scored| scored.probability > 0.0)
        .collect();
    let first = order.first().map_or(0.0, |&class| row[class]);
    let gap = first - order.get(1).map_or(0.0, |&class| row[class]);
    Prediction {
        category: order
            .first()
            .map_or_else(String::new, |&class| classes[class].clone()),
        probability: first,
        runner_up: top3.get(1).map(|scored| scored.category.clone()),
        gap,
        abstained: first < thresholds.min_probability || gap < thresholds.min_gap,
        top3,
        neighbours,
    }
}

fn similarity(metric: Metric, distance: f64) -> f64 {
    match metric {
        Metric::Cosine => 1.0 - distance,
        Metric::Euclidean => 1.0 / (1.0 + distance),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use careerpulse_learn::{Corpus, KnnParams, TfidfParams, Weights};

    fn model() -> Model {
        let texts = [
            "nurse ward patient",
            "nurse clinic patient",
            "rust compiler software",
            "software engineer rust",
        ];
        let params = TfidfParams::default();
        let corpus = Corpus::new(&texts, params.analyzer()).unwrap();
        let tfidf = Tfidf::fit(&corpus, &[0, 1, 2, 3], params).unwrap();
        let features = Features::Sparse(tfidf.transform(&texts).unwrap());
        let classes = vec!["Healthcare".to_owned(), "Software".to_owned()];
        let knn = KnnParams {
            k: 3,
            metric: Metric::Cosine,
            weights: Weights::Uniform,
        };
        Model {
            vectoriser: Vectoriser::Tfidf(tfidf),
            title_repeats: 0,
            knn: Knn::fit(knn, features, vec![0, 0, 1, 1], classes).unwrap(),
            posting_ids: vec![11, 12, 13, 14],
        }
    }

    fn predict_one(model: &Model, text: &str) -> Prediction {
        let inputs = inputs(model, &[text], None).unwrap();
        predict(model, &inputs, &Infer::default())
            .unwrap()
            .remove(0)
    }

    #[test]
    fn a_saved_model_predicts_the_same_bits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m/model.bin");
        let model = model();
        let sha256 = save_model(&model, &path).unwrap();
        let loaded = load_model(&path, &sha256).unwrap();
        assert_eq!(
            predict_one(&loaded, "patient nurse"),
            predict_one(&model, "patient nurse")
        );
    }

    #[test]
    fn a_prediction_names_its_evidence() {
        let prediction = predict_one(&model(), "nurse patient");
        assert_eq!(prediction.category, "Healthcare");
        assert!(
            (prediction.probability - 2.0 / 3.0).abs() < 1e-12
                && (prediction.gap - 1.0 / 3.0).abs() < 1e-12
        );
        let near: Vec<i64> = prediction
            .neighbours
            .iter()
            .take(2)
            .map(|n| n.posting_id)
            .collect();
        assert!(near.contains(&11) && near.contains(&12));
        assert!(!prediction.abstained);
    }

    #[test]
    fn a_text_without_a_known_word_is_abstained_by_either_metric() {
        for metric in [Metric::Cosine, Metric::Euclidean] {
            let mut model = model();
            let knn = KnnParams {
                k: 2,
                metric,
                weights: Weights::Uniform,
            };
            let classes = model.knn.classes().to_vec();
            // Both neighbours of an unknown text agree here, so only its blankness speaks.
            model.knn = Knn::fit(knn, model.knn.features().clone(), vec![0; 4], classes).unwrap();
            assert!(predict_one(&model, "zzz").abstained, "{metric}");
            assert!(!predict_one(&model, "nurse").abstained, "{metric}");
        }
    }

    #[test]
    fn altered_foreign_and_short_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bin");
        let sha256 = save_model(&model(), &path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let refusal = |bytes: &[u8], sha256: &str| {
            std::fs::write(&path, bytes).unwrap();
            load_model(&path, sha256).unwrap_err().to_string()
        };
        let mut other_format = whole.clone();
        other_format[MAGIC.len()] = 9;
        let short = &whole[..whole.len() - 9];
        assert!(refusal(short, &sha256).contains("SHA-256"));
        assert!(refusal(short, &sha256_hex(short)).contains("damaged"));
        assert!(refusal(b"hello", &sha256_hex(b"hello")).contains("no CareerPulse model"));
        assert!(refusal(&other_format, &sha256_hex(&other_format)).contains("format 9"));
        std::fs::remove_file(&path).unwrap();
        assert!(
            load_model(&path, &sha256)
                .unwrap_err()
                .to_string()
                .contains("cannot be read")
        );
    }
}
