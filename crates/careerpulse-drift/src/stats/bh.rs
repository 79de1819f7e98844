//! Many tests at once.

/// Adjusted p-values of tests on counts, after Heyse (2011): Benjamini and Hochberg's, with the chance
/// that each test has of a p-value that small in place of the p-value itself.
///
/// `reached(p)` is the sum over all tests of the chance of a p-value of at most `p` where nothing has
/// changed. A test of few rows cannot reach small p-values at all and then takes nothing from the others (Tarone
/// 1990). Where it is `p` times the
/// number of tests, these are [`benjamini_hochberg`]'s.
pub fn discrete_benjamini_hochberg(p_values: &[f64], reached: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[b].total_cmp(&p_values[a]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least = 1.0_f64;
    for (from_the_end, &at) in order.iter().enumerate() {
        let rank = (order.len() - from_the_end) as f64;
        least = least.min(reached(p_values[at]) / rank);
        adjusted[at] = least;
    }
    adjusted
}

/// Adjusted p-values after Benjamini & Hochberg (1995): rejecting those at or below a level keeps the
/// share of false findings at that level, and where nothing has changed at all the chance of any.
///
/// As R's `p.adjust(method = "BH")` and SciPy's `false_discovery_control`. In the order given; values
/// outside 0 to 1 are taken as the nearer end, NaN as 1.
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let clean = |p: f64| if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) };
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| clean(p_values[b]).total_cmp(&clean(p_values[a])));
    let tests = p_values.len() as f64;
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least = 1.0_f64;
    for (from_the_end, &at) in order.iter().enumerate() {
        let rank = tests - from_the_end as f64;
        least = least.min(clean(p_values[at]) * (tests / rank));
        adjusted[at] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn adjusted_values_are_no_smaller_keep_their_order_and_one_test_is_left_alone(
            p_values in proptest::collection::vec(0.0..=1.0_f64, 0..40),
        ) {
            let adjusted = benjamini_hochberg(&p_values);
            prop_assert_eq!(adjusted.len(), p_values.len());
            for (a, &p) in p_values.iter().enumerate() {
                prop_assert!(adjusted[a] >= p && adjusted[a] <= 1.0);
                for (b, &other) in p_values.iter().enumerate() {
                    prop_assert!(p > other || adjusted[a] <= adjusted[b]);
                }
            }
            let discrete = discrete_benjamini_hochberg(&p_values, |p| p * p_values.len() as f64);
            for (discrete, adjusted) in discrete.iter().zip(&adjusted) {
                prop_assert!((discrete - adjusted).abs() < 1e-12);
            }
            if let [only] = p_values[..] {
                prop_assert_eq!(adjusted, vec![only]);
            }
        }
    }

    #[test]
    fn tests_that_cannot_reach_a_p_value_take_nothing_from_those_that_do() {
        // The second test's p-values are 0.5 and 1 alone.
        let reached = |p: f64| if p < 0.5 { p } else { p + 0.5 };
        assert_eq!(
            discrete_benjamini_hochberg(&[0.01, 0.5], reached),
            [0.01, 0.5]
        );
        assert_eq!(benjamini_hochberg(&[0.01, 0.5]), [0.02, 0.5]);
    }

    #[test]
    fn what_is_no_chance_counts_as_none_or_all() {
        assert_eq!(benjamini_hochberg(&[f64::NAN, -1.0, 7.0]), [1.0, 0.0, 1.0]);
    }
}
