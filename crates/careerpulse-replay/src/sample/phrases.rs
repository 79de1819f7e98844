//! The phrases that postings of every category share.

use super::SampleError;
use super::words::{entries, malformed};

/// Shared phrases by what they are for. Those of `phrases.txt` are complete; a file of
/// employers' paragraphs alone leaves the other lists empty.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    pub about: Vec<&'static str>,
    pub value: Vec<&'static str>,
    pub why: Vec<&'static str>,
    pub benefit: Vec<&'static str>,
    pub offer: Vec<&'static str>,
    pub equal: Vec<&'static str>,
    pub notice: Vec<&'static str>,
    pub intro: Vec<&'static str>,
    pub common: Vec<&'static str>,
    pub traits: Vec<&'static str>,
    pub duties: Vec<&'static str>,
    pub needs: Vec<&'static str>,
    pub perks: Vec<&'static str>,
    pub skilled: Vec<&'static str>,
    pub world: Vec<&'static str>,
    pub vague: Vec<&'static str>,
    pub hourly: Vec<&'static str>,
    pub yearly: Vec<&'static str>,
    pub and: Vec<&'static str>,
}

/// Reads `phrases.txt`.
pub(super) fn read_phrases() -> Result<Phrases, SampleError> {
    read_phrases_of("phrases.txt", include_str!("phrases.txt"))
}

/// Reads a file of phrases.
pub(super) fn read_phrases_of(
    file: &'static str,
    text: &'static str,
) -> Result<Phrases, SampleError> {
    let mut phrases = Phrases::default();
    for (line, key, rest) in entries(text) {
        let list = match key {
            "about" => &mut phrases.about,
            "value" => &mut phrases.value,
            "why" => &mut phrases.why,
            "benefit" => &mut phrases.benefit,
            "offer" => &mut phrases.offer,
            "equal" => &mut phrases.equal,
            "notice" => &mut phrases.notice,
            "intro" => &mut phrases.intro,
            "common" => &mut phrases.common,
            "trait" => &mut phrases.traits,
            "duties" => &mut phrases.duties,
            "needs" => &mut phrases.needs,
            "perks" => &mut phrases.perks,
            "skilled" => &mut phrases.skilled,
            "world" => &mut phrases.world,
            "vague" => &mut phrases.vague,
            "hourly" => &mut phrases.hourly,
            "yearly" => &mut phrases.yearly,
            "and" => &mut phrases.and,
            _ => return Err(malformed(file, line, "an unknown kind of phrase")),
        };
        list.push(rest);
    }
    Ok(phrases)
}
