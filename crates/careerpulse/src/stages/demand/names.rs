//! Names as numbers, in the order in which they came.

use std::collections::HashMap;

/// Distinct names, numbered from 0.
#[derive(Debug, Default, Clone)]
pub struct Names {
    list: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    /// The number of a name, which is new if need be.
    pub fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// All names, by number.
    pub fn list(&self) -> &[String] {
        &self.list
    }
}
