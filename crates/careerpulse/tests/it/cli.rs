//! The command line itself: help, usage, plans, and the commands that need no lake.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::support::{Home, count, files, generated, row_counts};

/// Each command with a word that its help must hold.
const COMMANDS: [(&str, &str); 18] = [
    ("demo", "no key, no network"),
    ("run", "stages"),
    ("bronze", "Muse"),
    ("ingest", "Muse"),
    ("silver", "postings"),
    ("gold", "training"),
    ("features", "Embed"),
    ("train", "sweep"),
    ("promote", "gate"),
    ("infer", "category"),
    ("classify", "category of one text"),
    ("models", "versions"),
    ("tables", "lake's tables"),
    ("sql", "SQL query"),
    ("encoder", "weights"),
    ("replay", "Muse API"),
    ("sample", "postings"),
    ("completions", "shell"),
];

#[test]
fn every_command_says_what_it_does() {
    let home = Home::new();
    let overview = home.succeed(&["--help"]).stdout;
    for (command, word) in COMMANDS {
        let help = home.succeed(&[command, "--help"]).stdout;
        assert!(
            // Lines are wrapped for the terminal.
            help.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .contains(word)
                && help.contains("Usage:"),
            "{command}: {help}"
        );
        assert!(
            command == "ingest" || overview.contains(command),
            "{command}"
        );
    }
    for nested in [
        ["models", "list"],
        ["models", "show"],
        ["tables", "history"],
        ["encoder", "info"],
    ] {
        home.succeed(&[&nested[..], &["--help"]].concat());
    }
    assert!(
        home.succeed(&["--version"])
            .stdout
            .starts_with("careerpulse ")
    );
}

#[test]
fn what_cannot_be_parsed_is_the_users_mistake() {
    let home = Home::new();
    for args in [
        &["frobnicate"][..],
        &["run", "--frobnicate"],
        &["run", "--max-requests", "many"],
        &["sql"],
        &["sql", "select 1", "--format", "xml"],
        &["classify"],
        &["models", "show", "latest"],
        &["--quiet", "-v", "silver"],
        &[],
    ] {
        let usage = home.run(args);
        assert_eq!(
            (usage.code, usage.stdout.as_str()),
            (Some(1), ""),
            "{args:?}: {usage:#?}"
        );
        assert!(
            usage.stderr.contains("Usage:") || usage.stderr.contains("--help"),
            "{args:?}: {usage:#?}"
        );
    }
}

#[test]
fn completions_are_made_for_every_shell() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.succeed(&["completions", shell]).stdout;
        assert!(
            script.contains("careerpulse") && script.contains("classify"),
            "{shell}"
        );
    }
}

#[test]
fn a_dry_run_prints_the_plan_and_changes_nothing() {
    let (home, source) = (Home::new(), generated(40));
    let plan = |expected: usize| {
        let before = files(&home.lake());
        let planned = home
            .succeed(&["--json", "run", "--dry-run", "--source", &source.url()])
            .json();
        assert_eq!(planned.len(), expected);
        assert!(planned.iter().all(|stage| stage["writes"].is_array()));
        home.succeed(&["run", "--dry-run", "--from", "gold", "--to", "train"]);
        assert_eq!(files(&home.lake()), before);
    };
    plan(9);
    home.succeed(&["run", "--to", "silver", "--source", &source.url()]);
    plan(9);
    assert!(
        home.succeed(&["run", "--dry-run"])
            .stdout
            .contains("careerpulse_silver.job_postings v")
    );
}

#[test]
fn a_part_of_the_road_can_be_walked() {
    let (home, source) = (Home::new(), generated(40));
    home.succeed(&["run", "--to", "silver", "--source", &source.url()]);
    // Without --source these would go to the network, so it shows that bronze is left out.
    let part = home
        .succeed(&["--json", "run", "--from", "gold", "--to", "features"])
        .json();
    let stages: Vec<_> = part
        .iter()
        .map(|summary| summary["stage"].clone())
        .collect();
    assert_eq!(stages, ["gold", "features"]);
    assert!(count(&home.lake(), "careerpulse_gold.unlabeled_postings") > 0);
    assert!(
        !home.lake().join("careerpulse_ml").exists(),
        "train was not asked for"
    );

    home.run(&["run", "--from", "train", "--to", "gold"])
        .failed_with(&["--from train", "--to gold", "bronze, silver, gold"]);
    home.run(&["run", "--from", "lead"])
        .failed_with(&["`lead`", "bronze, silver, gold"]);
}

#[test]
fn a_sample_is_the_same_for_the_same_seed() {
    let home = Home::new();
    let sample = |seed: &str, out: &str| {
        home.succeed(&[
            "sample",
            "--postings",
            "60",
            "--days",
            "30",
            "--seed",
            seed,
            "--out",
            out,
        ]);
        std::fs::read(home.path(out)).expect("the sample was written")
    };
    let (first, again, other) = (
        sample("1", "a.ndjson"),
        sample("1", "b.ndjson"),
        sample("2", "c.ndjson"),
    );
    assert!(first == again && first != other);
    assert_eq!(first.iter().filter(|byte| **byte == b'\n').count(), 60);
    let on_stdout = home.succeed(&[
        "sample",
        "--postings",
        "60",
        "--days",
        "30",
        "--seed",
        "1",
        "--out",
        "-",
    ]);
    assert_eq!(on_stdout.stdout.as_bytes(), first);
    assert!(sample("1", "d.ndjson.gz").starts_with(&[0x1f, 0x8b]));
}

#[test]
fn a_life_is_written_as_dated_files_with_its_shift() {
    let home = Home::new();
    let life = |folder: &str, shift: &[&str]| {
        let args = "--postings 300 --days 30 --from 2026-06-20 --to 2026-06-22 --snapshots";
        let mut args: Vec<&str> = ["sample"].into_iter().chain(args.split(' ')).collect();
        args.push(folder);
        args.extend(shift);
        home.succeed(&args);
        ["20", "21", "22"].map(|day| {
            let file = home.path(folder).join(format!("2026-06-{day}.ndjson.gz"));
            std::fs::read(file).expect("the snapshot was written")
        })
    };
    let quiet = life("quiet", &[]);
    let shifted = life(
        "shifted",
        &["--shift", "boilerplate", "--shift-from", "2026-06-22"],
    );
    assert_eq!(quiet[..2], shifted[..2]);
    assert_ne!(quiet[2], shifted[2]);
    home.run(&["replay", "quiet", "--day", "2026-06-19"])
        .failed_with(&["no snapshot of 2026-06-19", "2026-06-20"]);
    home.run(&["replay", "quiet", "--steady"])
        .failed_with(&["--sample N"]);
}

/// A running `careerpulse replay`, ended on drop.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_sample_replayed_by_the_binary_is_ingested() {
    let home = Home::new();
    home.succeed(&["sample", "--postings", "50", "--out", "postings.ndjson.gz"]);
    let mut replay = home.command(&[
        "replay",
        "postings.ndjson.gz",
        "--addr",
        "127.0.0.1:0",
        "--faults",
        "5xx=5%",
    ]);
    let mut child = Running(
        replay
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts"),
    );
    let stdout = child.0.stdout.take().expect("stdout is piped");
    let said = BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains("--source"));
    let said = said.expect("replay says how to use it");
    let source = said
        .split_whitespace()
        .last()
        .expect("the line ends in the address");
    home.ingest("run", source);
    assert_eq!(count(&home.lake(), "careerpulse_silver.job_postings"), 50);

    let taken = source
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap_or_default();
    home.run(&["replay", "postings.ndjson.gz", "--addr", taken])
        .failed_with(&[taken, "--addr"]);
    home.run(&["replay", "postings.ndjson.gz", "--faults", "404=1"])
        .failed_with(&["--faults", "`404=1`"]);
}

#[test]
fn the_demo_needs_neither_key_nor_network_and_ends() {
    let home = Home::new();
    let demo = home.succeed(&["demo", "--no-serve", "--postings", "250"]);
    assert!(
        demo.stdout.contains("categories imputed by version 1"),
        "{}",
        demo.stdout
    );
    let counts = row_counts(&home.path("demo-lake"));
    assert_eq!(counts["careerpulse_silver.job_postings"], 250);
    assert!(counts["careerpulse_inference.category_predictions"] > 0);
}
