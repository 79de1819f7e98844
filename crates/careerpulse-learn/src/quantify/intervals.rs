//! Intervals for how many unlabelled rows of each class a cell truly has.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::correct::Correction;
use crate::error::LearnError;

/// A posterior below this is left out of the draws: 50 such classes lose a row in 20,000.
const LEAST: f64 = 1e-6;

/// Bytes that the draws of one block of cells may take.
const BLOCK: usize = 256 << 20;

/// Bounds of counts, cells × classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervals {
    /// Number of classes.
    pub classes: usize,
    /// Lower bounds, cell after cell.
    pub low: Vec<u32>,
    /// Upper bounds.
    pub high: Vec<u32>,
}

/// Intervals of `level` for the true counts of cells, e.g. days or weeks; `cells` names the cell of each row.
///
/// Each of `draws` draws takes everything that was estimated from its distribution, then a class for each
/// group of near duplicates: one random number picks the class of all its rows. A count is inside when
/// neither tail beyond it, with half of the count's own probability, is lighter than half of what the level
/// leaves (mid-p: Lancaster 1961), since plain quantiles of small counts hold too much. The memory taken
/// is at most 256 MiB of counts, and 10 bytes for each class that a row may have. The result does not
/// depend on the number of threads.
///
/// Errors on a number of cells that differs from the rows', a cell not below `n_cells`, no draws and a
/// level outside (0, 1).
pub fn intervals(
    correction: &Correction,
    cells: &[u32],
    n_cells: usize,
    level: f64,
    draws: usize,
    seed: u64,
) -> Result<Intervals, LearnError> {
    check(correction, cells, n_cells, level, draws)?;
    let classes = correction.adjusted.classes();
    let rows = Sparse::of(correction, cells);
    let per_block = (BLOCK / (4 * classes * draws)).max(1);
    let mut found = Intervals {
        classes,
        low: Vec::new(),
        high: Vec::new(),
    };
    let mut first = 0;
    while first < n_cells {
        let block = first..(first + per_block).min(n_cells);
        let counts: Vec<Vec<u32>> = (0..draws as u64)
            .into_par_iter()
            .map(|draw| rows.draw(correction, &block, seed, draw))
            .collect();
        let bounds: Vec<(u32, u32)> = (0..block.len() * classes)
            .into_par_iter()
            .map_init(
                || vec![0; draws],
                |values, at| {
                    values
                        .iter_mut()
                        .zip(&counts)
                        .for_each(|(to, draw)| *to = draw[at]);
                    bounds(values, level)
                },
            )
            .collect();
        found.low.extend(bounds.iter().map(|bound| bound.0));
        found.high.extend(bounds.iter().map(|bound| bound.1));
        first = block.end;
    }
    Ok(found)
}

/// Rows in the order of their groups, with the classes that they may have.
struct Sparse {
    starts: Vec<u32>,
    classes: Vec<u16>,
    shares: Vec<f32>,
    logs: Vec<f32>,
    days: Vec<u32>,
    guesses: Vec<u32>,
    cells: Vec<u32>,
    /// Whether a row opens a group.
    opens: Vec<bool>,
}

impl Sparse {
    fn of(correction: &Correction, cells: &[u32]) -> Sparse {
        let mut sparse = Sparse {
            starts: vec![0],
            classes: Vec::new(),
            shares: Vec::new(),
            logs: Vec::new(),
            days: Vec::new(),
            guesses: Vec::new(),
            cells: Vec::new(),
            opens: Vec::new(),
        };
        for group in 0..correction.grouped.len() {
            for (at, &row) in correction.grouped.rows(group).iter().enumerate() {
                let row = row as usize;
                for (class, &share) in correction.adjusted.row(row).iter().enumerate() {
                    if share >= LEAST {
                        sparse.classes.push(class as u16);
                        sparse.shares.push(share as f32);
                        sparse.logs.push(share.ln() as f32);
                    }
                }
                sparse.starts.push(sparse.classes.len() as u32);
                sparse.days.push(correction.days[row]);
                sparse.guesses.push(correction.guesses[row]);
                sparse.cells.push(cells[row]);
                sparse.opens.push(at == 0);
            }
        }
        sparse
    }

    /// Counts of one draw, cells of the block × classes.
    fn draw(
        &self,
        correction: &Correction,
        block: &std::ops::Range<usize>,
        seed: u64,
        draw: u64,
    ) -> Vec<u32> {
        let classes = correction.adjusted.classes();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(draw);
        let drawn = correction.doubt.draw(&mut rng);
        let power = drawn.power as f32;
        let single = |factors: &[f64]| -> Vec<f32> { factors.iter().map(|&x| x as f32).collect() };
        let (by_day, by_prediction) = (single(&drawn.by_day), single(&drawn.by_prediction));
        let mut counts = vec![0; block.len() * classes];
        let mut point = 0.0_f32;
        let mut weights = vec![0.0_f32; classes];
        for row in 0..self.days.len() {
            if self.opens[row] {
                point = rng.random();
            }
            let cell = self.cells[row] as usize;
            if !block.contains(&cell) {
                continue;
            }
            let entries = self.starts[row] as usize..self.starts[row + 1] as usize;
            let of_day = &by_day[self.days[row] as usize * classes..][..classes];
            let of_guess = &by_prediction[self.guesses[row] as usize * classes..][..classes];
            let mut sum = 0.0;
            let of_row = &self.classes[entries.clone()];
            for ((weight, at), &class) in weights.iter_mut().zip(entries).zip(of_row) {
                let bent = self.shares[at] * (power * self.logs[at]).exp();
                sum += bent * of_day[class as usize] * of_guess[class as usize];
                *weight = sum;
            }
            let aim = point * sum;
            let at = weights[..of_row.len()]
                .iter()
                .position(|&weight| aim < weight);
            let class = of_row[at.unwrap_or(of_row.len() - 1)] as usize;
            counts[(cell - block.start) * classes + class] += 1;
        }
        counts
    }
}

/// The mid-p interval of drawn counts, which it sorts.
fn bounds(values: &mut [u32], level: f64) -> (u32, u32) {
    values.sort_unstable();
    let tail = (1.0 - level) / 2.0 * values.len() as f64;
    let (mut low, mut high, mut before) = (None, values[0], 0);
    for run in values.chunk_by(|a, b| a == b) {
        let half = run.len() as f64 / 2.0;
        let after = values.len() - before - run.len();
        if before as f64 + half > tail && low.is_none() {
            low = Some(run[0]);
        }
        if after as f64 + half > tail {
            high = run[0];
        }
        before += run.len();
    }
    (low.unwrap_or(high).min(high), high)
}

fn check(
    correction: &Correction,
    cells: &[u32],
    n_cells: usize,
    level: f64,
    draws: usize,
) -> Result<(), LearnError> {
    if cells.len() != correction.adjusted.rows() {
        return Err(LearnError::Lengths {
            left_name: "the list of cells",
            left: cells.len(),
            right_name: "the corrected rows",
            right: correction.adjusted.rows(),
        });
    }
    if let Some(row) = cells.iter().position(|&cell| cell as usize >= n_cells) {
        return Err(LearnError::CellOutOfRange {
            row,
            cell: cells[row],
            cells: n_cells,
        });
    }
    if draws == 0 {
        return Err(LearnError::NotPositive {
            name: "draws",
            value: 0.0,
        });
    }
    match level > 0.0 && level < 1.0 {
        true => Ok(()),
        false => Err(LearnError::Share {
            name: "level",
            value: level,
        }),
    }
}
