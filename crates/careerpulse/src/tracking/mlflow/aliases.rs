//! The aliases `staging` and `production`: set from the ledger, and heeded where someone moved one.

use std::collections::HashMap;

use careerpulse_lake::rows::to_batch;
use careerpulse_mlflow::{ModelVersion as ServerVersion, Tag};

use super::Mlflow;
use super::versions::server_versions;
use crate::error::UserError;
use crate::tables::Table;
use crate::tables::ledger::{Action, Promotion};
use crate::tracking::registry::MODEL_NAME;
use crate::tracking::{Standing, decisions, production_of, standings, versions};

/// Tag of a version: where it stood when the aliases were last set from here. The one marked
/// `production` tells a stale alias from one that somebody moved.
const STANDING: &str = "careerpulse.standing";

/// What MLflow's alias `production` and the ledger make of each other.
#[derive(Debug, PartialEq, Eq)]
enum Choice {
    /// They agree, or there is nothing to agree on.
    Same,
    /// The ledger went on since the alias was set: it is to be set to this version of the lake.
    Set(i64),
    /// Somebody moved the alias to this version of the lake.
    Moved(i64),
    /// Somebody moved the alias to a version that is none of the lake's.
    Foreign(u64),
    /// Somebody removed the alias.
    Removed,
}

/// Sets the aliases and the tags of all versions to where the ledger has them; a production alias that
/// somebody moved or removed stays as it is, for [`heed`].
///
/// # Errors
/// From the lake or the server.
pub async fn mirror_aliases(home: &Mlflow) -> anyhow::Result<()> {
    let registry = Registry::read(home).await?;
    match registry.choice() {
        Choice::Set(number) => registry.set_alias(home, "production", number).await?,
        Choice::Same => {}
        Choice::Moved(_) | Choice::Foreign(_) | Choice::Removed => return Ok(()),
    }
    let staging = registry.standing_at(Standing::Staging);
    match staging.filter(|number| registry.there.contains_key(number)) {
        Some(number) => registry.set_alias(home, "staging", number).await?,
        None if registry.staging.is_some() => {
            home.client.delete_alias(MODEL_NAME, "staging").await?;
        }
        None => {}
    }
    registry.mark(home).await
}

/// Sets a production alias anew that somebody removed.
///
/// # Errors
/// From the lake or the server.
pub async fn restore_production(home: &Mlflow) -> anyhow::Result<()> {
    let registry = Registry::read(home).await?;
    if let (Choice::Removed, Some(number)) = (registry.choice(), registry.ledger) {
        registry.set_alias(home, "production", number).await?;
    }
    Ok(())
}

/// Enters a production alias that somebody moved into the ledger, and says so.
///
/// # Errors
/// [`UserError`] for an alias that was removed, or moved to a version that is none of the lake's.
pub async fn heed(home: &Mlflow) -> anyhow::Result<Option<String>> {
    let registry = Registry::read(home).await?;
    let server = home.client.server();
    let number = match registry.choice() {
        Choice::Same | Choice::Set(_) => return Ok(None),
        Choice::Moved(number) => number,
        Choice::Foreign(version) => {
            return Err(UserError::new(format!(
                "the alias production of {MODEL_NAME} at {server} points to version {version}, which is not of this lake: move it to a version with the tag careerpulse.version, or give --lake its lake"
            ))
            .into());
        }
        Choice::Removed => {
            return Err(UserError::new(format!(
                "{MODEL_NAME} at {server} has no alias production any more: set it there, or have `careerpulse mlflow sync` set it to version {}",
                registry.ledger.unwrap_or_default()
            ))
            .into());
        }
    };
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
    let spec = Table::Promotions.spec();
    home.lake
        .insert_new(spec, vec![to_batch(spec, &[decision])?])
        .await?;
    Registry::read(home).await?.mark(home).await?;
    Ok(Some(words))
}

/// Both registries, side by side.
struct Registry {
    /// The lake's versions, and where each stands.
    ours: Vec<(i64, Standing)>,
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
    async fn read(home: &Mlflow) -> anyhow::Result<Registry> {
        let ledger = decisions(&home.lake).await?;
        let ours = versions(&home.lake).await?;
        let there = server_versions(home, &ours).await?;
        let ours = standings(ours, &ledger);
        let model = home.client.registered_model(MODEL_NAME).await?;
        let alias = |name| model.as_ref().and_then(|model| model.alias(name));
        Ok(Registry {
            ours: ours
                .iter()
                .map(|(v, standing)| (v.version, *standing))
                .collect(),
            ledger: production_of(&ledger),
            there,
            production: alias("production"),
            staging: alias("staging"),
        })
    }

    fn standing_at(&self, wanted: Standing) -> Option<i64> {
        let found = self.ours.iter().find(|(_, standing)| *standing == wanted);
        found.map(|(number, _)| *number)
    }

    fn choice(&self) -> Choice {
        let number = |server: u64| {
            let found = self.there.iter().find(|(_, v)| v.version == server);
            found.map(|(number, _)| *number)
        };
        let marked = self
            .there
            .values()
            .find(|v| v.tag(STANDING) == Some("production"));
        let marked = marked.map(|v| v.version);
        choose(
            self.production,
            marked,
            self.ledger.filter(|p| self.there.contains_key(p)),
            number,
        )
    }

    async fn set_alias(&self, home: &Mlflow, alias: &str, number: i64) -> anyhow::Result<()> {
        let Some(there) = self.there.get(&number) else {
            return Ok(());
        };
        let set = match alias {
            "production" => self.production,
            _ => self.staging,
        };
        if set != Some(there.version) {
            home.client
                .set_alias(MODEL_NAME, alias, there.version)
                .await?;
        }
        Ok(())
    }

    /// Tags each version with where it stands; after the aliases, so that a stop in between only looks
    /// as if the alias had been moved to where the ledger has it.
    async fn mark(&self, home: &Mlflow) -> anyhow::Result<()> {
        for (number, standing) in &self.ours {
            let Some(there) = self.there.get(number) else {
                continue;
            };
            let status = match standing {
                Standing::Production | Standing::Archived => "approved",
                Standing::Rejected => "rejected",
                Standing::Staging | Standing::Superseded => "pending",
            };
            for (key, value) in [(STANDING, standing.word()), ("validation_status", status)] {
                if there.tag(key) != Some(value) {
                    home.client
                        .set_version_tag(MODEL_NAME, there.version, &Tag::new(key, value))
                        .await?;
                }
            }
        }
        Ok(())
    }
}

/// `alias`: the server's version behind `production`; `marked`: the one that was last set from here;
/// `ledger`: the lake's production version; `number`: the lake's number of a server's version.
fn choose(
    alias: Option<u64>,
    marked: Option<u64>,
    ledger: Option<i64>,
    number: impl Fn(u64) -> Option<i64>,
) -> Choice {
    let set = || ledger.map_or(Choice::Same, Choice::Set);
    match (alias, marked) {
        (None, None) => set(),
        (None, Some(marked)) if number(marked) == ledger => Choice::Removed,
        (None, Some(_)) => set(),
        (Some(alias), marked) => match number(alias) {
            None => Choice::Foreign(alias),
            of if of == ledger => Choice::Same,
            Some(_) if marked == Some(alias) => set(),
            Some(moved) => Choice::Moved(moved),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The server's versions 11 to 13 are the lake's 1 to 3; 14 is somebody else's.
    fn chosen(alias: Option<u64>, marked: Option<u64>, ledger: Option<i64>) -> Choice {
        choose(alias, marked, ledger, |v| (v < 14).then_some(v as i64 - 10))
    }

    #[test]
    fn a_stale_alias_is_set_and_a_moved_one_is_heeded() {
        assert_eq!(chosen(None, None, None), Choice::Same);
        assert_eq!(chosen(None, None, Some(1)), Choice::Set(1));
        assert_eq!(chosen(Some(11), Some(11), Some(1)), Choice::Same);
        // The ledger went on to version 2 while the server was away.
        assert_eq!(chosen(Some(11), Some(11), Some(2)), Choice::Set(2));
        // Somebody moved it from 2 to 1.
        assert_eq!(chosen(Some(11), Some(12), Some(2)), Choice::Moved(1));
        // Killed between alias and tag: the ledger has it there too.
        assert_eq!(chosen(Some(12), Some(11), Some(2)), Choice::Same);
        assert_eq!(chosen(Some(14), Some(11), Some(1)), Choice::Foreign(14));
    }

    #[test]
    fn a_removed_alias_comes_back_with_the_next_promotion_only() {
        assert_eq!(chosen(None, Some(11), Some(1)), Choice::Removed);
        assert_eq!(chosen(None, Some(11), Some(2)), Choice::Set(2));
    }
}
