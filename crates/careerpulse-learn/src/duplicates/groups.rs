//! Connected groups: what is linked, directly or through others, is one.

/// A partition of the texts 0, 1, 2, … into groups. A group is known by its first text.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    /// For each text one of its group that came before it, or itself.
    earlier: Vec<u32>,
}

impl Groups {
    /// Adds the next text, a group of its own; returns its number.
    pub fn add(&mut self) -> u32 {
        let number = self.len() as u32;
        self.earlier.push(number);
        number
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.earlier.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.earlier.is_empty()
    }

    /// The first text of a text's group.
    pub fn first(&mut self, mut text: u32) -> u32 {
        // Halving the path as it is walked keeps all paths short (Tarjan and van Leeuwen, 1984).
        while self.earlier[text as usize] != text {
            let nearer = self.earlier[self.earlier[text as usize] as usize];
            self.earlier[text as usize] = nearer;
            text = nearer;
        }
        text
    }

    /// Makes one group of those of two texts; the one that began first keeps its name.
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.first(a), self.first(b));
        self.earlier[a.max(b) as usize] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn groups_are_the_connected_components(
            joins in proptest::collection::vec((0_u32..40, 0_u32..40), 0..60)
        ) {
            let mut groups = Groups::default();
            (0..40).for_each(|number| assert_eq!(groups.add(), number));
            let mut reached: Vec<u32> = (0..40).collect();
            for (a, b) in &joins {
                groups.join(*a, *b);
                let (a, b) = (reached[*a as usize], reached[*b as usize]);
                for name in reached.iter_mut().filter(|name| **name == a || **name == b) {
                    *name = a.min(b);
                }
            }
            let found: Vec<u32> = (0..40).map(|text| groups.first(text)).collect();
            prop_assert_eq!(found, reached);
        }
    }
}
