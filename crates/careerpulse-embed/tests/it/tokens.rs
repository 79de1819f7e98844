//! Token ids are those of the reference, on hostile text and on every code point.

use sha2::{Digest, Sha256};

use crate::oracle::{encoder, oracle};

#[test]
fn hostile_texts_have_the_reference_ids() {
    let Some(encoder) = encoder() else { return };
    for case in oracle().tokens {
        let start: String = case.text.chars().take(60).collect();
        assert_eq!(
            encoder.tokenizer().encode(&case.text),
            case.ids,
            "{start:?}"
        );
    }
}

#[test]
fn every_code_point_has_the_reference_ids() {
    let Some(encoder) = encoder() else { return };
    let sweep = oracle().sweep;
    let mut differing = Vec::new();
    for (block, wanted) in sweep.digests.iter().enumerate() {
        let first = block as u32 * sweep.block;
        let mut digest = Sha256::new();
        for c in (first..first + sweep.block).filter_map(char::from_u32) {
            let ids = encoder.tokenizer().encode(&format!("a{c}b"));
            digest.update((ids.len() as u32).to_le_bytes());
            ids.iter().for_each(|id| digest.update(id.to_le_bytes()));
        }
        let found: String = digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if !found.starts_with(wanted) {
            differing.push(format!("U+{first:04X}"));
        }
    }
    assert!(
        differing.is_empty(),
        "blocks of {} that differ: {differing:?}",
        sweep.block
    );
}
