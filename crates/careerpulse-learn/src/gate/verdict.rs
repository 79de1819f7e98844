//! The rule: what a comparison has to show for a candidate to pass, and what fails it.

use serde::{Deserialize, Serialize};

use super::{Change, ClassChange, Comparison, Finding, GateParams};

/// The gate's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As good as the model in production, or better.
    Pass,
    /// Worse than it.
    Fail,
    /// The rows are too few to tell.
    InsufficientEvidence,
}

/// A verdict and what led to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// Sentences, the gravest first.
    pub reasons: Vec<String>,
}

/// The verdict on a comparison; `names` are the classes' names.
///
/// - `fail`: a regression is shown. The F1 of a class fell by more than `class_tolerance`, or macro
///   F1 by more than `macro_tolerance`, and its upper bound that holds for all of them at once is
///   below 0. An equally good candidate fails with a chance of `fail_error`, however many classes.
/// - `pass`: macro F1 is shown to lose less than `macro_tolerance` (its interval's lower end, a test
///   of non-inferiority), and no class is under suspicion. Suspicion is what failing is, at the
///   chance of error `doubt_error`: large, for a class that chance may have pulled down is a reason
///   to wait for more rows, and not to wait lets through what is not yet shown.
/// - `insufficient_evidence`: everything else, and whatever fewer than `min_support` groups show.
pub fn decide<S: AsRef<str>>(
    comparison: &Comparison,
    names: &[S],
    params: &GateParams,
) -> Decision {
    let (class_tolerance, macro_tolerance) = (params.class_tolerance, params.macro_tolerance);
    let with = |wanted: Finding| {
        let found = move |class: &&ClassChange| class.finding == wanted;
        comparison.classes.iter().filter(found)
    };
    let macro_f1 = comparison.macro_f1;
    let macro_words = format!("macro F1 {}", words(&macro_f1));
    let is_level = macro_f1.low > -macro_tolerance;
    let (mut shown, mut doubts) = (Vec::new(), Vec::new());
    for class in with(Finding::Shown) {
        shown.push(format!(
            "{}: more than {class_tolerance} is lost, and not by chance",
            class_words(class, names)
        ));
    }
    match comparison.finding {
        Finding::Shown => shown.push(format!(
            "{macro_words}: more than {macro_tolerance} is lost, and not by chance"
        )),
        _ if !is_level => doubts.push(format!(
            "{macro_words}: a loss of more than {macro_tolerance} is not excluded, more held-out postings are needed"
        )),
        _ => (),
    }
    for class in with(Finding::Suspected) {
        doubts.push(format!(
            "{}: more than {class_tolerance} is lost, perhaps by chance, more held-out postings are needed",
            class_words(class, names)
        ));
    }
    let is_too_small = comparison.groups < params.min_support;
    let verdict = match (shown.is_empty(), doubts.is_empty()) {
        _ if is_too_small => Verdict::InsufficientEvidence,
        (false, _) => Verdict::Fail,
        (true, false) => Verdict::InsufficientEvidence,
        (true, true) => Verdict::Pass,
    };
    let mut reasons = Vec::new();
    if is_too_small {
        reasons.push(format!(
            "{} held-out adverts are too few to compare on: at least {} are needed",
            comparison.groups, params.min_support
        ));
    }
    reasons.extend([shown, doubts].concat());
    if is_level {
        reasons.push(format!(
            "{macro_words}: a loss of more than {macro_tolerance} is excluded"
        ));
    }
    reasons.push(format!(
        "accuracy {} on {} held-out postings of {} adverts",
        words(&comparison.accuracy),
        comparison.rows,
        comparison.groups
    ));
    Decision { verdict, reasons }
}

fn words(change: &Change) -> String {
    format!(
        "{:.3} against {:.3}, change {:+.3} ({:+.3} to {:+.3})",
        change.candidate, change.production, change.change, change.low, change.high
    )
}

fn class_words<S: AsRef<str>>(class: &ClassChange, names: &[S]) -> String {
    let name = |&class: &u32| names.get(class as usize).map_or("?", AsRef::as_ref);
    let of = match class.classes.as_slice() {
        [one] => name(one).to_owned(),
        several => format!("{} small categories together", several.len()),
    };
    format!(
        "{of}: F1 {} on {} postings",
        words(&class.f1),
        class.support
    )
}
