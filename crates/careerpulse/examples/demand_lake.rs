//! Fills a lake with what `demand` reads: `demand_lake FOLDER POSTINGS DAYS [BYTES]`, with descriptions of
//! so many bytes, or without texts.
//!
//! `bench/demand` times the stage on it. Postings are dealt out to 25 categories whose sizes fall as 1/n,
//! to days with a weekly rhythm and to 40 locations; half have no category and a prediction that is right
//! as often as it says.

#![allow(clippy::print_stderr, reason = "how far it has come")]

use anyhow::Context as _;
use careerpulse::tables::Table;
use careerpulse::tables::assessment::OutOfFold;
use careerpulse::tables::bronze::CoverageRow;
use careerpulse::tables::duplicates::Duplicate;
use careerpulse::tables::gold::{LabeledPosting, UnlabeledPosting};
use careerpulse::tables::inference::CategoryPrediction;
use careerpulse::tables::ledger::{Action, Promotion};
use careerpulse::tables::ml::ModelVersion;
use careerpulse::tables::silver::{JobPosting, Sighting};
use careerpulse_lake::Lake;
use careerpulse_lake::rows::to_batch;
use careerpulse_model::Prediction;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

const CATEGORIES: usize = 25;
const LOCATIONS: usize = 40;
const CHUNK: usize = 50_000;
const WEEK: [f64; 7] = [0.9, 1.0, 0.97, 0.92, 0.75, 0.2, 0.14];

/// The rows of a chunk of postings.
#[derive(Default)]
struct Rows {
    postings: Vec<JobPosting>,
    sightings: Vec<Sighting>,
    duplicates: Vec<Duplicate>,
    labelled: Vec<LabeledPosting>,
    out_of_fold: Vec<OutOfFold>,
    unlabelled: Vec<UnlabeledPosting>,
    predictions: Vec<CategoryPrediction>,
}

/// What a posting is drawn from.
struct World {
    rng: ChaCha8Rng,
    crawled: DateTime<Utc>,
    days: i64,
    bytes: usize,
    shares: Vec<f64>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, folder, postings, days, bytes @ ..] = args.as_slice() else {
        anyhow::bail!("usage: demand_lake FOLDER POSTINGS DAYS [BYTES]");
    };
    let bytes: usize = bytes.first().map_or(Ok(0), |bytes| bytes.parse())?;
    let (postings, days): (i64, i64) = (postings.parse()?, days.parse()?);
    let lake = Lake::open(folder)?;
    let crawled = NaiveDate::from_ymd_opt(2026, 7, 1)
        .and_then(|day| day.and_hms_opt(6, 0, 0))
        .context("a moment")?
        .and_utc();
    let weights: Vec<f64> = (1..=CATEGORIES).map(|n| 1.0 / n as f64).collect();
    let total: f64 = weights.iter().sum();
    let mut world = World {
        rng: ChaCha8Rng::seed_from_u64(7),
        crawled,
        days,
        bytes,
        shares: weights.iter().map(|weight| weight / total).collect(),
    };
    put(&lake, Table::Coverage, &[crawl(postings, crawled)]).await?;
    put(&lake, Table::ModelVersions, &[version(crawled)]).await?;
    put(&lake, Table::Promotions, &[promotion(crawled)]).await?;
    let mut rows = Rows::default();
    for id in 1..=postings {
        world.add(id, &mut rows);
        if rows.postings.len() == CHUNK || id == postings {
            store(&lake, std::mem::take(&mut rows)).await?;
            eprintln!("{id} of {postings} postings");
        }
    }
    Ok(())
}

async fn store(lake: &Lake, rows: Rows) -> anyhow::Result<()> {
    put(lake, Table::JobPostings, &rows.postings).await?;
    put(lake, Table::Sightings, &rows.sightings).await?;
    put(lake, Table::Duplicates, &rows.duplicates).await?;
    put(lake, Table::LabeledPostings, &rows.labelled).await?;
    put(lake, Table::OutOfFold, &rows.out_of_fold).await?;
    put(lake, Table::UnlabeledPostings, &rows.unlabelled).await?;
    put(lake, Table::CategoryPredictions, &rows.predictions).await
}

async fn put<T: Serialize>(lake: &Lake, table: Table, rows: &[T]) -> anyhow::Result<()> {
    let batch = to_batch(table.spec(), rows)?;
    lake.insert_new(table.spec(), vec![batch]).await?;
    Ok(())
}

fn name(category: usize) -> String {
    format!("Category {category:02}")
}

impl World {
    fn add(&mut self, id: i64, rows: &mut Rows) {
        let truth = self.draw();
        let published = loop {
            let ago = self.rng.random_range(1..=self.days);
            let day = self.crawled - TimeDelta::days(ago);
            let weekday = chrono::Datelike::weekday(&day).num_days_from_monday();
            if self.rng.random_bool(WEEK[weekday as usize]) {
                break day;
            }
        };
        let is_labelled = self.rng.random_bool(0.5);
        let location = format!("Town {:02}", self.rng.random_range(0..LOCATIONS));
        let probabilities = self.posterior(truth);
        let group = format!("{id:016x}");
        let title = format!("Title {id}");
        let description = self.description();
        rows.postings.push(JobPosting {
            posting_id: id,
            title: Some(title.clone()),
            description: Some(description.clone()),
            category: is_labelled.then(|| name(truth)),
            categories: Vec::new(),
            level: Some(["Entry Level", "Mid Level", "Senior Level"][id as usize % 3].into()),
            levels: Vec::new(),
            locations: vec![location],
            company_id: None,
            company_name: Some(format!("Employer {}", id % 500)),
            tags: Vec::new(),
            posting_type: None,
            publication_date: Some(published),
            landing_page: None,
            first_seen_at: self.crawled,
            ingest_id: "bench".into(),
        });
        rows.sightings.push(Sighting {
            posting_id: id,
            seen_date: self.crawled.date_naive(),
            category: None,
        });
        rows.duplicates.push(Duplicate {
            posting_id: id,
            duplicate_group: group.clone(),
            kind: "original".into(),
            original_posting_id: id,
            linked_posting_id: None,
            similarity: None,
        });
        if is_labelled {
            rows.labelled.push(LabeledPosting {
                posting_id: id,
                title,
                description_clean: description,
                category: name(truth),
                category_raw: name(truth),
                taxonomy_version: "bench".into(),
                level: None,
                location: None,
                company_name: None,
                publication_date: Some(published),
                text_hash: group.clone(),
                duplicate_group: group.clone(),
            });
            rows.out_of_fold.push(OutOfFold {
                sweep_key: "bench".into(),
                posting_id: id,
                category: name(truth),
                probabilities,
            });
        } else {
            rows.unlabelled.push(UnlabeledPosting {
                posting_id: id,
                title,
                description_clean: description,
                level: None,
                location: None,
                company_name: None,
                publication_date: Some(published),
                text_hash: group.clone(),
                duplicate_group: group.clone(),
            });
            rows.predictions
                .push(prediction(id, group, probabilities, self.crawled));
        }
    }

    /// Drawn words, so that they compress about as texts do.
    fn description(&mut self) -> String {
        let mut text = String::with_capacity(self.bytes + 8);
        while text.len() < self.bytes {
            let word = self.rng.random_range(0..5_000u32);
            text.push_str(&format!("w{word} "));
        }
        text
    }

    fn draw(&mut self) -> usize {
        let mut point = self.rng.random::<f64>();
        let within = |share: &f64| {
            point -= share;
            point < 0.0
        };
        self.shares.iter().position(within).unwrap_or(0)
    }

    /// By Bayes's rule after a look through a channel that shows the truth 3 times in 4.
    fn posterior(&mut self, truth: usize) -> Vec<f32> {
        let seen = match self.rng.random_bool(0.75) {
            true => truth,
            false => self.rng.random_range(0..CATEGORIES),
        };
        let other = 0.25 / CATEGORIES as f64;
        let joint: Vec<f64> = self
            .shares
            .iter()
            .enumerate()
            .map(|(class, share)| share * if class == seen { 0.75 + other } else { other })
            .collect();
        let total: f64 = joint.iter().sum();
        joint.iter().map(|value| (value / total) as f32).collect()
    }
}

fn prediction(
    posting_id: i64,
    duplicate_group: String,
    probabilities: Vec<f32>,
    scored_at: DateTime<Utc>,
) -> CategoryPrediction {
    let best = (0..CATEGORIES).fold(0, |best, class| {
        match probabilities[class] > probabilities[best] {
            true => class,
            false => best,
        }
    });
    CategoryPrediction {
        posting_id,
        model_version: 1,
        model_name: "bench".into(),
        duplicate_group,
        prediction: Prediction {
            category: name(best),
            probability: f64::from(probabilities[best]),
            runner_up: None,
            gap: 0.0,
            top3: Vec::new(),
            neighbours: Vec::new(),
            abstained: false,
        },
        probabilities,
        run_id: "bench".into(),
        scored_at,
    }
}

fn crawl(postings: i64, at: DateTime<Utc>) -> CoverageRow {
    CoverageRow {
        ingest_id: "bench".into(),
        slice: "all".into(),
        total_reported: Some(postings),
        reachable: postings,
        pages_fetched: postings.div_euclid(20) + 1,
        complete: true,
        started_at: at,
        finished_at: at + TimeDelta::hours(1),
        error: None,
    }
}

fn version(at: DateTime<Utc>) -> ModelVersion {
    ModelVersion {
        version: 1,
        name: "bench".into(),
        sweep_key: "bench".into(),
        run_id: "bench".into(),
        method: "tfidf".into(),
        classifier: "linear_svm".into(),
        encoder_revision: None,
        artifact: String::new(),
        artifact_sha256: String::new(),
        assessed_artifact: String::new(),
        assessed_sha256: String::new(),
        training_postings: 0,
        categories: (0..CATEGORIES).map(name).collect(),
        calibration: "temperature".into(),
        calibration_error: 0.0,
        min_probability: 0.0,
        min_gap: 0.0,
        test_postings: 0,
        test_accuracy: 0.0,
        test_macro_f1: 0.0,
        test_weighted_f1: 0.0,
        test_calibration_error: 0.0,
        test_coverage: 0.0,
        test_covered_accuracy: None,
        test_categories_true: 0,
        test_categories_predicted: 0,
        test_report: Vec::new(),
        created_at: at,
    }
}

fn promotion(at: DateTime<Utc>) -> Promotion {
    Promotion {
        version: 1,
        replaces: None,
        action: Action::Promote,
        verdict: None,
        reasons: Vec::new(),
        evidence: None,
        decided_by: "bench".into(),
        decided_at: at,
    }
}
