//! Postings that are not in English.

use rand::{Rng, RngExt};

use super::SampleError;
use super::html::Block;
use super::pick::{fill, one_of, some_of};
use super::words::{entries, listed, malformed};

const FILE: &str = "languages.txt";

/// What postings in one language are written from.
#[derive(Debug)]
pub(super) struct Language {
    places: Vec<&'static str>,
    roles: Vec<ForeignRole>,
    duties: &'static str,
    needs: &'static str,
    lines: Vec<&'static str>,
}

/// A role in a language other than English.
#[derive(Debug)]
struct ForeignRole {
    titles: Vec<&'static str>,
    category: &'static str,
    duties: Vec<&'static str>,
}

/// A posting in a language other than English, before markup.
#[derive(Debug)]
pub(super) struct ForeignText {
    pub title: &'static str,
    pub category: &'static str,
    pub place: &'static str,
    pub blocks: Vec<Block>,
}

/// Reads `languages.txt`.
pub(super) fn read_languages() -> Result<Vec<Language>, SampleError> {
    let mut languages: Vec<Language> = Vec::new();
    for (line, key, rest) in entries(include_str!("languages.txt")) {
        if key == "==" {
            let (_, places) = rest
                .split_once('|')
                .ok_or_else(|| malformed(FILE, line, "expected language | places"))?;
            languages.push(Language {
                places: listed(places).collect(),
                roles: Vec::new(),
                duties: "",
                needs: "",
                lines: Vec::new(),
            });
            continue;
        }
        let language = languages
            .last_mut()
            .ok_or_else(|| malformed(FILE, line, "a line before the first `==` header"))?;
        match key {
            "role" => language.roles.push(read_role(line, rest)?),
            "duties" => language.duties = rest,
            "needs" => language.needs = rest,
            "line" => language.lines.push(rest),
            _ => {
                return Err(malformed(
                    FILE,
                    line,
                    "expected role, duties, needs or line",
                ));
            }
        }
    }
    match languages.iter().any(|language| language.roles.is_empty()) || languages.is_empty() {
        true => Err(malformed(FILE, 1, "a language without roles")),
        false => Ok(languages),
    }
}

/// Writes a posting for `employer` in one of the languages.
pub(super) fn write_foreign(
    languages: &[Language],
    employer: &str,
    rng: &mut impl Rng,
) -> ForeignText {
    let language = &languages[rng.random_range(0..languages.len())];
    let role = &language.roles[rng.random_range(0..language.roles.len())];
    let place = one_of(&language.places, rng);
    let mut lines: Vec<String> = some_of(&language.lines, language.lines.len(), rng)
        .into_iter()
        .map(|line| {
            fill(line, |slot, out| {
                out.push_str(if slot == "place" { place } else { employer });
            })
        })
        .collect();
    let needs = lines.split_off(lines.len().min(3));
    let mut blocks: Vec<Block> = lines.into_iter().map(Block::Paragraph).collect();
    blocks.push(Block::Heading(language.duties.to_owned()));
    blocks.push(Block::List(
        role.duties.iter().map(|duty| (*duty).to_owned()).collect(),
    ));
    blocks.push(Block::Heading(language.needs.to_owned()));
    blocks.push(Block::List(needs));
    ForeignText {
        title: one_of(&role.titles, rng),
        category: role.category,
        place,
        blocks,
    }
}

fn read_role(line: usize, rest: &'static str) -> Result<ForeignRole, SampleError> {
    let mut fields = rest.split('|').map(str::trim);
    let (Some(titles), Some(category)) = (fields.next(), fields.next()) else {
        return Err(malformed(FILE, line, "expected titles | category | duties"));
    };
    Ok(ForeignRole {
        titles: listed(titles).collect(),
        category,
        duties: fields.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::words::read_categories;
    use super::*;

    #[test]
    fn foreign_roles_belong_to_known_categories() {
        let categories = read_categories().expect("the shipped categories are well formed");
        let languages = read_languages().expect("the shipped languages are well formed");
        assert!(languages.len() >= 5);
        for role in languages.iter().flat_map(|language| &language.roles) {
            assert!(
                categories.iter().any(|one| one.name == role.category),
                "{}",
                role.category
            );
            assert!(!role.titles.is_empty() && !role.duties.is_empty());
        }
    }
}
