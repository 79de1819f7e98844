//! What every version must show, whatever is in production: that it predicts at all, and well enough.

use crate::config::Promote;
use crate::posting::text::is_sentinel;
use crate::tables::ml::ModelVersion;

/// What speaks against the candidate, and what for it.
///
/// An empty or degenerate predictor, one with a category that means "none", and one with a held-out
/// macro F1 under the floor fail.
pub fn floors(candidate: &ModelVersion, settings: &Promote) -> (Vec<String>, Vec<String>) {
    let f1 = candidate.test_macro_f1;
    let (mut failures, mut seen) = (Vec::new(), Vec::new());
    if candidate.categories.len() < 2 || candidate.test_postings == 0 {
        failures.push(format!(
            "it is an empty predictor: {} categories, {} held-out postings",
            candidate.categories.len(),
            candidate.test_postings
        ));
    } else if candidate.test_categories_predicted < 2 && candidate.test_categories_true > 1 {
        failures.push(format!(
            "it is a degenerate predictor: one category for all {} held-out postings of {} categories",
            candidate.test_postings, candidate.test_categories_true
        ));
    }
    if let Some(name) = candidate.categories.iter().find(|name| is_sentinel(name)) {
        failures.push(format!(
            "it may predict the category {name:?}, which says that there is none: map it in [gold] taxonomy"
        ));
    }
    let floor = settings.min_macro_f1;
    // Written so that a NaN fails.
    if f1 >= floor {
        seen.push(format!("held-out macro F1 {f1:.3} is at least {floor:.3}"));
    } else {
        failures.push(format!(
            "held-out macro F1 {f1:.3} is under {floor:.3} ([promote] min_macro_f1)"
        ));
    }
    (failures, seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::ml::testing::version;

    #[test]
    fn empty_degenerate_hopeless_nameless_and_undefined_predictors_fail() {
        let degenerate = ModelVersion {
            test_categories_predicted: 1,
            ..version()
        };
        let empty = ModelVersion {
            test_postings: 0,
            ..version()
        };
        let nameless = ModelVersion {
            categories: vec!["A".into(), " Unknown".into()],
            ..version()
        };
        let with_f1 = |test_macro_f1| ModelVersion {
            test_macro_f1,
            ..version()
        };
        for (candidate, reason) in [
            (degenerate, "degenerate"),
            (empty, "empty"),
            (nameless, "says that there is none"),
            (with_f1(0.05), "min_macro_f1"),
            (with_f1(f64::NAN), "min_macro_f1"),
        ] {
            let (failures, _) = floors(&candidate, &Promote::default());
            assert_eq!(failures.len(), 1, "{failures:?}");
            assert!(failures[0].contains(reason), "{failures:?}");
        }
        let (failures, seen) = floors(&version(), &Promote::default());
        assert!(failures.is_empty() && seen.len() == 1);
    }
}
