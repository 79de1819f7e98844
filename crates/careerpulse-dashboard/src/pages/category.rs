//! One category: what was seen, what is counted, what is expected, and how far each can be trusted.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::response::Response;

use super::chart::Chart;
use super::markup::{self, Markup};
use super::postings::{self, Line};
use super::query::{self, Query};
use super::range::{self, Preset};
use super::shell::{self, Shell};
use super::{figures, flow, forecast, links, wilson, words};
use crate::conditional::Now;
use crate::view::category::{CategoryPage, CategoryScore, Segment};

/// `GET /categories/{name}`: `from`, `to`.
pub async fn show(Now(now): Now, Path(name): Path<String>, RawQuery(asked): RawQuery) -> Response {
    let asked = query::parse(asked.as_deref());
    match now.category(name).await {
        Ok(view) => shell::page(&page(&view, &asked)),
        Err(error) => shell::instead("/", &error),
    }
}

#[derive(Template)]
#[template(path = "category.html")]
struct Page {
    shell: Shell,
    name: String,
    compare: String,
    predictions: String,
    from: String,
    to: String,
    address: String,
    presets: Vec<Preset>,
    flow: Option<Chart>,
    stock: Option<Chart>,
    outlook: Option<forecast::Outlook>,
    groups: Vec<Group>,
    score: Option<Score>,
    latest: Vec<Line>,
    latest_csv: String,
}

/// Levels or locations.
struct Group {
    heading: &'static str,
    parts: Vec<Part>,
    csv: String,
}

struct Part {
    name: String,
    recent: String,
    before: String,
    change: String,
    bar: Markup,
}

/// Precision and recall with their intervals.
struct Score {
    version: i64,
    address: String,
    support: String,
    f1: String,
    measures: Vec<Measure>,
}

struct Measure {
    name: &'static str,
    meaning: &'static str,
    value: String,
    interval: String,
    bar: Markup,
}

fn page(view: &CategoryPage, asked: &Query) -> Page {
    let series = &view.series;
    let name = words::name(&series.name);
    let address = links::category(&series.name);
    let seen = range::range_or_last(asked, &series.days, range::SHOWN);
    let text = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let of = |path: &str, key: &str| {
        let asked = query::with(&Query::default(), key, [series.name.as_str()]);
        query::address(path, &asked)
    };
    let part = |part: &str, asked: &Query| {
        let path = format!("categories/{}/{part}", query::segment(&series.name));
        links::csv(&path, asked)
    };
    let none = Query::default();
    let csv = part("days", &query::only(asked, &["from", "to"]));
    Page {
        shell: shell::shell(name.clone(), "/"),
        compare: of("/", "category"),
        predictions: of("/imputation", "category"),
        from: text(seen.from),
        to: text(seen.to),
        presets: range::presets(&address, asked, &series.days, &seen),
        flow: flow::flow(series, &seen, &csv),
        stock: flow::stock(series, &seen, &csv),
        outlook: view
            .forecast
            .as_ref()
            .and_then(|forecast| forecast::outlook(series, forecast)),
        groups: vec![
            group("Levels", &view.levels, part("levels", &none)),
            group("Locations", &view.locations, part("locations", &none)),
        ],
        score: view.score.as_ref().map(score),
        latest: view.latest.iter().map(postings::line).collect(),
        latest_csv: part("postings", &none),
        address,
        name,
    }
}

fn group(heading: &'static str, segments: &[Segment], csv: String) -> Group {
    let largest = segments
        .iter()
        .fold(0.0_f64, |largest, one| largest.max(one.recent));
    let parts = segments.iter().map(|one| Part {
        name: words::name(&one.name),
        recent: figures::rate(one.recent),
        before: figures::rate(one.before),
        change: if one.before < 1.0 {
            figures::UNKNOWN.to_owned()
        } else {
            figures::change(one.recent / one.before - 1.0)
        },
        bar: markup::bar(one.recent / largest, "other"),
    });
    Group {
        heading,
        parts: parts.collect(),
        csv,
    }
}

/// Precision and recall with Wilson's intervals, of the counts they were measured on.
fn score(score: &CategoryScore) -> Score {
    let support = score.support as f64;
    let right = score.recall * support;
    let predicted = if score.precision > 0.0 {
        right / score.precision
    } else {
        0.0
    };
    let measure = |name, meaning, value: f64, tries: f64| {
        let (low, high) = wilson::interval(value * tries, tries);
        Measure {
            name,
            meaning,
            value: figures::percent(value),
            interval: format!("{}–{}", figures::percent(low), figures::percent(high)),
            bar: markup::bar(value, "first"),
        }
    };
    Score {
        version: score.model_version,
        address: links::version(score.model_version),
        support: figures::whole(score.support),
        f1: figures::score(score.f1),
        measures: vec![
            measure(
                "Precision",
                "of what it puts here belongs here",
                score.precision,
                predicted,
            ),
            measure(
                "Recall",
                "of what belongs here it finds",
                score.recall,
                support,
            ),
        ],
    }
}
