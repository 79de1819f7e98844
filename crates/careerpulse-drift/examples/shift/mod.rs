//! Known shifts of generated adverts.

use careerpulse_drift::hashed_vector;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::world::{Advert, DIM, draw, relabel};

/// Rows of a window.
pub const ROWS: usize = 400;

/// One shift, and the check that must name it.
pub struct Shift {
    pub name: &'static str,
    pub expected: &'static str,
    pub reference: fn(&mut [Advert], &mut ChaCha8Rng),
    pub window: fn(&[Advert], usize, &mut ChaCha8Rng) -> Vec<Advert>,
}

/// Categories with 8 % and 7 % of the generated adverts.
pub const DOUBLED: &str = "Software Engineering";
pub const VANISHED: &str = "Healthcare";
pub const NEW: &str = "Space Tourism";

/// What an employer's new form says.
const BOILERPLATE: &str = "Applications are handled by our new hiring portal. Create a candidate profile, \
    upload a portfolio in portable format and consent to automated processing of the questionnaire.";

pub static SHIFTS: [Shift; 9] = [
    Shift {
        name: "nothing",
        expected: "none",
        reference: as_is,
        window: draw,
    },
    Shift {
        name: "a category doubled, half of the labels missing",
        expected: "category_share",
        reference: as_is,
        window: doubled,
    },
    Shift {
        name: "a category doubled, a quarter of the labels missing",
        expected: "category_share",
        reference: missing::<25>,
        window: doubled_and_missing::<25>,
    },
    Shift {
        name: "a category doubled, one label in twenty missing",
        expected: "category_share",
        reference: missing::<5>,
        window: doubled_and_missing::<5>,
    },
    Shift {
        name: "a category vanished",
        expected: "vanished_category",
        reference: as_is,
        window: |adverts, rows, rng| {
            let is_of_it = |advert: &Advert| {
                advert.truth == VANISHED || advert.label.as_deref() == Some(VANISHED)
            };
            let others: Vec<Advert> = adverts
                .iter()
                .filter(|one| !is_of_it(one))
                .cloned()
                .collect();
            draw(&others, rows, rng)
        },
    },
    Shift {
        name: "one posting in twenty of a new category",
        expected: "new_category",
        reference: as_is,
        window: |adverts, rows, rng| {
            let mut window = draw(adverts, rows, rng);
            for advert in &mut window {
                if advert.label.is_some() && rng.random_bool(0.05) {
                    advert.label = Some(NEW.to_owned());
                }
            }
            window
        },
    },
    Shift {
        name: "half the adverts with new boilerplate",
        expected: "embedding_auc",
        reference: as_is,
        window: |adverts, rows, rng| {
            let mut window = draw(adverts, rows, rng);
            for advert in window.iter_mut().step_by(2) {
                advert.text = format!("{} {BOILERPLATE}", advert.text);
                advert.length = advert.text.chars().count() as u32;
                advert.vector = hashed_vector(&advert.text, DIM);
            }
            window
        },
    },
    Shift {
        name: "labels missing in 50 % rather than 5 %",
        expected: "missing_categories",
        reference: missing::<5>,
        window: |adverts, rows, rng| {
            let mut window = draw(adverts, rows, rng);
            relabel(&mut window, 0.5, rng);
            window
        },
    },
    Shift {
        name: "a quarter of the adverts not in English",
        expected: "language_share",
        reference: as_is,
        window: |adverts, rows, rng| {
            let is_english = |advert: &&Advert| advert.language.as_deref() == Some("en");
            let (english, foreign): (Vec<_>, Vec<_>) = adverts.iter().partition(is_english);
            let pick = |_| match rng.random_bool(0.25) {
                true => foreign[rng.random_range(0..foreign.len())].clone(),
                false => english[rng.random_range(0..english.len())].clone(),
            };
            (0..rows).map(pick).collect()
        },
    },
];

fn as_is(_: &mut [Advert], _: &mut ChaCha8Rng) {}

/// So many labels in a hundred missing.
fn missing<const PERCENT: u8>(adverts: &mut [Advert], rng: &mut ChaCha8Rng) {
    relabel(adverts, f64::from(PERCENT) / 100.0, rng);
}

fn doubled_and_missing<const PERCENT: u8>(
    adverts: &[Advert],
    rows: usize,
    rng: &mut ChaCha8Rng,
) -> Vec<Advert> {
    let mut window = doubled(adverts, rows, rng);
    missing::<PERCENT>(&mut window, rng);
    window
}

fn doubled(adverts: &[Advert], rows: usize, rng: &mut ChaCha8Rng) -> Vec<Advert> {
    let is_of_it = |advert: &&Advert| advert.truth == DOUBLED;
    let (of_it, others): (Vec<_>, Vec<_>) = adverts.iter().partition(is_of_it);
    let share = 2.0 * of_it.len() as f64 / adverts.len() as f64;
    let pick = |_| match rng.random_bool(share) {
        true => of_it[rng.random_range(0..of_it.len())].clone(),
        false => others[rng.random_range(0..others.len())].clone(),
    };
    (0..rows).map(pick).collect()
}
