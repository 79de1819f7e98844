//! Charts as SVG: what a model confuses, and how precise the share is that it is sure of.

use std::error::Error;
use std::fmt::Display;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::tables::assessment::{ALL_CATEGORIES, ConfusionRow, CoverageRow};

/// Width of a confusion matrix's cell, in pixels.
const CELL: u32 = 30;
/// Room for the categories' names beside and above the matrix.
const NAMES: u32 = 230;
/// Font of all words.
const FONT: &str = "sans-serif";
/// A blue that is told from white and black by every kind of eye (Okabe and Ito).
const BLUE: RGBColor = RGBColor(0, 114, 178);

/// The confusion matrix: a row per true category, shaded by its share of the row, with the counts.
///
/// # Errors
/// When the picture cannot be drawn.
pub fn confusion_picture(categories: &[String], rows: &[ConfusionRow]) -> anyhow::Result<String> {
    let size = NAMES + CELL * categories.len() as u32 + 20;
    draw(size, size + 20, |area| {
        let at = |place: usize| (NAMES + CELL * place as u32) as i32;
        let middle = |place: usize| at(place) + CELL as i32 / 2;
        let right = name_style(HPos::Right, FontTransform::None);
        let upwards = name_style(HPos::Left, FontTransform::Rotate270);
        for (place, name) in categories.iter().enumerate() {
            area.draw(&Text::new(
                shortened(name),
                (NAMES as i32 - 6, middle(place)),
                right.clone(),
            ))?;
            area.draw(&Text::new(
                shortened(name),
                (middle(place), NAMES as i32 - 6),
                upwards.clone(),
            ))?;
        }
        let place = |name: &String| categories.iter().position(|category| category == name);
        let totals: Vec<i64> = categories
            .iter()
            .map(|name| {
                rows.iter()
                    .filter(|row| row.category == *name)
                    .map(|row| row.postings)
                    .sum()
            })
            .collect();
        for row in rows {
            let (Some(truth), Some(guess)) = (place(&row.category), place(&row.predicted)) else {
                continue;
            };
            let share = row.postings as f64 / totals[truth].max(1) as f64;
            let (left, top) = (at(guess), at(truth));
            let cell = [(left, top), (left + CELL as i32 - 1, top + CELL as i32 - 1)];
            area.draw(&Rectangle::new(
                cell,
                BLUE.mix(0.08 + 0.92 * share).filled(),
            ))?;
            let ink = if share > 0.5 { WHITE } else { BLACK };
            let count = (FONT, 11)
                .into_font()
                .color(&ink)
                .pos(Pos::new(HPos::Center, VPos::Center));
            area.draw(&Text::new(
                row.postings.to_string(),
                (middle(guess), middle(truth)),
                count,
            ))?;
        }
        let frame = [(at(0), at(0)), (at(categories.len()), at(categories.len()))];
        area.draw(&Rectangle::new(frame, BLACK.mix(0.4)))?;
        let note = (FONT, 13).into_font().color(&BLACK);
        area.draw(&Text::new(
            "rows: category given; columns: category predicted, out of fold",
            (10, (size + 2) as i32),
            note,
        ))?;
        Ok(())
    })
}

/// Precision of the predictions that are kept, by the share of predictions that is kept.
///
/// # Errors
/// When the picture cannot be drawn.
pub fn coverage_picture(rows: &[CoverageRow]) -> anyhow::Result<String> {
    let mut points: Vec<(f64, f64)> = rows
        .iter()
        .filter(|row| row.category == ALL_CATEGORIES)
        .map(|row| (row.coverage, row.precision))
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    draw(720, 480, |area| {
        let least = points.iter().map(|point| point.1).fold(1.0, f64::min);
        let floor = ((least * 10.0).floor() / 10.0 - 0.1).max(0.0);
        let mut chart = ChartBuilder::on(area)
            .caption("Accuracy by coverage, out of fold", (FONT, 18))
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(56)
            .build_cartesian_2d(0.0..1.0, floor..1.0)?;
        chart
            .configure_mesh()
            .x_desc("share of predictions that is kept, the surest first")
            .y_desc("share of those that is right")
            .x_label_formatter(&percent)
            .y_label_formatter(&percent)
            .light_line_style(WHITE)
            .draw()?;
        chart.draw_series(LineSeries::new(
            points.iter().copied(),
            BLUE.stroke_width(2),
        ))?;
        Ok(())
    })
}

/// A picture of this size in pixels as SVG.
fn draw(
    width: u32,
    height: u32,
    paint: impl FnOnce(
        &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    ) -> Result<(), Box<dyn Error>>,
) -> anyhow::Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        paint(&area).map_err(failed)?;
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

fn failed(error: impl Display) -> anyhow::Error {
    anyhow::anyhow!("a chart cannot be drawn: {error}")
}

fn name_style(side: HPos, turn: FontTransform) -> TextStyle<'static> {
    (FONT, 12)
        .into_font()
        .transform(turn)
        .color(&BLACK)
        .pos(Pos::new(side, VPos::Center))
}

/// A name that fits beside the matrix; the picture's library escapes it.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(34) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

fn percent(share: &f64) -> String {
    format!("{:.0} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(category: &str, predicted: &str, postings: i64) -> ConfusionRow {
        ConfusionRow {
            sweep_key: "s".to_owned(),
            category: category.to_owned(),
            predicted: predicted.to_owned(),
            postings,
        }
    }

    #[test]
    fn a_confusion_matrix_shows_every_count_and_no_markup_of_a_name() {
        let categories = ["<script>alert(1)</script>".to_owned(), "Sales".to_owned()];
        let rows = [
            row(&categories[0], &categories[0], 41),
            row(&categories[0], "Sales", 7),
        ];
        let svg = confusion_picture(&categories, &rows).unwrap();
        assert!(
            svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"),
            "{svg}"
        );
        assert!(!svg.contains("<script>"), "{svg}");
        for count in ["41", "7"] {
            let words = svg.lines().filter(|line| line.trim() == count).count();
            assert_eq!(words, 1, "{count} in {svg}");
        }
    }

    #[test]
    fn a_coverage_curve_has_a_point_per_threshold_of_all_categories() {
        let rows: Vec<CoverageRow> = (1..=5)
            .map(|n| CoverageRow {
                sweep_key: "s".to_owned(),
                category: ALL_CATEGORIES.to_owned(),
                threshold: 1.0 - f64::from(n) / 5.0,
                coverage: f64::from(n) / 5.0,
                precision: 1.0 - f64::from(n) / 20.0,
                postings: i64::from(n),
            })
            .collect();
        let svg = coverage_picture(&rows).unwrap();
        let line = svg
            .split("<polyline")
            .find(|part| part.contains("stroke-width=\"2\""))
            .unwrap();
        let points = line
            .split("points=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        assert_eq!(points.split_whitespace().count(), 5, "{points}");
        assert!(coverage_picture(&[]).unwrap().contains("</svg>"));
    }
}
