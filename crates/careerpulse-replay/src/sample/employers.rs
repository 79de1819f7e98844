//! Employers: what they do, where they sit, and the paragraphs all their postings share.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::SampleError;
use super::html::{Block, STYLES, Style};
use super::phrases::Phrases;
use super::pick::{Weighted, fill, one_of, some_of, weighted};
use super::posting::{Company, Tag};
use super::title::slug;
use super::words::{CategoryWords, listed, malformed};

/// Weight of an employer that rarely posts in a category, against 1 for its main one.
const STRAY: f64 = 0.015;

/// An employer and its boilerplate.
#[derive(Debug)]
pub(super) struct Employer {
    pub company: Company,
    pub city: &'static str,
    pub style: Style,
    pub tags: Vec<Tag>,
    /// Added to the chance that a posting has no category.
    pub hides: f64,
    /// Who we are; opens every posting.
    pub about: Vec<Block>,
    /// Benefits, equal opportunity, notices; closes every posting.
    pub closing: Vec<Block>,
    industry: &'static str,
    categories: Vec<&'static str>,
}

/// Reads `employers.txt` and writes each employer's boilerplate.
///
/// The boilerplate does not depend on the sample's seed: an employer says the
/// same about itself in every sample. Where `seats` are given, the employers sit there
/// instead, one after the other.
pub(super) fn read_employers(
    phrases: &Phrases,
    seats: &[&'static str],
) -> Result<Vec<Employer>, SampleError> {
    include_str!("employers.txt")
        .lines()
        .enumerate()
        .filter(|(_, text)| !text.starts_with('#'))
        .map(|(index, text)| read_employer(index, text, phrases, seats))
        .collect()
}

/// For each category, how often each employer posts in it.
pub(super) fn employers_of(categories: &[CategoryWords], employers: &[Employer]) -> Vec<Weighted> {
    categories
        .iter()
        .map(|category| {
            weighted(
                employers
                    .iter()
                    .map(|employer| appetite(employer, category)),
            )
        })
        .collect()
}

fn appetite(employer: &Employer, category: &CategoryWords) -> f64 {
    let rank = employer
        .categories
        .iter()
        .position(|name| *name == category.name);
    rank.map_or(STRAY, |rank| 1.0 / (1.0 + rank as f64).powi(2))
}

fn read_employer(
    index: usize,
    text: &'static str,
    phrases: &Phrases,
    seats: &[&'static str],
) -> Result<Employer, SampleError> {
    let fields: Vec<&'static str> = text.split('|').map(str::trim).collect();
    let [name, city, industry, categories] = fields[..] else {
        return Err(malformed(
            "employers.txt",
            index + 1,
            "expected name | city | industry | categories",
        ));
    };
    let mut rng = ChaCha8Rng::seed_from_u64(index as u64);
    let mut employer = Employer {
        company: Company {
            id: 11_000 + 37 * index as u64,
            short_name: slug(name),
            name: name.to_owned(),
        },
        city: seats.get(index % seats.len().max(1)).unwrap_or(&city),
        industry,
        style: STYLES[index % STYLES.len()],
        tags: Vec::new(),
        hides: if index.is_multiple_of(3) { 0.28 } else { 0.0 },
        about: Vec::new(),
        closing: Vec::new(),
        categories: listed(categories).collect(),
    };
    employer.tags = draw_tags(&mut rng);
    employer.about = write_about(&employer, phrases, &mut rng);
    employer.closing = write_closing(&employer, phrases, &mut rng);
    Ok(employer)
}

fn draw_tags(rng: &mut ChaCha8Rng) -> Vec<Tag> {
    let (name, short_name) = match rng.random_range(0..10) {
        0 => ("Fortune 1000", "fortune-1000-companies"),
        1 => ("Fast Growing Companies", "fast-growing-companies"),
        _ => return Vec::new(),
    };
    vec![Tag {
        name: name.to_owned(),
        short_name: short_name.to_owned(),
    }]
}

fn write_about(employer: &Employer, phrases: &Phrases, rng: &mut ChaCha8Rng) -> Vec<Block> {
    let mut first = some_of(&phrases.about, 1, rng);
    first.extend(some_of(&phrases.value, 1, rng));
    let mut blocks = vec![Block::Paragraph(write_lines(employer, &first, rng))];
    if rng.random_bool(0.5) {
        let second = some_of(&phrases.value, 2, rng);
        blocks.push(Block::Paragraph(write_lines(employer, &second, rng)));
    }
    blocks
}

fn write_closing(employer: &Employer, phrases: &Phrases, rng: &mut ChaCha8Rng) -> Vec<Block> {
    let offer = one_of(&phrases.offer, rng);
    let count = rng.random_range(4..8);
    let benefits = some_of(&phrases.benefit, count, rng);
    let mut equal = some_of(&phrases.equal, 1, rng);
    equal.extend(some_of(&phrases.notice, rng.random_range(1..3), rng));
    let why = one_of(&phrases.why, rng);
    vec![
        Block::Heading(one_of(&phrases.perks, rng).to_owned()),
        Block::Paragraph(write_lines(employer, &[offer], rng)),
        Block::List(benefits.into_iter().map(str::to_owned).collect()),
        Block::Paragraph(write_lines(employer, &[why], rng)),
        Block::Paragraph(write_lines(employer, &equal, rng)),
    ]
}

fn write_lines(employer: &Employer, lines: &[&'static str], rng: &mut ChaCha8Rng) -> String {
    let year = rng.random_range(1_890..2_019).to_string();
    let staff = format!("{},000", rng.random_range(1..90));
    fill(&lines.join(" "), |slot, out| {
        out.push_str(match slot {
            "employer" => &employer.company.name,
            "industry" => employer.industry,
            "city" => employer.city,
            "year" => &year,
            "staff" => &staff,
            other => other,
        });
    })
}

#[cfg(test)]
mod tests {
    use super::super::phrases::read_phrases;
    use super::super::words::read_categories;
    use super::*;

    #[test]
    fn employers_differ_and_post_in_categories_that_exist() {
        let phrases = read_phrases().expect("the shipped phrases are well formed");
        let categories = read_categories().expect("the shipped categories are well formed");
        let employers =
            read_employers(&phrases, &[]).expect("the shipped employers are well formed");
        assert!(employers.len() >= 60, "{}", employers.len());
        let mut names: Vec<&str> = employers
            .iter()
            .map(|one| one.company.short_name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), employers.len());
        for category in employers.iter().flat_map(|one| &one.categories) {
            assert!(
                categories.iter().any(|one| one.name == *category),
                "{category}"
            );
        }
        for category in &categories {
            let served = employers
                .iter()
                .any(|one| one.categories.contains(&category.name));
            assert!(served, "nobody posts in {}", category.name);
        }
    }
}
