//! Injected faults: how often each kind happens, as a user spells it.

pub(crate) mod inject;
pub(crate) mod schedule;

use std::str::FromStr;

/// A way for a request to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// 429 with `Retry-After`, and again for the query's next one to three requests.
    TooManyRequests,
    /// 403 as if the rate limit were spent, and again for the next one to three.
    Forbidden,
    /// 500 with an error body, or 502 or 503 with a page of HTML.
    ServerError,
    /// The connection is reset (RST) without an answer.
    Reset,
    /// Half a page: either the connection ends early, or the length agrees with the cut.
    Truncate,
    /// A whole answer with status 200 whose body is no JSON, or no UTF-8.
    Malformed,
    /// The right page, dribbled out over 0.5 to 1 second.
    Slow,
}

/// All kinds, in the order of [`Faults`]' shares, by the names that a SPEC uses.
pub const FAULT_KINDS: [(&str, FaultKind); 7] = [
    ("429", FaultKind::TooManyRequests),
    ("403", FaultKind::Forbidden),
    ("5xx", FaultKind::ServerError),
    ("reset", FaultKind::Reset),
    ("truncate", FaultKind::Truncate),
    ("malformed", FaultKind::Malformed),
    ("slow", FaultKind::Slow),
];

/// How likely each kind of fault is to begin at a request; [`Default`] is none at all.
///
/// Parsed from a SPEC: one share for all kinds together (`0.2` or `20%`, spread evenly),
/// or a list `429=0.05,5xx=2%,reset=0.01` of the kinds in [`FAULT_KINDS`]. Bursts come
/// on top of the share. `0` and the empty text mean none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Faults {
    shares: [f64; FAULT_KINDS.len()],
}

/// Why a SPEC of faults was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FaultsError {
    /// The kind is not one of [`FAULT_KINDS`].
    #[error("faults: `{item}` names no known kind; known are {}", known_kinds())]
    UnknownKind {
        /// The item as given.
        item: String,
    },
    /// The share is no number from 0 to 1 (or percentage up to 100%).
    #[error(
        "faults: `{item}` needs a share from 0 to 1 or a percentage, as in `0.2`, `20%` or \
         `429=0.05`; known kinds are {}",
        known_kinds()
    )]
    BadShare {
        /// The item as given.
        item: String,
    },
    /// The same kind came twice.
    #[error(
        "faults: `{item}` repeats a kind; name each of {} at most once",
        known_kinds()
    )]
    Repeated {
        /// The second item as given.
        item: String,
    },
    /// The shares add up to more than 1.
    #[error("faults: the shares in `{spec}` add up to {total:.3}, which is over 1; lower some")]
    OverOne {
        /// The whole SPEC.
        spec: String,
        /// Their sum.
        total: f64,
    },
}

impl Faults {
    /// The share of one kind.
    pub fn share(&self, kind: FaultKind) -> f64 {
        let with_share = FAULT_KINDS.iter().zip(self.shares);
        with_share
            .filter(|((_, other), _)| *other == kind)
            .map(|(_, share)| share)
            .sum()
    }

    /// The kind that a number drawn evenly from 0 to 1 stands for, if any.
    pub(crate) fn at(&self, mut drawn: f64) -> Option<FaultKind> {
        for ((_, kind), share) in FAULT_KINDS.iter().zip(self.shares) {
            if drawn < share {
                return Some(*kind);
            }
            drawn -= share;
        }
        None
    }
}

impl FromStr for Faults {
    type Err = FaultsError;

    fn from_str(spec: &str) -> Result<Self, FaultsError> {
        let mut faults = Faults::default();
        let spec = spec.trim();
        if spec.is_empty() {
            return Ok(faults);
        }
        if !spec.contains(['=', ',']) {
            faults
                .shares
                .fill(share(spec, spec)? / FAULT_KINDS.len() as f64);
            return Ok(faults);
        }
        let mut named = [false; FAULT_KINDS.len()];
        for item in spec.split(',').map(str::trim) {
            let item_owned = || item.to_owned();
            let (name, value) = item
                .split_once('=')
                .ok_or_else(|| FaultsError::BadShare { item: item_owned() })?;
            let position = FAULT_KINDS
                .iter()
                .position(|(known, _)| *known == name.trim())
                .ok_or_else(|| FaultsError::UnknownKind { item: item_owned() })?;
            if std::mem::replace(&mut named[position], true) {
                return Err(FaultsError::Repeated { item: item_owned() });
            }
            faults.shares[position] = share(value, item)?;
        }
        let total: f64 = faults.shares.iter().sum();
        // A hair over 1 is only the rounding of a sum such as 0.7 + 0.2 + 0.1.
        if total > 1.0 + 1e-9 {
            let spec = spec.to_owned();
            return Err(FaultsError::OverOne { spec, total });
        }
        Ok(faults)
    }
}

fn share(text: &str, item: &str) -> Result<f64, FaultsError> {
    let text = text.trim();
    let parsed = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse().map(|number: f64| number / 100.0),
        None => text.parse(),
    };
    parsed
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| FaultsError::BadShare {
            item: item.to_owned(),
        })
}

fn known_kinds() -> String {
    FAULT_KINDS.map(|(name, _)| name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_share_is_spread_over_all_kinds() {
        for spec in ["0.7", "70%", " 70 % "] {
            let faults: Faults = spec.parse().unwrap();
            for (name, kind) in FAULT_KINDS {
                assert!((faults.share(kind) - 0.1).abs() < 1e-12, "{spec} {name}");
            }
        }
        for spec in ["", "0", "0%"] {
            assert_eq!(spec.parse(), Ok(Faults::default()));
        }
    }

    #[test]
    fn a_list_names_its_kinds() {
        let faults: Faults = "429=0.05, reset = 2%".parse().unwrap();
        assert_eq!(faults.share(FaultKind::TooManyRequests), 0.05);
        assert_eq!(faults.share(FaultKind::Reset), 0.02);
        assert_eq!(faults.share(FaultKind::Slow), 0.0);
        assert_eq!(faults.at(0.049), Some(FaultKind::TooManyRequests));
        assert_eq!(faults.at(0.069), Some(FaultKind::Reset));
        assert_eq!(faults.at(0.071), None);
    }

    #[test]
    fn mistakes_name_the_item_and_what_is_known() {
        let message = |spec: &str| spec.parse::<Faults>().unwrap_err().to_string();
        let unknown = message("429=0.1,404=0.2");
        assert!(unknown.contains("`404=0.2`"), "{unknown}");
        assert!(
            unknown.contains("429, 403, 5xx, reset, truncate, malformed, slow"),
            "{unknown}"
        );
        for spec in [
            "x",
            "-0.1",
            "1.5",
            "120%",
            "NaN",
            "inf",
            "slow=",
            "slow=x",
            "slow",
            "slow=0.1,",
            "0.1,0.2",
        ] {
            let bad = message(spec);
            assert!(
                spec == "slow=0.1," || bad.contains("needs a share"),
                "{spec}: {bad}"
            );
        }
        assert!(message("slow=0.1,slow=0.1").contains("repeats"));
        assert!(message("slow=0.6,reset=0.6").contains("1.200"));
        assert!("slow=0.7,reset=0.2,429=0.1".parse::<Faults>().is_ok());
    }
}
