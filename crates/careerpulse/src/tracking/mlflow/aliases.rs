//! The aliases `staging` and `production`: set from the ledger, and heeded where someone moved one.

use std::collections::{BTreeSet, HashMap};

use careerpulse_mlflow::{ModelVersion as ServerVersion, Tag};

use super::Mlflow;
use super::versions::server_versions;
use crate::error::UserError;
use crate::tables::ledger::{Action, Promotion};
use crate::tables::ml::ModelVersion;
use crate::tracking::ledger::enter;
use crate::tracking::{Standing, artifact_bytes, decisions, production_of, standings, versions};

/// Tag of a version: where it stood when the aliases were last set from here. One that is marked
/// `production` tells a stale alias from one that somebody moved.
const STANDING: &str = "careerpulse.standing";
/// Tag of a version: what became of it in the gate.
const VALIDATION: &str = "validation_status";
const PRODUCTION: &str = "production";
const STAGING: &str = "staging";

/// What MLflow's alias `production` and the ledger make of each other.
#[derive(Debug, PartialEq, Eq)]
enum Choice {
    /// They agree, or there is nothing to agree on.
    Same,
    /// The ledger went on since the alias was set: it is to be set to this version of the lake.
    Set(i64),
    /// Somebody moved the alias to this version of the lake.
    Moved(i64),
    /// The alias is at a version that is none of the lake's, and never was set from here.
    Others(u64),
    /// Somebody moved the alias to a version that is none of the lake's.
    Foreign(u64),
    /// Somebody removed the alias.
    Removed,
}

/// Sets the aliases and the tags of all versions to where the ledger has them; a production alias that
/// somebody moved or removed stays as it is, for [`heed`]. Says what stayed so.
///
/// # Errors
/// From the lake or the server.
pub async fn mirror_aliases(home: &Mlflow) -> anyhow::Result<Vec<String>> {
    let registry = Registry::read(home).await?;
    match registry.choice() {
        Choice::Set(number) => registry.set_production(home, number).await?,
        Choice::Same => {}
        Choice::Others(_) => return Ok(vec![registry.words_on_others(home)]),
        Choice::Moved(_) | Choice::Foreign(_) | Choice::Removed => {
            return Ok(vec![format!(
                "the alias production of {} was changed in MLflow: the next `infer` heeds it",
                home.model_name
            )]);
        }
    }
    registry.set_staging(home).await?;
    registry.mark(home).await?;
    Ok(Vec::new())
}

/// Sets a production alias anew that somebody removed.
///
/// # Errors
/// From the lake or the server.
pub async fn restore_production(home: &Mlflow) -> anyhow::Result<()> {
    let registry = Registry::read(home).await?;
    if let (Choice::Removed, Some(number)) = (registry.choice(), registry.production_there()) {
        registry.set_production(home, number).await?;
    }
    Ok(())
}

/// Enters a production alias that somebody moved into the ledger, and says so.
///
/// # Errors
/// [`UserError`] for an alias that was removed, moved to a version that is none of the lake's, or to
/// one whose model file is gone.
pub async fn heed(home: &Mlflow) -> anyhow::Result<Option<String>> {
    let registry = Registry::read(home).await?;
    let (server, model) = (home.client.server(), &home.model_name);
    let ours = registry.number_words();
    let number = match registry.choice() {
        Choice::Set(_) => return Ok(None),
        Choice::Same => {
            // What a stop between alias and tags has left undone.
            registry.mark(home).await?;
            return Ok(None);
        }
        Choice::Others(_) => return Ok(Some(registry.words_on_others(home))),
        Choice::Moved(number) => number,
        Choice::Foreign(version) => {
            return Err(UserError::new(format!(
                "the alias production of {model} at {server} points to version {version}, which is not of this lake: move it to one that is ({ours})"
            ))
            .into());
        }
        Choice::Removed => {
            return Err(UserError::new(format!(
                "{model} at {server} has no alias production any more: set it there, or have `careerpulse mlflow sync` set it to version {}",
                registry.ledger.unwrap_or_default()
            ))
            .into());
        }
    };
    let moved_to = registry.ours.iter().find(|(v, _)| v.version == number);
    if let Some((version, _)) = moved_to {
        artifact_bytes(&home.lake, version).map_err(|e| {
            UserError::new(format!(
                "the alias production of {model} at {server} was moved to version {number}, and {e}; or move the alias back"
            ))
        })?;
    }
    let words = format!("the alias production was moved to version {number} in MLflow");
    let decision = Promotion {
        version: number,
        replaces: registry.ledger,
        action: Action::Alias,
        verdict: None,
        reasons: vec![words.clone()],
        evidence: None,
        decided_by: "mlflow".to_owned(),
        decided_at: home.clock.now(),
    };
    enter(&home.lake, decision).await?;
    Registry::read(home).await?.mark(home).await?;
    Ok(Some(words))
}

/// Both registries, side by side.
struct Registry {
    /// The lake's versions, and where each stands.
    ours: Vec<(ModelVersion, Standing)>,
    /// The last decision on each version.
    last: HashMap<i64, Action>,
    /// The production version by the ledger.
    ledger: Option<i64>,
    /// The server's version of each.
    there: HashMap<i64, ServerVersion>,
    /// The server's version behind the alias `production`.
    production: Option<u64>,
    /// The server's version behind the alias `staging`.
    staging: Option<u64>,
}

impl Registry {
    /// The server first and the ledger last: what another process decides meanwhile is then in the
    /// ledger, and an alias that it has set is no stale one.
    async fn read(home: &Mlflow) -> anyhow::Result<Registry> {
        let model = home.client.registered_model(&home.model_name).await?;
        let ours = versions(&home.lake).await?;
        let there = server_versions(home, &ours).await?;
        let ledger = decisions(&home.lake).await?;
        let alias = |name| model.as_ref().and_then(|model| model.alias(name));
        Ok(Registry {
            ours: standings(ours, &ledger),
            last: ledger.iter().map(|d| (d.version, d.action)).collect(),
            ledger: production_of(&ledger),
            there,
            production: alias(PRODUCTION),
            staging: alias(STAGING),
        })
    }

    /// The lake's number of a version of the server's.
    fn number(&self, server: u64) -> Option<i64> {
        let found = self.there.iter().find(|(_, v)| v.version == server);
        found.map(|(number, _)| *number)
    }

    fn production_there(&self) -> Option<i64> {
        self.ledger.filter(|number| self.there.contains_key(number))
    }

    fn choice(&self) -> Choice {
        let is_marked = |v: &&ServerVersion| v.tag(STANDING) == Some(PRODUCTION);
        let marked = self.there.values().filter(is_marked).map(|v| v.version);
        choose(
            self.production,
            &marked.collect(),
            self.production_there(),
            |server| self.number(server),
        )
    }

    fn number_words(&self) -> String {
        let mut numbers: Vec<u64> = self.there.values().map(|v| v.version).collect();
        numbers.sort_unstable();
        let words: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        words.join(", ")
    }

    fn words_on_others(&self, home: &Mlflow) -> String {
        format!(
            "the alias production of {} at {} is another lake's: the ledger decides here; [tracking] model gives this lake a registered model of its own",
            home.model_name,
            home.client.server()
        )
    }

    /// Marks first and sets then: an alias that is set from here is never without its mark.
    async fn set_production(&self, home: &Mlflow, number: i64) -> anyhow::Result<()> {
        let Some(there) = self.there.get(&number) else {
            return Ok(());
        };
        set_tag(home, there, STANDING, PRODUCTION).await?;
        if self.production != Some(there.version) {
            home.client
                .set_alias(&home.model_name, PRODUCTION, there.version)
                .await?;
        }
        Ok(())
    }

    async fn set_staging(&self, home: &Mlflow) -> anyhow::Result<()> {
        let candidate = self.ours.iter().find(|(_, s)| *s == Standing::Staging);
        let wanted = candidate.and_then(|(v, _)| self.there.get(&v.version));
        match (wanted, self.staging) {
            (Some(there), set) if set != Some(there.version) => {
                home.client
                    .set_alias(&home.model_name, STAGING, there.version)
                    .await?;
            }
            (None, Some(set)) if self.number(set).is_some() => {
                home.client.delete_alias(&home.model_name, STAGING).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Tags each version with where it stands and what became of it, production first; not while the
    /// server lacks the production version, for the old mark tells that the alias is stale.
    async fn mark(&self, home: &Mlflow) -> anyhow::Result<()> {
        if self.ledger.is_some() && self.production_there().is_none() {
            return Ok(());
        }
        let mut ours: Vec<_> = self.ours.iter().collect();
        ours.sort_by_key(|(_, standing)| *standing != Standing::Production);
        for (version, standing) in ours {
            let Some(there) = self.there.get(&version.version) else {
                continue;
            };
            let status = match self.last.get(&version.version) {
                Some(Action::Promote) => "approved",
                Some(Action::Reject) => "rejected",
                Some(Action::Force | Action::Alias | Action::Rollback) => "overridden",
                Some(Action::Hold | Action::Stage) | None => "pending",
            };
            set_tag(home, there, STANDING, standing.word()).await?;
            set_tag(home, there, VALIDATION, status).await?;
        }
        Ok(())
    }
}

async fn set_tag(
    home: &Mlflow,
    version: &ServerVersion,
    key: &str,
    value: &str,
) -> anyhow::Result<()> {
    if version.tag(key) != Some(value) {
        home.client
            .set_version_tag(&home.model_name, version.version, &Tag::new(key, value))
            .await?;
    }
    Ok(())
}

/// `alias`: the server's version behind `production`; `marked`: those that were set from here;
/// `ledger`: the lake's production version; `number`: the lake's number of a server's version.
fn choose(
    alias: Option<u64>,
    marked: &BTreeSet<u64>,
    ledger: Option<i64>,
    number: impl Fn(u64) -> Option<i64>,
) -> Choice {
    let set = || ledger.map_or(Choice::Same, Choice::Set);
    let Some(alias) = alias else {
        return match marked.iter().any(|&version| number(version) == ledger) {
            true => Choice::Removed,
            false => set(),
        };
    };
    match number(alias) {
        None if marked.is_empty() => Choice::Others(alias),
        None => Choice::Foreign(alias),
        of if of == ledger => Choice::Same,
        Some(_) if marked.contains(&alias) => set(),
        Some(moved) => Choice::Moved(moved),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The server's versions 11 to 13 are the lake's 1 to 3; 14 is somebody else's.
    fn chosen(alias: Option<u64>, marked: &[u64], ledger: Option<i64>) -> Choice {
        let marked = marked.iter().copied().collect();
        choose(alias, &marked, ledger, |v| {
            (v < 14).then_some(v as i64 - 10)
        })
    }

    #[test]
    fn a_stale_alias_is_set_and_a_moved_one_is_heeded() {
        assert_eq!(chosen(None, &[], None), Choice::Same);
        assert_eq!(chosen(None, &[], Some(1)), Choice::Set(1));
        assert_eq!(chosen(Some(11), &[11], Some(1)), Choice::Same);
        // The ledger went on to version 2 while the server was away.
        assert_eq!(chosen(Some(11), &[11], Some(2)), Choice::Set(2));
        // Somebody moved it from 2 to 1.
        assert_eq!(chosen(Some(11), &[12], Some(2)), Choice::Moved(1));
    }

    #[test]
    fn a_stop_between_mark_and_alias_and_the_other_marks_is_no_move() {
        // Version 2 was marked, its alias not set yet; then the ledger went on to 3.
        assert_eq!(chosen(Some(11), &[11, 12], Some(2)), Choice::Set(2));
        assert_eq!(chosen(Some(11), &[11, 12], Some(3)), Choice::Set(3));
        // Its alias was set, and the old mark not taken off yet.
        assert_eq!(chosen(Some(12), &[11, 12], Some(2)), Choice::Same);
        assert_eq!(chosen(Some(12), &[11, 12], Some(3)), Choice::Set(3));
    }

    #[test]
    fn a_removed_alias_comes_back_with_the_next_promotion_only() {
        assert_eq!(chosen(None, &[11], Some(1)), Choice::Removed);
        assert_eq!(chosen(None, &[11], Some(2)), Choice::Set(2));
    }

    #[test]
    fn another_lakes_alias_is_left_alone_and_one_taken_from_this_lake_is_an_error() {
        assert_eq!(chosen(Some(14), &[], Some(1)), Choice::Others(14));
        assert_eq!(chosen(Some(14), &[11], Some(1)), Choice::Foreign(14));
    }
}
