//! Orthonormal columns that span what the given ones do.

use super::tall::{Tall, gram, times_square};

/// Share of a column's square that must stick out of the columns before it for the fast way:
/// above, one pass leaves the columns orthonormal to about 1e-6, and a second to rounding.
const INDEPENDENT: f64 = 1e-9;

/// Columns that span the same and are nearly orthonormal, enough to keep a power iteration
/// from losing the small directions. Needs at least as many rows as columns.
pub fn conditioned(matrix: Tall) -> Tall {
    match by_cholesky(&matrix) {
        Some((basis, _)) => basis,
        None => by_householder(&matrix).0,
    }
}

/// `Q` with orthonormal columns and the upper triangle `R` (row-major) with `Q R = matrix`.
///
/// Cholesky twice over (Yamamoto et al. 2015, "Roundoff error analysis of the CholeskyQR2
/// algorithm"): two matrix products, as fast as the machine multiplies. Columns that nearly
/// depend on each other go by Householder's reflections, which stay orthonormal even where
/// the rank is too low. Needs at least as many rows as columns.
pub fn orthonormal(matrix: &Tall) -> (Tall, Vec<f64>) {
    let twice = by_cholesky(matrix).and_then(|(basis, first)| {
        let (basis, second) = by_cholesky(&basis)?;
        Some((basis, triangles_product(&second, &first, matrix.cols)))
    });
    twice.unwrap_or_else(|| by_householder(matrix))
}

/// One pass by the Cholesky factor of the products of columns; nothing where they nearly depend
/// on each other.
fn by_cholesky(matrix: &Tall) -> Option<(Tall, Vec<f64>)> {
    let factor = cholesky(gram(matrix), matrix.cols)?;
    let inverse = inverse_of_upper(&factor, matrix.cols);
    Some((times_square(matrix, &inverse), factor))
}

/// The upper triangle `R` with `Rᵀ R = square`.
fn cholesky(square: Vec<f64>, n: usize) -> Option<Vec<f64>> {
    let mut factor = square;
    for i in 0..n {
        let (done, rest) = factor.split_at_mut(i * n);
        let row = &mut rest[..n];
        let before = row[i];
        for above in done.chunks_exact(n) {
            let scale = above[i];
            for (value, a) in row[i..].iter_mut().zip(&above[i..]) {
                *value -= scale * a;
            }
        }
        let pivot = row[i];
        // Written so that NaN is refused too; the product of normal numbers may be subnormal.
        let independent = pivot > INDEPENDENT * before && pivot > f64::MIN_POSITIVE;
        if !independent {
            return None;
        }
        let scale = pivot.sqrt().recip();
        row[..i].fill(0.0);
        row[i..].iter_mut().for_each(|value| *value *= scale);
    }
    Some(factor)
}

/// The inverse of an upper triangle, by substitution from the last row up.
fn inverse_of_upper(upper: &[f64], n: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; n * n];
    for i in (0..n).rev() {
        let (head, below) = inverse.split_at_mut((i + 1) * n);
        let row = &mut head[i * n..];
        row[i] = 1.0;
        for (&scale, lower) in upper[i * n + i + 1..(i + 1) * n]
            .iter()
            .zip(below.chunks_exact(n))
        {
            for (value, a) in row[i + 1..].iter_mut().zip(&lower[i + 1..]) {
                *value -= scale * a;
            }
        }
        let scale = upper[i * n + i].recip();
        row[i..].iter_mut().for_each(|value| *value *= scale);
    }
    inverse
}

fn triangles_product(left: &[f64], right: &[f64], n: usize) -> Vec<f64> {
    let mut product = vec![0.0; n * n];
    for i in 0..n {
        let row = &mut product[i * n..(i + 1) * n];
        for k in i..n {
            let scale = left[i * n + k];
            for (value, a) in row[k..].iter_mut().zip(&right[k * n + k..(k + 1) * n]) {
                *value += scale * a;
            }
        }
    }
    product
}

/// Householder's reflections, column by column (Golub and Van Loan, "Matrix Computations",
/// algorithms 5.1.1 and 5.2.1).
fn by_householder(matrix: &Tall) -> (Tall, Vec<f64>) {
    let (rows, cols) = (matrix.rows(), matrix.cols);
    let mut columns: Vec<Vec<f64>> = (0..cols)
        .map(|column| (0..rows).map(|row| matrix.row(row)[column]).collect())
        .collect();
    let mut upper = vec![0.0; cols * cols];
    // Reflection `j` is `I - 2 v vᵀ` with `v` of unit length from row `j` on, or nothing.
    let mut mirrors: Vec<Option<Vec<f64>>> = Vec::with_capacity(cols);
    for j in 0..cols {
        let (head, rest) = columns.split_at_mut(j + 1);
        let column = &mut head[j];
        for i in 0..j {
            upper[i * cols + j] = column[i];
        }
        let mut mirror = column[j..].to_vec();
        let length = norm(&mirror);
        let target = if mirror[0] > 0.0 { -length } else { length };
        upper[j * cols + j] = target;
        mirror[0] -= target;
        let size = norm(&mirror);
        if size == 0.0 {
            mirrors.push(None);
            continue;
        }
        mirror.iter_mut().for_each(|value| *value /= size);
        for other in rest {
            reflect(&mirror, &mut other[j..]);
        }
        mirrors.push(Some(mirror));
    }
    let mut values = vec![0.0; rows * cols];
    let mut unit = vec![0.0; rows];
    for column in 0..cols {
        unit.fill(0.0);
        unit[column] = 1.0;
        // Later reflections leave this unit vector as it is.
        for (j, mirror) in mirrors[..=column].iter().enumerate().rev() {
            if let Some(mirror) = mirror {
                reflect(mirror, &mut unit[j..]);
            }
        }
        for (row, &value) in unit.iter().enumerate() {
            values[row * cols + column] = value;
        }
    }
    (Tall { cols, values }, upper)
}

fn reflect(mirror: &[f64], vector: &mut [f64]) {
    let product: f64 = mirror.iter().zip(&*vector).map(|(a, b)| a * b).sum();
    for (value, a) in vector.iter_mut().zip(mirror) {
        *value -= 2.0 * product * a;
    }
}

/// Length of a vector, scaled so that squares of small values do not vanish.
fn norm(vector: &[f64]) -> f64 {
    let largest = vector
        .iter()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    if largest == 0.0 {
        return 0.0;
    }
    let square = |value: &f64| (value / largest) * (value / largest);
    largest * vector.iter().map(square).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_factors(matrix: &Tall, (basis, upper): (Tall, Vec<f64>)) {
        let cols = matrix.cols;
        for (i, product) in gram(&basis).into_iter().enumerate() {
            let expected = if i / cols == i % cols { 1.0 } else { 0.0 };
            assert!((product - expected).abs() < 1e-13, "{product}");
        }
        for (i, value) in upper.iter().enumerate() {
            assert!(i / cols <= i % cols || *value == 0.0, "below the diagonal");
        }
        let product = times_square(&basis, &upper);
        for (a, b) in product.values.iter().zip(&matrix.values) {
            assert!((a - b).abs() < 1e-12, "{a} is not {b}");
        }
    }

    fn tall(value: impl Fn(f64, f64) -> f64) -> Tall {
        let values = (0..40)
            .flat_map(|row| (0..6).map(move |column| (f64::from(row), f64::from(column))))
            .map(|(row, column)| value(row, column))
            .collect();
        Tall { cols: 6, values }
    }

    #[test]
    fn independent_columns_take_the_fast_way() {
        let matrix = tall(|row, column| (row * (column + 1.3)).sin());
        assert!(by_cholesky(&matrix).is_some());
        assert_factors(&matrix, orthonormal(&matrix));
        assert_factors(&matrix, by_householder(&matrix));
    }

    #[test]
    fn too_low_a_rank_still_gives_orthonormal_columns() {
        for matrix in [
            tall(|row, column| (row * 1.3).sin() * (column + 1.0)),
            tall(|row, column| {
                if column < 3.0 {
                    0.0
                } else {
                    (row + column).cos()
                }
            }),
            tall(|row, column| row + 1e-9 * column * (row * row).sin()),
        ] {
            assert!(by_cholesky(&matrix).is_none());
            assert_factors(&matrix, orthonormal(&matrix));
        }
    }

    #[test]
    fn nearly_dependent_columns_do_not_take_the_fast_way() {
        // From far enough apart for the products of columns to tell, to lost in their rounding.
        for step in 4..24 {
            let apart = 10_f64.powf(-0.5 * f64::from(step));
            let matrix = tall(|row, column| 1.0 + apart * (row * (column + 1.3)).sin());
            assert_eq!(by_cholesky(&matrix).is_some(), apart > 5e-5, "{apart}");
            assert_factors(&matrix, orthonormal(&matrix));
        }
    }
}
