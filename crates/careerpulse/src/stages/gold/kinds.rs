//! What a posting is to the original of its group.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What of a posting tells the kinds of duplicates apart.
#[derive(Debug, Clone, Deserialize)]
pub struct Member {
    /// The posting.
    pub posting_id: i64,
    /// Its company, if it names one.
    pub company_name: Option<String>,
    /// All its locations.
    pub locations: Vec<String>,
    /// When it was published, by its own account.
    pub publication_date: Option<DateTime<Utc>>,
}

/// See the comment of the column `kind` of `careerpulse_gold.duplicates`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateKind {
    /// The group's first.
    Original,
    /// The same text under another company's name.
    OtherEmployer,
    /// The same employer's advert for other places.
    Elsewhere,
    /// The same advert, published later.
    Repost,
}

impl DuplicateKind {
    /// The word that the table has for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::OtherEmployer => "other_employer",
            Self::Elsewhere => "elsewhere",
            Self::Repost => "repost",
        }
    }
}

/// The first of a group by publication date, those without one last, then by id; `None` of no members.
pub fn original_of(members: &[Member]) -> Option<&Member> {
    members.iter().min_by_key(|member| {
        let published = member.publication_date.map(Reverse);
        (Reverse(published), member.posting_id)
    })
}

/// What a member is to its group's original.
pub fn kind_of(member: &Member, original: &Member) -> DuplicateKind {
    if member.posting_id == original.posting_id {
        DuplicateKind::Original
    } else if has_other_employer(member, original) {
        DuplicateKind::OtherEmployer
    } else if is_elsewhere(member, original) {
        DuplicateKind::Elsewhere
    } else {
        DuplicateKind::Repost
    }
}

fn has_other_employer(a: &Member, b: &Member) -> bool {
    let name = |member: &Member| {
        let name = member.company_name.as_deref().unwrap_or_default();
        name.trim().to_lowercase()
    };
    let (a, b) = (name(a), name(b));
    !a.is_empty() && !b.is_empty() && a != b
}

fn is_elsewhere(a: &Member, b: &Member) -> bool {
    let have_both = !a.locations.is_empty() && !b.locations.is_empty();
    have_both && !a.locations.iter().any(|place| b.locations.contains(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(posting_id: i64, company: &str, locations: &[&str], day: Option<u32>) -> Member {
        Member {
            posting_id,
            company_name: (!company.is_empty()).then(|| company.to_owned()),
            locations: locations.iter().map(ToString::to_string).collect(),
            publication_date: day.map(|day| {
                let date = format!("2024-01-{day:02}T00:00:00Z");
                date.parse().unwrap()
            }),
        }
    }

    #[test]
    fn the_original_is_first_by_date_then_by_id() {
        let first = |members: &[Member]| original_of(members).map(|member| member.posting_id);
        let undated = member(1, "A", &[], None);
        let late = member(2, "A", &[], Some(9));
        let early = member(4, "A", &[], Some(3));
        let as_early = member(3, "A", &[], Some(3));
        assert_eq!(
            first(&[undated.clone(), late.clone(), early.clone()]),
            Some(4)
        );
        assert_eq!(first(&[early, as_early]), Some(3));
        assert_eq!(first(&[undated, late]), Some(2));
        assert_eq!(first(&[]), None);
    }

    #[test]
    fn kinds_are_told_apart_by_employer_then_by_place() {
        let original = member(1, "Acme", &["Berlin", "Paris"], Some(1));
        for (other, expected) in [
            (member(1, "Acme", &["Berlin"], Some(1)), "original"),
            (member(2, "Bolt", &["Berlin"], Some(1)), "other_employer"),
            (member(2, " ACME", &["Rome"], Some(1)), "elsewhere"),
            (member(2, "acme", &["Rome", "Paris"], Some(1)), "repost"),
            (member(2, "", &["Berlin"], Some(1)), "repost"),
            (member(2, "", &["Rome"], Some(1)), "elsewhere"),
            (member(2, "Acme", &[], None), "repost"),
        ] {
            assert_eq!(kind_of(&other, &original).word(), expected, "{other:?}");
        }
    }
}
