//! A quick first guess for a squared-hinge machine: dual coordinate descent (Hsieh et al., ICML 2008).

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::newton::Machine;

/// Sweeps over the rows at most.
const SWEEPS: usize = 30;
/// Spread of the projected gradients to stop at: from about there on Newton's method is quicker.
const NEAR: f64 = 0.01;
/// Fixes the order of the rows, which the guess depends on and the minimum does not.
const SEED: u64 = 0;

/// Weights near the minimum of `machine`, from `squares`, the squared length of each of its rows.
///
/// Every row in turn, in shuffled order, gets the multiplier that is best while the others
/// stay. A row whose multiplier is 0 and likely to remain so is left out of later sweeps.
pub(super) fn first_guess(machine: &Machine, squares: &[f64]) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut weights = vec![0.0; machine.features.cols() + 1];
    let mut multipliers = vec![0.0_f64; squares.len()];
    let mut rows: Vec<usize> = (0..squares.len()).collect();
    let mut surely_outside = f64::INFINITY;
    for _ in 0..SWEEPS {
        rows.shuffle(&mut random);
        let (mut highest, mut lowest) = (f64::NEG_INFINITY, f64::INFINITY);
        rows.retain(|&row| {
            let side = machine.sides[row];
            let damping = 0.5 / machine.costs[row];
            let multiplier = multipliers[row];
            let gradient = side * machine.score(row, &weights) - 1.0 + multiplier * damping;
            if multiplier == 0.0 && gradient > surely_outside {
                return false;
            }
            let projected = if multiplier == 0.0 {
                gradient.min(0.0)
            } else {
                gradient
            };
            highest = highest.max(projected);
            lowest = lowest.min(projected);
            if projected != 0.0 {
                let better = (multiplier - gradient / (squares[row] + damping)).max(0.0);
                machine.add_row(row, (better - multiplier) * side, &mut weights);
                multipliers[row] = better;
            }
            true
        });
        if highest - lowest <= NEAR {
            break;
        }
        surely_outside = if highest > 0.0 {
            highest
        } else {
            f64::INFINITY
        };
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::super::newton::solve;
    use super::*;
    use crate::dense::DenseMatrix;
    use crate::knn::Features;
    use rand::RngExt;

    fn loss(machine: &Machine, weights: &[f64]) -> f64 {
        let penalty: f64 = weights.iter().map(|weight| weight * weight / 2.0).sum();
        let slack = |row| 1.0 - machine.sides[row] * machine.score(row, weights);
        let rows = 0..machine.sides.len();
        let costs = rows.map(|row| machine.costs[row] * slack(row).max(0.0).powi(2));
        penalty + costs.sum::<f64>()
    }

    #[test]
    fn the_guess_is_near_the_minimum_and_the_same_each_time() {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let values: Vec<f32> = (0..200 * 10)
            .map(|_| random.random::<f32>() - 0.5)
            .collect();
        let squares: Vec<f64> = values
            .chunks(10)
            .map(|row| {
                1.0 + row
                    .iter()
                    .map(|&value| f64::from(value).powi(2))
                    .sum::<f64>()
            })
            .collect();
        // Sides that the rows tell only in part, so that many stay inside the margin.
        let sides = values.chunks(10).map(|row| {
            let leaning = row[0] + row[1] + 0.3 * random.random::<f32>();
            if leaning > 0.4 { 1.0 } else { -1.0 }
        });
        let machine = Machine {
            sides: sides.collect(),
            costs: (0..200).map(|row| f64::from(row % 3 + 1)).collect(),
            features: &Features::Dense(DenseMatrix::new(10, values).expect("200 whole rows")),
            intercept_scaling: 1.0,
        };
        let guess = first_guess(&machine, &squares);
        let least = loss(&machine, &solve(&machine, &squares, 100, 1e-9).weights);
        assert!(loss(&machine, &guess) < 1.01 * least);
        assert_eq!(guess, first_guess(&machine, &squares));
    }
}
