//! Texts of requests that come at the same time, classified together.

use std::sync::Arc;
use std::time::Duration;

use futures::future::try_join_all;
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::metrics::Metrics;
use crate::problem::{Kind, Problem};
use crate::settings::AppSettings;
use crate::source::{Source, SourceError};
use crate::view::classify::{Classified, Text};

/// Why a text was not classified.
#[derive(Debug, Clone, Error)]
pub enum ClassifyError {
    /// Too many wait.
    #[error("too many texts wait to be classified: try again in a second, or with fewer at once")]
    Full,
    /// The source would not; all requests of a batch share its reason.
    #[error(transparent)]
    Source(Arc<SourceError>),
    /// The source broke off, or answered another number of texts.
    #[error("the texts were not classified; the program's log says why")]
    Lost,
}

impl From<ClassifyError> for Problem {
    fn from(error: ClassifyError) -> Problem {
        match error {
            ClassifyError::Full => Problem::new(Kind::Busy, sentence(&error)).retry_after(1),
            ClassifyError::Lost => Problem::new(Kind::Internal, sentence(&error)),
            ClassifyError::Source(error) => match error.as_ref() {
                SourceError::Invalid(sentence) => Problem::new(Kind::Unprocessable, sentence),
                error => Problem::from(error),
            },
        }
    }
}

/// The way to the task that gathers texts; cheap to clone. The task ends with the last of them.
#[derive(Clone)]
pub struct Batcher {
    jobs: mpsc::UnboundedSender<Job>,
    places: Arc<Semaphore>,
    batch: usize,
}

/// At most a batch of texts of one request.
struct Job {
    texts: Vec<Text>,
    answer: oneshot::Sender<Result<Vec<Classified>, ClassifyError>>,
    _places: OwnedSemaphorePermit,
}

/// What the task works with.
struct Worker {
    source: Arc<dyn Source>,
    metrics: Arc<Metrics>,
    batch: usize,
    wait: Duration,
}

impl Batcher {
    /// Starts the task, in the tokio runtime of the caller.
    pub fn start(
        source: Arc<dyn Source>,
        settings: &AppSettings,
        metrics: Arc<Metrics>,
    ) -> Batcher {
        let (jobs, inbox) = mpsc::unbounded_channel();
        let batch = settings.classify_batch.max(1);
        let worker = Worker {
            source,
            metrics,
            batch,
            wait: settings.classify_wait,
        };
        tokio::spawn(worker.work(inbox));
        // A request within its own limit must fit an empty queue.
        let places = settings.classify_queue.max(settings.classify_texts);
        Batcher {
            jobs,
            places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
            batch,
        }
    }

    /// What the production model says of texts, in their order.
    pub async fn classify(&self, texts: Vec<Text>) -> Result<Vec<Classified>, ClassifyError> {
        let mut places = u32::try_from(texts.len())
            .ok()
            .and_then(|count| Arc::clone(&self.places).try_acquire_many_owned(count).ok())
            .ok_or(ClassifyError::Full)?;
        let mut answers = Vec::new();
        for texts in texts.chunks(self.batch) {
            let (answer, answered) = oneshot::channel();
            let places = places
                .split(texts.len())
                .expect("as many places as texts were taken");
            let job = Job {
                texts: texts.to_vec(),
                answer,
                _places: places,
            };
            self.jobs.send(job).map_err(|_| ClassifyError::Lost)?;
            answers.push(async { answered.await.unwrap_or(Err(ClassifyError::Lost)) });
        }
        Ok(try_join_all(answers).await?.concat())
    }
}

impl Worker {
    /// One batch after the other: while one is worked on, the next gathers.
    async fn work(self, mut inbox: mpsc::UnboundedReceiver<Job>) {
        let mut left = None;
        loop {
            let first = match left.take() {
                Some(job) => job,
                None => match inbox.recv().await {
                    Some(job) => job,
                    None => return,
                },
            };
            let mut jobs = vec![first];
            left = self.gather(&mut jobs, &mut inbox).await;
            // Whoever has gone away needs no answer.
            jobs.retain(|job| !job.answer.is_closed());
            if !jobs.is_empty() {
                self.answer(jobs).await;
            }
        }
    }

    /// Fills a batch with what comes in time; what no longer fits is given back.
    async fn gather(
        &self,
        jobs: &mut Vec<Job>,
        inbox: &mut mpsc::UnboundedReceiver<Job>,
    ) -> Option<Job> {
        let deadline = Instant::now() + self.wait;
        let mut size = jobs.iter().map(|job| job.texts.len()).sum::<usize>();
        while size < self.batch {
            let Ok(Some(job)) = timeout_at(deadline, inbox.recv()).await else {
                return None;
            };
            size += job.texts.len();
            if size > self.batch {
                return Some(job);
            }
            jobs.push(job);
        }
        None
    }

    async fn answer(&self, jobs: Vec<Job>) {
        let texts = jobs.iter().flat_map(|job| job.texts.clone()).collect();
        match self.ask(texts).await {
            Ok(mut answers) => {
                for job in jobs {
                    let rest = answers.split_off(job.texts.len());
                    send(job, Ok(answers));
                    answers = rest;
                }
            }
            // A text that is refused must not take its neighbours with it.
            Err(ClassifyError::Source(error))
                if jobs.len() > 1 && matches!(*error, SourceError::Invalid(_)) =>
            {
                for job in jobs {
                    let alone = self.ask(job.texts.clone()).await;
                    send(job, alone);
                }
            }
            Err(error) => jobs
                .into_iter()
                .for_each(|job| send(job, Err(error.clone()))),
        }
    }

    /// Asks the source in a task of its own, so that a panic ends no other request.
    async fn ask(&self, texts: Vec<Text>) -> Result<Vec<Classified>, ClassifyError> {
        let asked = texts.len();
        self.metrics.batch(asked);
        let source = Arc::clone(&self.source);
        let answers = tokio::spawn(async move { source.classify(texts).await }).await;
        match answers {
            Ok(Ok(answers)) if answers.len() == asked => Ok(answers),
            Ok(Ok(answers)) => {
                tracing::error!(asked, answered = answers.len(), "texts lack their answers");
                Err(ClassifyError::Lost)
            }
            Ok(Err(error)) => Err(ClassifyError::Source(Arc::new(error))),
            Err(error) => {
                tracing::error!(%error, "classifying broke off");
                Err(ClassifyError::Lost)
            }
        }
    }
}

fn send(job: Job, answer: Result<Vec<Classified>, ClassifyError>) {
    // Whoever has gone away needs no answer.
    let _ = job.answer.send(answer);
}

/// An error as a sentence.
fn sentence(error: &ClassifyError) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}
