//! The production model, kept loaded, asked about texts.

use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::classify::{Classified, Text};
use careerpulse_dashboard::view::imputation::Scored;
use careerpulse_embed::Encoder;
use careerpulse_model::{Answer, PostingText, Predictor};
use tokio::sync::Mutex;

use super::detail::neighbours;
use super::moment::Moment;
use super::registry::registry;
use crate::config::Features;
use crate::encoding::{Encoding, open_encoder_of};
use crate::tables::ml::ModelVersion;
use crate::tracking::load_version;

/// Texts whose neighbours come with the beginning of their descriptions; more are a batch, which
/// nobody reads and which would read half the table.
const WITH_TEXTS: usize = 4;

/// The model in use and its encoder, which the next model keeps where it needs the same one.
pub struct Production {
    features: Features,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    model: Option<Loaded>,
    encoder: Option<Needed>,
}

/// The encoder under the revision that it was opened for.
#[derive(Clone)]
struct Needed {
    revision: String,
    encoder: Arc<Encoder>,
}

#[derive(Clone)]
struct Loaded {
    version: i64,
    sha256: String,
    predictor: Arc<Predictor>,
}

impl Production {
    /// Nothing is loaded before somebody asks.
    pub fn new(features: Features) -> Self {
        Self {
            features,
            held: Mutex::default(),
        }
    }

    /// What the model says of texts, in their order, computed off the async threads.
    ///
    /// # Errors
    /// [`SourceError::NotYet`] where no version is in production or its encoder is not to be had.
    pub async fn classify(
        &self,
        moment: &Arc<Moment>,
        texts: Vec<Text>,
    ) -> Result<Vec<Classified>, SourceError> {
        let loaded = self.loaded(moment).await?;
        let (predictor, floors) = (Arc::clone(&loaded.predictor), moment.site.floors);
        let asked = texts.len();
        let answers = blocking(move || {
            let postings: Vec<PostingText> = texts.iter().map(cleaned).collect();
            predictor.predict(&postings, &floors)
        })
        .await?
        .map_err(|e| SourceError::Failed(Box::new(e)))?;
        let mut classified = Vec::with_capacity(answers.len());
        for answer in answers {
            classified.push(shown(moment, answer, loaded.version, asked <= WITH_TEXTS).await?);
        }
        Ok(classified)
    }

    /// The production version's model; another one is loaded where the ledger names another.
    async fn loaded(&self, moment: &Arc<Moment>) -> Result<Loaded, SourceError> {
        let registry = registry(moment).await?;
        let version = registry.production()?;
        let mut held = self.held.lock().await;
        if let Some(loaded) = &held.model
            && loaded.version == version.version
            && loaded.sha256 == version.artifact_sha256
        {
            return Ok(loaded.clone());
        }
        let loaded = self.load(moment, version, &mut held.encoder).await?;
        held.model = Some(loaded.clone());
        Ok(loaded)
    }

    async fn load(
        &self,
        moment: &Moment,
        version: &ModelVersion,
        held: &mut Option<Needed>,
    ) -> Result<Loaded, SourceError> {
        let (lake, row) = (moment.site.lake.clone(), version.clone());
        let model = blocking(move || load_version(&lake, &row))
            .await?
            .map_err(|e| SourceError::Failed(Box::new(e)))?;
        let encoder = match model.encoder_revision() {
            Some(revision) => Some(self.encoder(revision, held).await?),
            None => None,
        };
        let predictor =
            Predictor::new(model, encoder).map_err(|e| SourceError::NotYet(e.to_string()))?;
        Ok(Loaded {
            version: version.version,
            sha256: version.artifact_sha256.clone(),
            predictor: Arc::new(predictor),
        })
    }

    async fn encoder(
        &self,
        revision: &str,
        held: &mut Option<Needed>,
    ) -> Result<Arc<Encoder>, SourceError> {
        if let Some(held) = held.as_ref().filter(|held| held.revision == revision) {
            return Ok(Arc::clone(&held.encoder));
        }
        let encoder: Arc<Encoder> = match open_encoder_of(&self.features, revision).await {
            Encoding::Ready(encoder) => Arc::from(encoder),
            Encoding::Absent(why) => {
                return Err(SourceError::NotYet(format!(
                    "the production model needs the encoder: {why}"
                )));
            }
        };
        *held = Some(Needed {
            revision: revision.to_owned(),
            encoder: Arc::clone(&encoder),
        });
        Ok(encoder)
    }
}

/// Runs what computes where it holds up nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SourceError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| SourceError::Failed(Box::new(e)))
}

fn cleaned(text: &Text) -> PostingText {
    PostingText::cleaned(
        &text.title,
        &text.description,
        text.level.as_deref(),
        text.location.as_deref(),
    )
}

async fn shown(
    moment: &Arc<Moment>,
    answer: Answer,
    model_version: i64,
    with_texts: bool,
) -> Result<Classified, SourceError> {
    let prediction = answer.prediction;
    let scored = prediction.top3.into_iter().map(|scored| Scored {
        category: scored.category,
        probability: scored.probability,
    });
    Ok(Classified {
        category: prediction.category,
        probability: prediction.probability,
        gap: prediction.gap,
        abstained: prediction.abstained,
        top3: scored.collect(),
        neighbours: neighbours(moment, &prediction.neighbours, with_texts).await?,
        model_version,
    })
}
