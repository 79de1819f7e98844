//! Nearest dense rows: candidates by blocked matrix products, then exact distances.

use rayon::prelude::*;

use super::shortlist::Shortlist;
use super::{Metric, Neighbour, joined};
use crate::dense::DenseMatrix;

/// Query rows a thread takes at a time, and index rows it compares them with at once:
/// products of 256 KiB, which stay in a core's second-level cache.
const QUERY_BLOCK: usize = 128;
const INDEX_BLOCK: usize = 512;

/// All neighbours by each metric, `k` per query row. The caller has checked widths, values and `k`.
pub fn search(
    index: &DenseMatrix,
    query: &DenseMatrix,
    metrics: &[Metric],
    k: usize,
    folds: Option<&[u32]>,
) -> Vec<Vec<Neighbour>> {
    let own = (!std::ptr::eq(index, query)).then(|| Side::new(query));
    let index = Side::new(index);
    let query = own.as_ref().unwrap_or(&index);
    let blocks: Vec<usize> = (0..query.rows()).step_by(QUERY_BLOCK).collect();
    let found = blocks
        .par_iter()
        .map(|&first| search_block(&index, query, first, metrics, k, folds))
        .collect();
    joined(found, metrics)
}

/// A matrix with what every comparison needs of it.
struct Side<'m> {
    matrix: &'m DenseMatrix,
    /// Rows of unit length, so that one product serves every metric and none leaves the range of `f32`.
    unit: Vec<f32>,
    squares: Vec<f64>,
    lengths: Vec<f64>,
    longest: f64,
}

impl<'m> Side<'m> {
    fn new(matrix: &'m DenseMatrix) -> Side<'m> {
        let squares: Vec<f64> = (0..matrix.rows())
            .map(|row| dot(matrix.row(row), matrix.row(row)))
            .collect();
        let lengths: Vec<f64> = squares.iter().map(|square| square.sqrt()).collect();
        let scaled = |row: usize| {
            let scale = if lengths[row] > 0.0 {
                lengths[row].recip()
            } else {
                0.0
            };
            let values = matrix.row(row).iter();
            values.map(move |&value| (f64::from(value) * scale) as f32)
        };
        Side {
            unit: (0..matrix.rows()).flat_map(scaled).collect(),
            longest: lengths.iter().copied().fold(0.0, f64::max),
            matrix,
            squares,
            lengths,
        }
    }

    fn rows(&self) -> usize {
        self.matrix.rows()
    }

    fn block(&self, first: usize, rows: usize) -> &[f32] {
        &self.unit[first * self.matrix.cols()..(first + rows) * self.matrix.cols()]
    }

    /// By how much the rough keys of query row `row` may mislead, see [`Shortlist`].
    fn margin(&self, query: &Side, row: usize, metric: Metric) -> f64 {
        // The error of a sum of n products in f32 is at most n * 2^-24 times the product of
        // the lengths (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1);
        // 8 more cover the rounding of unit rows, and 2.5 both ends of a comparison.
        let error = 2.5 * (self.matrix.cols() + 8) as f64 * f64::from(f32::EPSILON) / 2.0;
        match metric {
            Metric::Cosine => error,
            Metric::Euclidean => {
                // The sum of two squares of unlike size rounds by more than their product may.
                let rounding = 8.0 * f64::EPSILON * (query.squares[row] + self.longest.powi(2));
                error * 2.0 * query.lengths[row] * self.longest + rounding
            }
        }
    }
}

fn search_block(
    index: &Side,
    query: &Side,
    first: usize,
    metrics: &[Metric],
    k: usize,
    folds: Option<&[u32]>,
) -> Vec<Vec<Neighbour>> {
    let rows = QUERY_BLOCK.min(query.rows() - first);
    let cols = query.matrix.cols();
    let left = query.block(first, rows);
    let list = |row, metric| Shortlist::new(k, index.margin(query, row, metric));
    let of_metric = |&metric| (first..first + rows).map(|row| list(row, metric)).collect();
    let mut lists: Vec<Vec<Shortlist>> = metrics.iter().map(of_metric).collect();
    let mut products = vec![0.0_f32; rows * INDEX_BLOCK];
    for start in (0..index.rows()).step_by(INDEX_BLOCK) {
        let width = INDEX_BLOCK.min(index.rows() - start);
        let products = &mut products[..rows * width];
        multiply(left, index.block(start, width), cols, products);
        for (i, products) in products.chunks_exact(width).enumerate() {
            let (square, length) = (query.squares[first + i], query.lengths[first + i]);
            let allowed = |row: usize| folds.is_none_or(|folds| folds[row] != folds[first + i]);
            for (metric, lists) in metrics.iter().zip(&mut lists) {
                let list = &mut lists[i];
                for (row, &product) in (start..).zip(products) {
                    let product = f64::from(product);
                    let key = match metric {
                        Metric::Cosine => 1.0 - product,
                        Metric::Euclidean => {
                            square + index.squares[row]
                                - 2.0 * length * index.lengths[row] * product
                        }
                    };
                    if key < list.limit() && allowed(row) {
                        list.offer(key, row as u32);
                    }
                }
            }
        }
    }
    let nearest = |(lists, &metric): (Vec<Shortlist>, &Metric)| {
        (first..)
            .zip(lists)
            .flat_map(|(row, list)| rescore(index, query, row, metric, k, list))
            .collect()
    };
    lists.into_iter().zip(metrics).map(nearest).collect()
}

/// The `k` nearest of the candidates by exact distance.
fn rescore(
    index: &Side,
    query: &Side,
    row: usize,
    metric: Metric,
    k: usize,
    list: Shortlist,
) -> Vec<Neighbour> {
    let vector = query.matrix.row(row);
    let mut found: Vec<Neighbour> = list
        .into_candidates()
        .into_iter()
        .map(|(_, candidate)| {
            let at = candidate as usize;
            let product = dot(vector, index.matrix.row(at));
            let key = metric.key(product, query.squares[row], index.squares[at]);
            Neighbour {
                row: candidate,
                distance: metric.distance(key),
            }
        })
        .collect();
    found.sort_unstable_by(|a, b| a.distance.total_cmp(&b.distance).then(a.row.cmp(&b.row)));
    found.truncate(k);
    found
}

/// Sum of products in `f64`, in an order that depends on the length alone.
pub(super) fn dot(left: &[f32], right: &[f32]) -> f64 {
    // Eight sums side by side let the compiler use vector registers.
    let mut sums = [0.0_f64; 8];
    let (left_chunks, right_chunks) = (left.chunks_exact(8), right.chunks_exact(8));
    let rest: f64 = left_chunks
        .remainder()
        .iter()
        .zip(right_chunks.remainder())
        .map(|(&a, &b)| f64::from(a) * f64::from(b))
        .sum();
    for (a, b) in left_chunks.zip(right_chunks) {
        for lane in 0..8 {
            sums[lane] += f64::from(a[lane]) * f64::from(b[lane]);
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// `out[i][j]` = row `i` of `left` times row `j` of `right`, all row-major with `cols` columns.
#[expect(unsafe_code, reason = "the fast matrix product takes raw pointers")]
fn multiply(left: &[f32], right: &[f32], cols: usize, out: &mut [f32]) {
    let (m, n) = (left.len() / cols, right.len() / cols);
    assert!(left.len() == m * cols && right.len() == n * cols && out.len() == m * n);
    // SAFETY: the strides describe `left` as m × cols, `right` transposed as cols × n and
    // `out` as m × n, all row-major, and the assertion above holds every slice to exactly
    // that size; `out` is borrowed mutably, so it overlaps neither input.
    unsafe {
        gemm::gemm(
            m,
            n,
            cols,
            out.as_mut_ptr(),
            1,
            n as isize,
            false,
            left.as_ptr(),
            1,
            cols as isize,
            right.as_ptr(),
            cols as isize,
            1,
            0.0_f32,
            1.0_f32,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
