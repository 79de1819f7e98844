//! What a registered version says of itself: its data, its scores by category, its limits.

use crate::tables::ml::ModelVersion;

/// The registered model's description.
pub fn model_description() -> &'static str {
    "The category of a job posting, by its title and description. Trained, judged and promoted by CareerPulse; the alias `production` is the version that imputes."
}

/// A version's card, in Markdown.
pub fn model_card(version: &ModelVersion) -> String {
    let mut text = format!(
        "# {} {}\n\n\
         **{} + {}**, fitted on {} labelled postings of {} categories; registered {} UTC.\n\n\
         ## Scores\n\n\
         On {} held-out postings, by the same configuration fitted without them and without their near duplicates: \
         macro F1 **{:.3}**, accuracy {:.3}, weighted F1 {:.3}, calibration error {:.3}. \
         With the thresholds picked without them, {:.1} % of the predictions count{}.\n\n\
         | category | precision | recall | F1 | support |\n|---|--:|--:|--:|--:|\n",
        version.name,
        version.version,
        version.method,
        version.classifier,
        version.training_postings,
        version.categories.len(),
        version.created_at.format("%Y-%m-%d %H:%M"),
        version.test_postings,
        version.test_macro_f1,
        version.test_accuracy,
        version.test_weighted_f1,
        version.test_calibration_error,
        version.test_coverage * 100.0,
        version
            .test_covered_accuracy
            .map(|share| format!(", {:.1} % of them right", share * 100.0))
            .unwrap_or_default(),
    );
    for row in &version.test_report {
        text.push_str(&format!(
            "| {} | {:.2} | {:.2} | {:.2} | {} |\n",
            row.category.replace('|', "\\|"),
            row.precision,
            row.recall,
            row.f1,
            row.support
        ));
    }
    text.push_str(
        "\n## Limits\n\n\
         - It knows the categories above and no other: a posting of another kind gets the nearest of them, with a low probability at best.\n\
         - Figures of categories with little support rest on little.\n\
         - Labels are the source's own, mistakes included.\n\
         - A prediction marked `abstained` is too uncertain to count.\n",
    );
    if let Some(revision) = &version.encoder_revision {
        text.push_str(&format!(
            "- It needs the sentence encoder {revision}; `careerpulse encoder pull` fetches it.\n"
        ));
    }
    text
}
