//! What people and programs read: tables, JSON lines, the closing words of a run.

use std::io::Write as _;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, TableComponent};
use serde::Serialize;
use serde_json::Value;

use crate::posting::text::is_unprintable;
use crate::stage::{Status, Summary};

/// Writes text to stdout.
///
/// # Errors
/// When stdout is gone.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Writes one JSON object as a line to stdout.
///
/// # Errors
/// When stdout is gone.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&(serde_json::to_string(value)? + "\n"))
}

/// A table; columns whose cells all begin with a digit are aligned to the right.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table
        .load_preset(UTF8_HORIZONTAL_ONLY)
        .remove_style(TableComponent::HorizontalLines)
        .remove_style(TableComponent::MiddleIntersections)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    for row in rows {
        table.add_row(row.iter().map(|cell| Cell::new(safe(cell))));
    }
    let is_number = |cell: &String| {
        cell.is_empty() || cell.starts_with(|c: char| c.is_ascii_digit() || c == '-')
    };
    for (index, column) in table.column_iter_mut().enumerate() {
        if rows.iter().all(|row| row.get(index).is_none_or(is_number)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{table}\n")
}

/// Text of untrusted origin without what steers a terminal.
pub fn safe(text: &str) -> String {
    text.chars()
        .map(|c| {
            if is_unprintable(c) && c != '\n' && c != '\t' {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}

/// The summary of a run for people: a table of stages, then the winner and the imputed postings.
pub fn run_table(summaries: &[Summary]) -> String {
    let rows: Vec<Vec<String>> = summaries
        .iter()
        .map(|s| {
            vec![
                s.stage.to_owned(),
                status_word(s.status).to_owned(),
                grouped(s.rows_read),
                grouped(s.rows_written),
                grouped(s.rows_rejected),
                format!("{:.1}", s.seconds),
            ]
        })
        .collect();
    let mut text = table(
        &[
            "stage",
            "status",
            "rows read",
            "rows written",
            "rejected",
            "seconds",
        ],
        &rows,
    );
    for summary in summaries {
        if let Some(words) = stage_words(summary) {
            text.push_str(&format!("{:>8}  {}\n", summary.stage, safe(&words)));
        }
    }
    text
}

/// A number with its thousands set apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Done => "done",
        Status::Unchanged => "unchanged",
        Status::Skipped => "skipped",
        Status::Refused => "refused",
    }
}

fn stage_words(summary: &Summary) -> Option<String> {
    let of = |key: &str| summary.extras.get(key);
    let count = |key: &str| of(key).and_then(Value::as_u64).unwrap_or_default();
    let figures = match summary.stage {
        "bronze" => Some(format!(
            "{} pages by {} requests ({} retries, {} rate-limited)",
            grouped(count("pages")),
            grouped(count("requests")),
            grouped(count("retries")),
            grouped(count("rate_limited"))
        )),
        "silver" if summary.status == Status::Done => Some(format!(
            "{} new postings, {} seen before, {} repaired, {} rejected",
            grouped(count("inserted")),
            grouped(count("duplicates")),
            grouped(count("repaired")),
            grouped(summary.rows_rejected)
        )),
        "gold" if summary.status == Status::Done => Some(format!(
            "{} labelled postings of {} categories, {} without a category; {} near duplicates in {} groups",
            grouped(count("labelled")),
            count("categories"),
            grouped(count("unlabelled")),
            grouped(count("near_duplicates")),
            grouped(count("duplicate_groups"))
        )),
        "train" if summary.status == Status::Done => {
            of("winner").map(|winner| winner_words(winner, summary))
        }
        "infer" if summary.status == Status::Done => Some(format!(
            "{} categories imputed by version {}, {} of them too uncertain to count (abstained)",
            grouped(count("scored")),
            count("version"),
            grouped(count("abstained"))
        )),
        "demand" if summary.status == Status::Done => Some(demand_words(summary)),
        _ => None,
    };
    let parts: Vec<String> = figures.into_iter().chain(summary.note.clone()).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn demand_words(summary: &Summary) -> String {
    let of = |key: &str| summary.extras.get(key);
    let count = |key: &str| of(key).and_then(Value::as_u64).unwrap_or_default();
    let text = |key: &str| of(key).and_then(Value::as_str).unwrap_or("?");
    let shift = match of("prior_shift").map(|shift| &shift["found"]) {
        Some(Value::Bool(true)) => {
            "; postings without a category are of other categories than labelled ones, which is allowed for"
        }
        _ => "",
    };
    format!(
        "{} categories from {} to {}: {} days backfilled, {} collected, {} missed; {} figures of {} days revised{shift}; {} categories forecast, {} of them better than seasonal naive",
        count("categories"),
        text("first_day"),
        text("last_day"),
        grouped(count("days_backfilled")),
        grouped(count("days_collected")),
        grouped(count("days_missed")),
        grouped(count("revisions")),
        grouped(count("days_revised")),
        count("forecasts"),
        count("beat_seasonal_naive"),
    )
}

fn winner_words(winner: &Value, summary: &Summary) -> String {
    let figure = |key: &str| winner[key].as_f64().unwrap_or(f64::NAN);
    let test = |key: &str| {
        summary
            .extras
            .get("test")
            .and_then(|t| t[key].as_f64())
            .unwrap_or(f64::NAN)
    };
    format!(
        "winner of {} runs is version {}: {}; macro F1 {:.3} ± {:.3} on plain folds, \
         {:.3} ± {:.3} on folds that keep duplicates together; held out: macro F1 {:.3}, accuracy {:.3}",
        summary
            .extras
            .get("runs")
            .and_then(Value::as_array)
            .map_or(0, Vec::len),
        summary
            .extras
            .get("version")
            .and_then(Value::as_i64)
            .unwrap_or_default(),
        configuration_words(winner),
        figure("macro_f1_mean"),
        figure("macro_f1_std"),
        figure("grouped_macro_f1_mean"),
        figure("grouped_macro_f1_std"),
        test("macro_f1"),
        test("accuracy"),
    )
}

/// A run's configuration, such as `tfidf + knn (k=3, distance, cosine, title × 2)`.
pub fn configuration_words(run: &Value) -> String {
    let text = |key: &str| run[key].as_str().map(str::to_owned);
    let number = |key: &str| (!run[key].is_null()).then(|| format!("{key}={}", run[key]));
    let mut details: Vec<String> = [number("k"), text("weights"), text("metric"), number("c")]
        .into_iter()
        .flatten()
        .collect();
    details.extend(number("prior_shift").filter(|_| run["prior_shift"] != 0.0));
    details.push(format!("title × {}", run["title_repeats"]));
    details.extend(text("long_texts").filter(|reading| reading != "cut"));
    if run["extra_features"] == true {
        details.push("level and location".to_owned());
    }
    format!(
        "{} + {} ({})",
        text("method").unwrap_or_default(),
        text("classifier").unwrap_or_default(),
        details.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [0, 12, 123, 1_234, 1_234_567].map(grouped),
            ["0", "12", "123", "1,234", "1,234,567"]
        );
    }

    #[test]
    fn nothing_in_a_cell_steers_the_terminal() {
        let text = table(&["title"], &[vec!["\u{1b}[31mred\u{202E}".into()]]);
        assert!(text.contains("[31mred") && !text.contains('\u{1b}') && !text.contains('\u{202E}'));
    }
}
