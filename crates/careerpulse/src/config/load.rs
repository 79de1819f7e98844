//! Where settings come from: defaults, then the file, then `CAREERPULSE_…` variables. Flags are laid
//! over them by the CLI.

use std::path::Path;

use super::Config;
use super::check::check;
use crate::clock::{Clock, NOW_VARIABLE};
use crate::error::{UserError, toml_reason};

/// The file that is read when no other is named.
pub const DEFAULT_FILE: &str = "careerpulse.toml";

/// Reads the settings: defaults, then the file (`None`: [`DEFAULT_FILE`] where it exists), then the environment.
///
/// # Errors
/// [`UserError`] naming the file or variable, what is wrong with it and what would be right.
pub fn load(
    file: Option<&Path>,
    env: impl Fn(&str) -> Option<String>,
) -> Result<Config, UserError> {
    let mut table =
        toml::Table::try_from(Config::default()).map_err(|e| UserError::new(e.to_string()))?;
    let known = table.clone();
    let path = file.unwrap_or(Path::new(DEFAULT_FILE));
    let mut wrote_in = "the defaults".to_owned();
    if file.is_some() || path.exists() {
        wrote_in = format!("{}", path.display());
        let text = std::fs::read_to_string(path).map_err(|e| {
            UserError::new(format!("cannot read the settings file {wrote_in} ({e}): give --config a file that can be read, or leave it out"))
        })?;
        // Checked on its own first, so that the message carries the file's line and column.
        toml::from_str::<Config>(&text).map_err(|e| {
            UserError::new(format!(
                "the settings file {wrote_in} is not valid: {}",
                toml_reason(&e, &text)
            ))
        })?;
        let read: toml::Table =
            toml::from_str(&text).map_err(|e| UserError::new(format!("{wrote_in}: {e}")))?;
        overlay(&mut table, read);
    }
    overlay_env(&mut table, &known, "CAREERPULSE", &env)?;
    let mut config: Config = table.try_into().map_err(|e: toml::de::Error| {
        let words = e.to_string().trim_end().replace('\n', " ");
        UserError::new(format!(
            "settings from {wrote_in} and CAREERPULSE_…: {words}"
        ))
    })?;
    if config.tracking.uri.is_empty() {
        // MLflow's own variable, which a team that uses MLflow has set already.
        config.tracking.uri = env("MLFLOW_TRACKING_URI").unwrap_or_default();
    }
    if let Some(moment) = env(NOW_VARIABLE) {
        config.clock = Clock::starting_at(NOW_VARIABLE, &moment)?;
    }
    check(&config)?;
    Ok(config)
}

/// Checks that every variable that begins as ours do is one of ours.
///
/// # Errors
/// [`UserError`] naming the first that is not.
pub fn known_variables(names: impl Iterator<Item = String>) -> Result<(), UserError> {
    let table =
        toml::Table::try_from(Config::default()).map_err(|e| UserError::new(e.to_string()))?;
    let mut known = vec![
        "CAREERPULSE_ENCODER_DIR".to_owned(),
        "CAREERPULSE_REQUIRE_ENCODER".to_owned(),
        "CAREERPULSE_REQUIRE_MLFLOW".to_owned(),
        "CAREERPULSE_REQUIRE_BROWSER".to_owned(),
        careerpulse_mlflow::server::MLFLOW_VARIABLE.to_owned(),
        crate::webhook::SECRET_VARIABLE.to_owned(),
        super::TOKEN_VARIABLE.to_owned(),
        NOW_VARIABLE.to_owned(),
    ];
    for (key, value) in &table {
        let name = format!("CAREERPULSE_{}", key.to_uppercase());
        match value {
            toml::Value::Table(section) => {
                known.extend(
                    section
                        .keys()
                        .map(|key| format!("{name}_{}", key.to_uppercase())),
                );
            }
            _ => known.push(name),
        }
    }
    let mut ours = names.filter(|name| name.starts_with("CAREERPULSE_"));
    match ours.find(|name| !known.contains(name)) {
        Some(name) => Err(UserError::new(format!(
            "the environment variable {} names no setting: correct or unset it (careerpulse.toml lists the settings)",
            name.escape_debug()
        ))),
        None => Ok(()),
    }
}

fn overlay(base: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => overlay(below, above),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn overlay_env(
    table: &mut toml::Table,
    known: &toml::Table,
    prefix: &str,
    env: &impl Fn(&str) -> Option<String>,
) -> Result<(), UserError> {
    for (key, default) in known {
        let name = format!("{prefix}_{}", key.to_uppercase());
        if let toml::Value::Table(inner) = default {
            if let Some(toml::Value::Table(section)) = table.get_mut(key) {
                overlay_env(section, inner, &name, env)?;
            }
        } else if let Some(raw) = env(&name) {
            table.insert(key.clone(), env_value(&name, &raw, default)?);
        }
    }
    Ok(())
}

/// A variable's text as the type its default has; a list may be written `a,b,c`.
fn env_value(name: &str, raw: &str, default: &toml::Value) -> Result<toml::Value, UserError> {
    let parse = |text: &str| -> Option<toml::Value> {
        toml::from_str::<toml::Table>(&format!("value = {text}"))
            .ok()?
            .remove("value")
    };
    let value = match default {
        toml::Value::String(_) => Some(toml::Value::String(raw.to_owned())),
        toml::Value::Array(items) => {
            let item = items.first();
            let parts = raw
                .trim()
                .trim_start_matches('[')
                .trim_end_matches(']')
                .split(',')
                .map(str::trim);
            let quoted = matches!(item, Some(toml::Value::String(_)));
            parts
                .filter(|part| !part.is_empty())
                .map(|part| {
                    let bare = part.trim_matches('"');
                    if quoted {
                        Some(toml::Value::String(bare.to_owned()))
                    } else {
                        parse(part)
                    }
                })
                .collect::<Option<Vec<_>>>()
                .map(toml::Value::Array)
        }
        toml::Value::Float(_) => raw.trim().parse().ok().map(toml::Value::Float),
        _ => parse(raw),
    };
    value
        .filter(|value| value.type_str() == default.type_str())
        .ok_or_else(|| {
            UserError::new(format!(
                "{name}={raw:?} is no {}: the default is {default}",
                default.type_str()
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Bronze;
    use careerpulse_embed::LongTexts;
    use careerpulse_model::Method;

    fn no_env(_: &str) -> Option<String> {
        None
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn the_shipped_file_is_the_defaults() {
        let shipped = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../careerpulse.toml"
        ));
        assert_eq!(load(Some(shipped), no_env).unwrap(), Config::default());
    }

    #[test]
    fn the_shipped_file_names_every_setting() {
        let shipped = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../careerpulse.toml"
        ));
        let written: toml::Table = toml::from_str(shipped).unwrap();
        assert_eq!(written, toml::Table::try_from(Config::default()).unwrap());
    }

    #[test]
    fn environment_beats_file_beats_defaults() {
        let file = file("[bronze]\nmax_requests = 7\nconcurrency = 2\n");
        let env = |name: &str| (name == "CAREERPULSE_BRONZE_MAX_REQUESTS").then(|| "9".to_owned());
        let config = load(Some(file.path()), env).unwrap();
        assert_eq!(
            (config.bronze.max_requests, config.bronze.concurrency),
            (9, 2)
        );
        assert_eq!(config.bronze.batch_pages, Bronze::default().batch_pages);
    }

    #[test]
    fn lists_from_the_environment_may_be_plain_or_toml() {
        for raw in ["tfidf", "[\"tfidf\"]"] {
            let env = |name: &str| (name == "CAREERPULSE_TRAIN_METHODS").then(|| raw.to_owned());
            assert_eq!(
                load(Some(file("").path()), env).unwrap().train.methods,
                [Method::Tfidf]
            );
        }
        let env = |name: &str| (name == "CAREERPULSE_TRAIN_K").then(|| "1, 2".to_owned());
        assert_eq!(load(Some(file("").path()), env).unwrap().train.k, [1, 2]);
        let env = |name: &str| {
            (name == "CAREERPULSE_FEATURES_LONG_TEXTS").then(|| "cut, windows".to_owned())
        };
        let features = load(Some(file("").path()), env).unwrap().features;
        assert_eq!(features.long_texts, LongTexts::ALL);
    }

    #[test]
    fn a_misspelt_variable_is_named() {
        let check = |names: &[&str]| known_variables(names.iter().map(ToString::to_string));
        check(&[
            "PATH",
            "CAREERPULSE_LAKE",
            "CAREERPULSE_TRAIN_K",
            "CAREERPULSE_ENCODER_DIR",
            "CAREERPULSE_NOW",
            "CAREERPULSE_TOKEN",
        ])
        .unwrap();
        let message = check(&["CAREERPULSE_TRAIN_KK"]).unwrap_err().to_string();
        assert!(message.contains("CAREERPULSE_TRAIN_KK"), "{message}");
    }

    #[test]
    fn mistakes_name_file_key_and_line() {
        let message = load(Some(file("[bronze]\nmax_request = 7\n").path()), no_env)
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("max_request") && message.contains("line 2"),
            "{message}"
        );
        let message = load(Some(Path::new("/nowhere/x.toml")), no_env)
            .unwrap_err()
            .to_string();
        assert!(message.contains("/nowhere/x.toml"), "{message}");
        let env =
            |name: &str| (name == "CAREERPULSE_BRONZE_CONCURRENCY").then(|| "many".to_owned());
        let message = load(Some(file("").path()), env).unwrap_err().to_string();
        assert!(
            message.contains("CAREERPULSE_BRONZE_CONCURRENCY") && message.contains("integer"),
            "{message}"
        );
        for out_of_range in [
            "[infer]\nmin_gap = 7.0\n",
            "[bronze]\nbatch_pages = 99999999999\n",
            "[silver]\nbatch_pages = 0\n",
            "[gold]\nduplicate_similarity = 0.2\n",
            "[promote]\ndraws = 0\n",
            "[promote]\nmax_shift = 1.5\n",
            "[promote]\nfail_error = 0.0\n",
            "[demand]\nmax_days = 3\n",
            "[demand]\nsettle_days = 5000\n",
            "[demand]\ninterval = 1.0\n",
            "[demand]\nhorizon = 400\n",
            "[demand]\nindex_base = \"june\"\n",
        ] {
            let message = load(Some(file(out_of_range).path()), no_env)
                .unwrap_err()
                .to_string();
            assert!(message.contains("lies between"), "{message}");
        }
        for (setting, named) in [
            ("combined_max_ngram = 0", "combined_max_ngram"),
            ("target_precision = 1.0", "target_precision"),
            ("folds = 4000000000", "folds"),
            ("classifiers = []", "classifiers"),
            ("c = [0.0]", "c and extra_weight"),
            ("prior_shift = [-1.0]", "prior_shift"),
            ("long_texts = []", "[train] long_texts is empty"),
            ("long_texts = [\"cut\", \"cut\"]", "\"cut\" twice"),
            ("long_texts = [\"whole\"]", "write cut or windows"),
        ] {
            let file = file(&format!("[train]\n{setting}\n"));
            let message = load(Some(file.path()), no_env).unwrap_err().to_string();
            assert!(message.contains(named), "{setting}: {message}");
        }
        for (setting, named) in [
            ("precision = \"fast\"", "write auto, f32, bf16 or int8"),
            ("long_texts = []", "[features] long_texts is empty"),
            (
                "long_texts = [\"windows\", \"windows\"]",
                "\"windows\" twice",
            ),
        ] {
            let file = file(&format!("[features]\n{setting}\n"));
            let message = load(Some(file.path()), no_env).unwrap_err().to_string();
            assert!(message.contains(named), "{setting}: {message}");
        }
        let message = load(Some(file("[serve]\naddr = \"here\"\n").path()), no_env)
            .unwrap_err()
            .to_string();
        assert!(message.contains("[serve] addr"), "{message}");
        let message = load(Some(file("[train]\nfolds = 1\n").path()), no_env)
            .unwrap_err()
            .to_string();
        assert!(message.contains("folds"), "{message}");
    }
}
