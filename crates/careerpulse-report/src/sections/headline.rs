//! The figures that the page opens with.

use crate::data::ReportData;
use crate::figures;
use crate::series::{Calendar, Day};

/// One large figure.
#[derive(Debug)]
pub struct Tile {
    pub name: &'static str,
    pub figure: String,
    pub note: String,
}

/// A part of all postings, as a part of a bar.
#[derive(Debug)]
pub struct Share {
    pub class: &'static str,
    pub name: &'static str,
    /// Percent of the bar, as CSS writes it.
    pub width: String,
    pub share: String,
}

/// The large figures, those that are known.
pub fn tiles(data: &ReportData, calendar: Option<&Calendar>) -> Vec<Tile> {
    let mut tiles = Vec::new();
    if let Some(counts) = data.counts {
        let of_all = |part: u64| figures::percent(part as f64 / counts.postings.max(1) as f64);
        let postings = |part: u64| format!("{} postings", figures::count(part as f64));
        tiles.push(Tile {
            name: "Postings",
            figure: figures::count(counts.postings as f64),
            note: match calendar {
                Some(calendar) => format!("published since {}", figures::date(calendar.since)),
                None => "in the lake".to_owned(),
            },
        });
        let shares = [
            ("Labelled by the source", counts.labelled),
            ("Imputed", counts.imputed),
            ("Uncertain", counts.abstained),
        ];
        tiles.extend(shares.map(|(name, part)| Tile {
            name,
            figure: of_all(part),
            note: postings(part),
        }));
    }
    if let Some(calendar) = calendar {
        let days = |state| calendar.how_many(state);
        tiles.push(Tile {
            name: "Days collected",
            figure: figures::count(days(Day::Collected) as f64),
            note: format!(
                "{} missed, {} backfilled",
                days(Day::Missed),
                days(Day::Backfilled)
            ),
        });
    }
    tiles
}

/// Who says the category, as parts of one bar.
pub fn shares(data: &ReportData) -> Vec<Share> {
    let Some(counts) = data.counts.filter(|counts| counts.postings > 0) else {
        return Vec::new();
    };
    [
        ("labelled", "labelled by the source", counts.labelled),
        ("imputed", "imputed", counts.imputed),
        ("abstained", "too uncertain to count", counts.abstained),
        ("unscored", "not looked at yet", counts.unscored),
    ]
    .into_iter()
    .filter(|(_, _, part)| *part > 0)
    .map(|(class, name, part)| {
        let share = part as f64 / counts.postings as f64;
        Share {
            class,
            name,
            width: format!("{:.3}", (share * 100.0).min(100.0)),
            share: figures::percent(share),
        }
    })
    .collect()
}
