//! The assessment of a sweep's winner, read whole.

use careerpulse_lake::query::literal;
use careerpulse_lake::{Lake, LakeError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::rows_where;
use crate::tables::Table;
use crate::tables::assessment::{
    ConfusionRow, CoverageRow, LabelSuspect, LearningCurvePoint, ReliabilityRow,
};

/// All rows about one version.
#[derive(Debug, Serialize)]
pub struct Assessment {
    /// What is taken for what, out of fold.
    pub confusion: Vec<ConfusionRow>,
    /// Precision by share kept, per category and for all.
    pub coverage_curve: Vec<CoverageRow>,
    /// Probability against share of right predictions.
    pub reliability: Vec<ReliabilityRow>,
    /// Figures by number of training postings.
    pub learning_curve: Vec<LearningCurvePoint>,
    /// Labels that are doubted, the most doubtful first.
    pub label_suspects: Vec<LabelSuspect>,
}

/// Reads the assessment of a sweep's winner.
///
/// # Errors
/// When a table cannot be read.
pub async fn read_assessment(lake: &Lake, sweep_key: &str) -> Result<Assessment, LakeError> {
    Ok(Assessment {
        confusion: read(lake, Table::Confusion, sweep_key, "category, predicted").await?,
        coverage_curve: read(lake, Table::CoverageCurve, sweep_key, "category, threshold").await?,
        reliability: read(lake, Table::Reliability, sweep_key, "probability_from").await?,
        learning_curve: read(lake, Table::LearningCurve, sweep_key, "postings").await?,
        label_suspects: read(lake, Table::LabelSuspects, sweep_key, "rank").await?,
    })
}

async fn read<T: DeserializeOwned>(
    lake: &Lake,
    table: Table,
    sweep_key: &str,
    order: &str,
) -> Result<Vec<T>, LakeError> {
    let clause = format!("where sweep_key = {} order by {order}", literal(sweep_key));
    rows_where(lake, table, &clause).await
}
