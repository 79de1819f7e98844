//! How many of some rows fall into the window where chance alone decides.

/// The number of marked rows among `drawn` of `all` rows, of which `marked` are marked, and each number's
/// two-sided p-value.
pub(crate) struct Hypergeometric {
    first: u64,
    chances: Vec<f64>,
    /// Chances ascending, and their running sums.
    sorted: Vec<f64>,
    sums: Vec<f64>,
}

/// Chances that differ by less are one, as in R's `fisher.test`.
const TIE: f64 = 1.0 + 1e-7;

impl Hypergeometric {
    /// `marked` and `drawn` must be at most `all`; more is taken as `all`.
    pub fn new(all: u64, marked: u64, drawn: u64) -> Self {
        let (marked, drawn) = (marked.min(all), drawn.min(all));
        let least = (marked + drawn).saturating_sub(all);
        let most = marked.min(drawn);
        let mode = (u128::from(drawn) + 1) * (u128::from(marked) + 1) / (u128::from(all) + 2);
        let mode = (mode as u64).clamp(least, most);
        let [all, marked, drawn] = [all, marked, drawn].map(|rows| rows as f64);
        // The ratio of the chance of `k + 1` to that of `k`.
        let step = |k: u64| {
            let k = k as f64;
            (marked - k) * (drawn - k) / ((k + 1.0) * (all - marked - drawn + k + 1.0))
        };
        let mut up = Vec::new();
        let mut chance = 1.0;
        for k in mode..most {
            chance *= step(k);
            if chance < f64::MIN_POSITIVE {
                break;
            }
            up.push(chance);
        }
        let mut down = Vec::new();
        chance = 1.0;
        for k in (least..mode).rev() {
            chance /= step(k);
            if chance < f64::MIN_POSITIVE {
                break;
            }
            down.push(chance);
        }
        let first = mode - down.len() as u64;
        down.reverse();
        down.push(1.0);
        down.append(&mut up);
        let mut sorted = down.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let whole: f64 = sorted.iter().sum();
        let chances: Vec<f64> = down.iter().map(|chance| chance / whole).collect();
        sorted.iter_mut().for_each(|chance| *chance /= whole);
        let sums = sorted
            .iter()
            .scan(0.0, |sum, chance| {
                *sum += chance;
                Some(*sum)
            })
            .collect();
        Self {
            first,
            chances,
            sorted,
            sums,
        }
    }

    /// Chance of a number that is as unlikely as `k` or more: Fisher's exact test.
    pub fn p_value(&self, k: u64) -> f64 {
        let at = k.checked_sub(self.first).map(|at| at as usize);
        let Some(&chance) = at.and_then(|at| self.chances.get(at)) else {
            return f64::MIN_POSITIVE;
        };
        let as_unlikely = self.sorted.partition_point(|&other| other <= chance * TIE);
        self.sums[as_unlikely - 1].min(1.0)
    }

    /// Chance of a p-value of at most `level`, which is less, for numbers come in steps.
    pub fn size(&self, level: f64) -> f64 {
        let at_most = self.sums.partition_point(|&sum| sum <= level * TIE);
        // Numbers of the same chance are rejected together or not at all.
        let is_split = |&at: &usize| {
            let next = self.sorted.get(at);
            next.is_some_and(|&next| next <= self.sorted[at - 1] * TIE)
        };
        let mut at = at_most;
        while at > 0 && is_split(&at) {
            at -= 1;
        }
        at.checked_sub(1).map_or(0.0, |last| self.sums[last])
    }

    /// The least extreme number, above or below the most likely ones, whose p-value is at most `level`.
    pub fn critical(&self, level: f64, above: bool) -> Option<u64> {
        let is_beyond = |at: &usize| self.p_value(self.first + *at as u64) <= level;
        let beyond = match above {
            true => (0..self.chances.len()).rev().take_while(is_beyond).last(),
            false => (0..self.chances.len()).take_while(is_beyond).last(),
        };
        beyond.map(|at| self.first + at as u64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn p_values_are_honest_and_the_critical_numbers_are_where_they_reach_the_level(
            all in 0_u64..400, marked in 0_u64..400, drawn in 0_u64..400, level in 0.0001..0.5_f64,
        ) {
            let law = Hypergeometric::new(all, marked, drawn);
            let whole: f64 = law.chances.iter().sum();
            prop_assert!((whole - 1.0).abs() < 1e-9);
            let beyond: f64 = (0..law.chances.len())
                .filter(|&at| law.p_value(law.first + at as u64) <= level)
                .map(|at| law.chances[at])
                .sum();
            prop_assert!((law.size(level) - beyond).abs() < 1e-9);
            prop_assert!(beyond <= level * (1.0 + 1e-6));
            if let Some(k) = law.critical(level, true) {
                prop_assert!(law.p_value(k) <= level);
                prop_assert!(k == law.first || law.p_value(k - 1) > level);
            }
        }
    }
}
