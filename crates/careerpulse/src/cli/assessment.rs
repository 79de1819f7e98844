//! The assessment of a version: what it confuses, how sure it is, and which labels it doubts.

use super::output::{safe, table};
use crate::tables::assessment::{
    ALL_CATEGORIES, ConfusionRow, CoverageRow, LabelSuspect, LearningCurvePoint,
};
use crate::tracking::Assessment;

/// Rows of a list that a person is shown; the tables have them all.
const SHOWN: usize = 8;

/// The assessment for people.
pub fn assessment_words(assessment: &Assessment) -> String {
    let mut text = String::new();
    let mut part = |heading: &str, columns: &[&str], rows: Vec<Vec<String>>| {
        if !rows.is_empty() {
            text.push_str(&format!("\n{heading}\n{}", table(columns, &rows)));
        }
    };
    part(
        "Most frequent confusions (out of fold)",
        &["category", "taken for", "postings"],
        confusions(&assessment.confusion),
    );
    part(
        "Precision by coverage (out of fold)",
        &["probability from", "share kept", "of it right"],
        coverage(&assessment.coverage_curve),
    );
    part(
        "Learning curve (held out)",
        &["training postings", "macro F1", "accuracy"],
        learning(&assessment.learning_curve),
    );
    part(
        "Most doubtful labels (careerpulse_ml.label_suspects has all)",
        &["posting", "title", "category", "suggested", "probability"],
        suspects(&assessment.label_suspects),
    );
    text
}

fn confusions(rows: &[ConfusionRow]) -> Vec<Vec<String>> {
    let mut wrong: Vec<&ConfusionRow> = rows.iter().filter(|r| r.category != r.predicted).collect();
    wrong.sort_by_key(|row| std::cmp::Reverse(row.postings));
    let words = |row: &&ConfusionRow| {
        vec![
            row.category.clone(),
            row.predicted.clone(),
            row.postings.to_string(),
        ]
    };
    wrong.iter().take(SHOWN).map(words).collect()
}

/// Evenly spaced points of the curve of all categories.
fn coverage(rows: &[CoverageRow]) -> Vec<Vec<String>> {
    let all: Vec<&CoverageRow> = rows
        .iter()
        .filter(|row| row.category == ALL_CATEGORIES)
        .collect();
    let step = all.len().div_ceil(SHOWN).max(1);
    let words = |row: &&CoverageRow| {
        vec![
            format!("{:.2}", row.threshold),
            format!("{:.3}", row.coverage),
            format!("{:.3}", row.precision),
        ]
    };
    all.iter().step_by(step).map(words).collect()
}

fn learning(rows: &[LearningCurvePoint]) -> Vec<Vec<String>> {
    let words = |row: &LearningCurvePoint| {
        vec![
            row.postings.to_string(),
            format!("{:.3}", row.macro_f1),
            format!("{:.3}", row.accuracy),
        ]
    };
    rows.iter().map(words).collect()
}

fn suspects(rows: &[LabelSuspect]) -> Vec<Vec<String>> {
    let words = |row: &LabelSuspect| {
        vec![
            row.posting_id.to_string(),
            safe(&row.title).chars().take(50).collect(),
            row.category.clone(),
            row.suggested.clone(),
            format!(
                "{:.2} against {:.2}",
                row.suggested_probability, row.category_probability
            ),
        ]
    };
    rows.iter().take(SHOWN).map(words).collect()
}
