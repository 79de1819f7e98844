//! Generated postings that show a category, made numbers: features, labels, days and groups of near duplicates.

use std::collections::HashMap;

use anyhow::{Context, Result};
use careerpulse_learn::duplicates::{BandIndex, Groups, bands, links, shingles};
use careerpulse_learn::{Corpus, CsrMatrix, Tfidf, TfidfParams, boosted, clean_html};
use careerpulse_replay::sample::{Posting, SampleParams, generate};
use chrono::NaiveDate;
use rayon::prelude::*;

/// How often the title stands before the description.
const TITLE_REPEATS: usize = 2;

/// Jaccard index from which on two texts are near duplicates.
const SIMILARITY: f64 = 0.8;

/// Postings with a known category.
pub struct World {
    /// Sorted.
    pub classes: Vec<String>,
    pub labels: Vec<u32>,
    pub days: Vec<u32>,
    pub groups: Vec<u64>,
    pub features: CsrMatrix,
}

/// Generates postings and keeps those that show a category.
pub fn build(postings: usize, days: u32, seed: u64) -> Result<World> {
    let params = SampleParams {
        postings,
        days,
        seed,
        ..SampleParams::default()
    };
    let last = params.last_day;
    let shown: Vec<(String, Posting)> = generate(&params)?
        .filter_map(|one| {
            let category = one.posting.categories.first()?.name.clone();
            (category != "Unknown").then_some((category, one.posting))
        })
        .collect();
    let mut classes: Vec<String> = shown.iter().map(|(category, _)| category.clone()).collect();
    classes.sort_unstable();
    classes.dedup();
    let labels = shown
        .iter()
        .map(|(category, _)| classes.partition_point(|name| name < category) as u32);
    let labels = labels.collect();
    let day = |posting: &Posting| -> Result<u32> {
        let date = posting.publication_date.get(..10).unwrap_or_default();
        let date: NaiveDate = date
            .parse()
            .with_context(|| format!("the publication date {date:?}"))?;
        Ok(days - 1 - u32::try_from((last - date).num_days())?)
    };
    let days = shown
        .iter()
        .map(|(_, posting)| day(posting))
        .collect::<Result<_>>()?;
    let descriptions: Vec<String> = shown
        .par_iter()
        .map(|(_, posting)| clean_html(&posting.contents))
        .collect();
    let texts: Vec<String> = shown
        .par_iter()
        .zip(&descriptions)
        .map(|((_, posting), description)| boosted(&posting.name, description, TITLE_REPEATS))
        .collect();
    drop(shown);
    let groups = groups(&descriptions);
    drop(descriptions);
    let params = TfidfParams::default();
    let corpus = Corpus::new(&texts, params.analyzer())?;
    let rows: Vec<u32> = (0..texts.len() as u32).collect();
    let features = Tfidf::fit(&corpus, &rows, params)?.transform_rows(&corpus, &rows)?;
    Ok(World {
        classes,
        labels,
        days,
        groups,
        features,
    })
}

/// The group of near duplicates of each text.
fn groups(texts: &[String]) -> Vec<u64> {
    let shingles: Vec<Vec<u64>> = texts.par_iter().map(|text| shingles(text)).collect();
    let bands: Vec<Vec<u32>> = shingles
        .par_iter()
        .map(|shingles| bands(shingles))
        .collect();
    let (mut index, mut groups) = (BandIndex::default(), Groups::default());
    // Texts that are the same to the letter need no comparing.
    let mut seen: HashMap<&str, u32> = HashMap::new();
    for (text, own) in texts.iter().enumerate() {
        let number = groups.add();
        if let Some(&twin) = seen.get(own.as_str()) {
            groups.join(number, twin);
            continue;
        }
        seen.insert(own, number);
        let candidates = index.candidates(&bands[text]);
        let found = links(
            &shingles[text],
            &candidates,
            SIMILARITY,
            &mut groups,
            |other| &shingles[other as usize],
        );
        for link in found {
            groups.join(number, link.text);
        }
        index.insert(number, &bands[text]);
    }
    (0..texts.len() as u32)
        .map(|text| u64::from(groups.first(text)))
        .collect()
}
