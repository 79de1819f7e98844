//! One version whole.

use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::category::CategoryScore;
use careerpulse_dashboard::view::models::{
    CategoryChange, Change, Comparison, Confused, Counting, CoveragePoint, VersionPage,
};
use careerpulse_lake::query::literal;
use careerpulse_model::Thresholds;

use super::category::score_of;
use super::models::{decision, in_a_line, none_yet};
use super::moment::Moment;
use super::registry::{Registry, registry};
use crate::stages::promote::{self, Evidence, Figure};
use crate::tables::Table;
use crate::tables::assessment::{ALL_CATEGORIES, ConfusionRow, CoverageRow};
use crate::tables::ml::ModelVersion;

/// Reads it.
///
/// # Errors
/// [`SourceError::NotFound`] where there is no such version, [`SourceError::NotYet`] where there is none.
pub async fn version(moment: &Arc<Moment>, number: i64) -> Result<VersionPage, SourceError> {
    let registry = registry(moment).await?;
    let newest = registry.versions.last().ok_or_else(none_yet)?;
    let found = registry.versions.iter().find(|(v, _)| v.version == number);
    let (version, standing) = found.ok_or_else(|| {
        SourceError::NotFound(format!(
            "there is no version {number}: the newest is {}",
            newest.0.version
        ))
    })?;
    let assessed = assessed(moment, &version.sweep_key).await?;
    let own = registry.ledger.iter().rev();
    let own = own.filter(|decision| decision.version == number);
    Ok(VersionPage {
        version: in_a_line(&registry, version, *standing),
        scores: scores(version),
        confusion: assessed.confusion.clone(),
        coverage: assessed.coverage.clone(),
        counting: counting(version, &moment.site.floors),
        comparison: comparison(&registry, number),
        ledger: own.map(decision).collect(),
    })
}

/// The version's thresholds where the settings' floors do not raise them; those on held-out postings are
/// of its own.
fn counting(version: &ModelVersion, floors: &Thresholds) -> Counting {
    let is_own =
        floors.min_probability <= version.min_probability && floors.min_gap <= version.min_gap;
    Counting {
        min_probability: version.min_probability.max(floors.min_probability),
        min_gap: version.min_gap.max(floors.min_gap),
        coverage: is_own.then_some(version.test_coverage),
        accuracy: version.test_covered_accuracy.filter(|_| is_own),
    }
}

fn scores(version: &ModelVersion) -> Vec<CategoryScore> {
    let report = version.test_report.iter();
    report
        .map(|report| score_of(version.version, report))
        .collect()
}

struct Assessed {
    confusion: Vec<Confused>,
    coverage: Vec<CoveragePoint>,
}

/// What out-of-fold predictions of the version's sweep showed.
async fn assessed(moment: &Arc<Moment>, sweep_key: &str) -> Result<Arc<Assessed>, SourceError> {
    let tables = [Table::Confusion, Table::CoverageCurve];
    let key = sweep_key.to_owned();
    moment
        .part("assessed", key.clone(), &tables, |moment| async move {
            read(&moment, &key).await
        })
        .await
}

async fn read(moment: &Moment, sweep_key: &str) -> Result<Assessed, SourceError> {
    let own = format!("where sweep_key = {}", literal(sweep_key));
    let clause = format!("{own} order by category, predicted");
    let confusion: Vec<ConfusionRow> = moment.rows(Table::Confusion, &clause).await?;
    let clause = format!("{own} and category = '{ALL_CATEGORIES}' order by threshold desc");
    let coverage: Vec<CoverageRow> = moment.rows(Table::CoverageCurve, &clause).await?;
    let confused = |row: ConfusionRow| Confused {
        category: row.category,
        predicted: row.predicted,
        postings: u64::try_from(row.postings).unwrap_or_default(),
    };
    let point = |row: CoverageRow| CoveragePoint {
        threshold: row.threshold,
        coverage: row.coverage,
        accuracy: row.precision,
    };
    Ok(Assessed {
        confusion: confusion.into_iter().map(confused).collect(),
        coverage: coverage.into_iter().map(point).collect(),
    })
}

/// The comparison of the latest decision that rests on one. Evidence of another version of the program
/// is passed over.
fn comparison(registry: &Registry, number: i64) -> Option<Comparison> {
    let own = registry.ledger.iter().rev();
    let own = own.filter(|decision| decision.version == number);
    let evidence = own.filter_map(|decision| decision.evidence.as_deref());
    let mut compared = evidence.filter_map(|json| {
        let evidence: Evidence = serde_json::from_str(json).ok()?;
        evidence.comparison
    });
    compared.next().map(shown)
}

fn shown(compared: promote::Comparison) -> Comparison {
    let category = |row: promote::CategoryChange| CategoryChange {
        categories: row.categories,
        postings: row.postings as u64,
        f1: change(&row.f1),
    };
    Comparison {
        production: compared.production,
        postings: compared.postings as u64,
        macro_f1: change(&compared.macro_f1),
        categories: compared.categories.into_iter().map(category).collect(),
    }
}

fn change(figure: &Figure) -> Change {
    Change {
        candidate: figure.candidate,
        production: figure.production,
        change: figure.change,
        low: figure.low,
        high: figure.high,
    }
}
