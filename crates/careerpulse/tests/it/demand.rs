//! What people take away: the daily series whole, every gold table in every format, the report.

use std::path::Path;

use careerpulse::tables::{ALL, Table};
use serde_json::Value;

use crate::support::{Home, count, generated, rows};

fn number(lake: &Path, sql: &str) -> f64 {
    rows(lake, sql)[0]["n"].as_f64().unwrap_or(f64::NAN)
}

#[test]
fn the_series_is_whole_and_everything_can_be_taken_away() {
    let (home, source) = (Home::new(), generated(400));
    home.run(&["report", "--out", "none/empty.html"])
        .failed_with(&["none/empty.html", "--out"]);
    home.succeed(&["report", "--out", "empty.html"]);
    let empty = std::fs::read_to_string(home.path("empty.html")).unwrap();
    assert!(
        empty.contains("careerpulse run"),
        "an empty page says what to run"
    );

    home.ingest("run", &source.url());
    let lake = home.lake();
    // Every posting that was published in the range is counted, and each category has each day.
    let corrected = number(
        &lake,
        "select sum(new_corrected) as n from careerpulse_gold.daily_demand",
    );
    assert!((corrected - 400.0).abs() < 1e-3, "{corrected}");
    let days = "(select distinct date from careerpulse_gold.daily_demand)";
    let categories = "(select distinct category from careerpulse_gold.daily_demand)";
    assert_eq!(count(&lake, days), 120);
    assert_eq!(
        count(&lake, "careerpulse_gold.daily_demand"),
        120 * count(&lake, categories)
    );
    let gap = number(
        &lake,
        "select max(abs(total - sum)) as n from (select date, \
         sum(case when category = '*' then mean end) as total, \
         sum(case when category <> '*' then mean end) as sum \
         from careerpulse_gold.demand_forecast group by date) d",
    );
    assert!(gap < 1e-4, "{gap}");
    let below = "careerpulse_gold.demand_forecast where mean < 0 or lo80 < 0 or lo95 < 0";
    assert_eq!(count(&lake, below), 0);

    each_gold_table_leaves_in_each_format(&home);
    the_report_stands_alone(&home);
}

fn each_gold_table_leaves_in_each_format(home: &Home) {
    let gold = ALL.into_iter().map(Table::spec);
    for spec in gold.filter(|spec| spec.schema == "careerpulse_gold") {
        let name = spec.full_name();
        let query = format!("select * from {name} limit 5");
        let expected = count(&home.lake(), &name).min(5) as usize;
        let export = |format: &str| home.succeed(&["sql", "--format", format, &query]);
        let columns: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
        if expected > 0 {
            let json: Vec<Value> = export("json").json();
            assert_eq!(json.len(), expected, "{name}");
        }
        // Lists and structs have no form in CSV; the tables of figures have none.
        if !["embeddings", "text_bands", "revisions"].contains(&spec.name) {
            let csv = export("csv").stdout;
            assert_eq!(
                csv.lines().next(),
                Some(columns.join(",").as_str()),
                "{name}"
            );
        }
        let file = home.path("export.parquet");
        let out = std::fs::File::create(&file).unwrap();
        let mut command = home.command(&["sql", "--format", "parquet", &query]);
        assert!(command.stdout(out).status().unwrap().success(), "{name}");
        let bytes = std::fs::read(&file).unwrap();
        assert!(
            bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"),
            "{name}"
        );
    }
}

fn the_report_stands_alone(home: &Home) {
    let said = home.succeed(&["--json", "report", "--out", "demand.html"]);
    let page = std::fs::read_to_string(home.path("demand.html")).unwrap();
    assert_eq!(said.json()[0]["bytes"], page.len());
    assert!(page.len() < 3_000_000, "{}", page.len());
    for outside in ["<script", "src=\"http", "href=\"http", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    for part in ["<svg", "Software Engineering", "30\u{a0}Jun\u{a0}2026"] {
        assert!(page.contains(part), "{part}");
    }
    let printed = home.succeed(&["report", "--out", "-"]);
    assert!(printed.stdout.starts_with("<!"), "the page itself");
}
