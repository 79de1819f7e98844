//! The candidate against production, each as fitted without its held-out postings.

use std::collections::{BTreeSet, HashMap};

use careerpulse_learn::gate::{Decision, GateParams, Paired, Verdict, compare, decide};
use careerpulse_model::Model;

use super::evidence::Comparison;
use super::rows::{Posting, embedded, say, unseen};
use crate::config::Promote;
use crate::stage::Ctx;
use crate::tables::ml::ModelVersion;
use crate::tracking::load_assessed;

/// Compares on the candidate's `held_out` postings, as far as production has not seen them.
///
/// Where production cannot be asked nothing is guessed: the evidence is insufficient, and the reason
/// says what to do.
///
/// # Errors
/// When a table cannot be read.
pub async fn against(
    ctx: &Ctx,
    settings: &Promote,
    candidate: &Model,
    held_out: &[Posting],
    current: &ModelVersion,
) -> anyhow::Result<(Decision, Option<Comparison>)> {
    let number = current.version;
    let production = match load_assessed(&ctx.lake, current) {
        Ok(production) => production,
        Err(error) => {
            return Ok((
                undecided(format!(
                    "version {number} in production cannot be compared with: {error}, or decide yourself with `careerpulse promote --force --why`"
                )),
                None,
            ));
        }
    };
    let fair = unseen(ctx, held_out.to_vec(), &production).await?;
    let seen_by_production = held_out.len() - fair.len();
    let unembedded = fair.len();
    let fair = embedded(ctx, embedded(ctx, fair, candidate).await?, &production).await?;
    let without_embedding = unembedded - fair.len();
    if fair.is_empty() {
        return Ok((
            undecided(format!(
                "no held-out posting to compare on: version {number} in production was trained on {seen_by_production} of {}, and {without_embedding} lack their embedding; collect more postings, or run `careerpulse features`",
                held_out.len()
            )),
            None,
        ));
    }
    let said = [
        (candidate, say(ctx, &fair, candidate).await?),
        (&production, say(ctx, &fair, &production).await?),
    ];
    let truth = || {
        fair.iter()
            .filter_map(|posting| posting.category.as_deref())
    };
    let known = said
        .iter()
        .flat_map(|(model, _)| model.classifier.classes());
    let names: Vec<String> = truth()
        .chain(known.map(String::as_str))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let numbers: HashMap<&str, u32> = (0..)
        .zip(&names)
        .map(|(n, name)| (name.as_str(), n))
        .collect();
    let [guesses, old_guesses] = said.each_ref().map(|(model, said)| -> Vec<u32> {
        let classes = model.classifier.classes();
        let names = said
            .iter()
            .map(|said| classes[said.class as usize].as_str());
        names.map(|name| numbers[name]).collect()
    });
    let pairs = Paired {
        truth: &truth().map(|name| numbers[name]).collect::<Vec<_>>(),
        candidate: &guesses,
        production: &old_guesses,
        groups: &group_numbers(&fair),
        classes: names.len(),
    };
    let params = params(settings);
    let compared = tokio::task::block_in_place(|| compare(&pairs, &params))?;
    let comparison = Comparison {
        seen_by_production,
        without_embedding,
        ..Comparison::new(number, &compared, &names)
    };
    Ok((decide(&compared, &names, &params), Some(comparison)))
}

fn undecided(reason: String) -> Decision {
    Decision {
        verdict: Verdict::InsufficientEvidence,
        reasons: vec![reason],
    }
}

fn params(settings: &Promote) -> GateParams {
    GateParams {
        draws: settings.draws,
        fail_error: settings.fail_error,
        doubt_error: settings.doubt_error,
        min_support: settings.min_category_postings,
        class_tolerance: settings.max_category_loss,
        macro_tolerance: settings.max_loss,
        ..GateParams::default()
    }
}

/// A number for each group, by its first posting.
fn group_numbers(postings: &[Posting]) -> Vec<u64> {
    let mut numbers: HashMap<&str, u64> = HashMap::new();
    let mut number = |posting| {
        let next = numbers.len() as u64;
        *numbers.entry(posting).or_insert(next)
    };
    postings
        .iter()
        .map(|p| number(p.duplicate_group.as_str()))
        .collect()
}
