//! Bringing the tables into line with the groups: `careerpulse_gold.duplicates`, and the column
//! `duplicate_group` of the postings' tables.

use std::collections::{BTreeMap, HashMap};

use careerpulse_lake::query::literal;
use careerpulse_lake::rows::{from_batches, to_batch};
use futures::TryStreamExt as _;
use serde::Deserialize;

use super::compared::{Compared, group_name, leading_bits};
use super::kinds::{DuplicateKind, Member, kind_of, original_of};
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::duplicates::Duplicate;

/// Rows that one update changes: a commit names each of them.
const UPDATE: usize = 1_000;

/// The groups, and what was done to have the tables say so.
#[derive(Default)]
pub struct Synced {
    /// Groups of two postings or more.
    pub groups: u64,
    /// Postings in those beyond the first of each.
    pub duplicates: u64,
    /// Rows of `careerpulse_gold.duplicates` that were added.
    pub inserted: u64,
    /// Rows of it that were changed.
    pub updated: u64,
}

#[derive(Clone, Copy, PartialEq)]
struct Verdict {
    group: u64,
    kind: DuplicateKind,
    original: i64,
}

/// Makes the rows of groups that have gained a posting, some `batch_size` at a time. In each batch of groups the rows that are
/// there change before the new ones come, so that a run killed between finds the groups unfinished.
pub async fn sync_duplicates(
    ctx: &Ctx,
    batch_size: usize,
    compared: &mut Compared,
) -> anyhow::Result<Synced> {
    let stored = stored_verdicts(ctx, compared).await?;
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for number in 0..compared.postings().len() as u32 {
        let first = compared.groups.first(number);
        groups.entry(first).or_default().push(number);
    }
    let mut synced = Synced::default();
    for members in groups.values() {
        synced.groups += u64::from(members.len() > 1);
        synced.duplicates += members.len() as u64 - 1;
    }
    groups.retain(|first, members| {
        let group = compared.group(*first);
        let is_stored = |number: &u32| {
            let verdict = stored[*number as usize];
            verdict.is_some_and(|verdict| verdict.group == group)
        };
        !members.iter().all(is_stored)
    });
    let mut batch = Vec::new();
    let mut size = 0;
    let last = groups.keys().next_back().copied();
    for (first, members) in groups {
        size += members.len();
        batch.push(members);
        if size >= batch_size || Some(first) == last {
            write_groups(ctx, compared, &stored, &batch, &mut synced).await?;
            batch.clear();
            size = 0;
        }
    }
    Ok(synced)
}

async fn write_groups(
    ctx: &Ctx,
    compared: &mut Compared,
    stored: &[Option<Verdict>],
    groups: &[Vec<u32>],
    synced: &mut Synced,
) -> anyhow::Result<()> {
    let mut several = Vec::new();
    for members in groups.iter().filter(|members| members.len() > 1) {
        several.extend_from_slice(members);
    }
    let mut attributes = attributes(ctx, compared, &several).await?;
    let (mut changed, mut new) = (BTreeMap::new(), Vec::new());
    for members in groups {
        let attributes: Vec<Member> = members
            .iter()
            .filter_map(|number| attributes.remove(number))
            .collect();
        let original = original_of(&attributes);
        for &number in members {
            let known = compared.postings()[number as usize];
            let own = attributes
                .iter()
                .find(|member| member.posting_id == known.posting_id);
            let verdict = Verdict {
                group: compared.group(number),
                kind: own
                    .zip(original)
                    .map_or(DuplicateKind::Original, |(own, original)| {
                        kind_of(own, original)
                    }),
                original: original.map_or(known.posting_id, |original| original.posting_id),
            };
            match stored[number as usize] {
                Some(stored) if stored == verdict => {}
                Some(_) => drop(changed.insert(known.posting_id, verdict)),
                None => new.push(Duplicate {
                    posting_id: known.posting_id,
                    duplicate_group: group_name(verdict.group),
                    kind: verdict.kind.word().to_owned(),
                    original_posting_id: verdict.original,
                    linked_posting_id: known.link.map(|(linked, _)| linked),
                    similarity: known.link.map(|(_, similarity)| similarity),
                }),
            }
        }
    }
    let spec = Table::Duplicates.spec();
    let changed: Vec<(i64, Verdict)> = changed.into_iter().collect();
    for rows in changed.chunks(UPDATE) {
        let group = |row: &(i64, Verdict)| (row.0, literal(&group_name(row.1.group)));
        let kind = |row: &(i64, Verdict)| (row.0, literal(row.1.kind.word()));
        let original = |row: &(i64, Verdict)| (row.0, row.1.original.to_string());
        let set = [
            ("duplicate_group", by_posting(rows.iter().map(group))),
            ("kind", by_posting(rows.iter().map(kind))),
            ("original_posting_id", by_posting(rows.iter().map(original))),
        ];
        let predicate = one_of(rows.iter().map(|row| row.0));
        synced.updated += ctx.lake.update(spec, &set, &predicate).await?.rows;
    }
    let inserted = ctx
        .lake
        .insert_new(spec, vec![to_batch(spec, &new)?])
        .await?;
    synced.inserted += inserted.rows;
    Ok(())
}

/// Sets `duplicate_group` where a table of postings has another than the posting's; returns how many
/// rows that were.
pub async fn sync_groups(ctx: &Ctx, table: Table, compared: &mut Compared) -> anyhow::Result<u64> {
    #[derive(Deserialize)]
    struct Row {
        posting_id: i64,
        duplicate_group: String,
    }
    let sql = format!("select posting_id, duplicate_group from {}", table.name());
    let mut changed = BTreeMap::new();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        for row in from_batches::<Row>(&[batch])? {
            let Some(number) = compared.number(row.posting_id) else {
                continue;
            };
            let group = group_name(compared.group(number));
            if group != row.duplicate_group {
                changed.insert(row.posting_id, literal(&group));
            }
        }
    }
    let changed: Vec<(i64, String)> = changed.into_iter().collect();
    let mut updated = 0;
    for rows in changed.chunks(UPDATE) {
        let set = [("duplicate_group", by_posting(rows.iter().cloned()))];
        let predicate = one_of(rows.iter().map(|row| row.0));
        let spec = table.spec();
        updated += ctx.lake.update(spec, &set, &predicate).await?.rows;
    }
    Ok(updated)
}

/// The rows of `careerpulse_gold.duplicates`, by number.
async fn stored_verdicts(ctx: &Ctx, compared: &Compared) -> anyhow::Result<Vec<Option<Verdict>>> {
    #[derive(Deserialize)]
    struct Row {
        posting_id: i64,
        duplicate_group: String,
        kind: DuplicateKind,
        original_posting_id: i64,
    }
    let sql = format!(
        "select posting_id, duplicate_group, kind, original_posting_id from {}",
        Table::Duplicates.name()
    );
    let mut stored = vec![None; compared.postings().len()];
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        for row in from_batches::<Row>(&[batch])? {
            if let Some(number) = compared.number(row.posting_id) {
                stored[number as usize] = Some(Verdict {
                    group: leading_bits(&row.duplicate_group),
                    kind: row.kind,
                    original: row.original_posting_id,
                });
            }
        }
    }
    Ok(stored)
}

async fn attributes(
    ctx: &Ctx,
    compared: &Compared,
    numbers: &[u32],
) -> anyhow::Result<HashMap<u32, Member>> {
    let id = |number: u32| compared.postings()[number as usize].posting_id;
    let wanted: HashMap<i64, u32> = numbers
        .iter()
        .map(|number| (id(*number), *number))
        .collect();
    let (Some(lowest), Some(highest)) = (wanted.keys().min(), wanted.keys().max()) else {
        return Ok(HashMap::new());
    };
    let sql = format!(
        "select posting_id, company_name, locations, publication_date from {} \
         where posting_id between {lowest} and {highest}",
        Table::JobPostings.name()
    );
    let mut found = HashMap::new();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let members = from_batches::<Member>(&[batch])?.into_iter();
        found.extend(members.filter_map(|member| {
            let number = wanted.get(&member.posting_id)?;
            Some((*number, member))
        }));
    }
    Ok(found)
}

/// An SQL expression with a value, itself SQL, for each posting.
fn by_posting(values: impl Iterator<Item = (i64, String)>) -> String {
    let cases: Vec<String> = values
        .map(|(posting_id, value)| format!("when {posting_id} then {value}"))
        .collect();
    format!("case posting_id {} end", cases.join(" "))
}

fn one_of(posting_ids: impl Iterator<Item = i64>) -> String {
    let ids: Vec<String> = posting_ids.map(|id| id.to_string()).collect();
    format!("posting_id in ({})", ids.join(", "))
}
