//! Whether the window's embeddings are of the reference's kind.

use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use super::Run;
use crate::nulls::{Key, Nulls, grid};
use crate::report::Measurement;
use crate::stats::two_samples::Scaled;

pub(super) fn auc(run: &Run<'_>, nulls: &mut Nulls) -> Vec<Measurement> {
    let statistic = |scaled: &Scaled, then: &[u32], now: &[u32], rng: &mut ChaCha8Rng| {
        scaled.likeness(then, now, rng).auc()
    };
    let words = |value: f64| {
        format!(
            "A classifier tells the window's texts from the earlier ones in {value:.2} of pairs; 0.50 is chance"
        )
    };
    compare(run, nulls, statistic, words).into_iter().collect()
}

pub(super) fn mmd(run: &Run<'_>, nulls: &mut Nulls) -> Vec<Measurement> {
    let statistic = |scaled: &Scaled, then: &[u32], now: &[u32], _: &mut ChaCha8Rng| {
        scaled.discrepancy(then, now)
    };
    let words = |value: f64| {
        format!(
            "The window's texts lie {value:.2} standard deviations from the earlier ones on average"
        )
    };
    compare(run, nulls, statistic, words).into_iter().collect()
}

/// The statistic of the window against those of splits of the reference.
///
/// Splits are made without replacement: a row drawn into both sides would be told apart from itself. A
/// split leaves the reference's side fewer rows than it has, which widens the null distribution a little
/// and errs to the quiet side; a window of more than half the reference's rows is cut to that half.
fn compare(
    run: &Run<'_>,
    nulls: &mut Nulls,
    statistic: fn(&Scaled, &[u32], &[u32], &mut ChaCha8Rng) -> f64,
    words: fn(f64) -> String,
) -> Option<Measurement> {
    let (old, new) = (
        run.reference.vectors.as_ref()?,
        run.window.vectors.as_ref()?,
    );
    let (m, n) = (old.rows.len(), new.rows.len());
    let mut rng = ChaCha8Rng::seed_from_u64(run.settings.seed);
    let used = cut(n, m / 2, &mut rng);
    let spread = (0..m).map(|at| old.row(at));
    let pooled = spread.clone().chain(used.iter().map(|&at| new.row(at)));
    let scaled = Scaled::new(old.dim, spread, pooled);
    let then: Vec<u32> = (0..m as u32).collect();
    let now: Vec<u32> = (m as u32..(m + used.len()) as u32).collect();
    let value = statistic(&scaled, &then, &now, &mut rng);

    let drawn_rows = grid(used.len());
    let key = Key {
        check: run.check.name,
        reference_rows: m,
        window_rows: drawn_rows,
        seed: run.settings.seed,
    };
    let null = nulls.obtain(key, run.draws(run.settings.vector_draws), |rng| {
        let mut rows = then.clone();
        rows.shuffle(rng);
        let (now, then) = rows.split_at(drawn_rows);
        statistic(&scaled, then, now, rng)
    });
    let critical = null.critical(run.level);
    let like = scaled.likeness(&then, &now, &mut rng).most_like();
    let evidence = like
        .iter()
        .map(|&row| new.rows[used[row as usize - m]] as usize);
    Some(Measurement {
        check: run.check.name,
        subject: None,
        severity: run.check.severity,
        statistic: run.check.statistic,
        value,
        critical: critical.map(|(critical, _)| critical),
        p_value: null.p_value(value),
        level: run.level,
        false_alarm_rate: critical.map_or(0.0, |(_, rate)| rate),
        alarm: critical.is_some_and(|(critical, _)| value >= critical),
        reference_rows: m,
        window_rows: used.len(),
        evidence: run.evidence(evidence),
        words: words(value),
    })
}

/// All of `rows`, or `most` of them drawn.
fn cut(rows: usize, most: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let mut all: Vec<usize> = (0..rows).collect();
    if rows > most {
        all.shuffle(rng);
        all.truncate(most);
        all.sort_unstable();
    }
    all
}
