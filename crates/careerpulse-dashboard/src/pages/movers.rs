//! Categories that rose and fell, and whether by more than chance.

use super::markup::{self, Markup};
use super::{figures, links, wilson, words};
use crate::view::overview::CategoryLine;

/// A category that moved.
pub struct Mover {
    /// Its name.
    pub name: String,
    /// Its page.
    pub address: String,
    /// The change in words.
    pub change: String,
    /// Postings now and before.
    pub now: String,
    /// Postings before.
    pub before: String,
    /// The change beside the largest one.
    pub bar: Markup,
    /// Whether chance alone could have done it.
    pub is_unclear: bool,
}

/// Movers of a kind shown at most.
const SHOWN: usize = 6;

/// Those that rose and those that fell, by how much; what chance can do comes last.
pub fn movers(lines: &[CategoryLine]) -> (Vec<Mover>, Vec<Mover>) {
    let largest = lines.iter().filter_map(|line| line.change);
    let largest = largest.fold(0.0_f64, |largest, change| largest.max(change.abs()));
    let side = |sign: f64, class: &'static str| {
        let mut moved: Vec<(bool, f64, &CategoryLine)> = lines
            .iter()
            .filter_map(|line| {
                let change = line.change.filter(|change| change * sign > 0.0)?;
                let differs = wilson::differs(line.recent?, line.before?);
                Some((!differs, change, line))
            })
            .collect();
        moved.sort_by(|a, b| a.0.cmp(&b.0).then((b.1 * sign).total_cmp(&(a.1 * sign))));
        let shown = moved.into_iter().take(SHOWN);
        shown
            .map(|(is_unclear, change, line)| Mover {
                name: words::name(&line.name),
                address: links::category(&line.name),
                change: figures::change(change),
                now: figures::or_dash(line.recent, figures::count),
                before: figures::or_dash(line.before, figures::count),
                bar: markup::bar(change.abs() / largest, class),
                is_unclear,
            })
            .collect()
    };
    (side(1.0, "rise"), side(-1.0, "fall"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, recent: f64, before: f64) -> CategoryLine {
        CategoryLine {
            name: name.to_owned(),
            recent: Some(recent),
            before: Some(before),
            change: (before >= 1.0).then(|| recent / before - 1.0),
            active: None,
            imputed_share: None,
        }
    }

    #[test]
    fn a_clear_rise_comes_before_a_larger_one_that_chance_can_do() {
        let lines = [
            line("few", 3.0, 1.0),
            line("many", 300.0, 200.0),
            line("less", 90.0, 300.0),
        ];
        let (rose, fell) = movers(&lines);
        let names: Vec<_> = rose
            .iter()
            .map(|mover| (mover.name.as_str(), mover.is_unclear))
            .collect();
        assert_eq!(names, [("many", false), ("few", true)]);
        assert_eq!(fell[0].change, "−70\u{a0}%");
    }
}
