//! The lake's tables: one list, with each table's columns and row structs in the file of its layer.

pub mod alarms;
pub mod assessment;
pub mod bronze;
pub mod demand;
pub mod drift;
pub mod duplicates;
pub mod gold;
pub mod inference;
pub mod ledger;
pub mod ml;
pub mod outlook;
pub mod quarantine;
pub mod silver;
pub mod stage_runs;
pub mod sweeps;

use careerpulse_lake::TableSpec;

/// A table of the lake, by its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// `careerpulse_bronze.muse_pages`
    MusePages,
    /// `careerpulse_bronze.coverage`
    Coverage,
    /// `careerpulse_silver.job_postings`
    JobPostings,
    /// `careerpulse_silver.sightings`
    Sightings,
    /// `careerpulse_silver.rejects`
    Rejects,
    /// `careerpulse_silver.unknown_fields`
    UnknownFields,
    /// `careerpulse_bronze.pages_read`
    PagesRead,
    /// `careerpulse_gold.category_labeled_postings`
    LabeledPostings,
    /// `careerpulse_gold.unlabeled_postings`
    UnlabeledPostings,
    /// `careerpulse_gold.text_bands`
    TextBands,
    /// `careerpulse_gold.duplicates`
    Duplicates,
    /// `careerpulse_gold.embeddings`
    Embeddings,
    /// `careerpulse_ml.sweeps`
    Sweeps,
    /// `careerpulse_ml.runs`
    Runs,
    /// `careerpulse_ml.confusion`
    Confusion,
    /// `careerpulse_ml.coverage_curve`
    CoverageCurve,
    /// `careerpulse_ml.reliability`
    Reliability,
    /// `careerpulse_ml.learning_curve`
    LearningCurve,
    /// `careerpulse_ml.label_suspects`
    LabelSuspects,
    /// `careerpulse_ml.out_of_fold`
    OutOfFold,
    /// `careerpulse_ml.model_versions`
    ModelVersions,
    /// `careerpulse_ml.promotions`
    Promotions,
    /// `careerpulse_inference.category_predictions`
    CategoryPredictions,
    /// `careerpulse_gold.daily_demand`
    DailyDemand,
    /// `careerpulse_gold.weekly_demand`
    WeeklyDemand,
    /// `careerpulse_gold.segment_demand`
    SegmentDemand,
    /// `careerpulse_gold.revisions`
    Revisions,
    /// `careerpulse_gold.demand_index`
    DemandIndex,
    /// `careerpulse_gold.demand_forecast`
    DemandForecast,
    /// `careerpulse_gold.forecast_backtest`
    ForecastBacktest,
    /// `careerpulse_monitoring.critical_values`
    CriticalValues,
    /// `careerpulse_monitoring.distributions`
    Distributions,
    /// `careerpulse_monitoring.estimates`
    Estimates,
    /// `careerpulse_monitoring.alarms`
    Alarms,
    /// `careerpulse_monitoring.measurements`
    Measurements,
    /// `careerpulse_monitoring.quarantine`
    Quarantine,
    /// `careerpulse_monitoring.stage_runs`
    StageRuns,
}

/// Every table, in the order in which the road meets them.
pub const ALL: [Table; 37] = [
    Table::MusePages,
    Table::Coverage,
    Table::JobPostings,
    Table::Sightings,
    Table::Rejects,
    Table::UnknownFields,
    Table::PagesRead,
    Table::LabeledPostings,
    Table::UnlabeledPostings,
    Table::TextBands,
    Table::Duplicates,
    Table::Embeddings,
    Table::Sweeps,
    Table::Runs,
    Table::Confusion,
    Table::CoverageCurve,
    Table::Reliability,
    Table::LearningCurve,
    Table::LabelSuspects,
    Table::OutOfFold,
    Table::ModelVersions,
    Table::Promotions,
    Table::CategoryPredictions,
    Table::DailyDemand,
    Table::WeeklyDemand,
    Table::SegmentDemand,
    Table::Revisions,
    Table::DemandIndex,
    Table::DemandForecast,
    Table::ForecastBacktest,
    Table::CriticalValues,
    Table::Distributions,
    Table::Estimates,
    Table::Alarms,
    Table::Measurements,
    Table::Quarantine,
    Table::StageRuns,
];

impl Table {
    /// The table's columns, keys and comments.
    pub const fn spec(self) -> &'static TableSpec {
        match self {
            Self::MusePages => &bronze::MUSE_PAGES,
            Self::Coverage => &bronze::COVERAGE,
            Self::JobPostings => &silver::JOB_POSTINGS,
            Self::Sightings => &silver::SIGHTINGS,
            Self::Rejects => &silver::REJECTS,
            Self::UnknownFields => &silver::UNKNOWN_FIELDS,
            Self::PagesRead => &bronze::PAGES_READ,
            Self::LabeledPostings => &gold::LABELED_POSTINGS,
            Self::UnlabeledPostings => &gold::UNLABELED_POSTINGS,
            Self::TextBands => &duplicates::TEXT_BANDS,
            Self::Duplicates => &duplicates::DUPLICATES,
            Self::Embeddings => &gold::EMBEDDINGS,
            Self::Sweeps => &sweeps::SWEEPS,
            Self::Runs => &ml::RUNS,
            Self::Confusion => &assessment::CONFUSION,
            Self::CoverageCurve => &assessment::COVERAGE_CURVE,
            Self::Reliability => &assessment::RELIABILITY,
            Self::LearningCurve => &assessment::LEARNING_CURVE,
            Self::LabelSuspects => &assessment::LABEL_SUSPECTS,
            Self::OutOfFold => &assessment::OUT_OF_FOLD,
            Self::ModelVersions => &ml::MODEL_VERSIONS,
            Self::Promotions => &ledger::PROMOTIONS,
            Self::CategoryPredictions => &inference::CATEGORY_PREDICTIONS,
            Self::DailyDemand => &demand::DAILY_DEMAND,
            Self::WeeklyDemand => &demand::WEEKLY_DEMAND,
            Self::SegmentDemand => &demand::SEGMENT_DEMAND,
            Self::Revisions => &demand::REVISIONS,
            Self::DemandIndex => &outlook::DEMAND_INDEX,
            Self::DemandForecast => &outlook::DEMAND_FORECAST,
            Self::ForecastBacktest => &outlook::FORECAST_BACKTEST,
            Self::CriticalValues => &drift::CRITICAL_VALUES,
            Self::Distributions => &drift::DISTRIBUTIONS,
            Self::Estimates => &drift::ESTIMATES,
            Self::Alarms => &alarms::ALARMS,
            Self::Measurements => &drift::MEASUREMENTS,
            Self::Quarantine => &quarantine::QUARANTINE,
            Self::StageRuns => &stage_runs::STAGE_RUNS,
        }
    }

    /// `schema.table`.
    pub fn name(self) -> String {
        self.spec().full_name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_partitions_are_columns_and_every_column_has_a_comment() {
        for table in ALL {
            let spec = table.spec();
            let has = |name: &&str| spec.columns.iter().any(|column| column.name == *name);
            assert!(spec.keys.iter().all(&has), "{}", table.name());
            assert!(spec.partition_by.iter().all(has), "{}", table.name());
            assert!(!spec.comment.is_empty(), "{}", table.name());
            for column in spec.columns {
                assert!(
                    !column.comment.is_empty(),
                    "{}.{}",
                    table.name(),
                    column.name
                );
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::BTreeSet<String> = ALL.into_iter().map(Table::name).collect();
        assert_eq!(names.len(), ALL.len());
    }
}
