//! Three ways of hiding categories.

use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::world::World;

/// The chances of being hidden that a shift spreads the categories over.
const CHANCES: (f64, f64) = (0.2, 0.8);

/// Whose category is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hiding {
    /// Half of all, whatever they are.
    Random,
    /// From 0.2 to 0.8 of a category.
    Shift,
    /// From 0.2 to 0.8 of a category on the first day, and as much less of it on the last.
    Drift,
}

impl Hiding {
    pub const ALL: [Hiding; 3] = [Hiding::Random, Hiding::Shift, Hiding::Drift];

    pub fn name(self) -> &'static str {
        match self {
            Hiding::Random => "hidden at random",
            Hiding::Shift => "hidden with prior shift",
            Hiding::Drift => "hidden with a shift that changes through time",
        }
    }

    /// Whether each posting's category is hidden.
    pub fn hide(self, world: &World, seed: u64) -> Vec<bool> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let classes = world.classes.len();
        let mut places: Vec<usize> = (0..classes).collect();
        places.shuffle(&mut rng);
        let last = world.days.iter().copied().max().unwrap_or(0).max(1);
        let (low, high) = CHANCES;
        world
            .labels
            .iter()
            .zip(&world.days)
            .map(|(&label, &day)| {
                let place = places[label as usize] as f64 / (classes.max(2) - 1) as f64;
                let through = f64::from(day) / f64::from(last);
                let place = match self {
                    Hiding::Random => 0.5,
                    Hiding::Shift => place,
                    Hiding::Drift => place * (1.0 - through) + (1.0 - place) * through,
                };
                rng.random_bool(low + (high - low) * place)
            })
            .collect()
    }
}
