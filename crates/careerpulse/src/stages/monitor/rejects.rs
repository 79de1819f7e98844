//! Whether more was rejected or repaired than in crawls before.

use std::collections::BTreeMap;

use careerpulse_drift::shares;
use careerpulse_drift::stats::bh::benjamini_hochberg;
use careerpulse_lake::query::literal;
use serde::Deserialize;

use super::crawls::{Crawls, EARLIER};
use super::finding::Finding;
use super::list::About;
use super::operations::finding;
use crate::config::Monitor;
use crate::posting::text::without_numbers;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::drift::WARN;

/// More rejects of a kind than before.
pub const REJECTS: About = About {
    name: "rejects",
    watches: "what was rejected or repaired, by reason",
    statistic: "share of the entries that were fetched",
    critical: "exact test against the worst of up to 30 crawls before, Benjamini-Hochberg over reasons",
    window: "the latest crawl",
    severity: WARN,
};

#[derive(Deserialize)]
struct Reasons {
    ingest_id: String,
    reason: String,
    entries: u64,
}

/// Reasons for which a larger share of entries was rejected or repaired than in any crawl before. The
/// worst of them is the reference, for the same bad postings come back with every crawl: over all of
/// them together they would pass for many.
pub async fn rejects(
    ctx: &Ctx,
    settings: &Monitor,
    crawls: &Crawls,
) -> anyhow::Result<Vec<Finding>> {
    let mut entries: BTreeMap<&str, u64> = BTreeMap::new();
    for slice in crawls.latest.iter().chain(&crawls.earlier) {
        let fetched = slice.entries().max(0) as u64;
        *entries.entry(&slice.ingest_id).or_default() += fetched;
    }
    // Ids sort by time.
    let latest = crawls.latest_id();
    let compared: BTreeMap<&str, u64> = entries.into_iter().rev().take(EARLIER + 1).collect();
    let Some(oldest) = compared.keys().next() else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "select ingest_id, reason, count(*) as entries from {} where ingest_id >= {} group by ingest_id, reason",
        Table::Rejects.name(),
        literal(oldest)
    );
    let mut counts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for row in ctx.lake.rows::<Reasons>(&sql).await? {
        // Several findings of one entry are joined; each is counted by itself.
        for reason in row.reason.split("; ") {
            let kind: String = without_numbers(reason).chars().take(LONGEST).collect();
            let by_crawl = counts.entry(kind).or_default();
            *by_crawl.entry(row.ingest_id.clone()).or_default() += row.entries;
        }
    }
    let mut tested = Vec::new();
    for (reason, by_crawl) in counts {
        let of = |crawl: &str| {
            let count = by_crawl.get(crawl).copied().unwrap_or_default();
            let whole = compared.get(crawl).copied().unwrap_or_default();
            (count, whole.max(count))
        };
        let share = |(count, whole): (u64, u64)| count as f64 / whole.max(1) as f64;
        let earlier = compared.keys().filter(|crawl| **crawl != latest);
        let worst = earlier
            .map(|crawl| of(crawl))
            .max_by(|a, b| share(*a).total_cmp(&share(*b)));
        let Some(worst) = worst else { continue };
        tested.push((reason, of(latest), worst, shares(of(latest), worst)?));
    }
    let p_values: Vec<f64> = tested.iter().map(|(.., test)| test.p_value).collect();
    let adjusted = benjamini_hochberg(&p_values);
    let rate = settings.false_alarm_rate;
    let mut findings = Vec::new();
    for ((reason, now, worst, test), adjusted) in tested.into_iter().zip(adjusted) {
        if adjusted > rate || test.now <= test.then {
            continue;
        }
        let words = format!(
            "{} of {} entries of the latest crawl: {reason}; in the worst crawl before {} of {}",
            now.0, now.1, worst.0, worst.1
        );
        findings.push(Finding {
            p_value: Some(adjusted),
            false_alarm_rate: Some(rate),
            window_rows: now.1 as usize,
            reference_rows: Some(worst.1 as usize),
            look_at: format!(
                "select * from {} where ingest_id = {}",
                Table::Rejects.name(),
                literal(latest)
            ),
            ..finding(&REJECTS, &reason, test.now, test.then, words)
        });
    }
    Ok(findings)
}

/// What of the name of a kind of reject is kept.
const LONGEST: usize = 200;
