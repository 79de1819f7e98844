//! Windows: what has arrived since the production version was trained, in parts that are large enough to judge.

use std::collections::{BTreeMap, HashSet};

use arrow::array::AsArray;
use arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use careerpulse_lake::query::{literal, moment};
use chrono::{DateTime, NaiveDate, Utc};
use futures::TryStreamExt as _;

use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::drift::MeasurementRow;
use crate::tables::duplicates::group_number;
use crate::tables::ml::ModelVersion;
use crate::tables::silver::DAY;

/// Which of a posting's dates puts it into a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The crawl that first held it.
    Ingested,
    /// Its day of publication.
    Published,
}

impl Basis {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ingested, Self::Published];

    /// Its name in the tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ingested => "ingested",
            Self::Published => "published",
        }
    }

    /// What of a posting `p` is put into windows, in SQL.
    pub fn key(self) -> String {
        match self {
            Self::Ingested => "p.ingest_id".to_owned(),
            Self::Published => format!("cast({DAY} as varchar)"),
        }
    }
}

/// Postings that are looked at together.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// By which date.
    pub basis: Basis,
    /// The first crawl or day.
    pub from: String,
    /// The last crawl or day, which names the window.
    pub id: String,
    /// The first day on which one of its postings counts.
    pub start: NaiveDate,
    /// The last.
    pub end: NaiveDate,
    /// When its last posting arrived.
    pub data_until: DateTime<Utc>,
}

impl Window {
    /// Its postings, as a condition on `p` in SQL.
    pub fn condition(&self, version: &ModelVersion) -> String {
        format!(
            "{} and {} between {} and {}",
            unknown_to(version),
            self.basis.key(),
            literal(&self.from),
            literal(&self.id)
        )
    }
}

/// A posting `p` that was first seen after the version was made, as a condition in SQL.
pub fn unknown_to(version: &ModelVersion) -> String {
    format!("p.first_seen_at > {}", moment(version.created_at))
}

/// A posting `p` of the version's reference: all that was known when it was made.
pub fn known_to(version: &ModelVersion) -> String {
    format!("p.first_seen_at <= {}", moment(version.created_at))
}

/// A crawl or day with what arrived in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Unit {
    days: Option<(NaiveDate, NaiveDate)>,
    until: DateTime<Utc>,
    groups: HashSet<u64>,
}

impl Unit {
    /// Counts a posting.
    pub fn add(&mut self, day: NaiveDate, seen: DateTime<Utc>, group: u64) {
        let (first, last) = self.days.unwrap_or((day, day));
        self.days = Some((first.min(day), last.max(day)));
        self.until = self.until.max(seen);
        self.groups.insert(group);
    }
}

/// The full windows that have not been measured yet, oldest first.
///
/// # Errors
/// When the lake cannot be read.
pub async fn due_windows(
    ctx: &Ctx,
    version: &ModelVersion,
    basis: Basis,
    size: usize,
) -> anyhow::Result<Vec<Window>> {
    let measured = last_measured(ctx, version, basis).await?;
    let units = units(ctx, version, basis, measured.as_deref()).await?;
    Ok(full_windows(basis, &units, size))
}

/// Puts crawls or days together, in their order, until each window holds as many distinct adverts; what
/// is left over waits.
pub fn full_windows(basis: Basis, units: &BTreeMap<String, Unit>, size: usize) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut open: Option<(Window, HashSet<u64>)> = None;
    for (key, unit) in units {
        let Some((start, end)) = unit.days else {
            continue;
        };
        let (window, groups) = open.get_or_insert_with(|| {
            let window = Window {
                basis,
                from: key.clone(),
                id: key.clone(),
                start,
                end,
                data_until: unit.until,
            };
            (window, HashSet::new())
        });
        window.id.clone_from(key);
        window.start = window.start.min(start);
        window.end = window.end.max(end);
        window.data_until = window.data_until.max(unit.until);
        groups.extend(&unit.groups);
        if groups.len() >= size {
            windows.extend(open.take().map(|(window, _)| window));
        }
    }
    windows
}

/// The last window of this kind that has been measured: later ones begin behind it, so that a posting
/// which turns up late moves no window that somebody has seen.
async fn last_measured(
    ctx: &Ctx,
    version: &ModelVersion,
    basis: Basis,
) -> anyhow::Result<Option<String>> {
    let sql = format!(
        "select * from {} where model_version = {} and basis = {} order by window_id desc limit 1",
        Table::Measurements.name(),
        version.version,
        literal(basis.word())
    );
    let rows: Vec<MeasurementRow> = ctx.lake.rows(&sql).await?;
    Ok(rows.into_iter().next().map(|row| row.window_id))
}

/// What finished crawls brought, by crawl or day, and those that were given up before them; days that were
/// not over when the last crawl began are still to grow.
async fn units(
    ctx: &Ctx,
    version: &ModelVersion,
    basis: Basis,
    after: Option<&str>,
) -> anyhow::Result<BTreeMap<String, Unit>> {
    let key = basis.key();
    let behind = after.map_or(String::new(), |id| format!("and {key} > {}", literal(id)));
    let is_over = match basis {
        Basis::Ingested => String::new(),
        Basis::Published => format!(
            "and {DAY} < (select cast(max(started_at) as date) from {})",
            Table::Coverage.name()
        ),
    };
    let sql = format!(
        "select {key} as key, {DAY} as day, p.first_seen_at, d.duplicate_group from {} p \
         join {} d on p.posting_id = d.posting_id \
         where p.ingest_id <= (select max(ingest_id) from {}) and {} {behind} {is_over}",
        Table::JobPostings.name(),
        Table::Duplicates.name(),
        Table::Coverage.name(),
        unknown_to(version),
    );
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let (keys, groups) = (
            batch["key"].as_string::<i32>(),
            batch["duplicate_group"].as_string::<i32>(),
        );
        let days = batch["day"].as_primitive::<Date32Type>();
        let seen = batch["first_seen_at"].as_primitive::<TimestampMicrosecondType>();
        for row in 0..batch.num_rows() {
            let day = NaiveDate::from_epoch_days(days.value(row)).unwrap_or_default();
            let at = DateTime::from_timestamp_micros(seen.value(row)).unwrap_or_default();
            let unit = units.entry(keys.value(row).to_owned()).or_default();
            unit.add(day, at, group_number(groups.value(row)));
        }
    }
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(sizes: &[u64]) -> BTreeMap<String, Unit> {
        let mut units = BTreeMap::new();
        let mut group = 0;
        for (nth, size) in sizes.iter().enumerate() {
            let day = NaiveDate::from_ymd_opt(2026, 6, nth as u32 + 1).unwrap();
            let mut unit = Unit::default();
            for _ in 0..*size {
                group += 1;
                unit.add(day, day.and_hms_opt(6, 0, 0).unwrap().and_utc(), group);
            }
            units.insert(day.to_string(), unit);
        }
        units
    }

    fn spans(sizes: &[u64], size: usize) -> Vec<(String, String)> {
        let windows = full_windows(Basis::Published, &units(sizes), size);
        windows.into_iter().map(|w| (w.from, w.id)).collect()
    }

    fn span(from: u32, to: u32) -> (String, String) {
        (format!("2026-06-0{from}"), format!("2026-06-0{to}"))
    }

    #[test]
    fn a_day_that_is_too_small_is_merged_with_the_next_and_the_rest_waits() {
        assert_eq!(
            spans(&[30, 30, 50, 10, 120, 99], 100),
            [span(1, 3), span(4, 5)]
        );
        assert_eq!(spans(&[99], 100), []);
        assert_eq!(spans(&[100, 100], 100), [span(1, 1), span(2, 2)]);
    }

    #[test]
    fn copies_of_one_advert_fill_no_window() {
        let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let mut unit = Unit::default();
        for _ in 0..1_000 {
            unit.add(day, DateTime::UNIX_EPOCH, 7);
        }
        let units = BTreeMap::from([("a".to_owned(), unit)]);
        assert_eq!(full_windows(Basis::Ingested, &units, 2), []);
    }

    #[test]
    fn a_window_knows_its_days_and_when_its_last_posting_came() {
        let windows = full_windows(Basis::Published, &units(&[60, 60]), 100);
        let day = |d| NaiveDate::from_ymd_opt(2026, 6, d).unwrap();
        assert_eq!((windows[0].start, windows[0].end), (day(1), day(2)));
        assert_eq!(
            windows[0].data_until,
            day(2).and_hms_opt(6, 0, 0).unwrap().and_utc()
        );
    }
}
