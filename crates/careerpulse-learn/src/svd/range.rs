//! A basis of what a sparse matrix's rows mostly span, found with random directions.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::orthonormal::{conditioned, orthonormal};
use super::tall::{Tall, sparse_times};
use crate::sparse::CsrMatrix;

/// Rows of random numbers drawn from one stream.
const STREAM_ROWS: usize = 256;

/// `width` orthonormal columns, as long as `matrix` is wide, that nearly span its rows.
///
/// Randomized subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4), made
/// orthonormal anew after each half step. `width` is at most the rows and the columns.
pub fn row_space(
    matrix: &CsrMatrix,
    transposed: &CsrMatrix,
    width: usize,
    iterations: usize,
    seed: u64,
) -> Tall {
    let mut sample = sparse_times(transposed, &gaussian(matrix.rows(), width, seed));
    for _ in 0..iterations {
        let rows = conditioned(sparse_times(matrix, &conditioned(sample)));
        sample = sparse_times(transposed, &rows);
    }
    orthonormal(&sample).0
}

/// Independent normal numbers (Box and Muller 1958). Each block of rows has its own stream of
/// the generator, so that threads may draw them in any order.
fn gaussian(rows: usize, cols: usize, seed: u64) -> Tall {
    let mut values = vec![0.0; rows * cols];
    let blocks = values.par_chunks_mut(STREAM_ROWS * cols);
    blocks.enumerate().for_each(|(block, out)| {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(block as u64);
        for pair in out.chunks_mut(2) {
            // One minus a number in [0, 1) is never 0, whose logarithm is not finite.
            let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
            let (sine, cosine) = (std::f64::consts::TAU * random.random::<f64>()).sin_cos();
            for (value, turn) in pair.iter_mut().zip([cosine, sine]) {
                *value = radius * turn;
            }
        }
    });
    Tall { cols, values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_normal_and_follow_the_seed() {
        let drawn = gaussian(1000, 21, 7);
        assert_eq!(drawn, gaussian(1000, 21, 7));
        assert_ne!(drawn, gaussian(1000, 21, 8));
        assert_ne!(drawn.row(0), drawn.row(STREAM_ROWS), "streams differ");
        let count = drawn.values.len() as f64;
        let moment = |power| drawn.values.iter().map(|v| v.powi(power)).sum::<f64>() / count;
        assert!(moment(1).abs() < 0.03);
        assert!((moment(2) - 1.0).abs() < 0.05);
        assert!((moment(4) - 3.0).abs() < 0.3);
    }
}
