//! Texts of several windows: what their vectors are made of, and that nothing else changes them.

use careerpulse_embed::{DIM, Encoder, LongTexts, MAX_TOKENS, MAX_WINDOWS, parse_revision};

use crate::oracle::encoder;

/// Tokens of a text that one window holds.
const WINDOW: usize = MAX_TOKENS - 2;

/// The encoder that reads windows, and the one it came from, which cuts.
fn both() -> Option<(Encoder, &'static Encoder)> {
    let cut = encoder()?;
    Some((cut.reading(LongTexts::Windows), cut))
}

/// Twelve words that are a token each, so that a text's tokens are its words.
const WORDS: [&str; 12] = [
    "nurse", "truck", "bread", "night", "tax", "river", "music", "stone", "garden", "office",
    "train", "salt",
];

/// A text of `count` tokens, no two windows of which are alike.
fn words(count: usize) -> Vec<&'static str> {
    let place = |i: usize| (i * i / 7 + i) % WORDS.len();
    (0..count).map(|i| WORDS[place(i)]).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let products = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
    products.sum()
}

#[test]
fn each_of_the_words_is_one_token() {
    let Some((windows, _)) = both() else { return };
    for word in WORDS {
        assert_eq!(windows.tokenizer().encode(word).len(), 3, "{word}");
    }
}

#[test]
fn a_text_of_one_window_has_the_same_vector_either_way() {
    let Some((windows, cut)) = both() else { return };
    for count in [0, 1, 100, WINDOW - 1, WINDOW] {
        let text = words(count).join(" ");
        assert_eq!(
            windows.encode(&[&text]),
            cut.encode(&[&text]),
            "{count} tokens"
        );
    }
    let longer = words(WINDOW + 1).join(" ");
    assert_ne!(windows.encode(&[&longer]), cut.encode(&[&longer]));
}

#[test]
fn a_long_text_is_the_mean_of_its_windows_by_their_tokens() {
    let Some((windows, cut)) = both() else { return };
    // The windows of the first and the second differ in size by one.
    for (count, parts) in [(WINDOW + 1, 2), (2 * WINDOW + 200, 3), (8 * WINDOW, 8)] {
        let text = words(count);
        let mut mean = vec![0.0_f64; DIM];
        for part in 0..parts {
            let of_part = &text[part * count / parts..(part + 1) * count / parts];
            let vector = cut.encode(&[&of_part.join(" ")]);
            for (mean, value) in mean.iter_mut().zip(vector.row(0)) {
                *mean += of_part.len() as f64 * f64::from(*value);
            }
        }
        let length = mean.iter().map(|v| v * v).sum::<f64>().sqrt();
        let found = windows.encode(&[&text.join(" ")]);
        for (mean, found) in mean.iter().zip(found.row(0)) {
            assert!(
                (mean / length - f64::from(*found)).abs() < 1e-6,
                "{count} tokens"
            );
        }
    }
}

#[test]
fn what_is_behind_the_first_window_counts_only_where_windows_are_read() {
    let Some((windows, cut)) = both() else { return };
    let nurse = words(WINDOW).join(" ");
    let longer = format!("{nurse} {}", "violin ".repeat(WINDOW));
    assert_eq!(cut.encode(&[&nurse]), cut.encode(&[&longer]));
    let (alone, both) = (windows.encode(&[&nurse]), windows.encode(&[&longer]));
    assert!(cosine(alone.row(0), both.row(0)) < 0.99);
}

#[test]
fn nine_windows_are_cut_to_eight() {
    let Some((windows, _)) = both() else { return };
    let nine = words((MAX_WINDOWS + 1) * WINDOW);
    let (text, eight) = (nine.join(" "), nine[..MAX_WINDOWS * WINDOW].join(" "));
    assert_eq!(windows.encode(&[&text]), windows.encode(&[&eight]));
    let seven = nine[..(MAX_WINDOWS - 1) * WINDOW].join(" ");
    assert_ne!(windows.encode(&[&text]), windows.encode(&[&seven]));
}

#[test]
fn a_text_of_windows_has_its_own_bits_whatever_stands_around_it() {
    let Some((windows, _)) = both() else { return };
    let texts: Vec<String> = (0..7).map(|i| words(i * i * 41).join(" ")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = windows.encode(&texts);
    assert_eq!((together.rows, together.dim), (texts.len(), DIM));
    for (i, text) in texts.iter().enumerate() {
        assert!(
            windows.encode(&[text]).row(0) == together.row(i),
            "text {i}"
        );
        assert!((cosine(together.row(i), together.row(i)) - 1.0).abs() < 1e-6);
    }
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("threads can be started");
        let again = pool.install(|| windows.encode(&texts));
        assert!(again == together, "{threads} threads");
    }
}

#[test]
fn reading_leaves_the_encoder_it_came_from_as_it_was() {
    let Some((windows, cut)) = both() else { return };
    assert_eq!(
        (windows.long_texts(), cut.long_texts()),
        (LongTexts::Windows, LongTexts::Cut)
    );
    assert_eq!(windows.precision(), cut.precision());
    assert_ne!(windows.revision(), cut.revision());
    for encoder in [&windows, cut] {
        let named = parse_revision(encoder.revision());
        assert_eq!(named, Some((encoder.precision(), encoder.long_texts())));
    }
    let long = words(3 * WINDOW).join(" ");
    let before = cut.encode(&[&long]);
    let back = windows.reading(LongTexts::Cut);
    assert_eq!(back.revision(), cut.revision());
    assert_eq!(back.encode(&[&long]), before);
}
