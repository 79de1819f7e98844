//! A classifier trained on what is not hidden, and what it says of the rest.

use anyhow::Result;
use careerpulse_learn::{
    Calibration, Features, LinearSvm, ScoreKind, Scores, SvmParams, cross_fitted, fit_calibration,
    stratified_group_kfold,
};

use super::world::World;

/// Folds of the out-of-fold scores.
const FOLDS: usize = 5;

/// Posteriors of both kinds of rows.
pub struct Learnt {
    pub labeled: Vec<u32>,
    pub hidden: Vec<u32>,
    /// Out of fold.
    pub labeled_posteriors: Scores,
    pub hidden_posteriors: Scores,
}

pub fn learn(world: &World, is_hidden: &[bool], seed: u64) -> Result<Learnt> {
    let rows = |kind: bool| -> Vec<u32> {
        (0..)
            .zip(is_hidden)
            .filter(|(_, hidden)| **hidden == kind)
            .map(|(row, _)| row)
            .collect()
    };
    let (labeled, hidden) = (rows(false), rows(true));
    let labels: Vec<u32> = labeled
        .iter()
        .map(|&row| world.labels[row as usize])
        .collect();
    let groups: Vec<u64> = labeled
        .iter()
        .map(|&row| world.groups[row as usize])
        .collect();
    let folds = stratified_group_kfold(&labels, &groups, FOLDS, seed)?;
    let classes = world.classes.len();
    let mut margins = vec![0.0; labeled.len() * classes];
    for fold in 0..FOLDS as u32 {
        let part = |inside: bool| -> Vec<u32> {
            (0..labeled.len() as u32)
                .filter(|&at| (folds[at as usize] == fold) == inside)
                .collect()
        };
        let (train, test) = (part(false), part(true));
        let of = |part: &[u32]| {
            part.iter()
                .map(|&at| labeled[at as usize])
                .collect::<Vec<u32>>()
        };
        let train_labels: Vec<u32> = train.iter().map(|&at| labels[at as usize]).collect();
        let found = margins_of(world, &of(&train), &train_labels, &of(&test))?;
        for (&at, row) in test.iter().zip(found.iter()) {
            margins[at as usize * classes..][..classes].copy_from_slice(row);
        }
    }
    let margins = Scores::new(classes, margins)?;
    let calibration: Calibration = fit_calibration(&margins, ScoreKind::Margins, &labels)?;
    let hidden_margins = margins_of(world, &labeled, &labels, &hidden)?;
    Ok(Learnt {
        labeled_posteriors: cross_fitted(&margins, ScoreKind::Margins, &labels, &folds)?,
        hidden_posteriors: calibration.apply(&hidden_margins)?,
        labeled,
        hidden,
    })
}

fn margins_of(world: &World, train: &[u32], labels: &[u32], test: &[u32]) -> Result<Scores> {
    let features = Features::Sparse(world.features.select(train)?);
    let svm = LinearSvm::fit(
        SvmParams::default(),
        &features,
        labels,
        world.classes.clone(),
    )?;
    let test = Features::Sparse(world.features.select(test)?);
    Ok(Scores::from_margins(
        world.classes.len(),
        &svm.decision_function(&test)?,
    )?)
}
