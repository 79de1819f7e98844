//! Singular values and right singular vectors of a small square matrix.

/// Sweeps after which to stop. Angles shrink quadratically once they are small, and about ten
/// sweeps settle any size in use; what is left after thirty is rounding.
const SWEEPS: usize = 30;

/// Singular values, descending, and the right singular vector of each, one after the other.
///
/// `square` is row-major, `n` × `n`. One-sided Jacobi (Hestenes 1958; Golub and Van Loan,
/// "Matrix Computations", section 8.6.3): columns are turned against each other until all are
/// orthogonal; what turns them is a product of rotations, orthonormal whatever the rank.
pub fn right_singular(square: &[f64], n: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    // A column of the matrix, followed by the same column of the product of rotations.
    let mut pairs: Vec<Vec<f64>> = (0..n)
        .map(|column| {
            let mut pair: Vec<f64> = (0..n).map(|row| square[row * n + column]).collect();
            pair.extend((0..n).map(|row| if row == column { 1.0 } else { 0.0 }));
            pair
        })
        .collect();
    for _ in 0..SWEEPS {
        // Longest first makes the singular values come out in order and the sweeps fewer.
        pairs.sort_by(|a, b| length(&b[..n]).total_cmp(&length(&a[..n])));
        if !sweep(&mut pairs, n) {
            break;
        }
    }
    let mut found: Vec<(f64, Vec<f64>)> = pairs
        .into_iter()
        .map(|pair| (length(&pair[..n]), pair[n..].to_vec()))
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().unzip()
}

/// Turns every two columns against each other once; whether any had to turn.
fn sweep(pairs: &mut [Vec<f64>], n: usize) -> bool {
    let mut turned = false;
    let mut squares: Vec<f64> = pairs
        .iter()
        .map(|pair| dot(&pair[..n], &pair[..n]))
        .collect();
    // Products this far below those of the largest column are rounding of the input itself.
    let floor = squares.iter().copied().fold(0.0, f64::max) * f64::EPSILON * f64::EPSILON;
    for i in 0..n {
        for j in i + 1..n {
            let (head, tail) = pairs.split_at_mut(j);
            let (left, right) = (&mut head[i], &mut tail[0]);
            let product = dot(&left[..n], &right[..n]);
            let (a, b) = (squares[i], squares[j]);
            let small = f64::EPSILON * (n as f64).sqrt() * (a * b).sqrt();
            if product.abs() <= small.max(floor) {
                continue;
            }
            turned = true;
            let zeta = (b - a) / (2.0 * product);
            let tangent = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
            let cosine = tangent.hypot(1.0).recip();
            let sine = cosine * tangent;
            for (x, y) in left.iter_mut().zip(right.iter_mut()) {
                (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
            }
            squares[i] = dot(&left[..n], &left[..n]);
            squares[j] = dot(&right[..n], &right[..n]);
        }
    }
    turned
}

fn length(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    // Eight sums side by side let the compiler use vector registers.
    let mut sums = [0.0_f64; 8];
    let (lefts, rights) = (left.chunks_exact(8), right.chunks_exact(8));
    let rest: f64 = lefts
        .remainder()
        .iter()
        .zip(rights.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in lefts.zip(rights) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_factorisation_is_found() {
        // [[3, 0], [4, 5]] has the singular values √45 and √5, the right vectors (1, 1)/√2 and (1, -1)/√2.
        let (values, vectors) = right_singular(&[3.0, 0.0, 4.0, 5.0], 2);
        assert!((values[0] - 45_f64.sqrt()).abs() < 1e-14);
        assert!((values[1] - 5_f64.sqrt()).abs() < 1e-14);
        assert!((vectors[0][0] - vectors[0][1]).abs() < 1e-15);
        assert!((vectors[1][0] + vectors[1][1]).abs() < 1e-15);
    }

    #[test]
    fn a_rank_too_low_leaves_the_vectors_orthonormal() {
        let n = 5;
        let square: Vec<f64> = (0..n * n).map(|i| (i / n + 1) as f64).collect();
        let (values, vectors) = right_singular(&square, n);
        assert!((values[0] - 275_f64.sqrt()).abs() < 1e-12);
        assert!(values[1..].iter().all(|value| value.abs() < 1e-13));
        for (i, a) in vectors.iter().enumerate() {
            for (j, b) in vectors.iter().enumerate() {
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((dot(a, b) - expected).abs() < 1e-14);
            }
        }
    }
}
