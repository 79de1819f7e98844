//! Where a posting's work is done.

use rand::{Rng, RngExt};

use super::pick::{one_of, some_of};
use super::posting::Location;

/// The API's name for work from anywhere.
pub(super) const REMOTE: &str = "Flexible / Remote";

/// The places of `places.txt`.
pub(super) fn read_places() -> Vec<&'static str> {
    include_str!("places.txt")
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect()
}

/// One place for a posting's text, near its employer's seat in two cases of five.
pub(super) fn draw_place(
    places: &[&'static str],
    seat: &'static str,
    rng: &mut impl Rng,
) -> &'static str {
    if rng.random_bool(0.4) {
        seat
    } else {
        one_of(places, rng)
    }
}

/// The posting's locations: mostly `main` alone, sometimes many, now and then none.
pub(super) fn draw_locations(
    places: &[&'static str],
    main: &'static str,
    remote: bool,
    rng: &mut impl Rng,
) -> Vec<Location> {
    let mut names = Vec::new();
    if remote {
        names.push(REMOTE);
    }
    let others = match rng.random_range(0..1_000) {
        0..20 => return Vec::new(),
        20..780 => 0,
        780..960 => rng.random_range(1..5),
        960..992 => rng.random_range(5..15),
        _ => rng.random_range(15..54),
    };
    names.push(main);
    let more = some_of(places, others, rng);
    names.extend(more.into_iter().filter(|name| *name != main));
    names
        .into_iter()
        .map(|name| Location {
            name: name.to_owned(),
        })
        .collect()
}
