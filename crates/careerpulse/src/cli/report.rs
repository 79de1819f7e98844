//! `report`: the demand report as one HTML page.

use std::io::Write as _;
use std::path::Path;

use careerpulse_lake::Lake;
use careerpulse_report::render;
use serde_json::json;

use super::args::ReportArgs;
use super::exit::Outcome;
use super::output::{grouped, print, print_json};
use crate::config::Config;
use crate::error::UserError;
use crate::report::read_report;

/// `careerpulse report`.
pub async fn report(args: ReportArgs, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    let lake = Lake::open(&config.lake)?;
    let data = read_report(&lake, config.clock.now()).await?;
    let page = render(&data)?;
    if args.out.as_os_str() == "-" {
        print(&page)?;
        return Ok(Outcome::Done);
    }
    write_whole(&args.out, &page).map_err(|e| {
        UserError::new(format!(
            "cannot write {}: {e}; give --out a file in a folder that exists",
            args.out.display()
        ))
    })?;
    if json {
        print_json(&json!({"file": args.out, "bytes": page.len()}))?;
    } else {
        let kib = page.len().div_ceil(1_024) as u64;
        print(&format!(
            "{}: {} KiB, one file that needs no other\n",
            args.out.display(),
            grouped(kib)
        ))?;
    }
    Ok(Outcome::Done)
}

/// Whoever has the page open sees the old one or the new one.
fn write_whole(path: &Path, page: &str) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // A page to be handed on, not a secret.
        file.permissions(std::fs::Permissions::from_mode(0o644));
    }
    let mut file = file.tempfile_in(folder)?;
    file.write_all(page.as_bytes())?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}
