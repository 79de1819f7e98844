//! Dense rows for the benchmark: TF-IDF rows seen along a few random directions.
//!
//! Source: Achlioptas, "Database-friendly random projections", 2003: signs drawn at random
//! preserve distances. So the rows are as near and as far as those of real postings, twins
//! stay twins to the bit, and no encoder is needed.

use careerpulse_learn::CsrMatrix;

/// Width of a row, an embedding's.
pub const WIDTH: usize = 384;

/// `matrix` along [`WIDTH`] random directions, rows × [`WIDTH`], each row of unit length.
pub fn project(matrix: &CsrMatrix) -> Vec<f32> {
    let mut rows = Vec::with_capacity(matrix.rows() * WIDTH);
    for row in 0..matrix.rows() {
        let mut sums = [0.0_f64; WIDTH];
        let (columns, values) = matrix.row(row);
        for (&column, &value) in columns.iter().zip(values) {
            for (block, sums) in (0_u64..).zip(sums.chunks_exact_mut(64)) {
                let signs = mix(u64::from(column) * (WIDTH as u64 / 64) + block);
                for (bit, sum) in sums.iter_mut().enumerate() {
                    let value = f64::from(value);
                    *sum += if signs >> bit & 1 == 1 { value } else { -value };
                }
            }
        }
        let length = sums.iter().map(|sum| sum * sum).sum::<f64>().sqrt();
        // A row of zeros stays one.
        let scale = if length > 0.0 { length.recip() } else { 0.0 };
        rows.extend(sums.map(|sum| (sum * scale) as f32));
    }
    rows
}

/// 64 random bits of a number: splitmix64's output function.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_rows_stay_near_and_twins_twins() {
        let matrix = CsrMatrix::from_rows(
            9,
            &[
                vec![(0, 0.6), (4, 0.8)],
                vec![(0, 0.6), (5, 0.8)],
                vec![(2, 1.0)],
                vec![(0, 0.6), (4, 0.8)],
                vec![],
            ],
        );
        let rows = project(&matrix.unwrap());
        let rows: Vec<&[f32]> = rows.chunks(WIDTH).collect();
        let dot =
            |a: usize, b: usize| -> f32 { rows[a].iter().zip(rows[b]).map(|(x, y)| x * y).sum() };
        assert_eq!(rows[0], rows[3]);
        assert!((dot(0, 0) - 1.0).abs() < 1e-5);
        assert!((dot(0, 1) - 0.36).abs() < 0.15, "{}", dot(0, 1));
        assert!(dot(0, 2).abs() < 0.15, "{}", dot(0, 2));
        assert!(rows[4].iter().all(|value| *value == 0.0));
    }
}
