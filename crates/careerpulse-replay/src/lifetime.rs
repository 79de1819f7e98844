//! How long a posting stays open: by its id, so that it needs no memory of the days before.

use chrono::{Days, NaiveDate};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// For how many days postings are shown, the day of publication included.
///
/// Every id has a lifetime of its own, drawn evenly between the two bounds, the same in every
/// run. A bound below 1 counts as 1, and a longest below the shortest as the shortest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifetimes {
    /// The fewest days.
    pub shortest: u32,
    /// The most days.
    pub longest: u32,
    /// Another seed gives the ids other lifetimes.
    pub seed: u64,
}

impl Default for Lifetimes {
    /// 5 to 60 days, as most postings of the source stay open.
    fn default() -> Self {
        Lifetimes {
            shortest: 5,
            longest: 60,
            seed: 0,
        }
    }
}

impl Lifetimes {
    /// For how many days the posting is shown; `id` as its JSON has it.
    pub fn days_of(&self, id: &str) -> u32 {
        let shortest = self.shortest.max(1);
        draws_of(id, self.seed).random_range(shortest..=self.longest.max(shortest))
    }

    /// Whether a posting is shown on a day: published on it or before, and not closed yet.
    pub fn shows(&self, id: &str, published: NaiveDate, day: NaiveDate) -> bool {
        let closed = published.checked_add_days(Days::new(u64::from(self.days_of(id))));
        published <= day && closed.is_none_or(|closed| day < closed)
    }
}

/// The randomness that belongs to an id.
pub(crate) fn draws_of(id: &str, seed: u64) -> ChaCha8Rng {
    // FNV-1a, as the standard library's hashes may change with its version.
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(hash);
    rng
}

/// The day of a publication date as the API writes it; `None` for anything else.
pub(crate) fn day_of(publication_date: &str) -> Option<NaiveDate> {
    let day = publication_date.get(..10)?;
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_span_the_bounds_and_are_an_ids_own() {
        let lifetimes = Lifetimes::default();
        let days: Vec<u32> = (0..2_000)
            .map(|id| lifetimes.days_of(&id.to_string()))
            .collect();
        assert_eq!(days.iter().min(), Some(&5));
        assert_eq!(days.iter().max(), Some(&60));
        let mean = f64::from(days.iter().sum::<u32>()) / 2_000.0;
        assert!((31.5..33.5).contains(&mean), "{mean}");
        assert_eq!(days[77], lifetimes.days_of("77"));
        let other = Lifetimes {
            seed: 1,
            ..lifetimes
        };
        assert!((0..9).any(|id| other.days_of(&id.to_string()) != days[id]));
    }

    #[test]
    fn a_posting_is_shown_from_its_day_until_it_closes() {
        let two = Lifetimes {
            shortest: 2,
            longest: 0,
            seed: 0,
        };
        let day = |day| NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
        let shown: Vec<bool> = (9..14).map(|on| two.shows("1", day(10), day(on))).collect();
        assert_eq!(shown, [false, true, true, false, false]);
    }

    #[test]
    fn dates_are_read_as_the_api_writes_them() {
        let day = NaiveDate::from_ymd_opt(2026, 6, 10);
        assert_eq!(day_of("2026-06-10T08:00:00Z"), day);
        for odd in [
            "",
            "2026-06",
            "2026-13-10T",
            "10.06.2026 08:00",
            "\u{20ac}\u{20ac}\u{20ac}\u{20ac}",
        ] {
            assert_eq!(day_of(odd), None, "{odd}");
        }
    }
}
