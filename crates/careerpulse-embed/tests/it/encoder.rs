//! Vectors are those of sentence-transformers, and a text's own whatever stands around it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use careerpulse_embed::{DIM, Encoder, Precision, weights};

use crate::oracle::{Embedding, encoder, encoders, oracle};

#[test]
fn vectors_agree_with_sentence_transformers() {
    let cases = oracle().embeddings;
    for encoder in encoders() {
        agrees(encoder, &cases);
    }
}

fn agrees(encoder: &Encoder, cases: &[Embedding]) {
    // Bytes are the further off the shorter a text: these have a handful of tokens, where postings of
    // the 256 that are read stay above 0.997.
    let least = match encoder.precision() {
        Precision::Auto | Precision::F32 => 0.999_999,
        Precision::Bf16 => 0.9999,
        Precision::Int8 => 0.99,
    };
    let texts: Vec<&str> = cases.iter().map(|case| case.text.as_str()).collect();
    let embeddings = encoder.encode(&texts);
    assert_eq!((embeddings.rows, embeddings.dim), (texts.len(), DIM));
    for (i, case) in cases.iter().enumerate() {
        let row: Vec<f64> = embeddings.row(i).iter().map(|&v| f64::from(v)).collect();
        let cosine = row
            .iter()
            .zip(&case.vector)
            .map(|(a, b)| a * b)
            .sum::<f64>()
            / case.vector.iter().map(|v| v * v).sum::<f64>().sqrt();
        assert!(
            cosine > least,
            "{:?} in {}: cosine {cosine}",
            case.text,
            encoder.precision()
        );
        let length = row.iter().map(|v| v * v).sum::<f64>().sqrt();
        assert!(
            (length - 1.0).abs() < 1e-6,
            "{:?}: length {length}",
            case.text
        );
    }
}

/// Lengths that fill packs in many ways: alone, in pairs, by the dozen, over several packs.
fn texts() -> Vec<String> {
    (0..40)
        .map(|i| format!("posting {i} {}", "baker of rye bread ".repeat(i * i % 61)))
        .collect()
}

#[test]
fn a_vector_does_not_depend_on_neighbours_order_or_threads() {
    for encoder in encoders() {
        stands_alone(encoder);
    }
}

fn stands_alone(encoder: &Encoder) {
    let texts = texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = encoder.encode(&texts);
    for (i, text) in texts.iter().enumerate() {
        assert!(
            encoder.encode(&[text]).row(0) == together.row(i),
            "text {i} alone"
        );
    }
    let three = encoder.encode(&texts[3..6]);
    assert!(
        (0..3).all(|i| three.row(i) == together.row(3 + i)),
        "a batch of three"
    );
    let backwards: Vec<&str> = texts.iter().rev().copied().collect();
    let backwards = encoder.encode(&backwards);
    assert!((0..texts.len()).all(|i| backwards.row(texts.len() - 1 - i) == together.row(i)));
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("threads can be started");
        assert!(
            pool.install(|| encoder.encode(&texts)) == together,
            "{threads} threads"
        );
    }
}

#[test]
fn progress_counts_every_text_and_nothing_gives_nothing() {
    let Some(encoder) = encoder() else { return };
    let done = AtomicUsize::new(0);
    let texts = ["x"; 300];
    encoder.encode_with_progress(&texts, &|more| {
        done.fetch_add(more, Ordering::Relaxed);
    });
    assert_eq!(done.into_inner(), texts.len());
    assert_eq!(encoder.encode(&[]).data, Vec::<f32>::new());
}

#[test]
fn the_revision_names_weights_precision_and_cut() {
    let Some(encoder) = encoder() else { return };
    assert_eq!(encoder.revision(), "all-MiniLM-L6-v2/53aa5117/f32/256");
}

#[test]
fn auto_is_the_fastest_that_is_as_good_as_the_reference() {
    let Some(found) = weights::locate(None) else {
        crate::oracle::skipped();
        return;
    };
    let auto = Encoder::load(&found.dir, Precision::Auto).expect("the weights are good");
    let has = |precision| encoders().iter().any(|e| e.precision() == precision);
    let wanted = if has(Precision::Bf16) {
        Precision::Bf16
    } else {
        Precision::F32
    };
    assert_eq!(auto.precision(), wanted);
    let revisions: HashSet<&str> = encoders().iter().map(|e| e.revision()).collect();
    assert_eq!(revisions.len(), encoders().len());
    assert!(revisions.contains(auto.revision()));
}
