//! Rows as CSV (RFC 4180) that no spreadsheet takes for formulas.

pub mod cell;
pub mod columns;

use cell::{Cell, words};

/// A record that is a row of a table.
pub trait Tabular: Sized + 'static {
    /// Its columns with their names, in order.
    const COLUMNS: &'static [Column<Self>];
}

/// A column: its name, and its value in a row.
pub type Column<T> = (&'static str, fn(&T) -> Cell);

/// Rows with a header line.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    header: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The table of records.
    pub fn of<T: Tabular>(records: &[T]) -> Table {
        let row = |record: &T| T::COLUMNS.iter().map(|(_, value)| value(record)).collect();
        Table {
            header: T::COLUMNS.iter().map(|(name, _)| *name).collect(),
            rows: records.iter().map(row).collect(),
        }
    }

    /// The tables of several groups under each other, with the group's name before each row.
    pub fn grouped<'a, T: Tabular>(
        column: &'static str,
        groups: impl IntoIterator<Item = (&'a str, &'a [T])>,
    ) -> Table {
        let mut all = Table::of::<T>(&[]);
        all.header.insert(0, column);
        for (name, records) in groups {
            let named = |mut row: Vec<Cell>| {
                row.insert(0, Cell::Text(name.to_owned()));
                row
            };
            all.rows
                .extend(Table::of(records).rows.into_iter().map(named));
        }
        all
    }

    /// The table as text, lines ended by CR LF.
    pub fn text(&self) -> Vec<u8> {
        let mut writer = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .from_writer(Vec::new());
        let written = (|| {
            writer.write_record(&self.header)?;
            self.rows.iter().try_for_each(|row| {
                writer.write_record(row.iter().map(|cell| words(cell).into_owned()))
            })
        })();
        written.expect("every row has as many cells as the header, and memory takes them");
        writer.into_inner().expect("memory takes everything")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::imputation::Scored;

    fn scored(category: &str) -> Scored {
        Scored {
            category: category.to_owned(),
            probability: -0.5,
        }
    }

    #[test]
    fn a_table_is_a_header_and_rows_that_quote_what_must_be() {
        let table = Table::of(&[scored("Sales, \"Retail\"\nand more"), scored("=1+1")]);
        let text = String::from_utf8(table.text()).unwrap();
        assert_eq!(
            text,
            "category,probability\r\n\"Sales, \"\"Retail\"\"\nand more\",-0.5\r\n'=1+1,-0.5\r\n"
        );
    }

    #[test]
    fn groups_stand_under_each_other() {
        let (one, two) = ([scored("a")], [scored("b"), scored("c")]);
        let table = Table::grouped("name", [("*", &one[..]), ("@x", &two[..])]);
        let text = String::from_utf8(table.text()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "name,category,probability",
                "*,a,-0.5",
                "'@x,b,-0.5",
                "'@x,c,-0.5"
            ]
        );
        assert_eq!(Table::of::<Scored>(&[]).text(), b"category,probability\r\n");
    }
}
