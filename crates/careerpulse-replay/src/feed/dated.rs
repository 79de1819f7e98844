//! A folder of dated snapshots: what the source showed on one day after another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::{FeedError, read_error};

/// What the name of a snapshot's file ends in; that of a folder of pages is the day alone.
const ENDINGS: [&str; 2] = [".ndjson", ".ndjson.gz"];

/// The path of the latest snapshot not after `day`, or of the newest; `None` where the
/// folder holds no dated snapshot at all.
pub(super) fn find(folder: &Path, day: Option<NaiveDate>) -> Result<Option<PathBuf>, FeedError> {
    let snapshots = list(folder)?;
    let Some((&first, _)) = snapshots.first_key_value() else {
        return Ok(None);
    };
    let latest = match day {
        Some(day) => snapshots.range(..=day).next_back(),
        None => snapshots.last_key_value(),
    };
    match (latest, day) {
        (Some((_, path)), _) => Ok(Some(path.clone())),
        (None, day) => Err(FeedError::NoSnapshotYet {
            path: folder.to_owned(),
            day: day.unwrap_or(first),
            first,
        }),
    }
}

fn list(folder: &Path) -> Result<BTreeMap<NaiveDate, PathBuf>, FeedError> {
    let entries = std::fs::read_dir(folder).map_err(|source| read_error(folder, source))?;
    let mut snapshots = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|source| read_error(folder, source))?.path();
        let Some(day) = day_of(&path) else { continue };
        if snapshots.insert(day, path).is_some() {
            return Err(FeedError::SnapshotTwice {
                path: folder.to_owned(),
                day,
            });
        }
    }
    Ok(snapshots)
}

fn day_of(path: &Path) -> Option<NaiveDate> {
    let name = path.file_name()?.to_str()?;
    let day = if path.is_dir() {
        name
    } else {
        ENDINGS.iter().find_map(|end| name.strip_suffix(end))?
    };
    // The parser alone would take 2026-6-1 as well.
    let day = Some(day).filter(|day| day.len() == 10)?;
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()
}
