//! What language a text is in.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

/// Letters that a text needs for its language to be told.
const LETTERS: usize = 50;

/// Bytes that are looked at; the start of a text tells as much as all of it.
const BYTES: usize = 8_192;

/// What adverts are written in, with the ISO 639-1 codes. Others would only be mistaken for these: short
/// texts of a few technical words are near many small languages.
const LANGUAGES: [(Lang, &str); 32] = [
    (Lang::Ara, "ar"),
    (Lang::Bul, "bg"),
    (Lang::Cat, "ca"),
    (Lang::Ces, "cs"),
    (Lang::Cmn, "zh"),
    (Lang::Dan, "da"),
    (Lang::Deu, "de"),
    (Lang::Ell, "el"),
    (Lang::Eng, "en"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Hrv, "hr"),
    (Lang::Hun, "hu"),
    (Lang::Ita, "it"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "no"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Spa, "es"),
    (Lang::Swe, "sv"),
    (Lang::Tha, "th"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
    (Lang::Vie, "vi"),
];

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    let known = LANGUAGES.iter().map(|&(language, _)| language);
    Detector::with_allowlist(known.collect())
});

/// The ISO 639-1 code of the language that a text starts in, by its letters and their triples (the
/// `whatlang` crate).
///
/// `None` where the first 8 KiB hold fewer than 50 letters, and where the script is of no language that
/// is known. Always one of 32 languages: a text in another gets the nearest of its script.
pub fn language(text: &str) -> Option<&'static str> {
    let start = &text[..text.floor_char_boundary(BYTES)];
    let letters = start.chars().filter(|letter| letter.is_alphabetic());
    // One sign of Chinese, Japanese or Korean says as much as two or three letters.
    let weight = |letter: char| if letter >= '\u{2e80}' { 3 } else { 1 };
    if letters.map(weight).sum::<usize>() < LETTERS {
        return None;
    }
    let found = DETECTOR.detect_lang(start)?;
    let known = LANGUAGES.iter().find(|&&(language, _)| language == found);
    known.map(|&(_, code)| code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn adverts_of_a_sentence_are_told() {
        for (code, text) in [
            (
                "en",
                "We are looking for a nurse to join our surgical ward in Boston.",
            ),
            (
                "en",
                "Design, build and maintain efficient Java, SQL and Python pipelines on AWS.",
            ),
            (
                "de",
                "Wir suchen eine Pflegefachkraft für unsere chirurgische Station in Köln.",
            ),
            (
                "fr",
                "Nous recherchons une infirmière pour notre service de chirurgie à Lyon.",
            ),
            (
                "es",
                "Buscamos una enfermera para nuestro servicio de cirugía en Madrid.",
            ),
            (
                "pt",
                "Procuramos uma enfermeira para o nosso serviço de cirurgia em Lisboa.",
            ),
            (
                "nl",
                "Wij zoeken een verpleegkundige voor onze afdeling chirurgie in Utrecht.",
            ),
            (
                "it",
                "Cerchiamo un'infermiera per il nostro reparto di chirurgia a Milano.",
            ),
            (
                "pl",
                "Szukamy pielęgniarki na nasz oddział chirurgiczny w Krakowie od zaraz.",
            ),
            (
                "ja",
                "東京の外科病棟で働く看護師を募集しています。経験のある方を歓迎します。",
            ),
            (
                "zh",
                "我们正在招聘一名外科病房护士，工作地点在上海，欢迎有经验者申请。",
            ),
        ] {
            assert_eq!(language(text), Some(code), "{text}");
        }
    }

    #[test]
    fn short_empty_and_wordless_texts_have_none() {
        for text in [
            "",
            "Nurse, Boston",
            "0123456789 !?.,;: 0123456789 0123456789 0123456789 0123456789",
        ] {
            assert_eq!(language(text), None, "{text}");
        }
    }

    #[test]
    fn a_huge_text_is_read_at_its_start_alone() {
        let text = "Wir suchen eine Pflegefachkraft für unsere Station. ".repeat(200_000);
        assert_eq!(language(&text), Some("de"));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,400}", signs in proptest::collection::vec(any::<char>(), 0..400)) {
            let _ = language(&text);
            let signs: String = signs.into_iter().collect();
            let _ = language(&signs.repeat(40));
        }
    }
}
