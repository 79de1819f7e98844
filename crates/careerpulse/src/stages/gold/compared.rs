//! The postings that have been compared, as `careerpulse_gold.text_bands` has them.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int64Type};
use careerpulse_learn::duplicates::{BandIndex, Groups};
use futures::TryStreamExt as _;

use crate::stage::Ctx;
use crate::tables::Table;

/// Postings by their number, in the order in which they were compared; about 100 bytes for each.
#[derive(Default)]
pub struct Compared {
    /// Their groups.
    pub groups: Groups,
    numbers: HashMap<i64, u32>,
    postings: Vec<Known>,
    /// The place that the next one takes.
    pub next_place: u64,
}

/// What is known of a posting in memory.
#[derive(Clone, Copy)]
pub struct Known {
    /// Its id.
    pub posting_id: i64,
    /// The first 64 bits of its text hash.
    pub text: u64,
    /// The earlier posting it is most similar to, and how much.
    pub link: Option<(i64, f64)>,
}

impl Compared {
    /// Adds the next posting with the numbers of those it is linked to; returns its own.
    pub fn add(&mut self, known: Known, links: impl IntoIterator<Item = u32>) -> u32 {
        let number = self.groups.add();
        for link in links {
            self.groups.join(number, link);
        }
        self.numbers.insert(known.posting_id, number);
        self.postings.push(known);
        self.next_place += 1;
        number
    }

    /// All of them, by number.
    pub fn postings(&self) -> &[Known] {
        &self.postings
    }

    /// The number of a posting, if it has been compared.
    pub fn number(&self, posting_id: i64) -> Option<u32> {
        self.numbers.get(&posting_id).copied()
    }

    /// The group of a posting, if it has been compared: the text of the one that was compared first.
    pub fn group(&mut self, number: u32) -> u64 {
        let first = self.groups.first(number);
        self.postings[first as usize].text
    }
}

/// The first 64 bits of a hexadecimal digest.
pub fn leading_bits(digest: &str) -> u64 {
    let digits = digest.get(..16).unwrap_or_default();
    u64::from_str_radix(digits, 16).unwrap_or_default()
}

/// A group's name as tables have it.
pub fn group_name(group: u64) -> String {
    format!("{group:016x}")
}

/// Loads all that have been compared.
pub async fn load_compared(ctx: &Ctx) -> anyhow::Result<Compared> {
    struct Row {
        place: i64,
        known: Known,
        links: Vec<i64>,
    }
    let sql = format!(
        "select posting_id, place, text_hash, links, similarity from {}",
        Table::TextBands.name()
    );
    let mut rows: Vec<Row> = Vec::new();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let (ids, places) = (ints(&batch, "posting_id"), ints(&batch, "place"));
        let hashes = batch["text_hash"].as_string::<i32>();
        let similarities = batch["similarity"].as_primitive::<Float64Type>();
        rows.extend((0..batch.num_rows()).map(|row| {
            let links = int_list(&batch, "links", row);
            let similarity = similarities.is_valid(row).then(|| similarities.value(row));
            Row {
                place: places[row],
                known: Known {
                    posting_id: ids[row],
                    text: leading_bits(hashes.value(row)),
                    link: links.first().copied().zip(similarity),
                },
                links,
            }
        }));
    }
    rows.sort_by_key(|row| (row.place, row.known.posting_id));
    let mut compared = Compared::default();
    for row in rows {
        let links: Vec<u32> = row
            .links
            .iter()
            .filter_map(|id| compared.number(*id))
            .collect();
        compared.next_place = row.place.unsigned_abs();
        compared.add(row.known, links);
    }
    Ok(compared)
}

/// Loads the bands of all that have been compared.
pub async fn load_index(ctx: &Ctx, compared: &Compared) -> anyhow::Result<BandIndex> {
    let sql = format!(
        "select posting_id, bands from {} where cardinality(bands) > 0",
        Table::TextBands.name()
    );
    let mut rows: Vec<(u32, Vec<u32>)> = Vec::new();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let ids = ints(&batch, "posting_id");
        rows.extend(ids.iter().enumerate().filter_map(|(row, id)| {
            let bands = int_list(&batch, "bands", row);
            let bands = bands.into_iter().map(|band| band as u32).collect();
            Some((compared.number(*id)?, bands))
        }));
    }
    rows.sort_by_key(|(number, _)| *number);
    let mut index = BandIndex::default();
    for (number, bands) in rows {
        index.insert(number, &bands);
    }
    Ok(index)
}

fn ints<'a>(batch: &'a RecordBatch, column: &str) -> &'a [i64] {
    batch[column].as_primitive::<Int64Type>().values()
}

fn int_list(batch: &RecordBatch, column: &str, row: usize) -> Vec<i64> {
    let list = batch[column].as_list::<i32>().value(row);
    list.as_primitive::<Int64Type>().values().to_vec()
}
