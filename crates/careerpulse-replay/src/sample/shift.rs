//! Shifts: what changes in the source from a day on, and how a shift is written.

use std::str::FromStr;

use chrono::NaiveDate;
use thiserror::Error;

/// A change of the source: postings published from a day on follow it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    /// What changes.
    pub kind: ShiftKind,
    /// The first day of publication that it holds for.
    pub from: NaiveDate,
}

/// What a shift changes.
#[derive(Debug, Clone, PartialEq)]
pub enum ShiftKind {
    /// `doubled=CATEGORY`: the category's share becomes twice what it would have been from
    /// that day on; the others keep their proportions.
    Doubled(String),
    /// `vanished=CATEGORY`: nothing is posted in the category any more, nor labelled with it
    /// by mistake; the others take its place by their shares.
    Vanished(String),
    /// `new=CATEGORY`: 8 % of the adverts are of a category that the source did not have,
    /// one of [`NEW_CATEGORIES`].
    New(String),
    /// `boilerplate`: nine employers in ten say other things about themselves, their benefits
    /// and the law, in other markup; the rest of their adverts stays as it was.
    Boilerplate,
    /// `missing=SHARE`: that share of postings has no category.
    Missing(f64),
    /// `language=SHARE`: that share of adverts is in German, and their categories are those
    /// they would have been of.
    Language(f64),
}

/// The categories that `new=` can bring; the generator has words of their own for them.
pub const NEW_CATEGORIES: [&str; 2] = ["Climate and Sustainability", "Robotics and Drones"];

/// Why a shift cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ShiftError {
    /// There is no such kind.
    #[error(
        "`{text}` is no shift; there are doubled=CATEGORY, vanished=CATEGORY, new=CATEGORY, \
         boilerplate, missing=SHARE and language=SHARE"
    )]
    Kind {
        /// The shift as given.
        text: String,
    },
    /// A kind that needs a category came without.
    #[error("the shift `{text}` needs a category, as in `{kind}=Sales`")]
    NoCategory {
        /// The shift as given.
        text: String,
        /// Its kind.
        kind: &'static str,
    },
    /// A share is no number from 0 to 1.
    #[error("the shift `{text}` needs a share from 0 to 1 or from 0% to 100%, as in `{kind}=50%`")]
    NoShare {
        /// The shift as given.
        text: String,
        /// Its kind.
        kind: &'static str,
    },
    /// `boilerplate` takes no value.
    #[error("the shift `{text}` takes no value; write `boilerplate` alone")]
    Value {
        /// The shift as given.
        text: String,
    },
}

impl FromStr for ShiftKind {
    type Err = ShiftError;

    fn from_str(text: &str) -> Result<Self, ShiftError> {
        let text = text.trim();
        let (kind, value) = match text.split_once('=') {
            Some((kind, value)) => (kind.trim(), Some(value.trim())),
            None => (text, None),
        };
        let category = |kind| match value {
            Some(name) if !name.is_empty() => Ok(name.to_owned()),
            _ => Err(ShiftError::NoCategory {
                text: text.to_owned(),
                kind,
            }),
        };
        let share = |kind| {
            value
                .and_then(read_share)
                .ok_or_else(|| ShiftError::NoShare {
                    text: text.to_owned(),
                    kind,
                })
        };
        match kind {
            "doubled" => Ok(Self::Doubled(category("doubled")?)),
            "vanished" => Ok(Self::Vanished(category("vanished")?)),
            "new" => Ok(Self::New(category("new")?)),
            "missing" => Ok(Self::Missing(share("missing")?)),
            "language" => Ok(Self::Language(share("language")?)),
            "boilerplate" if value.is_none() => Ok(Self::Boilerplate),
            "boilerplate" => Err(ShiftError::Value {
                text: text.to_owned(),
            }),
            _ => Err(ShiftError::Kind {
                text: text.to_owned(),
            }),
        }
    }
}

/// A share written `0.05` or `5%`; `None` for anything else and outside of 0 to 1.
pub fn read_share(text: &str) -> Option<f64> {
    let text = text.trim();
    let share: f64 = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => text.parse().ok()?,
    };
    (0.0..=1.0).contains(&share).then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read() {
        let read = |text: &str| text.parse::<ShiftKind>();
        assert_eq!(
            read("doubled=Sales"),
            Ok(ShiftKind::Doubled("Sales".into()))
        );
        assert_eq!(
            read(" vanished = Sports, Fitness, and Recreation "),
            Ok(ShiftKind::Vanished(
                "Sports, Fitness, and Recreation".into()
            ))
        );
        assert_eq!(
            read("new=Robotics and Drones"),
            Ok(ShiftKind::New(NEW_CATEGORIES[1].into()))
        );
        assert_eq!(read("boilerplate"), Ok(ShiftKind::Boilerplate));
        assert_eq!(read("missing=50%"), Ok(ShiftKind::Missing(0.5)));
        assert_eq!(read("language=0.3"), Ok(ShiftKind::Language(0.3)));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, said) in [
            ("", "`` is no shift; there are doubled=CATEGORY"),
            ("tripled=Sales", "`tripled=Sales` is no shift"),
            (
                "doubled",
                "`doubled` needs a category, as in `doubled=Sales`",
            ),
            ("new=", "`new=` needs a category"),
            ("missing", "`missing` needs a share from 0 to 1"),
            ("missing=150%", "`missing=150%` needs a share"),
            ("language=much", "as in `language=50%`"),
            ("boilerplate=0.5", "`boilerplate=0.5` takes no value"),
        ] {
            let error = text.parse::<ShiftKind>().expect_err(text).to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
