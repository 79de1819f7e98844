//! Checks of the source and of the crawls themselves, by plain limits.

use std::collections::BTreeMap;

use careerpulse_lake::query::{literal, moment};
use chrono::{DateTime, TimeDelta, Utc};

use super::crawls::{Crawls, EARLIER};
use super::finding::{Finding, Look};
use super::list::About;
use super::rejects::{REJECTS, rejects};
use crate::config::Monitor;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::drift::WARN;
use crate::tables::silver::UnknownField;

/// The most findings of a check that have an alarm each.
const MOST: usize = 20;

/// The subject of the alarm for all others.
const OTHERS: &str = "(others)";

/// Days for which an unknown field is news.
const NEWS_DAYS: i64 = 30;

/// A slice that no crawl has reached for long.
pub const STALE_SLICE: About = About {
    name: "stale_slice",
    watches: "when each slice of the source was last reached",
    statistic: "hours since then",
    critical: "[monitor] max_age_hours",
    window: "all crawls",
    severity: WARN,
};

/// A slice of which the latest crawl fetched little.
pub const SLICE_COVERAGE: About = About {
    name: "slice_coverage",
    watches: "how much of each slice the latest crawl fetched",
    statistic: "share of its reachable postings",
    critical: "[monitor] min_coverage of the median of up to 30 crawls before",
    window: "the latest crawl",
    severity: WARN,
};

/// A field of the API's JSON that no column is made of.
pub const UNKNOWN_FIELD: About = About {
    name: "unknown_field",
    watches: "the fields of the source's JSON",
    statistic: "postings that showed it first",
    critical: "one",
    window: "30 days",
    severity: WARN,
};

/// Looks at the latest crawl, and at when each slice was reached.
///
/// # Errors
/// When the lake cannot be read.
pub async fn look_at_crawls(
    ctx: &Ctx,
    settings: &Monitor,
    crawls: &Crawls,
) -> anyhow::Result<Look> {
    let began = crawls.latest.iter().map(|slice| slice.started_at).min();
    let ended = crawls.latest.iter().map(|slice| slice.finished_at).max();
    let now = ctx.clock.now();
    let (began, ended) = (began.unwrap_or(now), ended.unwrap_or(now));
    let mut findings = stale_slices(crawls, settings, now);
    let mut asked = vec![STALE_SLICE.name, UNKNOWN_FIELD.name];
    if !crawls.earlier.is_empty() {
        findings.extend(thin_slices(crawls, settings));
        findings.extend(rejects(ctx, settings, crawls).await?);
        asked.extend([SLICE_COVERAGE.name, REJECTS.name]);
    }
    findings.extend(unknown_fields(ctx, now).await?);
    let findings = at_most(MOST, findings);
    Ok(Look {
        basis: "crawl",
        model_version: None,
        window_id: crawls.latest_id().to_owned(),
        start: began.date_naive(),
        end: ended.date_naive(),
        data_until: ended,
        asked,
        findings,
    })
}

/// The first findings of each check, and one more that says how many others there are: a source gone wild
/// must not drown who is to look at it.
fn at_most(most: usize, findings: Vec<Finding>) -> Vec<Finding> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let count = counts.entry(finding.check).or_default();
        *count += 1;
        if *count <= most {
            kept.push(finding);
        } else if let Some(others) = kept
            .iter_mut()
            .find(|kept| kept.check == finding.check && kept.subject == OTHERS)
        {
            others.value += 1.0;
            others.words = format!("{} more findings of {}", others.value, others.check);
        } else {
            kept.push(Finding {
                subject: OTHERS.to_owned(),
                value: 1.0,
                critical: 1.0,
                words: format!("1 more finding of {}", finding.check),
                evidence: Vec::new(),
                ..finding
            });
        }
    }
    kept
}

/// A finding of a plain limit, to be completed.
pub fn finding(about: &About, subject: &str, value: f64, critical: f64, words: String) -> Finding {
    Finding {
        check: about.name,
        subject: subject.to_owned(),
        severity: WARN,
        statistic: about.statistic,
        value,
        critical,
        p_value: None,
        false_alarm_rate: None,
        window_rows: 0,
        reference_rows: None,
        words,
        evidence: Vec::new(),
        look_at: String::new(),
    }
}

fn coverage_of(slice: &str) -> String {
    format!(
        "select * from {} where slice = {} order by started_at desc",
        Table::Coverage.name(),
        literal(slice)
    )
}

/// Slices of the latest crawl that were last reached too long ago, or never since the first crawl: a slice that
/// it did not ask for was not needed.
fn stale_slices(crawls: &Crawls, settings: &Monitor, now: DateTime<Utc>) -> Vec<Finding> {
    let all = || crawls.latest.iter().chain(&crawls.earlier);
    let Some(begun) = all().map(|slice| slice.started_at).min() else {
        return Vec::new();
    };
    let limit = settings.max_age_hours as f64;
    let mut findings = Vec::new();
    for slice in &crawls.latest {
        if !slice.is_lasting() {
            continue;
        }
        let of_slice = all().filter(|other| other.slice == slice.slice && other.is_reached());
        let last = of_slice.map(|other| other.finished_at).max();
        let hours = (now - last.unwrap_or(begun)).num_hours() as f64;
        if hours < limit {
            continue;
        }
        let words = match last {
            Some(last) => format!(
                "the slice {} was last reached {hours:.0} hours ago, on {}",
                slice.slice,
                last.format("%Y-%m-%d %H:%M")
            ),
            None => format!(
                "the slice {} has never been reached since the first crawl, {hours:.0} hours ago",
                slice.slice
            ),
        };
        findings.push(Finding {
            look_at: coverage_of(&slice.slice),
            window_rows: 1,
            ..finding(&STALE_SLICE, &slice.slice, hours, limit, words)
        });
    }
    findings
}

/// Slices of which the latest crawl fetched a much smaller share than crawls before.
fn thin_slices(crawls: &Crawls, settings: &Monitor) -> Vec<Finding> {
    let mut usual: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for slice in &crawls.earlier {
        let shares = usual.entry(&slice.slice).or_default();
        if shares.len() < EARLIER {
            shares.extend(slice.share());
        }
    }
    let mut findings = Vec::new();
    for slice in crawls.latest.iter().filter(|slice| slice.is_lasting()) {
        let (Some(shares), Some(share)) = (usual.get_mut(slice.slice.as_str()), slice.share())
        else {
            continue;
        };
        let Some(median) = median(shares) else {
            continue;
        };
        let limit = settings.min_coverage * median;
        if share < limit {
            let words = format!(
                "the latest crawl fetched {:.1} % of what can be reached of the slice {}, where {:.1} % is usual",
                100.0 * share,
                slice.slice,
                100.0 * median
            );
            findings.push(Finding {
                look_at: coverage_of(&slice.slice),
                window_rows: slice.pages_fetched.max(0) as usize,
                ..finding(&SLICE_COVERAGE, &slice.slice, share, limit, words)
            });
        }
    }
    findings
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = values.get(values.len() / 2)?;
    let lower = values.get((values.len() - 1) / 2)?;
    Some((lower + upper) / 2.0)
}

async fn unknown_fields(ctx: &Ctx, now: DateTime<Utc>) -> anyhow::Result<Vec<Finding>> {
    let since = now - TimeDelta::days(NEWS_DAYS);
    let sql = format!(
        "select * from {} where first_seen_at > {} order by field",
        Table::UnknownFields.name(),
        moment(since)
    );
    let fields: Vec<UnknownField> = ctx.lake.rows(&sql).await?;
    let found = fields.into_iter().map(|field| {
        let words = format!(
            "the source sends a field that this program does not know, {} ({}), first in posting {}",
            field.field, field.kind, field.posting_id
        );
        Finding {
            window_rows: 1,
            evidence: vec![field.posting_id],
            look_at: format!("select * from {}", Table::UnknownFields.name()),
            ..finding(&UNKNOWN_FIELD, &field.field, 1.0, 1.0, words)
        }
    });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::super::crawls::Fetched;
    use super::*;

    fn slice(crawl: &str, name: &str, reachable: i64, pages: i64, hour: u32) -> Fetched {
        let at = |minute| {
            let time = format!("2026-06-{crawl}T{hour:02}:{minute:02}:00Z");
            time.parse::<DateTime<Utc>>().unwrap()
        };
        Fetched {
            ingest_id: crawl.to_owned(),
            slice: name.to_owned(),
            reachable,
            pages_fetched: pages,
            complete: false,
            started_at: at(0),
            finished_at: at(10),
        }
    }

    fn crawls(slices: Vec<Fetched>) -> Crawls {
        let latest = slices.iter().map(|slice| slice.ingest_id.clone()).max();
        let (latest, earlier) = slices
            .into_iter()
            .partition(|slice| Some(&slice.ingest_id) == latest.as_ref());
        Crawls { latest, earlier }
    }

    fn subjects(findings: &[Finding]) -> Vec<&str> {
        findings
            .iter()
            .map(|finding| finding.subject.as_str())
            .collect()
    }

    #[test]
    fn a_slice_is_stale_when_no_crawl_has_reached_it_for_long() {
        let crawls = crawls(vec![
            slice("01", "all", 5_000, 100, 6),
            slice("01", "category=Law", 50, 3, 6),
            slice("01", "category=Law&location=Oslo", 20, 1, 6),
            slice("01", "category=Sales&level=Mid Level", 20, 1, 6),
            slice("02", "all", 5_000, 100, 6),
            slice("03", "all", 5_000, 100, 6),
            slice("03", "category=Law", 50, 0, 6),
        ]);
        let now = "2026-06-03T07:00:00Z".parse().unwrap();
        let settings = Monitor::default();
        assert_eq!(
            subjects(&stale_slices(&crawls, &settings, now)),
            ["category=Law"]
        );
        let patient = Monitor {
            max_age_hours: 49,
            ..settings
        };
        assert!(stale_slices(&crawls, &patient, now).is_empty());
    }

    #[test]
    fn a_slice_that_was_never_reached_is_stale_too() {
        let crawls = crawls(vec![
            slice("01", "category=Arts", 50, 3, 6),
            slice("04", "category=Arts", 50, 3, 6),
            slice("04", "category=Law", 50, 0, 6),
        ]);
        let now = "2026-06-04T07:00:00Z".parse().unwrap();
        let stale = stale_slices(&crawls, &Monitor::default(), now);
        assert_eq!(subjects(&stale), ["category=Law"]);
        assert!(stale[0].words.contains("never"), "{}", stale[0].words);
    }

    #[test]
    fn a_slice_that_the_source_says_is_empty_is_reached() {
        let empty = |crawl| Fetched {
            complete: true,
            ..slice(crawl, "category=Law", 0, 0, 6)
        };
        let crawls = crawls(vec![empty("01"), empty("04")]);
        let now = "2026-06-04T07:00:00Z".parse().unwrap();
        assert!(stale_slices(&crawls, &Monitor::default(), now).is_empty());
    }

    #[test]
    fn many_findings_are_few_alarms() {
        let one = |n: usize| finding(&UNKNOWN_FIELD, &format!("f{n}"), 1.0, 1.0, String::new());
        let kept = at_most(3, (0..1_000).map(one).collect());
        assert_eq!(subjects(&kept), ["f0", "f1", "f2", OTHERS]);
        assert!(kept[3].words.contains("997"), "{}", kept[3].words);
    }

    #[test]
    fn where_one_query_reads_everything_no_other_slice_is_missed() {
        let crawls = crawls(vec![
            slice("01", "category=Law", 50, 3, 6),
            slice("09", "all", 500, 25, 6),
        ]);
        let now = "2026-06-09T07:00:00Z".parse().unwrap();
        assert!(stale_slices(&crawls, &Monitor::default(), now).is_empty());
    }

    #[test]
    fn a_slice_is_thin_beside_what_is_usual_for_it() {
        let crawls = crawls(vec![
            slice("01", "category=Law", 1_000, 10, 6),
            slice("01", "category=Arts", 1_000, 50, 6),
            slice("02", "category=Law", 1_000, 10, 6),
            slice("02", "category=Arts", 1_000, 50, 6),
            slice("03", "category=Law", 1_000, 10, 6),
            slice("03", "category=Arts", 1_000, 20, 6),
        ]);
        let thin = thin_slices(&crawls, &Monitor::default());
        assert_eq!(subjects(&thin), ["category=Arts"]);
        assert!((thin[0].value - 0.4).abs() < 1e-9 && (thin[0].critical - 0.5).abs() < 1e-9);
    }
}
