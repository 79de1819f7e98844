//! Many tests at once.

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
            if let [only] = p_values[..] {
                prop_assert_eq!(adjusted, vec![only]);
            }
        }
    }

    #[test]
    fn what_is_no_chance_counts_as_none_or_all() {
        assert_eq!(benjamini_hochberg(&[f64::NAN, -1.0, 7.0]), [1.0, 0.0, 1.0]);
    }
}
