//! A small training set for the tests of this room.

use careerpulse_embed::LongTexts;
use careerpulse_learn::DenseMatrix;

use super::set::{Embedded, TrainingSet};
use careerpulse_model::PostingText;

/// Twenty postings of two categories, each its own advert and with two numbers for an embedding.
pub fn training_set() -> TrainingSet {
    let text = |row: usize| {
        let (title, words) = match row % 2 {
            0 => ("Nurse", "ward patient care"),
            _ => ("Driver", "truck road yard"),
        };
        PostingText {
            title: format!("{title} grade{}", row % 3),
            description: format!("{words} own{row} duty{}", row % 5),
            level: (!row.is_multiple_of(4)).then(|| format!("Level {}", row % 4)),
            location: Some(format!("City {}", row % 6)),
        }
    };
    let vector = |row: usize| [(row % 2) as f32, 1.0 + row as f32 / 20.0];
    TrainingSet {
        posting_ids: (100..120).collect(),
        texts: (0..20).map(text).collect(),
        labels: (0..20).map(|row| row % 2).collect(),
        classes: vec!["Healthcare".to_owned(), "Transportation".to_owned()],
        groups: (0..20).collect(),
        embeddings: vec![Embedded {
            revision: "test".to_owned(),
            title_repeats: 2,
            long_texts: LongTexts::Cut,
            vectors: DenseMatrix::new(2, (0..20).flat_map(vector).collect()).unwrap(),
        }],
        table_version: 0,
        digest: "digest".to_owned(),
        remarks: Vec::new(),
    }
}
