//! Titles as employers write them: seniority, place, shift and requisition number around the role.

use rand::{Rng, RngExt};

use super::pick::one_of;
use super::posting::Level;

/// How senior a posting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seniority {
    Intern,
    Entry,
    Mid,
    Senior,
    Manager,
}

/// What a title is decorated with.
pub(super) struct Decor {
    pub seniority: Seniority,
    pub hourly: bool,
    pub remote: bool,
    pub place: &'static str,
}

/// A seniority that agrees with the role: one that leads is a manager's.
pub(super) fn draw_seniority(role: &str, rng: &mut impl Rng) -> Seniority {
    let leads = [
        "Manager",
        "Director",
        "Supervisor",
        "President",
        "Chief",
        "Superintendent",
    ]
    .iter()
    .any(|word| role.contains(word));
    match rng.random_range(0..100) {
        _ if leads && rng.random_bool(0.7) => Seniority::Manager,
        0..4 => Seniority::Intern,
        4..28 => Seniority::Entry,
        28..68 => Seniority::Mid,
        68..97 => Seniority::Senior,
        _ => Seniority::Manager,
    }
}

/// The title for a role.
pub(super) fn write_title(role: &str, decor: &Decor, rng: &mut impl Rng) -> String {
    let mut title = rank(role, decor.seniority, rng);
    if decor.remote && rng.random_bool(0.6) {
        title.push_str(one_of(
            &[" - Remote", " (Remote)", ", Remote", " - Work from Home"],
            rng,
        ));
    } else if rng.random_bool(0.12) {
        let city = decor.place.split(',').next().unwrap_or(decor.place);
        match rng.random_range(0..4) {
            0 => title = format!("{title} - {}", decor.place),
            1 => title = format!("{title} ({city})"),
            2 => title = format!("{city} - {title}"),
            _ => title = format!("{title}, {city}"),
        }
    }
    if decor.hourly && rng.random_bool(0.22) {
        title.push_str(one_of(
            &[
                " - Part Time",
                " - Full Time",
                " (Night Shift)",
                ", 2nd Shift",
                " - Weekends",
                " - PRN",
                " / Seasonal",
                " - $500 Sign-On Bonus",
            ],
            rng,
        ));
    }
    match rng.random_range(0..100) {
        0..3 => title = format!("{title} (REQ-{})", rng.random_range(10_000..99_999)),
        3..5 => title = format!("{title} - R{:07}", rng.random_range(1_000..2_000_000)),
        5 => title = format!("{} {title}", rng.random_range(10_000..99_999)),
        6 => title = title.to_uppercase(),
        _ => {}
    }
    roughen(title, rng)
}

/// The levels the API lists for a seniority: mostly one, sometimes none or two.
pub(super) fn draw_levels(seniority: Seniority, rng: &mut impl Rng) -> Vec<Level> {
    let (own, next) = match seniority {
        Seniority::Intern => (INTERN, ENTRY),
        Seniority::Entry => (ENTRY, MID),
        Seniority::Mid => (MID, SENIOR),
        Seniority::Senior => (SENIOR, MANAGER),
        Seniority::Manager => (MANAGER, SENIOR),
    };
    let levels = match rng.random_range(0..100) {
        0..2 => vec![],
        2..4 => vec![own, next],
        // Sources infer levels from text and are off by one now and then.
        4..10 => vec![next],
        _ => vec![own],
    };
    levels
        .into_iter()
        .map(|(name, short_name)| Level {
            name: name.to_owned(),
            short_name: short_name.to_owned(),
        })
        .collect()
}

/// The title in lower case with hyphens between its words.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            out.push(letter.to_ascii_lowercase());
        } else if letter.is_whitespace() && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

const INTERN: (&str, &str) = ("Internship", "internship");
const ENTRY: (&str, &str) = ("Entry Level", "entry");
const MID: (&str, &str) = ("Mid Level", "mid");
const SENIOR: (&str, &str) = ("Senior Level", "senior");
const MANAGER: (&str, &str) = ("management", "management");

fn rank(role: &str, seniority: Seniority, rng: &mut impl Rng) -> String {
    let (before, after) = match (seniority, rng.random_range(0..10)) {
        (Seniority::Intern, 0..5) => ("", " Intern"),
        (Seniority::Intern, 5..7) => ("", " Intern (Summer)"),
        (Seniority::Intern, _) => ("", " - Internship"),
        (Seniority::Entry, 0..2) => ("Junior ", ""),
        (Seniority::Entry, 2..4) => ("", " I"),
        (Seniority::Entry, 4) => ("Entry Level ", ""),
        (Seniority::Mid, 0..2) => ("", " II"),
        (Seniority::Senior, 0..3) => ("Senior ", ""),
        (Seniority::Senior, 3..5) => ("Sr. ", ""),
        (Seniority::Senior, 5) => ("", ", Senior"),
        (Seniority::Senior, 6) => ("Lead ", ""),
        (Seniority::Senior, 7) => ("", " III"),
        (Seniority::Senior, 8) => ("Principal ", ""),
        (Seniority::Manager, 0) => ("Sr ", ""),
        (Seniority::Manager, 1..3) => ("Lead ", ""),
        _ => ("", ""),
    };
    format!("{before}{role}{after}")
}

fn roughen(title: String, rng: &mut impl Rng) -> String {
    match rng.random_range(0..240) {
        0..2 => format!(" {title}"),
        2..4 => format!("{title} "),
        4 => title.replacen(' ', "  ", 1),
        5 => title.replacen(' ', "\u{a0}", 1),
        6..9 => format!("{title} - Days &amp; Evenings"),
        _ => title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_keep_letters_and_digits() {
        assert_eq!(slug(" Cook (P/T) - Line, 2nd "), "cook-pt-line-2nd");
        assert_eq!(slug("Cedar & Finch"), "cedar-finch");
    }
}
