//! Hostile postings through the whole pipeline: inert on every page and in every export.

mod element;
mod exports;
mod markup;
mod pages;
mod postings;
mod printed;
mod routes;
mod served;
mod stored;
mod words;

use std::sync::OnceLock;

use crate::support::{Home, ended, recorded};

/// The day after the sample's last.
const NOW: &str = "2026-07-01T06:00:00Z";

/// A lake on which every stage ran over hostile postings, and what `run` said; tests leave it as it is.
fn lake() -> &'static (Home, String) {
    static LAKE: OnceLock<(Home, String)> = OnceLock::new();
    LAKE.get_or_init(|| {
        let home = Home::new();
        for (number, page) in postings::pages().iter().enumerate() {
            home.write(&format!("pages/page{number:03}.json"), page);
        }
        let source = recorded(&home.path("pages"));
        let mut run = home.command(&["--now", NOW, "run", "--source", &source.url()]);
        // Broken pages stay broken however often they are asked for; and some predictions are to count.
        run.env("CAREERPULSE_BRONZE_MAX_ATTEMPTS", "1")
            .env("CAREERPULSE_TRAIN_TARGET_PRECISION", "0.7");
        let ran = ended(&mut run).succeeded();
        (home, ran.stdout + &ran.stderr)
    })
}

/// Findings as a failed test shows them.
fn brief(wrong: &[String]) -> String {
    let first = wrong.iter().take(40);
    let first: Vec<String> = first.map(|what| what.chars().take(400).collect()).collect();
    format!("{} findings\n{}", wrong.len(), first.join("\n"))
}
