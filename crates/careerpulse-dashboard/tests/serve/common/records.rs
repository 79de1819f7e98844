//! The small lake's records.

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::category::{CategoryPage, CategoryScore, PostingLine, Segment};
use careerpulse_dashboard::view::classify::{Classified, Text};
use careerpulse_dashboard::view::demand::{Day, Forecast, ForecastDay, Series};
use careerpulse_dashboard::view::imputation::{
    Neighbour, PredictionDetail, PredictionFilter, Predictions, Scored, Suspect,
};
use careerpulse_dashboard::view::models::{
    CategoryChange, Change, Comparison, Confused, Counting, CoveragePoint, Decision, Models,
    Version, VersionPage,
};
use careerpulse_dashboard::view::monitoring::{
    Alarm, Checked, Distribution, Estimate, Monitoring, Part,
};
use careerpulse_dashboard::view::overview::{CategoryLine, Overview};
use careerpulse_dashboard::view::pipeline::{
    Pipeline, SliceCoverage, StageCard, StageRun, TableCard,
};
use chrono::{DateTime, NaiveDate, Utc};

/// A title that spreadsheets would run.
pub const FORMULA: &str = "=HYPERLINK(\"http://evil.example\")";

const SALES: &str = "Sales";
const DATA: &str = "Data / Analytics";

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, day).unwrap()
}

fn hour(day: u32) -> DateTime<Utc> {
    self::day(day).and_hms_opt(6, 30, 0).unwrap().and_utc()
}

pub fn known(name: &str) -> Result<(), SourceError> {
    match [SALES, DATA].contains(&name) {
        true => Ok(()),
        false => Err(SourceError::NotFound(
            "There is no such category.".to_owned(),
        )),
    }
}

fn series(name: &str) -> Series {
    let one = |date| Day {
        date: day(date),
        observed: Some(4.0),
        imputed: Some(2.0),
        corrected: (date != 3).then_some(5.5),
        corrected_lo: Some(4.5),
        corrected_hi: Some(6.5),
        interpolated: None,
        active: Some(40.0),
        index: Some(100.0),
        adjusted_index: None,
        collected: date != 3,
        backfilled: false,
    };
    Series {
        name: name.to_owned(),
        base_date: Some(day(1)),
        days: (1..=5).map(one).collect(),
    }
}

pub fn overview(categories: &[String]) -> Overview {
    let line = |name: &str| CategoryLine {
        name: name.to_owned(),
        recent: Some(20.0),
        before: Some(25.0),
        change: Some(-0.2),
        active: Some(40.0),
        imputed_share: Some(0.3),
    };
    let mut all = vec![series("*")];
    all.extend(categories.iter().map(|name| series(name)));
    Overview {
        series: all,
        categories: vec![line(SALES), line(DATA)],
        mover_days: 28,
        postings: 120,
        labelled: 90,
        imputed: 25,
        abstained: 5,
        last_crawl: Some(hour(5)),
        last_day: Some(day(5)),
        vintage: Some(hour(5)),
        model_version: Some(3),
        alarms_on: 1,
        alarms_unseen: 1,
    }
}

pub fn category(name: &str) -> CategoryPage {
    let segment = |name: &str| Segment {
        name: name.to_owned(),
        recent: 12.0,
        before: 10.0,
    };
    CategoryPage {
        series: series(name),
        forecast: Some(Forecast {
            issued_on: day(5),
            model: "ets".to_owned(),
            rmsse: Some(0.8),
            coverage80: Some(0.79),
            coverage95: Some(0.94),
            beats_seasonal_naive: true,
            days: vec![ForecastDay {
                date: day(6),
                mean: 5.0,
                lo80: Some(3.0),
                hi80: Some(7.0),
                lo95: None,
                hi95: None,
            }],
        }),
        levels: vec![segment("Senior Level")],
        locations: vec![segment("Berlin, Germany"), segment("@Home")],
        score: Some(score()),
        latest: vec![posting(7)],
    }
}

fn score() -> CategoryScore {
    CategoryScore {
        model_version: 3,
        category: SALES.to_owned(),
        precision: 0.8,
        recall: 0.7,
        f1: 0.746,
        support: 50,
    }
}

pub fn posting(posting_id: i64) -> PostingLine {
    PostingLine {
        posting_id,
        title: FORMULA.to_owned(),
        company: Some("<script>alert(1)</script>".to_owned()),
        location: None,
        published: Some(day(4)),
        category: Some(SALES.to_owned()),
        is_imputed: true,
        probability: Some(0.61),
        is_abstained: false,
        scored_at: Some(hour(5)),
    }
}

pub fn predictions(filter: &PredictionFilter) -> Predictions {
    let page = filter.page.unwrap_or(1);
    let per_page = filter.per_page.unwrap_or(50);
    let first = u64::from(page - 1) * u64::from(per_page);
    let ids = (0..120_u64).skip(usize::try_from(first).unwrap());
    Predictions {
        rows: ids
            .take(per_page as usize)
            .map(|id| posting(id as i64))
            .collect(),
        total: 120,
        page,
        per_page,
        model_version: Some(3),
        categories: vec![SALES.to_owned(), DATA.to_owned()],
    }
}

pub fn prediction(posting_id: i64) -> Result<PredictionDetail, SourceError> {
    if posting_id != 7 {
        return Err(SourceError::NotFound(format!(
            "There is no prediction for posting {posting_id}."
        )));
    }
    Ok(PredictionDetail {
        posting: posting(7),
        level: Some("Senior Level".to_owned()),
        landing_page: Some("https://jobs.example/7".to_owned()),
        description_html: "<p onclick=\"alert(1)\">Sells.</p>".to_owned(),
        description: "Sells.".to_owned(),
        probabilities: vec![scored(SALES, 0.61), scored(DATA, 0.39)],
        gap: 0.22,
        min_probability: 0.5,
        min_gap: 0.0,
        why_abstained: None,
        neighbours: vec![neighbour()],
    })
}

fn scored(category: &str, probability: f64) -> Scored {
    Scored {
        category: category.to_owned(),
        probability,
    }
}

fn neighbour() -> Neighbour {
    Neighbour {
        posting_id: 2,
        similarity: 0.9,
        title: "Account Executive".to_owned(),
        company: None,
        category: SALES.to_owned(),
        description: "Sells more.".to_owned(),
    }
}

pub fn suspects() -> Vec<Suspect> {
    vec![Suspect {
        posting_id: 11,
        title: FORMULA.to_owned(),
        category: DATA.to_owned(),
        suggestion: SALES.to_owned(),
        probability: 0.02,
        suggested_probability: 0.93,
    }]
}

fn a_version(version: i64) -> Version {
    Version {
        version,
        standing: "production".to_owned(),
        method: "tfidf".to_owned(),
        classifier: "logistic".to_owned(),
        training_postings: 90,
        macro_f1: 0.7,
        accuracy: 0.75,
        calibration_error: 0.03,
        reasons: vec!["first version".to_owned()],
        created_at: hour(2),
    }
}

fn decision() -> Decision {
    Decision {
        version: 3,
        replaces: None,
        action: "promote".to_owned(),
        verdict: Some("pass".to_owned()),
        reasons: vec!["the first".to_owned(), "good enough".to_owned()],
        decided_by: "gate".to_owned(),
        decided_at: hour(2),
    }
}

pub fn models() -> Models {
    Models {
        versions: vec![a_version(3)],
        ledger: vec![decision()],
        mlflow_url: None,
    }
}

pub fn version(version: i64) -> Result<VersionPage, SourceError> {
    if version != 3 {
        return Err(SourceError::NotFound(format!(
            "There is no version {version}; there is 3."
        )));
    }
    let change = Change {
        candidate: 0.7,
        production: 0.72,
        change: -0.02,
        low: -0.05,
        high: 0.01,
    };
    Ok(VersionPage {
        version: a_version(3),
        scores: vec![score()],
        confusion: vec![Confused {
            category: SALES.to_owned(),
            predicted: DATA.to_owned(),
            postings: 4,
        }],
        coverage: vec![CoveragePoint {
            threshold: 0.5,
            coverage: 0.9,
            accuracy: 0.8,
        }],
        counting: Counting {
            min_probability: 0.5,
            min_gap: 0.0,
            coverage: Some(0.9),
            accuracy: Some(0.8),
        },
        comparison: Some(Comparison {
            production: 2,
            postings: 200,
            macro_f1: change,
            categories: vec![CategoryChange {
                categories: vec![SALES.to_owned(), DATA.to_owned()],
                postings: 50,
                f1: change,
            }],
        }),
        ledger: vec![decision()],
    })
}

pub fn monitoring() -> Monitoring {
    Monitoring {
        alarms: vec![Alarm {
            alarm_id: "a1".to_owned(),
            check: "label_shift".to_owned(),
            subject: String::new(),
            words: "Labels have shifted.".to_owned(),
            severity: "retrain".to_owned(),
            statistic: "psi".to_owned(),
            value: 0.4,
            critical: 0.2,
            p_value: Some(0.001),
            false_alarm_rate: Some(0.01),
            basis: "ingested".to_owned(),
            window_start: day(1),
            window_end: day(5),
            window_rows: 400,
            evidence: vec![7, 8],
            look_at: "select 1".to_owned(),
            first_seen: hour(5),
            still_on: true,
            cleared_at: None,
            cleared_by: None,
            acknowledged_by: None,
        }],
        distributions: vec![Distribution {
            what: "label".to_owned(),
            basis: "ingested".to_owned(),
            window_start: day(1),
            window_end: day(5),
            parts: vec![Part {
                name: SALES.to_owned(),
                reference: 0.6,
                window: 0.4,
            }],
        }],
        estimates: vec![Estimate {
            model_version: 3,
            basis: "ingested".to_owned(),
            metric: "accuracy".to_owned(),
            window_start: day(1),
            window_end: day(5),
            estimate: Some(0.7),
            lo: Some(0.65),
            hi: Some(0.75),
            late_labels: 3,
            late_estimate: None,
            late_lo: None,
            late_hi: None,
            truth: None,
        }],
        checks: vec![Checked {
            check: "label_shift".to_owned(),
            subject: String::new(),
            basis: "ingested".to_owned(),
            value: Some(0.4),
            critical: Some(0.2),
            p_value: Some(0.001),
            alarm: true,
            words: "Labels have shifted.".to_owned(),
        }],
    }
}

pub fn pipeline() -> Pipeline {
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
    Pipeline {
        stages: vec![StageCard {
            name: "silver".to_owned(),
            about: "parses pages".to_owned(),
            reads: words(&["careerpulse_bronze.muse_pages"]),
            heeds: Vec::new(),
            writes: words(&["careerpulse_silver.job_postings"]),
        }],
        runs: vec![StageRun {
            run_id: "r1".to_owned(),
            stage: "silver".to_owned(),
            status: "done".to_owned(),
            started_at: hour(5),
            seconds: 1.5,
            rows_read: 20,
            rows_written: 19,
            rows_rejected: 1,
            note: None,
        }],
        slices: vec![SliceCoverage {
            slice: "all".to_owned(),
            reachable: 2000,
            pages: 100,
            share: Some(1.0),
            finished_at: hour(5),
            error: None,
        }],
        tables: vec![TableCard {
            name: "careerpulse_silver.job_postings".to_owned(),
            comment: "a posting".to_owned(),
            version: Some(4),
        }],
    }
}

/// The answer names the text, so that a test sees whose it is.
pub fn classified(text: &Text) -> Classified {
    Classified {
        category: format!("{}{}", text.title, text.description)
            .chars()
            .take(40)
            .collect(),
        probability: 0.9,
        gap: 0.8,
        abstained: false,
        top3: vec![scored(SALES, 0.9), scored(DATA, 0.1)],
        neighbours: vec![neighbour()],
        model_version: 3,
    }
}
