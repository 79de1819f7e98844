//! A small lake that is filled by hand: what was crawled when, and what the postings say.

use std::cell::RefCell;
use std::sync::Arc;

use careerpulse_lake::Lake;
use careerpulse_lake::rows::to_batch;
use careerpulse_model::{Prediction, Scored};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::config::Config;
use crate::stage::{Ctx, Summary};
use crate::tables::Table;
use crate::tables::assessment::OutOfFold;
use crate::tables::bronze::CoverageRow;
use crate::tables::demand::{DailyDemand, Revision};
use crate::tables::duplicates::Duplicate;
use crate::tables::gold::{LabeledPosting, UnlabeledPosting};
use crate::tables::inference::CategoryPrediction;
use crate::tables::ledger::{Action, Promotion};
use crate::tables::ml::{ModelVersion, testing};
use crate::tables::silver::{JobPosting, Sighting};
use crate::tracking::LakeOnly;

use super::super::STAGE;

/// The categories that the version knows.
pub const CATEGORIES: [&str; 2] = ["A", "B"];

/// A day.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Noon of a day.
pub fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(12, 0, 0).unwrap().and_utc()
}

/// A lake in a folder that goes with it.
pub struct SmallLake {
    _folder: tempfile::TempDir,
    pub lake: Lake,
    pub config: Config,
    next: i64,
    pending: RefCell<Pending>,
}

/// Rows that are written together: a commit for each would take minutes.
#[derive(Default)]
struct Pending {
    coverage: Vec<CoverageRow>,
    postings: Vec<JobPosting>,
    sightings: Vec<Sighting>,
    duplicates: Vec<Duplicate>,
    labelled: Vec<LabeledPosting>,
    unlabelled: Vec<UnlabeledPosting>,
    predictions: Vec<CategoryPrediction>,
}

/// A posting to be put in.
#[derive(Clone)]
pub struct NewPosting<'a> {
    pub published: Option<DateTime<Utc>>,
    pub seen: NaiveDate,
    /// What the source says; none is imputed.
    pub category: Option<&'a str>,
    pub level: Option<&'a str>,
    pub location: Option<&'a str>,
}

impl SmallLake {
    /// An empty one, with all tables.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(folder.path().to_str().unwrap()).unwrap();
        let specs: Vec<_> = STAGE.reads.iter().chain(STAGE.writes).collect();
        let specs: Vec<_> = specs.iter().map(|table| table.spec()).collect();
        lake.ensure(&specs).await.unwrap();
        let mut config = Config::default();
        config.demand.draws = 20;
        Self {
            _folder: folder,
            lake,
            config,
            next: 1,
            pending: RefCell::default(),
        }
    }

    /// Inserts rows.
    pub async fn put<T: Serialize>(&self, table: Table, rows: &[T]) {
        if rows.is_empty() {
            return;
        }
        let batch = to_batch(table.spec(), rows).unwrap();
        self.lake
            .insert_new(table.spec(), vec![batch])
            .await
            .unwrap();
    }

    async fn flush(&self) {
        let pending = self.pending.take();
        self.put(Table::Coverage, &pending.coverage).await;
        self.put(Table::JobPostings, &pending.postings).await;
        self.put(Table::Sightings, &pending.sightings).await;
        self.put(Table::Duplicates, &pending.duplicates).await;
        self.put(Table::LabeledPostings, &pending.labelled).await;
        self.put(Table::UnlabeledPostings, &pending.unlabelled)
            .await;
        self.put(Table::CategoryPredictions, &pending.predictions)
            .await;
    }

    /// A crawl that fetched so many of 10 pages within reach.
    pub fn crawl(&self, started: DateTime<Utc>, minutes: i64, pages: i64) {
        let row = CoverageRow {
            ingest_id: started.to_rfc3339(),
            slice: "all".into(),
            total_reported: Some(200),
            reachable: 200,
            pages_fetched: pages,
            complete: pages == 10,
            started_at: started,
            finished_at: started + TimeDelta::minutes(minutes),
            error: (pages < 10).then(|| "the source failed".into()),
        };
        self.pending.borrow_mut().coverage.push(row);
    }

    /// A posting with its first sighting; returns its id.
    pub fn posting(&mut self, new: NewPosting<'_>) -> i64 {
        let id = self.next;
        self.next += 1;
        let text = |value: Option<&str>| value.map(ToOwned::to_owned);
        let posting = JobPosting {
            posting_id: id,
            title: Some("t".into()),
            description: None,
            category: text(new.category),
            categories: Vec::new(),
            level: text(new.level),
            levels: Vec::new(),
            locations: new.location.iter().map(ToString::to_string).collect(),
            company_id: None,
            company_name: None,
            tags: Vec::new(),
            posting_type: None,
            publication_date: new.published,
            landing_page: None,
            first_seen_at: noon(new.seen),
            ingest_id: "i".into(),
        };
        self.pending.get_mut().postings.push(posting);
        self.sighting(id, new.seen);
        let duplicate = Duplicate {
            posting_id: id,
            duplicate_group: format!("{id:016x}"),
            kind: "original".into(),
            original_posting_id: id,
            linked_posting_id: None,
            similarity: None,
        };
        let pending = self.pending.get_mut();
        pending.duplicates.push(duplicate);
        match new.category {
            Some(category) => {
                let row = LabeledPosting {
                    posting_id: id,
                    title: "t".into(),
                    description_clean: String::new(),
                    category: category.into(),
                    category_raw: category.into(),
                    taxonomy_version: "1".into(),
                    level: None,
                    location: None,
                    company_name: None,
                    publication_date: new.published,
                    text_hash: "h".into(),
                    duplicate_group: format!("{id:016x}"),
                };
                pending.labelled.push(row);
            }
            None => {
                let row = UnlabeledPosting {
                    posting_id: id,
                    title: "t".into(),
                    description_clean: String::new(),
                    level: None,
                    location: None,
                    company_name: None,
                    publication_date: new.published,
                    text_hash: "h".into(),
                    duplicate_group: format!("{id:016x}"),
                };
                pending.unlabelled.push(row);
            }
        }
        id
    }

    /// A posting that was published and seen on one day.
    pub fn fresh(&mut self, on: NaiveDate, category: Option<&str>) -> i64 {
        self.posting(NewPosting {
            published: Some(noon(on)),
            seen: on,
            category,
            level: None,
            location: None,
        })
    }

    /// A posting was seen on a day.
    pub fn sighting(&self, posting_id: i64, seen_date: NaiveDate) {
        let row = Sighting {
            posting_id,
            seen_date,
            category: None,
        };
        self.pending.borrow_mut().sightings.push(row);
    }

    /// A version in production that is right four times in five out of fold.
    pub async fn version(&self, version: i64) {
        let sweep_key = format!("sweep {version}");
        let row = ModelVersion {
            version,
            sweep_key: sweep_key.clone(),
            categories: CATEGORIES.map(String::from).to_vec(),
            created_at: DateTime::UNIX_EPOCH + TimeDelta::days(version),
            ..testing::version()
        };
        self.put(Table::ModelVersions, &[row]).await;
        let decision = Promotion {
            version,
            replaces: None,
            action: Action::Promote,
            verdict: None,
            reasons: Vec::new(),
            evidence: None,
            decided_by: "gate".into(),
            decided_at: DateTime::UNIX_EPOCH + TimeDelta::days(version),
        };
        self.put(Table::Promotions, &[decision]).await;
        let known = (0..200).map(|row| {
            let (truth, is_right) = (row % 2, row % 10 < 8);
            let first = if (truth == 0) == is_right { 0.8 } else { 0.2 };
            OutOfFold {
                sweep_key: sweep_key.clone(),
                posting_id: 1_000_000 + row as i64,
                category: CATEGORIES[truth].into(),
                probabilities: vec![first, 1.0 - first],
            }
        });
        self.put(Table::OutOfFold, &known.collect::<Vec<_>>()).await;
    }

    /// What a version says of a posting: the probability of the first category.
    pub fn prediction(&self, posting_id: i64, version: i64, first: f32) {
        let category = CATEGORIES[usize::from(first < 0.5)].to_owned();
        let row = CategoryPrediction {
            posting_id,
            model_version: version,
            model_name: "m".into(),
            duplicate_group: format!("{posting_id:016x}"),
            prediction: Prediction {
                category: category.clone(),
                probability: f64::from(first.max(1.0 - first)),
                runner_up: None,
                gap: 0.0,
                top3: vec![Scored {
                    category,
                    probability: f64::from(first),
                }],
                neighbours: Vec::new(),
                abstained: false,
            },
            probabilities: vec![first, 1.0 - first],
            run_id: "r".into(),
            scored_at: DateTime::UNIX_EPOCH,
        };
        self.pending.borrow_mut().predictions.push(row);
    }

    /// Runs the stage at noon of a day.
    pub async fn demand(&self, today: &str) -> Summary {
        self.try_demand(today).await.unwrap()
    }

    /// As [`SmallLake::demand`], where it may fail.
    pub async fn try_demand(&self, today: &str) -> anyhow::Result<Summary> {
        self.flush().await;
        let ctx = Ctx {
            lake: self.lake.clone(),
            source_key: None,
            clock: Clock::Fixed(noon(day(today))),
            tracker: Arc::new(LakeOnly),
        };
        (STAGE.run)(&ctx, &self.config).await
    }

    /// All rows of a table in the order of its keys.
    pub async fn all<T: DeserializeOwned>(&self, table: Table) -> Vec<T> {
        let keys = table.spec().keys.join(", ");
        let sql = format!("select * from {} order by {keys}", table.name());
        self.lake.rows(&sql).await.unwrap()
    }

    /// The daily rows.
    pub async fn daily(&self) -> Vec<DailyDemand> {
        self.all(Table::DailyDemand).await
    }

    /// The revisions.
    pub async fn revisions(&self) -> Vec<Revision> {
        self.all(Table::Revisions).await
    }

    /// The versions of the tables that the stage writes.
    pub async fn versions(&self) -> Vec<Option<u64>> {
        let mut versions = Vec::new();
        for table in STAGE.writes {
            versions.push(self.lake.version(table.spec()).await.unwrap());
        }
        versions
    }
}
