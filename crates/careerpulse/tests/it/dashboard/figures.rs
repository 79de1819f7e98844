//! Series, counts, forecasts, versions and checks are the tables'.

use careerpulse_dashboard::view::demand::Day;
use serde_json::Value;

use super::{Asked, finished};
use crate::support::{Row, count, rows};

fn number(row: &Row, column: &str) -> Option<f64> {
    row.get(column).and_then(Value::as_f64)
}

#[track_caller]
fn same(found: Option<f64>, expected: Option<f64>, what: &str) {
    let near = match (found, expected) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * b.abs().max(1.0),
        (a, b) => a == b,
    };
    assert!(near, "{what}: {found:?} is not {expected:?}");
}

#[track_caller]
fn same_days(days: &[Day], expected: &[Row]) {
    assert_eq!(days.len(), expected.len());
    for (day, row) in days.iter().zip(expected) {
        assert_eq!(row["date"], day.date.to_string());
        let what = day.date.to_string();
        same(day.observed, number(row, "observed"), &what);
        same(day.imputed, number(row, "imputed"), &what);
        same(day.corrected, number(row, "corrected"), &what);
        same(day.corrected_lo, number(row, "lo"), &what);
        same(day.corrected_hi, number(row, "hi"), &what);
        same(day.active, number(row, "active"), &what);
        same(day.index, number(row, "new_index"), &what);
        same(day.adjusted_index, number(row, "new_adjusted_index"), &what);
        assert_eq!(row["collected"], day.collected, "{what}");
        assert_eq!(row["backfilled"], day.backfilled, "{what}");
    }
}

fn daily(category: Option<&str>) -> Vec<Row> {
    let (figures, own, index) = match category {
        Some(name) => (
            "corrected_lo as lo, corrected_hi as hi, new_observed as observed, new_imputed as imputed, \
             new_corrected as corrected, active, collected, backfilled",
            format!("where category = '{name}'"),
            name,
        ),
        None => (
            "null as lo, null as hi, sum(new_observed) as observed, sum(new_imputed) as imputed, \
             sum(new_corrected) as corrected, sum(active) as active, bool_or(collected) as collected, \
             bool_or(backfilled) as backfilled",
            "group by date".to_owned(),
            "*",
        ),
    };
    let sql = format!(
        "select d.*, i.new_index, i.new_adjusted_index from \
         (select date, {figures} from careerpulse_gold.daily_demand {own}) d \
         left join careerpulse_gold.demand_index i on i.date = d.date and i.category = '{index}' \
         order by d.date"
    );
    rows(&finished().lake(), &sql)
}

#[test]
fn the_first_page_has_the_tables_figures() {
    let lake = finished().lake();
    let asked = Asked::over(&lake);
    let overview = asked.answer(asked.snapshot().overview(vec!["Healthcare".into()]));
    assert_eq!(overview.series.len(), 2);
    assert_eq!(overview.series[0].name, "*");
    same_days(&overview.series[0].days, &daily(None));
    same_days(&overview.series[1].days, &daily(Some("Healthcare")));

    let scored = "careerpulse_inference.category_predictions where model_version = 1";
    assert_eq!(overview.postings, 250);
    let labelled = "careerpulse_silver.job_postings where category is not null";
    assert_eq!(overview.labelled, count(&lake, labelled));
    let abstained = count(&lake, &format!("{scored} and abstained"));
    assert_eq!(overview.abstained, abstained);
    assert_eq!(overview.imputed, count(&lake, scored) - abstained);
    assert_eq!(overview.model_version, Some(1));

    let lines = rows(
        &lake,
        "select category, sum(case when date > last - interval '28 days' then new_corrected end) as recent, \
         sum(case when date <= last - interval '28 days' and date > last - interval '56 days' then new_corrected end) as before \
         from careerpulse_gold.daily_demand, \
         (select max(date) as last from careerpulse_gold.daily_demand where new_corrected is not null) \
         group by category order by recent desc, category",
    );
    assert_eq!(overview.categories.len(), lines.len());
    for (line, row) in overview.categories.iter().zip(&lines) {
        assert_eq!(row["category"], line.name);
        same(line.recent, number(row, "recent"), &line.name);
        same(line.before, number(row, "before"), &line.name);
        // One crawl: what was before it is known from survivors.
        assert_eq!(line.change, None);
    }
    let error = asked
        .runtime
        .block_on(asked.snapshot().overview(vec!["Nonsense".into()]));
    assert!(error.unwrap_err().to_string().contains("Healthcare"));
}

#[test]
fn a_category_has_its_forecast_segments_score_and_newest_postings() {
    let lake = finished().lake();
    let asked = Asked::over(&lake);
    let page = asked.answer(asked.snapshot().category("Healthcare".into()));
    same_days(&page.series.days, &daily(Some("Healthcare")));
    for (dimension, found) in [("level", &page.levels), ("location", &page.locations)] {
        let sql = format!(
            "select segment, sum(new_corrected) as recent from careerpulse_gold.segment_demand, \
             (select max(date) as last from careerpulse_gold.daily_demand where new_corrected is not null) \
             where category = 'Healthcare' and dimension = '{dimension}' and date > last - interval '28 days' \
             group by segment having sum(new_corrected) > 0"
        );
        let expected = rows(&lake, &sql);
        assert!(!expected.is_empty());
        for row in &expected {
            let own = found.iter().find(|one| row["segment"] == one.name);
            same(
                own.map(|one| one.recent),
                number(row, "recent"),
                &row["segment"].to_string(),
            );
        }
    }
    let forecast = page.forecast.expect("there is a forecast");
    let coming = rows(
        &lake,
        "select * from careerpulse_gold.demand_forecast where category = 'Healthcare' order by date",
    );
    assert_eq!(forecast.days.len(), coming.len());
    for (day, row) in forecast.days.iter().zip(&coming) {
        same(Some(day.mean), number(row, "mean"), "mean");
        same(day.hi95, number(row, "hi95"), "hi95");
    }
    assert_eq!(coming[0]["model"], forecast.model);
    let published = rows(
        &lake,
        "select * from careerpulse_gold.forecast_backtest where category = 'Healthcare' and model = 'published'",
    );
    let rmsse = published.first().and_then(|row| number(row, "rmsse"));
    same(forecast.rmsse, rmsse, "rmsse");

    let score = page.score.expect("the version knows it");
    let version = rows(
        &lake,
        "select test_report from careerpulse_ml.model_versions",
    );
    let report = version[0]["test_report"].as_array().unwrap();
    let own = report.iter().find(|one| one["category"] == "Healthcare");
    assert_eq!(own.unwrap()["f1"].as_f64(), Some(score.f1));

    let newest = rows(
        &lake,
        "select posting_id, category, imputed from (\
         select posting_id, publication_date, category, false as imputed from careerpulse_gold.category_labeled_postings \
         union all select p.posting_id, u.publication_date, p.category, true from careerpulse_inference.category_predictions p \
         join careerpulse_gold.unlabeled_postings u on u.posting_id = p.posting_id) \
         where category = 'Healthcare' order by cast(publication_date as date) desc, posting_id desc limit 20",
    );
    let expected: Vec<_> = newest
        .iter()
        .map(|row| (row["posting_id"].as_i64(), row["imputed"].as_bool()))
        .collect();
    let found: Vec<_> = page
        .latest
        .iter()
        .map(|line| (Some(line.posting_id), Some(line.is_imputed)))
        .collect();
    assert_eq!(found, expected);
    let unknown = asked
        .runtime
        .block_on(asked.snapshot().category("*".into()));
    assert!(unknown.is_err());
}

#[test]
fn versions_come_with_their_assessment_and_ledger() {
    let lake = finished().lake();
    let asked = Asked::over(&lake);
    let models = asked.answer(asked.snapshot().models());
    assert_eq!((models.versions.len(), models.ledger.len()), (1, 1));
    assert_eq!(models.versions[0].standing, "production");
    assert_eq!(models.ledger[0].verdict.as_deref(), Some("pass"));
    assert_eq!(models.mlflow_url, None);
    let page = asked.answer(asked.snapshot().version(1));
    let cells = count(&lake, "careerpulse_ml.confusion");
    assert_eq!(page.confusion.len() as u64, cells);
    let curve = rows(
        &lake,
        "select * from careerpulse_ml.coverage_curve where category = '*' order by threshold desc",
    );
    assert_eq!(page.coverage.len(), curve.len());
    for (point, row) in page.coverage.iter().zip(&curve) {
        same(Some(point.accuracy), number(row, "precision"), "precision");
        same(Some(point.coverage), number(row, "coverage"), "coverage");
    }
    assert_eq!(page.version.version, 1);
    assert!(!page.scores.is_empty() && page.ledger.len() == 1);
    let missing = asked.runtime.block_on(asked.snapshot().version(7));
    assert!(missing.unwrap_err().to_string().contains("no version 7"));

    let suspects = asked.answer(asked.snapshot().suspects());
    let expected = rows(
        &lake,
        "select posting_id from careerpulse_ml.label_suspects order by rank",
    );
    let ids = |id: i64| serde_json::json!({ "posting_id": id });
    let found: Vec<Value> = suspects.iter().map(|one| ids(one.posting_id)).collect();
    let expected: Vec<Value> = expected.into_iter().map(Value::Object).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_was_watched_is_the_latest_window() {
    let lake = finished().lake();
    let asked = Asked::over(&lake);
    let monitoring = asked.answer(asked.snapshot().monitoring());
    let on = "careerpulse_monitoring.alarms where still_on";
    let shown = monitoring.alarms.iter().filter(|alarm| alarm.still_on);
    assert_eq!(shown.count() as u64, count(&lake, on));
    assert_eq!(
        monitoring.alarms.len() as u64,
        count(&lake, "careerpulse_monitoring.alarms")
    );
    let checks = "careerpulse_monitoring.measurements m where window_end = \
                  (select max(window_end) from careerpulse_monitoring.measurements n where n.basis = m.basis)";
    assert_eq!(monitoring.checks.len() as u64, count(&lake, checks));
}
