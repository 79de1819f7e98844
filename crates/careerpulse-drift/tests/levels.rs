//! Each test of numbers and names keeps its portion of the false-alarm rate, over fresh references and windows.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use std::collections::BTreeMap;

use careerpulse_drift::{CHECKS, Imputed, Nulls, Sample, Settings, measure};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One of 30 names, the `k`th with a chance of about `1 / k`.
fn name(rng: &mut ChaCha8Rng) -> String {
    let skewed = 31.0_f64.powf(rng.random());
    format!("category {}", skewed as u32)
}

fn sample(rows: usize, rng: &mut ChaCha8Rng) -> Sample {
    let mut sample = Sample::default();
    for row in 0..rows {
        let label = rng.random_bool(0.6).then(|| name(rng));
        let probability: f32 = rng.random();
        let imputed = label.is_none().then(|| Imputed {
            category: name(rng),
            probability,
            abstained: probability < 0.2,
        });
        sample.ids.push(row as i64);
        sample.categories.push(label);
        sample.imputed.push(imputed);
        sample.fresh.push(true);
        sample.lengths.push(rng.random_range(0..5_000));
        sample.languages.push(Some(
            if rng.random_bool(0.9) { "en" } else { "de" }.to_owned(),
        ));
    }
    sample
}

#[test]
fn every_family_keeps_its_portion_and_all_together_keep_the_rate() {
    let settings = Settings {
        false_alarm_rate: 0.3,
        draws: 200,
        ..Settings::default()
    };
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut first: BTreeMap<&str, f64> = BTreeMap::new();
    let (mut loud, windows) = (0.0, 600);
    for window in 0..windows {
        let reference = sample([600, 1_500][window % 2], &mut rng);
        let window = sample([100, 300][window / 2 % 2], &mut rng);
        let report = measure(&reference, &window, &settings, &mut Nulls::default()).unwrap();
        let families = CHECKS.iter().filter(|check| {
            let of_it = report
                .measurements
                .iter()
                .filter(|one| one.check == check.name);
            of_it.into_iter().any(|one| one.alarm)
        });
        let mut families: Vec<&str> = families.map(|check| check.family).collect();
        families.dedup();
        loud += f64::from(u8::from(!families.is_empty()));
        // A family that is loud alone was so before the others were read again.
        if let [only] = families[..] {
            *first.entry(only).or_default() += 1.0;
        }
    }
    let rate = loud / windows as f64;
    assert!((0.1..=0.3).contains(&rate), "{rate}: {first:?}");
    let weights: f64 = 14.0;
    for (family, alone) in first {
        let weight = CHECKS
            .iter()
            .find(|check| check.family == family)
            .unwrap()
            .weight;
        let level = settings.false_alarm_rate * weight / weights;
        let error = (level / windows as f64).sqrt();
        assert!(
            alone / windows as f64 <= level + 3.0 * error,
            "{family}: {alone} of {windows}"
        );
    }
}
