//! What each shift does to a sample, and that it does nothing before its day.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use careerpulse_replay::sample::{
    Generated, NEW_CATEGORIES, SampleParams, Shift, ShiftKind, generate,
};
use chrono::NaiveDate;

/// The day of the shifts, near the middle of the sample's span.
const DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 4, 24).unwrap();

/// 10,000 postings, about half of them from before the day.
fn sample(shifts: &[&str]) -> Vec<Generated> {
    let shift = |text: &&str| Shift {
        kind: text.parse().unwrap(),
        from: DAY,
    };
    let params = SampleParams {
        postings: 10_000,
        shifts: shifts.iter().map(shift).collect(),
        ..SampleParams::default()
    };
    generate(&params).unwrap().collect()
}

/// The sample without any shift, made once.
static QUIET: LazyLock<Vec<Generated>> = LazyLock::new(|| sample(&[]));

fn is_before(one: &Generated) -> bool {
    one.posting.publication_date < DAY.to_string()
}

/// The postings from the day on, and that those before it are the same as without the shift.
fn after(shifts: &[&str]) -> (Vec<Generated>, Vec<Generated>) {
    let (quiet, shifted) = (QUIET.clone(), sample(shifts));
    assert_eq!(quiet.len(), shifted.len());
    for (one, other) in quiet.iter().zip(&shifted) {
        assert_eq!(one.posting.id, other.posting.id);
        assert_eq!(one.posting.publication_date, other.posting.publication_date);
        if is_before(one) {
            assert_eq!(one, other);
        }
    }
    let part = |all: Vec<Generated>| -> Vec<Generated> {
        all.into_iter().filter(|one| !is_before(one)).collect()
    };
    let (quiet, shifted) = (part(quiet), part(shifted));
    assert!(quiet.len() > 5_000);
    (quiet, shifted)
}

fn share(all: &[Generated], holds: impl Fn(&Generated) -> bool) -> f64 {
    all.iter().filter(|one| holds(one)).count() as f64 / all.len() as f64
}

fn shown(one: &Generated) -> Option<&str> {
    let category = one.posting.categories.first()?;
    Some(category.name.as_str())
}

/// From the first amount of money on, as far as it is one.
fn pay(contents: &str) -> Option<&str> {
    let amount = &contents[contents.find('$')?..];
    Some(&amount[..20.min(amount.len())])
}

fn shares(all: &[Generated]) -> BTreeMap<&'static str, f64> {
    let mut shares = BTreeMap::new();
    for one in all {
        *shares.entry(one.true_category).or_insert(0.0) += 1.0 / all.len() as f64;
    }
    shares
}

#[test]
fn a_doubled_category_is_twice_as_frequent_and_the_others_keep_their_proportions() {
    for category in ["Sales", "Healthcare"] {
        let (quiet, shifted) = after(&[&format!("doubled={category}")]);
        let (quiet, shifted) = (shares(&quiet), shares(&shifted));
        let ratio = shifted[category] / quiet[category];
        assert!((1.8..2.2).contains(&ratio), "{category}: {ratio}");
        let others = (1.0 - shifted[category]) / (1.0 - quiet[category]);
        for name in ["Software Engineering", "Retail", "Computer and IT"] {
            let kept = shifted[name] / quiet[name] / others;
            assert!((0.85..1.15).contains(&kept), "{name}: {kept}");
        }
    }
}

#[test]
fn a_vanished_category_is_nowhere() {
    let (quiet, shifted) = after(&["vanished=Retail"]);
    assert!(share(&quiet, |one| one.true_category == "Retail") > 0.03);
    assert!(share(&quiet, |one| shown(one) == Some("Retail")) > 0.015);
    for one in &shifted {
        assert_ne!(one.true_category, "Retail");
        assert_ne!(shown(one), Some("Retail"));
    }
}

#[test]
fn a_new_category_takes_its_share_with_words_of_its_own() {
    for name in NEW_CATEGORIES {
        let (quiet, shifted) = after(&[&format!("new={name}")]);
        let taken = share(&shifted, |one| one.true_category == name);
        assert!((0.065..0.095).contains(&taken), "{name}: {taken}");
        assert!(share(&shifted, |one| shown(one) == Some(name)) > 0.025);
        let own = own_words(&quiet[..2_000], &shifted, |one| one.true_category == name);
        assert!(own.len() >= 40, "{name}: {own:?}");
        // Dozens of words are frequent, and none is in every advert.
        let frequent = own.values().filter(|share| **share >= 0.1).count();
        assert!(frequent >= 30, "{name}: {frequent}, {own:?}");
        assert!(own.values().all(|share| *share < 0.85), "{name}: {own:?}");
    }
}

#[test]
fn exchanged_boilerplate_changes_words_and_no_category() {
    let (quiet, shifted) = after(&["boilerplate"]);
    let mut other_text = 0;
    for (one, other) in quiet.iter().zip(&shifted) {
        assert_eq!(one.true_category, other.true_category);
        assert_eq!(one.posting.name, other.posting.name);
        assert_eq!(one.posting.categories, other.posting.categories);
        assert_eq!(one.posting.company, other.posting.company);
        // Pay is drawn last of all, so that it is the same where all else of the advert is.
        assert_eq!(pay(&one.posting.contents), pay(&other.posting.contents));
        other_text += usize::from(one.posting.contents != other.posting.contents);
    }
    let changed = other_text as f64 / quiet.len() as f64;
    assert!((0.8..0.97).contains(&changed), "{changed}");
    assert!(share(&quiet, |one| pay(&one.posting.contents).is_some()) > 0.4);
    let own = own_words(&quiet[..2_000], &shifted[..2_000], |_| true);
    assert!(own.len() >= 150, "{}", own.len());
    assert!(own.values().all(|share| *share < 0.7), "{own:?}");
}

#[test]
fn the_share_of_missing_labels_is_as_asked_and_nothing_else_changes() {
    let (quiet, shifted) = after(&["missing=5%"]);
    let missing = share(&shifted, |one| one.posting.categories.is_empty());
    assert!((0.04..0.06).contains(&missing), "{missing}");
    for (one, other) in quiet.iter().zip(&shifted) {
        assert_eq!(one.posting.contents, other.posting.contents);
        assert_eq!(one.posting.locations, other.posting.locations);
        assert_eq!(one.true_category, other.true_category);
    }
    let few = SampleParams {
        postings: 10_000,
        unlabelled: Some(0.05),
        shifts: vec![Shift {
            kind: ShiftKind::Missing(0.5),
            from: DAY,
        }],
        ..SampleParams::default()
    };
    let all: Vec<Generated> = generate(&few).unwrap().collect();
    let (before, after): (Vec<_>, Vec<_>) = all.into_iter().partition(is_before);
    let missing = |part: &[Generated]| share(part, |one| one.posting.categories.is_empty());
    assert!((0.04..0.06).contains(&missing(&before)));
    assert!((0.48..0.52).contains(&missing(&after)));
}

#[test]
fn another_language_takes_its_share_and_no_category_changes() {
    let (quiet, shifted) = after(&["language=30%"]);
    let german = |one: &Generated| one.posting.contents.matches(" und ").count() >= 3;
    assert!(share(&quiet, german) < 0.005);
    let found = share(&shifted, german);
    assert!((0.27..0.33).contains(&found), "{found}");
    let (quiet_shares, shifted_shares) = (shares(&quiet), shares(&shifted));
    assert_eq!(quiet_shares, shifted_shares);
    let texts: BTreeSet<&str> = shifted
        .iter()
        .filter(|one| german(one))
        .map(|one| one.posting.contents.as_str())
        .collect();
    assert!(texts.len() as f64 > 0.85 * found * shifted.len() as f64);
    assert!(texts.iter().all(|text| !text.contains('{')));
}

#[test]
fn shifts_add_up_and_later_ones_leave_earlier_days_alone() {
    let june = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let first = Shift {
        kind: ShiftKind::New(NEW_CATEGORIES[0].into()),
        from: DAY,
    };
    let second = Shift {
        kind: ShiftKind::Vanished("Sales".into()),
        from: june,
    };
    let of = |shifts: Vec<Shift>| -> Vec<Generated> {
        let params = SampleParams {
            postings: 4_000,
            shifts,
            ..SampleParams::default()
        };
        generate(&params).unwrap().collect()
    };
    let (one, both) = (of(vec![first.clone()]), of(vec![second, first]));
    let mut late = Vec::new();
    for (one, other) in one.iter().zip(both) {
        if one.posting.publication_date < june.to_string() {
            assert_eq!(*one, other);
        } else {
            late.push(other);
        }
    }
    assert!(late.len() > 500);
    assert!(share(&late, |one| one.true_category == NEW_CATEGORIES[0]) > 0.05);
    assert_eq!(share(&late, |one| one.true_category == "Sales"), 0.0);
}

#[test]
fn the_postings_of_one_advert_stay_alike() {
    let (_, shifted) = after(&["doubled=Sales", "boilerplate", "language=20%"]);
    let texts: BTreeSet<(&str, &str)> = shifted
        .iter()
        .map(|one| (one.posting.name.as_str(), one.posting.contents.as_str()))
        .collect();
    let twins = 1.0 - texts.len() as f64 / shifted.len() as f64;
    assert!((0.06..0.1).contains(&twins), "{twins}");
}

#[test]
fn impossible_shifts_are_named() {
    let error = |kind: &str, from: NaiveDate| {
        let params = SampleParams {
            shifts: vec![Shift {
                kind: kind.parse().unwrap(),
                from,
            }],
            ..SampleParams::default()
        };
        generate(&params).unwrap_err().to_string()
    };
    let unknown = error("doubled=Astrology", DAY);
    assert!(
        unknown.contains("`Astrology`") && unknown.contains("; Sales; "),
        "{unknown}"
    );
    for name in ["Astrology", "Sales"] {
        let unknown = error(&format!("new={name}"), DAY);
        assert!(unknown.contains(NEW_CATEGORIES[0]), "{unknown}");
    }
    let late = error("boilerplate", NaiveDate::from_ymd_opt(2026, 7, 1).unwrap());
    assert!(
        late.contains("2026-07-01") && late.contains("2026-06-30"),
        "{late}"
    );
    assert!(error("language=90%", DAY).contains("at most 0."));
    let params = SampleParams {
        unlabelled: Some(1.5),
        ..SampleParams::default()
    };
    assert!(generate(&params).unwrap_err().to_string().contains("1.5"));
}

/// The words that occur in at least 2 % of the chosen postings and in fewer than 0.1 % of the quiet
/// sample's, each with its share of the chosen.
fn own_words(
    quiet: &[Generated],
    shifted: &[Generated],
    chosen: impl Fn(&Generated) -> bool,
) -> BTreeMap<String, f64> {
    let counts = |all: Vec<&Generated>| {
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        for one in &all {
            let text = format!("{} {}", one.posting.name, one.posting.contents).to_lowercase();
            let words: BTreeSet<&str> = text
                .split(|letter: char| !letter.is_alphabetic())
                .filter(|word| word.len() > 3)
                .collect();
            for word in words {
                *counts.entry(word.to_owned()).or_default() += 1.0 / all.len() as f64;
            }
        }
        counts
    };
    let usual = counts(quiet.iter().collect());
    counts(shifted.iter().filter(|one| chosen(one)).collect())
        .into_iter()
        .filter(|(word, share)| {
            *share >= 0.02 && usual.get(word).is_none_or(|usual| *usual < 0.001)
        })
        .collect()
}
