//! The architecture, as tests: what ARCHITECTURE.md promises is checked here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use careerpulse::pipeline;
use careerpulse::tables::Table;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Every Rust file below a folder of the workspace, with its text.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|x| x == "rs") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&root().join(folder), &mut files);
    files.sort();
    assert!(!files.is_empty(), "{folder} holds no Rust file");
    let name = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    files
        .iter()
        .map(|path| (name(path), std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// The text without comments and without its unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_module_uses_only_modules_listed_above_it() {
    let lib = std::fs::read_to_string(root().join("crates/careerpulse/src/lib.rs")).unwrap();
    let order: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert!(
        order.contains(&"pipeline") && order.contains(&"stages"),
        "{order:?}"
    );
    let place = |module: &str| order.iter().position(|listed| *listed == module);
    for (file, text) in rust_files("crates/careerpulse/src") {
        let module = file.trim_start_matches("crates/careerpulse/src/");
        let module = module.split(['/', '.']).next().unwrap();
        let Some(own) = place(module) else { continue };
        for used in code(&text).split("crate::").skip(1) {
            let used: String = used
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let Some(above) = place(&used) else { continue };
            assert!(
                above <= own,
                "{file} uses `{used}`, which lib.rs lists below `{module}`"
            );
        }
    }
}

#[test]
fn a_stage_reads_only_tables_that_an_earlier_stage_wrote() {
    // The quarantine is the lake's own: what a stage's rows leave behind there, no stage names. What ran
    // is the pipeline's record.
    let mut written = BTreeSet::from([Table::Quarantine, Table::StageRuns]);
    for stage in pipeline::STAGES {
        for table in stage.reads {
            assert!(
                written.contains(table),
                "{} reads {} before it is written",
                stage.name,
                table.name()
            );
        }
        written.extend(stage.writes);
    }
    let all: BTreeSet<Table> = careerpulse::tables::ALL.into_iter().collect();
    assert_eq!(written, all, "every table is written by a stage");
}

#[test]
fn a_table_is_written_by_one_stage() {
    let mut written = BTreeSet::new();
    for stage in pipeline::STAGES {
        for table in stage.writes {
            assert!(
                written.insert(*table),
                "{} is written by two stages",
                table.name()
            );
        }
    }
}

#[test]
fn stages_meet_only_in_tables() {
    for (file, text) in rust_files("crates/careerpulse/src/stages") {
        assert!(
            !code(&text).contains("crate::stages"),
            "{file} imports another stage"
        );
    }
}

#[test]
fn a_stage_names_only_the_tables_it_declares() {
    for stage in pipeline::STAGES {
        let declared: Vec<String> = stage
            .reads
            .iter()
            .chain(stage.heeds)
            .chain(stage.writes)
            .map(|table| format!("{table:?}"))
            .collect();
        let own = format!("stages/{}", stage.name);
        for (file, text) in rust_files("crates/careerpulse/src/stages") {
            if !file.contains(&format!("{own}.rs")) && !file.contains(&format!("{own}/")) {
                continue;
            }
            for used in code(&text).split("Table::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric()).collect();
                assert!(
                    declared.contains(&used),
                    "{file} uses Table::{used}, which its stage does not declare"
                );
            }
        }
    }
}

#[test]
fn the_context_has_four_fields_at_most() {
    let stage = std::fs::read_to_string(root().join("crates/careerpulse/src/stage.rs")).unwrap();
    let fields = stage
        .split("pub struct Ctx {")
        .nth(1)
        .unwrap()
        .split("\n}")
        .next()
        .unwrap();
    assert!(fields.matches("pub ").count() <= 4, "{fields}");
}

#[test]
fn vendors_stay_in_their_rooms() {
    let rooms: [(&[&str], &[&str]); 7] = [
        (&["deltalake", "datafusion"], &["crates/careerpulse-lake/"]),
        (
            &["safetensors", "memmap2", "pulp"],
            &["crates/careerpulse-embed/"],
        ),
        (
            &["hyper", "http_body_util"],
            &[
                "crates/careerpulse-replay/",
                "crates/careerpulse-dashboard/",
            ],
        ),
        (
            &["augurs_ets", "augurs_mstl", "augurs_core"],
            &["crates/careerpulse-forecast/"],
        ),
        (
            &["askama"],
            &[
                "crates/careerpulse-report/",
                "crates/careerpulse-dashboard/",
            ],
        ),
        (
            &["axum", "tower", "tower_http", "ammonia", "utoipa"],
            &["crates/careerpulse-dashboard/"],
        ),
        (
            &["clap", "comfy_table", "clap_complete"],
            &["crates/careerpulse/src/cli/"],
        ),
    ];
    for (file, text) in rust_files("crates") {
        if file.contains("/tests/") {
            continue;
        }
        for (vendors, rooms) in rooms {
            if rooms.iter().any(|room| file.starts_with(room)) {
                continue;
            }
            for vendor in vendors {
                let named = code(&text).contains(&format!("{vendor}::"));
                assert!(!named, "{file} names `{vendor}`, which lives in {rooms:?}");
            }
        }
    }
}

#[test]
fn what_only_computes_is_pure() {
    let crates = ["learn", "forecast", "report"];
    let files = crates.map(|name| rust_files(&format!("crates/careerpulse-{name}/src")));
    for (file, text) in files.into_iter().flatten() {
        for outside in [
            "std::fs",
            "std::net",
            "std::time",
            "std::env",
            "tokio",
            "reqwest",
            "println!",
        ] {
            assert!(!code(&text).contains(outside), "{file} uses {outside}");
        }
    }
}

#[test]
fn files_are_small_and_open_with_what_they_are() {
    for (file, text) in rust_files("crates") {
        assert!(
            text.lines().count() <= 450,
            "{file} has {} lines",
            text.lines().count()
        );
        assert!(
            text.starts_with("//!"),
            "{file} does not open with a line that says what it is"
        );
    }
}

#[test]
fn the_architecture_document_shows_the_road_as_it_is() {
    let document = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let road = pipeline::as_markdown();
    assert!(
        document.contains(&road),
        "ARCHITECTURE.md lacks this table, word for word:\n{road}"
    );
}

#[test]
fn the_documents_name_every_command_and_table() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let cli = <careerpulse::cli::Cli as clap::CommandFactory>::command();
    for command in cli.get_subcommands() {
        let name = command.get_name();
        assert!(
            readme.contains(&format!("`{name}")),
            "README.md does not name `{name}`"
        );
    }
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for table in careerpulse::tables::ALL {
        assert!(
            architecture.contains(&table.name()),
            "ARCHITECTURE.md does not name {}",
            table.name()
        );
    }
}

#[test]
fn the_documents_have_no_gap_left_to_fill() {
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        assert!(!text.contains("@@") && !text.contains("TODO"), "{name}");
    }
}

#[test]
fn nothing_names_a_machine() {
    for (file, text) in rust_files("crates") {
        let is_this_file = file.ends_with("it/tidy.rs");
        for path in ["/root/", "/home/", "/work/"] {
            assert!(is_this_file || !text.contains(path), "{file} names {path}");
        }
    }
}
