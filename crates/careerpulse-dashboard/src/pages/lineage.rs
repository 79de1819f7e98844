//! The road as a drawing: each stage with the tables it writes, and arcs to the stages that read them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::markup::{self, Markup, escape};
use super::words;
use crate::view::pipeline::StageCard;

/// The width of the drawing, and of a stage's box with the room to its left and right.
const WIDTH: f64 = 920.0;
const BOX_LEFT: f64 = 96.0;
const BOX_WIDTH: f64 = 530.0;
/// From one stage to the next, without the lines of its tables.
const STEP: f64 = 70.0;
/// A line of tables in a box.
const LINE: f64 = 17.0;
/// Characters in such a line.
const LETTERS: usize = 66;

/// Writer, reader and whether it leads back to a stage of the next run: the tables between them.
type Pairs = BTreeMap<(usize, usize, bool), Vec<String>>;

/// Where a stage's box stands.
struct Place {
    top: f64,
    height: f64,
    lines: Vec<String>,
}

/// The drawing; none without stages. Its text form is the table of stages below it.
pub fn drawn(stages: &[StageCard]) -> Option<Markup> {
    if stages.is_empty() {
        return None;
    }
    let places = places(stages);
    let height = places.last().map_or(0.0, |place| place.top + place.height) + 24.0;
    let mut svg = format!(
        "<svg class=\"lineage\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-labelledby=\"lineage-t lineage-d\">\
         <title id=\"lineage-t\">How the stages hang together</title>\
         <desc id=\"lineage-d\">{} stages from top to bottom; arcs to the right lead from a stage to those that read what it writes, dashed arcs to the left lead back to a stage of the next run. The table of stages says the same.</desc>\
         <defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path class=\"tip\" d=\"M0 0 10 5 0 10z\"/></marker>\
         <marker id=\"tip-back\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path class=\"tip-back\" d=\"M0 0 10 5 0 10z\"/></marker></defs>",
        stages.len()
    );
    arcs(&mut svg, stages, &places);
    for (stage, place) in stages.iter().zip(&places) {
        stage_box(&mut svg, stage, place);
    }
    svg.push_str("</svg>");
    Some(markup::drawing(svg))
}

fn places(stages: &[StageCard]) -> Vec<Place> {
    let mut top = 12.0;
    let mut places = Vec::new();
    for stage in stages {
        let lines = wrapped(&stage.writes);
        let height = 42.0 + LINE * lines.len() as f64;
        places.push(Place { top, height, lines });
        top += height + STEP - 34.0;
    }
    places
}

/// Table names in lines of bounded length.
fn wrapped(tables: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for table in tables {
        let name = words::name(table);
        match lines.last_mut() {
            Some(line) if line.chars().count() + name.chars().count() + 3 <= LETTERS => {
                line.push_str(" · ");
                line.push_str(&name);
            }
            _ => lines.push(name),
        }
    }
    lines
}

fn stage_box(svg: &mut String, stage: &StageCard, place: &Place) {
    let Place { top, height, lines } = place;
    // Writing to a string does not fail.
    let _ = write!(
        svg,
        "<g class=\"stage\"><rect x=\"{BOX_LEFT}\" y=\"{top:.0}\" width=\"{BOX_WIDTH}\" height=\"{height:.0}\" rx=\"8\"/>\
         <text class=\"name\" x=\"{:.0}\" y=\"{:.0}\">{}</text>",
        BOX_LEFT + 14.0,
        top + 23.0,
        escape(&words::name(&stage.name))
    );
    for (place, line) in lines.iter().enumerate() {
        let _ = write!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\">{}</text>",
            BOX_LEFT + 14.0,
            top + 44.0 + LINE * place as f64,
            escape(line)
        );
    }
    svg.push_str("</g>");
}

/// Arcs from writers to readers, one for each pair, and back to those that heed.
fn arcs(svg: &mut String, stages: &[StageCard], places: &[Place]) {
    let mut pairs = Pairs::new();
    for (reader, stage) in stages.iter().enumerate() {
        for (table, back) in stage
            .reads
            .iter()
            .map(|table| (table, false))
            .chain(stage.heeds.iter().map(|table| (table, true)))
        {
            let writer = stages.iter().position(|other| other.writes.contains(table));
            if let Some(writer) = writer.filter(|writer| *writer != reader) {
                pairs
                    .entry((writer, reader, back))
                    .or_default()
                    .push(words::name(table));
            }
        }
    }
    for ((writer, reader, back), tables) in &pairs {
        let steps = reader.abs_diff(*writer) as f64;
        let (leave, arrive) = (
            port(&pairs, *writer, *reader, *back, true),
            port(&pairs, *reader, *writer, *back, false),
        );
        let (from, to) = (&places[*writer], &places[*reader]);
        let (y1, y2) = (from.top + from.height * leave, to.top + to.height * arrive);
        let (x, class, tip) = if *back {
            (BOX_LEFT, "back", "tip-back")
        } else {
            (BOX_LEFT + BOX_WIDTH, "arc", "tip")
        };
        let bow = if *back {
            -(24.0 + 16.0 * steps).min(90.0)
        } else {
            (28.0 + 38.0 * steps).min(320.0)
        };
        let width = (1.0 + 0.4 * tables.len() as f64).min(3.2);
        let name = |place: usize| escape(&words::name(&stages[place].name));
        let _ = write!(
            svg,
            "<path class=\"{class}\" d=\"M{x} {y1:.1}C{:.0} {y1:.1} {:.0} {y2:.1} {x} {y2:.1}\" stroke-width=\"{width:.1}\" marker-end=\"url(#{tip})\"><title>{} to {}: {}</title></path>",
            x + bow,
            x + bow,
            name(*writer),
            name(*reader),
            escape(&tables.join(", "))
        );
    }
}

/// Where an arc meets a box, as a share of its height: arcs of one box stand apart, the nearest where they
/// cross no other.
fn port(pairs: &Pairs, here: usize, there: usize, back: bool, leaves: bool) -> f64 {
    let mut ends: Vec<usize> = pairs
        .keys()
        .filter(|(_, _, is_back)| *is_back == back)
        .filter_map(|(writer, reader, _)| match leaves {
            true => (*writer == here).then_some(*reader),
            false => (*reader == here).then_some(*writer),
        })
        .collect();
    ends.sort_by_key(|end| std::cmp::Reverse(end.abs_diff(here)));
    if !leaves {
        ends.reverse();
    }
    let place = ends.iter().position(|end| *end == there).unwrap_or(0) as f64;
    // The upper half is for what arrives, the lower for what leaves.
    let (first, last) = if leaves { (0.55, 0.92) } else { (0.08, 0.45) };
    first + (last - first) * (place + 0.5) / ends.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(name: &str, reads: &[&str], heeds: &[&str], writes: &[&str]) -> StageCard {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        StageCard {
            name: name.to_owned(),
            about: String::new(),
            reads: owned(reads),
            heeds: owned(heeds),
            writes: owned(writes),
        }
    }

    #[test]
    fn every_reader_has_an_arc_and_names_are_escaped() {
        let stages = [
            stage("bronze", &[], &[], &["bronze.pages"]),
            stage(
                "<b>",
                &["bronze.pages"],
                &["gold.alarms"],
                &["silver.postings"],
            ),
            stage(
                "watch",
                &["bronze.pages", "silver.postings"],
                &[],
                &["gold.alarms"],
            ),
        ];
        let svg = drawn(&stages).unwrap().to_string();
        assert_eq!(svg.matches("class=\"arc\"").count(), 3);
        assert_eq!(svg.matches("class=\"back\"").count(), 1);
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
        assert!(drawn(&[]).is_none());
    }
}
