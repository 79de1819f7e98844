//! Which versions there are and where each stands; read from `model_versions` and the ledger.

use std::collections::HashMap;

use careerpulse_lake::{Lake, LakeError};
use careerpulse_model::{Model, load_model, read_model};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::rows_where;
use crate::error::UserError;
use crate::tables::Table;
use crate::tables::ledger::{Action, Promotion};
use crate::tables::ml::ModelVersion;

/// The name under which every version is registered.
pub const MODEL_NAME: &str = "careerpulse-category";

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The one that the gate looks at.
    Staging,
    /// The version that imputes.
    Production,
    /// Was production before.
    Archived,
    /// The gate kept it out.
    Rejected,
    /// Another version was put at staging before this one was decided on.
    Superseded,
}

impl Standing {
    /// Its name, as tables and people use it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Production => "production",
            Self::Archived => "archived",
            Self::Rejected => "rejected",
            Self::Superseded => "superseded",
        }
    }
}

/// All versions, oldest first.
///
/// # Errors
/// When the table cannot be read.
pub async fn versions(lake: &Lake) -> Result<Vec<ModelVersion>, LakeError> {
    rows_where(lake, Table::ModelVersions, "order by version").await
}

/// The ledger, oldest decision first.
///
/// # Errors
/// When the table cannot be read.
pub async fn decisions(lake: &Lake) -> Result<Vec<Promotion>, LakeError> {
    rows_where(lake, Table::Promotions, "order by decided_at").await
}

/// The production version, if there is one.
///
/// # Errors
/// When the tables cannot be read.
pub async fn production(lake: &Lake) -> Result<Option<ModelVersion>, LakeError> {
    let ledger = decisions(lake).await?;
    let versions = versions(lake).await?;
    Ok(
        production_of(&ledger)
            .and_then(|number| versions.into_iter().find(|v| v.version == number)),
    )
}

/// A version's model, out of its file in the lake.
///
/// # Errors
/// [`UserError`] for a file that is missing, altered, or of another format.
pub fn load_version(lake: &Lake, version: &ModelVersion) -> Result<Model, UserError> {
    let path = lake.artifacts().join(&version.artifact);
    load_model(&path, &version.artifact_sha256).map_err(|e| UserError::new(e.to_string()))
}

/// The model of a version that was fitted without its held-out postings.
///
/// # Errors
/// As [`load_version`].
pub fn load_assessed(lake: &Lake, version: &ModelVersion) -> Result<Model, UserError> {
    let path = lake.artifacts().join(&version.assessed_artifact);
    load_model(&path, &version.assessed_sha256).map_err(|e| UserError::new(e.to_string()))
}

/// Each version with where it stands, oldest first.
pub fn standings(
    versions: Vec<ModelVersion>,
    ledger: &[Promotion],
) -> Vec<(ModelVersion, Standing)> {
    let production = production_of(ledger);
    let put_at: HashMap<i64, DateTime<Utc>> = versions
        .iter()
        .map(|v| (v.version, put_at(v, ledger)))
        .collect();
    let last_put = versions
        .iter()
        .map(|v| v.version)
        .max_by_key(|number| (put_at[number], *number));
    let standing = |number: i64| {
        let mut own = ledger
            .iter()
            .rev()
            .filter(|decision| decision.version == number);
        match own.next().map(|decision| decision.action) {
            _ if production == Some(number) => Standing::Production,
            None | Some(Action::Hold | Action::Stage) => match last_put == Some(number) {
                true => Standing::Staging,
                false => Standing::Superseded,
            },
            Some(Action::Reject) => Standing::Rejected,
            Some(Action::Promote | Action::Force | Action::Alias | Action::Rollback) => {
                Standing::Archived
            }
        }
    };
    versions
        .into_iter()
        .map(|version| {
            let standing = standing(version.version);
            (version, standing)
        })
        .collect()
}

/// The bytes of a version's model file, which must be the registered ones.
///
/// # Errors
/// [`UserError`] for a file that is missing or altered.
pub fn artifact_bytes(lake: &Lake, version: &ModelVersion) -> Result<Vec<u8>, UserError> {
    let path = lake.artifacts().join(&version.artifact);
    read_model(&path, &version.artifact_sha256).map_err(|e| UserError::new(e.to_string()))
}

/// When a version was last put at staging: by training, or by a person.
fn put_at(version: &ModelVersion, ledger: &[Promotion]) -> DateTime<Utc> {
    let staged = ledger
        .iter()
        .filter(|decision| decision.version == version.version && decision.action == Action::Stage);
    let moments = staged.map(|decision| decision.decided_at);
    moments.fold(version.created_at, DateTime::max)
}

/// The versions that were production, the present one last; a rollback takes the one off that it
/// replaces. What two processes decided at the same time counts once.
pub fn reigns(ledger: &[Promotion]) -> Vec<i64> {
    let mut reigns: Vec<i64> = Vec::new();
    for decision in ledger {
        let last = reigns.last().copied();
        match decision.action {
            Action::Promote | Action::Force | Action::Alias if last != Some(decision.version) => {
                reigns.push(decision.version);
            }
            Action::Rollback if last == decision.replaces => {
                reigns.pop();
            }
            Action::Promote
            | Action::Force
            | Action::Alias
            | Action::Rollback
            | Action::Reject
            | Action::Hold
            | Action::Stage => {}
        }
    }
    reigns
}

/// The production version by the ledger, if there is one.
pub fn production_of(ledger: &[Promotion]) -> Option<i64> {
    reigns(ledger).last().copied()
}

/// The production version by the ledger, and since when it is the one.
pub fn production_since(ledger: &[Promotion]) -> Option<(i64, DateTime<Utc>)> {
    let version = production_of(ledger)?;
    let crowns = |decision: &&Promotion| {
        use Action::{Alias, Force, Promote, Rollback};
        decision.version == version && matches!(decision.action, Promote | Force | Alias | Rollback)
    };
    let last = ledger.iter().rev().find(crowns)?;
    Some((version, last.decided_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: i64) -> ModelVersion {
        ModelVersion {
            version: number,
            created_at: at(10 * number),
            ..crate::tables::ml::testing::version()
        }
    }

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(minute)
    }

    fn decision(minute: i64, version: i64, action: Action) -> Promotion {
        Promotion {
            version,
            replaces: None,
            action,
            verdict: None,
            reasons: Vec::new(),
            evidence: None,
            decided_by: "gate".into(),
            decided_at: at(minute),
        }
    }

    fn stand(versions: i64, ledger: &[Promotion]) -> Vec<Standing> {
        let all = standings((1..=versions).map(version).collect(), ledger);
        all.into_iter().map(|(_, standing)| standing).collect()
    }

    #[test]
    fn the_newest_undecided_version_is_at_staging_and_stays_there_while_evidence_lacks() {
        use Standing::{Archived, Production, Rejected, Staging, Superseded};
        assert_eq!(stand(2, &[]), [Superseded, Staging]);
        let mut ledger = vec![
            decision(11, 1, Action::Promote),
            decision(21, 2, Action::Hold),
        ];
        assert_eq!(stand(2, &ledger), [Production, Staging]);
        assert_eq!(stand(3, &ledger), [Production, Superseded, Staging]);
        ledger.push(decision(31, 3, Action::Reject));
        assert_eq!(stand(3, &ledger), [Production, Superseded, Rejected]);
        ledger.push(decision(32, 2, Action::Stage));
        assert_eq!(stand(3, &ledger), [Production, Staging, Rejected]);
        ledger.push(decision(33, 2, Action::Force));
        assert_eq!(stand(3, &ledger), [Archived, Production, Rejected]);
        assert_eq!(stand(4, &ledger), [Archived, Production, Rejected, Staging]);
    }

    #[test]
    fn rollbacks_go_back_one_reign_each_and_one_version_is_production_at_any_time() {
        let mut ledger: Vec<Promotion> = [1, 2, 2, 3]
            .map(|n| decision(10 * n + 1, n, Action::Promote))
            .into();
        for (minute, from) in [(40, 3), (40, 3), (41, 2)] {
            ledger.push(Promotion {
                replaces: Some(from),
                ..decision(minute, from - 1, Action::Rollback)
            });
            let all = stand(3, &ledger);
            assert_eq!(all[from as usize - 2], Standing::Production);
            let reigning = all.iter().filter(|s| **s == Standing::Production);
            assert_eq!(reigning.count(), 1);
        }
        assert_eq!(reigns(&ledger), [1]);
    }
}
