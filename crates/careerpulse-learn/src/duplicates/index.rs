//! The texts by their bands: which earlier ones may be like a new one.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::minhash::BANDS;
use super::shingles::fold;

/// Texts that one bucket holds. A fuller one is an employer's boilerplate: what is alike beyond that
/// meets in other buckets, and the work for a crowd of n texts stays in proportion to n.
const BUCKET: u32 = 256;

/// The earlier texts that a new one is compared with at most: those with the most bands in common.
const CANDIDATES: usize = 256;

const NONE: u32 = u32::MAX;

/// Numbered texts by their bands, about 0.7 KiB for each.
#[derive(Debug)]
pub struct BandIndex {
    /// For each band the latest entry of each bucket, and how many the bucket has.
    latest: Vec<HashMap<u32, (u32, u32), FixedState>>,
    /// For each entry and band the entry before it in its bucket.
    before: Vec<[u32; BANDS]>,
    /// For each entry its text.
    texts: Vec<u32>,
    /// The first entry with all of these bands, whom its twins find though its buckets be full.
    twins: HashMap<u64, u32, FixedState>,
}

impl Default for BandIndex {
    fn default() -> Self {
        Self {
            latest: vec![HashMap::with_hasher(FixedState::default()); BANDS],
            before: Vec::new(),
            texts: Vec::new(),
            twins: HashMap::default(),
        }
    }
}

impl BandIndex {
    /// Adds a text with its [`super::bands`]. Full buckets take no more, so the order of adding counts.
    pub fn insert(&mut self, text: u32, bands: &[u32]) {
        let entry = self.texts.len() as u32;
        let mut before = [NONE; BANDS];
        for ((bucket, latest), before) in bands.iter().zip(&mut self.latest).zip(&mut before) {
            let (last, size) = latest.entry(*bucket).or_insert((NONE, 0));
            if *size < BUCKET {
                *before = *last;
                (*last, *size) = (entry, *size + 1);
            }
        }
        self.twins.entry(all(bands)).or_insert(entry);
        self.texts.push(text);
        self.before.push(before);
    }

    /// The texts that share a band, those with the most shared bands first and the earlier ones first
    /// among equals; 256 at most.
    pub fn candidates(&self, bands: &[u32]) -> Vec<u32> {
        let mut shared: HashMap<u32, u32, FixedState> = HashMap::default();
        if let Some(twin) = self.twins.get(&all(bands)) {
            shared.insert(*twin, BANDS as u32);
        }
        for (band, bucket) in bands.iter().enumerate().take(BANDS) {
            let mut entry = self.latest[band]
                .get(bucket)
                .map_or(NONE, |(last, _)| *last);
            while entry != NONE {
                *shared.entry(entry).or_default() += 1;
                entry = self.before[entry as usize][band];
            }
        }
        let mut ranked: Vec<(u32, u32)> = shared.into_iter().collect();
        ranked.sort_unstable_by_key(|(entry, shared)| (std::cmp::Reverse(*shared), *entry));
        ranked.truncate(CANDIDATES);
        let text = |(entry, _): (u32, u32)| self.texts[entry as usize];
        ranked.into_iter().map(text).collect()
    }
}

fn all(bands: &[u32]) -> u64 {
    let bands: Vec<u64> = bands.iter().copied().map(u64::from).collect();
    fold(&bands)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bands(shared: usize, own: u32) -> Vec<u32> {
        (0..BANDS)
            .map(|band| if band < shared { 7 } else { own })
            .collect()
    }

    #[test]
    fn those_with_the_most_shared_bands_come_first() {
        let mut index = BandIndex::default();
        index.insert(10, &bands(1, 100));
        index.insert(11, &bands(9, 101));
        index.insert(12, &bands(0, 102));
        index.insert(13, &bands(9, 103));
        assert_eq!(index.candidates(&bands(BANDS, 0)), [11, 13, 10]);
        assert!(index.candidates(&bands(0, 8)).is_empty());
        assert!(index.candidates(&[]).is_empty());
    }

    #[test]
    fn a_crowd_is_met_in_part_and_what_is_most_alike_first() {
        let mut index = BandIndex::default();
        for text in 0..5_000 {
            index.insert(text, &bands(2, 100 + text));
        }
        let found = index.candidates(&bands(2, 5_099));
        assert_eq!(found.len(), CANDIDATES);
        assert_eq!(
            found[0], 4_999,
            "its own bands lead to it, though the crowd's do not"
        );
    }

    #[test]
    fn a_twin_is_found_though_all_its_buckets_were_full() {
        let mut index = BandIndex::default();
        let half = |own: bool, text: u32| -> Vec<u32> {
            let crowd = |band: usize| (band < BANDS / 2) == own;
            (0..BANDS)
                .map(|band| if crowd(band) { 7 } else { 100 + text })
                .collect()
        };
        for text in 0..300 {
            index.insert(text, &half(true, text));
            index.insert(1_000 + text, &half(false, text));
        }
        index.insert(9_999, &[7; BANDS]);
        assert_eq!(index.candidates(&[7; BANDS])[0], 9_999);
    }
}
