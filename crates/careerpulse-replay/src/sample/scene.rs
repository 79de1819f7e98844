//! The text of an advert: the employer's paragraphs around duties, needs and pay.

use rand::{Rng, RngExt};

use super::advert::Lexicon;
use super::employers::Employer;
use super::html::Block;
use super::pick::{fill, one_of, some_of};
use super::title::{Decor, Seniority};
use super::words::{CategoryWords, Role};

/// What the sentences of one advert refer to.
pub(super) struct Scene<'a> {
    pub lexicon: &'a Lexicon,
    pub words: &'a CategoryWords,
    /// The neighbouring category some lines are taken from.
    pub kin: &'a CategoryWords,
    /// The category whose roles and workplace the advert speaks of: `kin` if blended.
    pub source: &'a CategoryWords,
    /// Share of lines taken from `kin`.
    pub borrowed: f64,
    pub role: &'a Role,
    pub role_title: &'static str,
    pub team: &'static str,
    pub employer: &'a Employer,
    pub decor: &'a Decor,
}

/// The whole text, from who the employer is to its notices.
pub(super) fn write_blocks(scene: &Scene<'_>, rng: &mut impl Rng) -> Vec<Block> {
    let phrases = &scene.lexicon.phrases;
    let mut blocks = scene.employer.about.clone();
    let intro = some_of(&phrases.intro, rng.random_range(1..4), rng);
    blocks.push(Block::Paragraph(say(scene, &intro.join(" "), rng)));
    blocks.push(Block::Paragraph(write_world(scene, rng)));
    blocks.push(Block::Heading(one_of(&phrases.duties, rng).to_owned()));
    blocks.push(Block::List(write_duties(scene, rng)));
    blocks.push(Block::Heading(one_of(&phrases.needs, rng).to_owned()));
    blocks.push(Block::List(write_needs(scene, rng)));
    if rng.random_bool(0.45) {
        blocks.push(Block::Paragraph(write_pay(scene, rng)));
    }
    blocks.extend(scene.employer.closing.iter().cloned());
    blocks
}

/// Share of lines that fit any category.
const COMMON_LINE: f64 = 0.28;

/// What surrounds the role: skills of all the category's families, which ties them together.
fn write_world(scene: &Scene<'_>, rng: &mut impl Rng) -> String {
    let families = rng.random_range(4..7);
    let roles = &scene.source.roles;
    let skills: Vec<&str> = (0..families)
        .map(|_| one_of(&roles[rng.random_range(0..roles.len())].skills, rng))
        .collect();
    let opening = say(scene, one_of(&scene.lexicon.phrases.world, rng), rng);
    format!("{opening} {}.", skills.join(", "))
}

fn write_duties(scene: &Scene<'_>, rng: &mut impl Rng) -> Vec<String> {
    let count = rng.random_range(5..10);
    let shared = &scene.lexicon.phrases.common;
    write_lines(
        scene,
        &scene.words.duties,
        &scene.kin.duties,
        shared,
        count,
        rng,
    )
}

fn write_needs(scene: &Scene<'_>, rng: &mut impl Rng) -> Vec<String> {
    let count = rng.random_range(3..7);
    let shared = &scene.lexicon.phrases.traits;
    let mut lines = write_lines(
        scene,
        &scene.words.needs,
        &scene.kin.needs,
        shared,
        count,
        rng,
    );
    let skills = some_of(&scene.role.skills, 3, rng);
    if let [first, second, third] = skills[..] {
        let opening = one_of(&scene.lexicon.phrases.skilled, rng);
        let and = only(&scene.lexicon.phrases.and);
        lines.push(format!("{opening} {first}, {second} {and} {third}"));
    }
    lines
}

/// Lines of the category's own, its neighbour's and every posting's, in random order.
fn write_lines(
    scene: &Scene<'_>,
    own: &[&'static str],
    kin: &[&'static str],
    shared: &[&'static str],
    count: usize,
    rng: &mut impl Rng,
) -> Vec<String> {
    let common = (0..count).filter(|_| rng.random_bool(COMMON_LINE)).count();
    let borrowed = (common..count)
        .filter(|_| rng.random_bool(scene.borrowed))
        .count();
    let mut lines = some_of(own, count - common - borrowed, rng);
    lines.extend(some_of(kin, borrowed, rng));
    lines.extend(some_of(shared, common, rng));
    let order = some_of(&lines, lines.len(), rng);
    order.iter().map(|line| say(scene, line, rng)).collect()
}

fn write_pay(scene: &Scene<'_>, rng: &mut impl Rng) -> String {
    let raise = rng.random_range(108..150);
    let phrases = &scene.lexicon.phrases;
    let (template, low, high) = if scene.words.hourly {
        let low = f64::from(rng.random_range(54..160)) / 4.0;
        let high = low * f64::from(raise) / 100.0;
        (&phrases.hourly, format!("{low:.2}"), format!("{high:.2}"))
    } else {
        let low = rng.random_range(44..190);
        let high = low * raise / 100;
        (&phrases.yearly, low.to_string(), high.to_string())
    };
    fill(only(template), |slot, out| {
        out.push_str(if slot == "low" { &low } else { &high });
    })
}

/// The phrase of a list that is never drawn from, so that it costs no randomness.
fn only(list: &[&'static str]) -> &'static str {
    list.first().copied().unwrap_or_default()
}

/// Fills a sentence's slots.
fn say(scene: &Scene<'_>, template: &str, rng: &mut impl Rng) -> String {
    fill(template, |slot, out| match slot {
        "skill" => out.push_str(one_of(&scene.role.skills, rng)),
        "team" => out.push_str(scene.team),
        "role" => out.push_str(scene.role_title),
        "place" => out.push_str(scene.decor.place),
        "employer" => out.push_str(&scene.employer.company.name),
        "years" => {
            let (low, high) = years(scene.decor.seniority);
            out.push_str(&rng.random_range(low..high).to_string());
            out.push('+');
        }
        "n" => out.push_str(&(5 * rng.random_range(2..12)).to_string()),
        other => out.push_str(other),
    })
}

fn years(seniority: Seniority) -> (u32, u32) {
    match seniority {
        Seniority::Intern | Seniority::Entry => (1, 3),
        Seniority::Mid => (2, 6),
        Seniority::Senior => (5, 11),
        Seniority::Manager => (4, 13),
    }
}
