//! Versions, how they compare, and the ledger.

use super::{CATEGORIES, category, hours_ago, noise};
use crate::source::SourceError;
use crate::view::models::{
    CategoryChange, Change, Comparison, Confused, Counting, CoveragePoint, Decision, Models,
    Version, VersionPage,
};

/// Versions in all; the last is at staging, the one before in production.
const VERSIONS: i64 = 8;
/// Categories the model knows.
const KNOWN: usize = 29;

/// All versions and the ledger.
pub(super) fn models() -> Models {
    Models {
        versions: (1..=VERSIONS).rev().map(version).collect(),
        ledger: ledger(),
        mlflow_url: Some("http://127.0.0.1:5000/#/models/careerpulse".to_owned()),
    }
}

/// One version.
pub(super) fn page(number: i64) -> Result<VersionPage, SourceError> {
    if !(1..=VERSIONS).contains(&number) {
        return Err(SourceError::NotFound(format!(
            "There is no version {number}; there are 1 to {VERSIONS}."
        )));
    }
    Ok(VersionPage {
        version: version(number),
        scores: (0..KNOWN)
            .map(|place| category::score(place, number))
            .collect(),
        confusion: confusion(),
        coverage: coverage(),
        counting: Counting {
            min_probability: 0.45,
            min_gap: 0.0,
            coverage: Some(0.81),
            accuracy: Some(0.925),
        },
        comparison: (number > 1).then(|| comparison(number)),
        ledger: ledger()
            .into_iter()
            .filter(|row| row.version == number)
            .collect(),
    })
}

fn version(number: i64) -> Version {
    let standing = match number {
        8 => "staging",
        7 => "production",
        5 => "rejected",
        3 => "superseded",
        _ => "archived",
    };
    let reasons: &[&str] = match number {
        8 => &[
            "the label distribution drifted (JS distance 0.141, critical 0.082)",
            "5,112 new labelled postings",
        ],
        1 => &["there was no version"],
        _ => &["the version was older than 30 days"],
    };
    Version {
        version: number,
        standing: standing.to_owned(),
        method: if number > 4 {
            "embeddings"
        } else {
            "tfidf_svd"
        }
        .to_owned(),
        classifier: if number > 2 {
            "logistic_regression"
        } else {
            "linear_svm"
        }
        .to_owned(),
        training_postings: 61_000 + 9_180 * number as u64,
        macro_f1: 0.741 + 0.011 * number as f64,
        accuracy: 0.802 + 0.009 * number as f64,
        calibration_error: 0.031 - 0.002 * number as f64,
        reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
        created_at: hours_ago(20 + (VERSIONS - number) * 31 * 24),
    }
}

fn comparison(number: i64) -> Comparison {
    let change = |seed: u64, of: f64, half: f64| {
        let middle = 0.09 * (noise(seed + number as u64 * 77) - 0.42);
        Change {
            candidate: of + middle,
            production: of,
            change: middle,
            low: middle - half,
            high: middle + half,
        }
    };
    let single = (0..22).map(|place| CategoryChange {
        categories: vec![CATEGORIES[place].to_owned()],
        postings: 2_200 / (place as u64 + 2),
        f1: change(
            place as u64,
            0.93 - 0.01 * place as f64,
            0.008 + 0.0023 * place as f64,
        ),
    });
    let pooled = CategoryChange {
        categories: CATEGORIES[22..KNOWN]
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
        postings: 288,
        f1: change(99, 0.67, 0.042),
    };
    let mut categories: Vec<CategoryChange> = single.chain([pooled]).collect();
    categories.sort_by(|a, b| a.f1.change.total_cmp(&b.f1.change));
    Comparison {
        production: number - 1,
        postings: 7_804,
        macro_f1: Change {
            candidate: 0.829,
            production: 0.818,
            change: 0.011,
            low: 0.003,
            high: 0.019,
        },
        categories,
    }
}

fn confusion() -> Vec<Confused> {
    let mut confused = Vec::new();
    for (given, category) in CATEGORIES.iter().enumerate().take(KNOWN) {
        for (predicted, taken_for) in CATEGORIES.iter().enumerate().take(KNOWN) {
            let chance = noise((given * 97 + predicted) as u64);
            let size = 1_800.0 / (given as f64 + 2.0);
            let postings = match given.abs_diff(predicted) {
                0 => size * 0.84,
                1 | 3 => size * 0.09 * chance,
                _ if chance > 0.86 => size * 0.02,
                _ => 0.0,
            };
            if postings >= 0.5 {
                confused.push(Confused {
                    category: (*category).to_owned(),
                    predicted: (*taken_for).to_owned(),
                    postings: postings.round() as u64,
                });
            }
        }
    }
    confused
}

fn coverage() -> Vec<CoveragePoint> {
    let points = (0..=49).rev().map(|step| {
        let threshold = f64::from(step) / 50.0;
        let coverage = (1.0 - threshold.powf(2.2)) * 0.98 + 0.02;
        CoveragePoint {
            threshold,
            coverage,
            accuracy: 0.995 - 0.13 * coverage.powf(1.8),
        }
    });
    points.collect()
}

fn ledger() -> Vec<Decision> {
    let row =
        |version, replaces, action: &str, verdict: Option<&str>, why: &str, by: &str, hours| {
            Decision {
                version,
                replaces,
                action: action.to_owned(),
                verdict: verdict.map(str::to_owned),
                reasons: vec![why.to_owned()],
                decided_by: by.to_owned(),
                decided_at: hours_ago(hours),
            }
        };
    vec![
        row(
            8,
            None,
            "hold",
            Some("insufficient_evidence"),
            "288 postings of seven small categories are too few to tell whether they lose more than 0.05",
            "gate",
            18,
        ),
        row(8, None, "stage", None, "registered by train", "train", 20),
        row(
            7,
            Some(6),
            "promote",
            Some("pass"),
            "no category is clearly worse by more than 0.05; macro F1 rose by 0.011 (0.003 to 0.019)",
            "gate",
            31 * 24,
        ),
        row(
            6,
            Some(7),
            "rollback",
            None,
            "the feed mislabelled Retail for two days",
            "mira",
            40 * 24,
        ),
        row(
            5,
            None,
            "reject",
            Some("fail"),
            "Legal Services lost 0.094 (0.061 to 0.127)",
            "gate",
            92 * 24,
        ),
        row(
            4,
            Some(2),
            "force",
            Some("insufficient_evidence"),
            "known to be right by hand on 200 postings",
            "jonas <jonas@example.org>",
            124 * 24,
        ),
    ]
}
