//! Comparing each posting's text with those before it, once.
//!
//! Postings are compared one after the other by ascending id, and written in windows. What is found
//! for a posting follows from those before it alone, so where a window ends, or a run was killed,
//! changes nothing.

use std::collections::{BTreeSet, HashMap};

use careerpulse_lake::rows::to_batch;
use careerpulse_learn::duplicates::{BandIndex, Link, bands, links, shingles};
use serde::Deserialize;

use super::compared::{Compared, Known, leading_bits, load_index};
use super::texts::{CleanText, read_texts};
use crate::config::Gold;
use crate::progress;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::duplicates::TextBands;

/// Descriptions with fewer letters say too little to make two adverts the same one.
const MIN_LETTERS: usize = 200;

/// Earlier texts that are in memory at a time, and one posting's candidates more.
const MAX_EARLIER: usize = 20_000;

/// A posting's text as it is compared.
struct Text {
    posting_id: i64,
    text_hash: String,
    /// None of a text that is too short to be compared but for equality.
    shingles: Vec<u64>,
    bands: Vec<u32>,
}

/// What postings are compared with.
struct Comparison<'a> {
    compared: &'a mut Compared,
    index: BandIndex,
    /// The first posting with each title and description.
    equals: HashMap<u64, u32>,
    threshold: f64,
}

/// Compares the postings that Silver has and `careerpulse_gold.text_bands` has not, a commit per
/// window; returns how many.
pub async fn compare_due(
    ctx: &Ctx,
    settings: &Gold,
    compared: &mut Compared,
) -> anyhow::Result<u64> {
    let due = due_ids(ctx).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let index = load_index(ctx, compared).await?;
    let mut equals = HashMap::new();
    for (number, known) in (0..).zip(compared.postings()) {
        equals.entry(known.text).or_insert(number);
    }
    let mut comparison = Comparison {
        compared,
        index,
        equals,
        threshold: settings.duplicate_similarity,
    };
    let bar = progress::bar(due.len() as u64, "compared");
    let spec = Table::TextBands.spec();
    let mut written = 0;
    for window in due.chunks(settings.batch) {
        let texts = read_texts(ctx, window, comparable).await?;
        let rows = compare_window(ctx, &texts, &mut comparison).await?;
        let rows = vec![to_batch(spec, &rows)?];
        written += ctx.lake.insert_new(spec, rows).await?.rows;
        bar.inc(window.len() as u64);
    }
    Ok(written)
}

async fn due_ids(ctx: &Ctx) -> anyhow::Result<Vec<i64>> {
    #[derive(Deserialize)]
    struct Id {
        posting_id: i64,
    }
    let sql = format!(
        "select p.posting_id from {} p left anti join {} b on p.posting_id = b.posting_id order by p.posting_id",
        Table::JobPostings.name(),
        Table::TextBands.name(),
    );
    let ids: Vec<Id> = ctx.lake.rows(&sql).await?;
    Ok(ids.into_iter().map(|id| id.posting_id).collect())
}

fn comparable(posting_id: i64, text: CleanText) -> Text {
    let mut letters = text.description.chars().filter(|c| c.is_alphanumeric());
    let shingles = match letters.nth(MIN_LETTERS - 1) {
        Some(_) => shingles(&text.description),
        None => Vec::new(),
    };
    Text {
        posting_id,
        text_hash: text.hash,
        bands: bands(&shingles),
        shingles,
    }
}

async fn compare_window(
    ctx: &Ctx,
    texts: &[Text],
    comparison: &mut Comparison<'_>,
) -> anyhow::Result<Vec<TextBands>> {
    let begin = comparison.compared.postings().len() as u32;
    let mut rows = Vec::with_capacity(texts.len());
    while rows.len() < texts.len() {
        let (until, wanted) = earlier_candidates(&texts[rows.len()..], begin, comparison);
        let ids: Vec<i64> = wanted.into_iter().collect();
        let earlier = read_texts(ctx, &ids, |id, text| (id, shingles(&text.description))).await?;
        let earlier: HashMap<u32, Vec<u64>> = earlier
            .into_iter()
            .filter_map(|(id, shingles)| Some((comparison.compared.number(id)?, shingles)))
            .collect();
        let of = |number: u32| match number.checked_sub(begin) {
            Some(place) => texts[place as usize].shingles.as_slice(),
            None => earlier.get(&number).map_or(&[][..], Vec::as_slice),
        };
        let until = rows.len() + until;
        for text in &texts[rows.len()..until] {
            rows.push(compare(text, comparison, of));
        }
    }
    Ok(rows)
}

/// The ids of the candidates from before the window of as many of the texts as memory has room for,
/// at least one; and how many texts that is. Those that are added to the index meanwhile can only take
/// candidates' places, since full buckets stay as they are, so no more than these will be asked for.
fn earlier_candidates(
    texts: &[Text],
    begin: u32,
    comparison: &Comparison<'_>,
) -> (usize, BTreeSet<i64>) {
    let mut wanted = BTreeSet::new();
    for (place, text) in texts.iter().enumerate() {
        if wanted.len() > MAX_EARLIER {
            return (place, wanted);
        }
        if comparison
            .equals
            .contains_key(&leading_bits(&text.text_hash))
        {
            continue;
        }
        let candidates = comparison.index.candidates(&text.bands).into_iter();
        let postings = comparison.compared.postings();
        let ids = candidates
            .filter(|number| *number < begin)
            .map(|number| postings[number as usize].posting_id);
        wanted.extend(ids);
    }
    (texts.len(), wanted)
}

fn compare<'s>(
    text: &Text,
    comparison: &mut Comparison<'_>,
    shingles_of: impl Fn(u32) -> &'s [u64],
) -> TextBands {
    let Comparison {
        compared,
        index,
        equals,
        threshold,
    } = comparison;
    let hash = leading_bits(&text.text_hash);
    let links = match equals.get(&hash) {
        Some(equal) => vec![Link {
            text: *equal,
            similarity: 1.0,
        }],
        None => {
            let candidates = index.candidates(&text.bands);
            let groups = &mut compared.groups;
            links(&text.shingles, &candidates, *threshold, groups, shingles_of)
        }
    };
    let ids = |link: &Link| compared.postings()[link.text as usize].posting_id;
    let linked: Vec<i64> = links.iter().map(ids).collect();
    let similarity = links.first().map(|link| link.similarity);
    // What says just what an earlier text says finds and is found through that one.
    let is_twin = similarity == Some(1.0);
    let place = compared.next_place;
    let known = Known {
        posting_id: text.posting_id,
        text: hash,
        link: linked.first().copied().zip(similarity),
    };
    let number = compared.add(known, links.iter().map(|link| link.text));
    equals.entry(hash).or_insert(number);
    let bands = if is_twin {
        Vec::new()
    } else {
        text.bands.clone()
    };
    if !bands.is_empty() {
        index.insert(number, &bands);
    }
    TextBands {
        posting_id: text.posting_id,
        place,
        text_hash: text.text_hash.clone(),
        bands,
        links: linked,
        similarity,
    }
}
