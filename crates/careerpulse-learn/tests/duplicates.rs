//! Near duplicates are those that comparing every pair finds: texts by
//! `testdata/oracle/make_duplicates.py`, and generated ones.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_learn::duplicates::{BandIndex, Groups, bands, jaccard, links, shingles};
use proptest::prelude::*;
use rand::SeedableRng as _;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

#[derive(Deserialize)]
struct Oracle {
    texts: Vec<String>,
    pairs: Vec<(usize, usize, f64)>,
    hashed: Vec<Hashed>,
}

#[derive(Deserialize)]
struct Hashed {
    text: usize,
    shingles: Vec<String>,
    bands: Vec<u32>,
}

fn oracle() -> Oracle {
    serde_json::from_str(include_str!("../../../testdata/oracle/duplicates.json")).unwrap()
}

/// The first text of each text's group, one text compared after the other.
fn grouped(sets: &[Vec<u64>], threshold: f64) -> Vec<u32> {
    let (mut index, mut groups) = (BandIndex::default(), Groups::default());
    for set in sets {
        let bands = bands(set);
        let candidates = index.candidates(&bands);
        let links = links(set, &candidates, threshold, &mut groups, |text| {
            &sets[text as usize]
        });
        let number = groups.add();
        for link in links {
            assert!(link.similarity >= threshold);
            groups.join(number, link.text);
        }
        index.insert(number, &bands);
    }
    (0..sets.len() as u32)
        .map(|text| groups.first(text))
        .collect()
}

fn grouped_by_pairs(texts: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Vec<u32> {
    let mut groups = Groups::default();
    for _ in 0..texts {
        groups.add();
    }
    for (a, b) in pairs {
        groups.join(a as u32, b as u32);
    }
    (0..texts as u32).map(|text| groups.first(text)).collect()
}

fn grouped_by_all_pairs(sets: &[Vec<u64>], threshold: f64) -> Vec<u32> {
    let all = (0..sets.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let alike = all.filter(|(a, b)| jaccard(&sets[*a], &sets[*b]) >= threshold);
    grouped_by_pairs(sets.len(), alike)
}

/// Families of texts that share more or less of their words.
fn families(rng: &mut ChaCha8Rng, texts: usize) -> Vec<String> {
    let vocabulary: Vec<String> = (0..300).map(|word| format!("w{word}")).collect();
    let mut made: Vec<Vec<&String>> = Vec::new();
    while made.len() < texts {
        let mut text: Vec<&String> = match made.choose(rng) {
            Some(earlier) if rng.random_bool(0.8) => earlier.clone(),
            _ => (0..120).map(|_| vocabulary.choose(rng).unwrap()).collect(),
        };
        for _ in 0..rng.random_range(0..8) {
            let place = rng.random_range(0..text.len());
            text[place] = vocabulary.choose(rng).unwrap();
        }
        made.push(text);
    }
    let joined = made.into_iter().map(|text| {
        let words: Vec<&str> = text.into_iter().map(String::as_str).collect();
        words.join(" ")
    });
    joined.collect()
}

fn sets(texts: &[String]) -> Vec<Vec<u64>> {
    texts.iter().map(|text| shingles(text)).collect()
}

#[test]
fn hashes_are_the_definitions_for_ever() {
    let oracle = oracle();
    for hashed in oracle.hashed {
        let set = shingles(&oracle.texts[hashed.text]);
        let first: Vec<String> = set
            .iter()
            .take(5)
            .map(|hash| format!("{hash:016x}"))
            .collect();
        assert_eq!(first, hashed.shingles);
        assert_eq!(bands(&set), hashed.bands);
    }
}

#[test]
fn the_jaccard_index_is_that_of_the_words_themselves() {
    let oracle = oracle();
    let sets = sets(&oracle.texts);
    for (a, b, similarity) in &oracle.pairs {
        // The JSON reader may be out by the last bit.
        assert!((jaccard(&sets[*a], &sets[*b]) - similarity).abs() < 1e-15);
    }
    let alike = |(a, b): &(usize, usize)| jaccard(&sets[*a], &sets[*b]) >= 0.5;
    let all = (0..sets.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    assert_eq!(all.filter(alike).count(), oracle.pairs.len());
}

#[test]
fn groups_are_those_of_every_pair_compared() {
    let oracle = oracle();
    let pairs = oracle
        .pairs
        .iter()
        .filter(|(_, _, similarity)| *similarity >= 0.8);
    let expected = grouped_by_pairs(oracle.texts.len(), pairs.map(|(a, b, _)| (*a, *b)));
    assert_eq!(grouped(&sets(&oracle.texts), 0.8), expected);
}

#[test]
fn groups_of_generated_texts_are_those_of_every_pair_whatever_the_order() {
    for seed in 0..5 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut texts = families(&mut rng, 300);
        for _ in 0..2 {
            let sets = sets(&texts);
            let expected = grouped_by_all_pairs(&sets, 0.8);
            let several = (0..300)
                .filter(|text| expected[*text as usize] != *text)
                .count();
            assert!(
                (50..290).contains(&several),
                "{several} of 300 are duplicates"
            );
            assert_eq!(grouped(&sets, 0.8), expected, "seed {seed}");
            texts.shuffle(&mut rng);
        }
    }
}

/// Three thousand adverts of one employer, each a near duplicate of every other.
#[test]
fn a_crowd_is_one_group() {
    let common: Vec<String> = (0..400).map(|word| format!("w{word}")).collect();
    let common = common.join(" ");
    let texts: Vec<String> = (0..3_000)
        .map(|store| format!("{common} store {store}"))
        .collect();
    let groups = grouped(&sets(&texts), 0.8);
    assert!(groups.iter().all(|first| *first == 0));
}

/// Three thousand that share most of their text, but less than makes them duplicates; and a twin of each.
#[test]
fn in_a_crowd_of_boilerplate_twins_still_meet() {
    let common: Vec<String> = (0..250).map(|word| format!("w{word}")).collect();
    let own =
        |advert: usize| -> Vec<String> { (0..120).map(|n| format!("a{advert}x{n}")).collect() };
    let text = |advert: usize| format!("{} {}", common.join(" "), own(advert).join(" "));
    let mut texts: Vec<String> = (0..1_500).map(text).collect();
    texts.extend((0..1_500).map(|advert| text(advert) + " apply now"));
    let groups = grouped(&sets(&texts), 0.8);
    let expected: Vec<u32> = (0..1_500).chain(0..1_500).collect();
    assert_eq!(groups, expected);
}

proptest! {
    #[test]
    fn the_same_words_are_the_same_group(
        texts in proptest::collection::vec("[a-d]{1,3}( [a-d]{1,3}){0,30}", 1..20),
        twin in any::<prop::sample::Index>(),
    ) {
        let original = twin.index(texts.len());
        let mut texts = texts;
        texts.push(texts[original].to_uppercase().replace(' ', " -- "));
        let groups = grouped(&sets(&texts), 0.8);
        prop_assert_eq!(groups[texts.len() - 1], groups[original]);
    }
}
