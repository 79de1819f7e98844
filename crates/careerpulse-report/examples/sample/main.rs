//! Writes a report of generated figures to stdout: `cargo run -p careerpulse-report --example sample > x.html`.
//!
//! Words after it choose what is shown: `empty`, `new` (all of it backfilled), `largest` (60 x 730).

mod fixture;

use std::io::Write;

use careerpulse_report::{ReportData, render};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = match std::env::args().nth(1).as_deref() {
        Some("empty") => ReportData {
            made_at: fixture::made_at(),
            source: "The Muse".to_owned(),
            program: "careerpulse 0.1.0".to_owned(),
            ..ReportData::default()
        },
        Some("new") => fixture::report(26, 200, 199),
        Some("largest") => fixture::report(60, 730, 60),
        _ => fixture::report(26, 365, 60),
    };
    std::io::stdout().write_all(render(&data)?.as_bytes())?;
    Ok(())
}
