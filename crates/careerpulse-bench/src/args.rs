//! The command line: seven commands that two scripts call, so no parser's crate is built for them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

/// What to do.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Write the data of one size.
    Prepare {
        /// Postings to generate.
        size: usize,
        /// Seed of the generator.
        seed: u64,
        /// Folder to write to.
        to: PathBuf,
    },
    /// Do one task as often as stdin asks.
    Work {
        /// The task's name.
        task: String,
        /// What `prepare` wrote.
        data: PathBuf,
        /// Folder for the answers.
        answers: PathBuf,
    },
    /// Hide categories and count them again.
    Corrected {
        /// Postings to generate.
        postings: usize,
        /// Days that they span.
        days: u32,
        /// Seed of the generator, the hiding and the draws.
        seed: u64,
    },
    /// List the tasks.
    Tasks,
    /// Name the folder of the encoder's weights.
    Weights,
    /// Say which precisions of the encoder this processor has.
    Precisions,
    /// Measure what one core does at most.
    Peak,
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// A command that is not known, and flags that are missing, unknown or malformed, by name.
pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Command> {
    let mut arguments = arguments.peekable();
    let command = arguments
        .next()
        .context("say what to do: prepare, work, corrected, tasks, weights, precisions or peak")?;
    let task = arguments.next_if(|next| !next.starts_with("--"));
    let mut flags = Flags::read(arguments)?;
    let parsed = match (command.as_str(), task) {
        ("prepare", None) => Command::Prepare {
            size: flags.take("--size")?,
            seed: flags.take("--seed")?,
            to: flags.take("--to")?,
        },
        ("work", Some(task)) => Command::Work {
            task,
            data: flags.take("--data")?,
            answers: flags.take("--answers")?,
        },
        ("work", None) => bail!("work needs the name of a task; `tasks` lists them"),
        ("corrected", None) => Command::Corrected {
            postings: flags.take("--postings")?,
            days: flags.take("--days")?,
            seed: flags.take("--seed")?,
        },
        ("tasks", None) => Command::Tasks,
        ("weights", None) => Command::Weights,
        ("precisions", None) => Command::Precisions,
        ("peak", None) => Command::Peak,
        (_, Some(word)) => bail!("{command:?} {word:?} is no command of this program"),
        (_, None) => bail!(
            "{command:?} is none of prepare, work, corrected, tasks, weights, precisions, peak"
        ),
    };
    flags.end()?;
    Ok(parsed)
}

/// Flags and their values, each at most once.
struct Flags(BTreeMap<String, String>);

impl Flags {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Flags> {
        let mut flags = BTreeMap::new();
        while let Some(flag) = arguments.next() {
            let value = arguments
                .next()
                .with_context(|| format!("{flag} needs a value"))?;
            if flags.insert(flag.clone(), value).is_some() {
                bail!("{flag} is given twice");
            }
        }
        Ok(Flags(flags))
    }

    fn take<T: FromStr>(&mut self, flag: &str) -> Result<T>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        let value = self
            .0
            .remove(flag)
            .with_context(|| format!("{flag} is missing"))?;
        value.parse().with_context(|| format!("{flag} {value:?}"))
    }

    fn end(self) -> Result<()> {
        match self.0.keys().next() {
            Some(flag) => bail!("{flag} is not known here"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn each_command_is_read() {
        assert_eq!(
            parsed("prepare --size 20 --to there --seed 7").unwrap(),
            Command::Prepare {
                size: 20,
                seed: 7,
                to: "there".into()
            }
        );
        assert_eq!(
            parsed("work clean --data here --answers there").unwrap(),
            Command::Work {
                task: "clean".to_owned(),
                data: "here".into(),
                answers: "there".into()
            }
        );
        assert_eq!(
            parsed("corrected --postings 600 --days 90 --seed 7").unwrap(),
            Command::Corrected {
                postings: 600,
                days: 90,
                seed: 7
            }
        );
        assert_eq!(parsed("tasks").unwrap(), Command::Tasks);
        assert_eq!(parsed("weights").unwrap(), Command::Weights);
        assert_eq!(parsed("precisions").unwrap(), Command::Precisions);
        assert_eq!(parsed("peak").unwrap(), Command::Peak);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, named) in [
            ("", "say what to do"),
            ("fly", "\"fly\""),
            ("tasks now", "\"now\""),
            ("work --data here --answers there", "the name of a task"),
            ("work clean --data here", "--answers is missing"),
            ("prepare --size few --seed 7 --to there", "--size \"few\""),
            ("prepare --size", "--size needs a value"),
            ("tasks --size 1 --size 2", "twice"),
            ("tasks --loudly yes", "--loudly"),
        ] {
            let error = format!("{:#}", parsed(line).unwrap_err());
            assert!(error.contains(named), "{line:?}: {error}");
        }
    }
}
