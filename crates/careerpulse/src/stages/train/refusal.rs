//! Telling what the data do not admit from what went wrong.

use careerpulse_learn::LearnError;
use careerpulse_model::ModelError;

/// Whether an error says that these rows admit no such model, which is no fault: a single category,
/// no vocabulary, fewer rows than neighbours.
pub fn is_refusal(error: &anyhow::Error) -> bool {
    error.downcast_ref::<LearnError>().is_some()
        || matches!(error.downcast_ref(), Some(ModelError::Learn(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_known_behind_a_model_and_a_fault_is_none() {
        let refusal = || LearnError::OneClass("Sales".to_owned());
        assert!(is_refusal(&refusal().into()));
        assert!(is_refusal(&ModelError::from(refusal()).into()));
        assert!(is_refusal(
            &anyhow::Error::from(refusal()).context("fitting")
        ));
        assert!(!is_refusal(&ModelError::NoText.into()));
        assert!(!is_refusal(&anyhow::anyhow!("no space left")));
    }
}
