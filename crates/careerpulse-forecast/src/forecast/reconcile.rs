//! Forecasts of the categories and of the total, made to agree.

/// The categories as they are, and their sum as the total behind them; by series and day ahead.
pub(super) fn bottom_up(categories: &[&[f64]]) -> Vec<Vec<f64>> {
    with_total(categories.iter().map(|ahead| ahead.to_vec()).collect())
}

/// MinT with diagonal weights, none below 0; by series and day ahead, the total last.
///
/// Wickramasuriya, Athanasopoulos & Hyndman (2019) with W = diag(error variances), "WLS by variances":
/// under one total over all categories their projection has a closed form, in which every category
/// moves by its share `w / (w_total + Σ w)` of what the total has more than the sum. Where that would
/// take a category below 0 it stays at 0 and the others move instead: the quadratic programme of
/// Wickramasuriya, Turlach & Hyndman (2020), solved exactly.
pub(crate) fn min_trace(
    categories: &[&[f64]],
    total: &[f64],
    weights: &[f64],
    total_weight: f64,
) -> Vec<Vec<f64>> {
    let mut moved: Vec<Vec<f64>> = categories.iter().map(|ahead| ahead.to_vec()).collect();
    let mut own = vec![0.0; categories.len()];
    for day in 0..total.len() {
        for (own, ahead) in own.iter_mut().zip(categories) {
            *own = ahead[day];
        }
        let multiplier = multiplier(&own, total[day], weights, total_weight);
        for ((ahead, own), weight) in moved.iter_mut().zip(&own).zip(weights) {
            ahead[day] = (own + weight * multiplier).max(0.0);
        }
    }
    with_total(moved)
}

/// The λ at which `λ · w_total = total − Σ max(0, own + w λ)`.
///
/// The difference of both sides falls as λ grows, so from the solution without bounds the bounds that
/// bind are added one after another; each round binds at least one more.
fn multiplier(own: &[f64], total: f64, weights: &[f64], total_weight: f64) -> f64 {
    let mut is_bound = vec![false; own.len()];
    loop {
        let (mut sum, mut weight) = (0.0, total_weight);
        for at in (0..own.len()).filter(|&at| !is_bound[at]) {
            sum += own[at];
            weight += weights[at];
        }
        // Nothing is left to move, or nothing was ever wrong.
        let multiplier = match weight > 0.0 {
            true => (total - sum) / weight,
            false => return 0.0,
        };
        let below = |at: &usize| !is_bound[*at] && own[*at] + weights[*at] * multiplier < 0.0;
        let newly: Vec<usize> = (0..own.len()).filter(below).collect();
        if newly.is_empty() {
            return multiplier;
        }
        for at in newly {
            is_bound[at] = true;
        }
    }
}

/// Adds the sum of all, added in their order, as the last.
fn with_total(mut categories: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let days = categories.first().map_or(0, Vec::len);
    let total = (0..days)
        .map(|day| categories.iter().map(|ahead| ahead[day]).sum())
        .collect();
    categories.push(total);
    categories
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_total_has_more_goes_by_the_errors_variances() {
        let moved = min_trace(&[&[4.0], &[6.0]], &[20.0], &[1.0, 3.0], 1.0);
        assert_eq!(moved, [[6.0], [12.0], [18.0]]);
    }

    #[test]
    fn a_category_at_zero_leaves_the_rest_to_the_others() {
        // Unbound, the first would fall to -2; with it at 0 the second gives way by 1/2 of 8.
        let moved = min_trace(&[&[1.0], &[9.0]], &[1.0], &[2.0, 1.0], 1.0);
        assert_eq!(moved, [[0.0], [5.0], [5.0]]);
    }

    #[test]
    fn without_errors_nothing_moves() {
        let moved = min_trace(&[&[1.0], &[2.0]], &[7.0], &[0.0, 0.0], 0.0);
        assert_eq!(moved, [[1.0], [2.0], [3.0]]);
        assert_eq!(bottom_up(&[&[0.1], &[0.2]]), [[0.1], [0.2], [0.1 + 0.2]]);
    }
}
