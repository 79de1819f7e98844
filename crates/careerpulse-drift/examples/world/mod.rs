//! Generated adverts with labels, predictions, languages and vectors, and windows drawn from them.

use std::collections::BTreeSet;
use std::error::Error;

use careerpulse_drift::{Imputed, Sample, Vectors, hashed_vector, language};
use careerpulse_learn::clean_html;
use careerpulse_replay::sample::{SampleParams, generate};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Columns of a vector.
pub const DIM: usize = 384;

/// An advert as the lake knows it, and the truth.
#[derive(Clone)]
pub struct Advert {
    pub id: i64,
    pub truth: String,
    pub label: Option<String>,
    pub imputed: Imputed,
    pub length: u32,
    pub language: Option<String>,
    pub text: String,
    pub vector: Vec<f32>,
}

/// Distinct adverts of `postings` generated ones, in random order, each with what a calibrated model says.
pub fn adverts(postings: usize, seed: u64) -> Result<Vec<Advert>, Box<dyn Error>> {
    let params = SampleParams {
        postings,
        seed,
        ..SampleParams::default()
    };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut seen = BTreeSet::new();
    let generated: Vec<_> = generate(&params)?
        .filter(|one| seen.insert((one.posting.company.id, one.posting.contents.clone())))
        .collect();
    let categories: Vec<&str> = generated.iter().map(|one| one.true_category).collect();
    let mut adverts: Vec<Advert> = generated
        .iter()
        .map(|one| {
            // The probability of being right is the one that is said.
            let probability = 0.35 + 0.65 * rng.random::<f32>().sqrt();
            let is_right = rng.random_bool(probability.into());
            let category = match is_right {
                true => one.true_category,
                false => categories[rng.random_range(0..categories.len())],
            };
            let text = clean_html(&one.posting.contents);
            let named = one.posting.categories.first().map(|one| one.name.clone());
            Advert {
                id: one.posting.id as i64,
                truth: one.true_category.to_owned(),
                label: named.filter(|name| name != "Unknown"),
                imputed: Imputed {
                    category: category.to_owned(),
                    probability,
                    abstained: probability < 0.5,
                },
                length: text.chars().count() as u32,
                language: language(&text).map(str::to_owned),
                vector: hashed_vector(&text, DIM),
                text,
            }
        })
        .collect();
    adverts.shuffle(&mut rng);
    Ok(adverts)
}

/// The columns of these adverts, with vectors of the first `vectors` of them.
pub fn sample<'a>(adverts: impl IntoIterator<Item = &'a Advert>, vectors: usize) -> Sample {
    let mut sample = Sample::default();
    let mut embedded = Vectors {
        dim: DIM,
        ..Vectors::default()
    };
    for (row, advert) in adverts.into_iter().enumerate() {
        let is_labelled = advert.label.is_some();
        sample.ids.push(advert.id);
        sample.categories.push(advert.label.clone());
        sample
            .imputed
            .push((!is_labelled).then(|| advert.imputed.clone()));
        sample.fresh.push(true);
        sample.lengths.push(advert.length);
        sample.languages.push(advert.language.clone());
        if row < vectors {
            embedded.rows.push(row as u32);
            embedded.values.extend_from_slice(&advert.vector);
        }
    }
    sample.vectors = Some(embedded);
    sample
}

/// `rows` adverts drawn without replacement.
pub fn draw(adverts: &[Advert], rows: usize, rng: &mut ChaCha8Rng) -> Vec<Advert> {
    let mut order: Vec<usize> = (0..adverts.len()).collect();
    let (drawn, _) = order.partial_shuffle(rng, rows);
    drawn.iter().map(|&at| adverts[at].clone()).collect()
}

/// Gives each advert its true category with the chance `1 - missing`, and none otherwise.
pub fn relabel(adverts: &mut [Advert], missing: f64, rng: &mut ChaCha8Rng) {
    for advert in adverts {
        advert.label = (!rng.random_bool(missing)).then(|| advert.truth.clone());
    }
}
