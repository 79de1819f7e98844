//! One value of a table.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words, of which some come from strangers.
    Text(String),
    /// A number, a date or a truth value, in a form of ours.
    Plain(String),
    /// There is none.
    Nothing,
}

/// What can stand in a cell.
pub trait ToCell {
    /// It as a cell.
    fn cell(&self) -> Cell;
}

/// The cell as it is written; numbers of ours are never marked, for a negative one is one.
pub fn words(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) => no_formula(text),
        Cell::Plain(text) => Cow::Borrowed(text),
        Cell::Nothing => Cow::Borrowed(""),
    }
}

/// Words of strangers for a cell: those that a spreadsheet would take for a formula are marked as words by
/// an apostrophe (OWASP, CSV injection).
pub fn no_formula(text: &str) -> Cow<'_, str> {
    match is_formula(text) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Spreadsheets pass over blanks before a formula, and some read full-width signs as signs.
fn is_formula(text: &str) -> bool {
    let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(signs)
}

impl ToCell for String {
    fn cell(&self) -> Cell {
        Cell::Text(self.clone())
    }
}

impl ToCell for Vec<String> {
    fn cell(&self) -> Cell {
        Cell::Text(self.join("; "))
    }
}

impl ToCell for Vec<i64> {
    fn cell(&self) -> Cell {
        let words: Vec<String> = self.iter().map(i64::to_string).collect();
        Cell::Text(words.join("; "))
    }
}

impl<T: ToCell> ToCell for Option<T> {
    fn cell(&self) -> Cell {
        self.as_ref().map_or(Cell::Nothing, ToCell::cell)
    }
}

impl ToCell for f64 {
    fn cell(&self) -> Cell {
        match self.is_finite() {
            true => Cell::Plain(self.to_string()),
            false => Cell::Nothing,
        }
    }
}

impl ToCell for DateTime<Utc> {
    fn cell(&self) -> Cell {
        Cell::Plain(self.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

macro_rules! plain {
    ($($of:ty),*) => {$(
        impl ToCell for $of {
            fn cell(&self) -> Cell {
                Cell::Plain(self.to_string())
            }
        }
    )*};
}

plain!(bool, i64, u32, u64, NaiveDate);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_words_of_strangers_are_a_formula() {
        for text in [
            "=cmd|' /C calc'!A0",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "＝1",
            "\nx",
        ] {
            let cell = text.to_owned().cell();
            assert_eq!(words(&cell), format!("'{text}"), "{text:?}");
        }
        for text in ["", "Sales", "a=1", "'=1", "1-2"] {
            assert_eq!(words(&text.to_owned().cell()), text);
        }
        assert_eq!(
            words(&vec!["=1".to_owned(), "b".to_owned()].cell()),
            "'=1; b"
        );
    }

    #[test]
    fn numbers_stay_numbers() {
        assert_eq!(words(&(-1.5).cell()), "-1.5");
        assert_eq!(words(&(-3_i64).cell()), "-3");
        assert_eq!(words(&f64::NAN.cell()), "");
        assert_eq!(words(&None::<f64>.cell()), "");
        assert_eq!(words(&Some(true).cell()), "true");
        assert_eq!(
            words(&NaiveDate::from_ymd_opt(2026, 1, 31).cell()),
            "2026-01-31"
        );
    }
}
