//! What the model says of postings without a category: searched, filtered, listed; and labels that it doubts.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::Response;

use super::markup::{self, Markup};
use super::postings::{self, Line};
use super::query::{self, Query};
use super::shell::{self, Shell};
use super::{figures, links, words};
use crate::conditional::Now;
use crate::view::imputation::{PredictionFilter, Predictions, Suspect};

const HERE: &str = "/imputation";
/// Rows a page.
const ROWS: u32 = 50;
/// Suspects on the page at most.
const SUSPECTS: usize = 200;

/// `GET /imputation`: `q`, `category`, `abstained` (`yes`, `no`), `least` and `most` (percent), `page`; or
/// `view=suspects`.
pub async fn show(Now(now): Now, RawQuery(asked): RawQuery) -> Response {
    let asked = query::parse(asked.as_deref());
    if query::one(&asked, "view") == Some("suspects") {
        return match now.suspects().await {
            Ok(view) => shell::page(&doubts(&view)),
            Err(error) => shell::instead(HERE, &error),
        };
    }
    let filter = filter(&asked);
    match now.predictions(filter).await {
        Ok(view) => shell::page(&page(&view, &asked)),
        Err(error) => shell::instead(HERE, &error),
    }
}

fn filter(asked: &Query) -> PredictionFilter {
    let owned = |name| query::one(asked, name).map(str::to_owned);
    PredictionFilter {
        q: owned("q"),
        category: owned("category"),
        abstained: match query::one(asked, "abstained") {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        },
        min_probability: query::share(asked, "least"),
        max_probability: query::share(asked, "most"),
        page: query::one(asked, "page")
            .and_then(|page| page.parse().ok())
            .filter(|page| *page > 0),
        per_page: Some(ROWS),
    }
}

#[derive(Template)]
#[template(path = "imputation.html")]
struct Page {
    shell: Shell,
    version: Option<(i64, String)>,
    q: String,
    abstained: String,
    least: String,
    most: String,
    categories: Vec<(String, String, bool)>,
    is_filtered: bool,
    total: String,
    from: String,
    to: String,
    lines: Vec<Line>,
    before: Option<String>,
    after: Option<String>,
    csv: String,
}

fn page(view: &Predictions, asked: &Query) -> Page {
    let text = |name| query::one(asked, name).unwrap_or_default().to_owned();
    let chosen = query::one(asked, "category");
    let first = u64::from(view.page.saturating_sub(1)) * u64::from(view.per_page);
    let last = first + view.rows.len() as u64;
    let turn = |page: u32| {
        let page = page.to_string();
        query::address(HERE, &query::with(asked, "page", [page.as_str()]))
    };
    let names = ["q", "category", "abstained", "least", "most"];
    Page {
        shell: shell::shell("Imputation", HERE),
        version: view
            .model_version
            .map(|version| (version, links::version(version))),
        q: text("q"),
        abstained: text("abstained"),
        least: text("least"),
        most: text("most"),
        categories: view
            .categories
            .iter()
            .map(|name| (name.clone(), words::name(name), chosen == Some(name)))
            .collect(),
        is_filtered: names.iter().any(|name| query::one(asked, name).is_some()),
        total: figures::whole(view.total),
        from: figures::whole(first + 1),
        to: figures::whole(last),
        lines: view.rows.iter().map(postings::line).collect(),
        before: (view.page > 1).then(|| turn(view.page - 1)),
        after: (last < view.total).then(|| turn(view.page + 1)),
        csv: links::csv("predictions", &asked_of_api(asked)),
    }
}

/// The page's question in the API's words: shares are not in percent there.
fn asked_of_api(asked: &Query) -> Query {
    let filter = filter(asked);
    let pairs = [
        ("q", filter.q),
        ("category", filter.category),
        ("abstained", filter.abstained.map(|is| is.to_string())),
        (
            "min_probability",
            filter.min_probability.map(|share| share.to_string()),
        ),
        (
            "max_probability",
            filter.max_probability.map(|share| share.to_string()),
        ),
    ];
    let pairs = pairs.into_iter();
    pairs.fold(Query::default(), |asked, (name, value)| {
        query::with(&asked, name, value.as_deref())
    })
}

#[derive(Template)]
#[template(path = "suspects.html")]
struct Doubts {
    shell: Shell,
    total: usize,
    rows: Vec<Doubt>,
    csv: String,
}

struct Doubt {
    posting_id: i64,
    title: String,
    given: String,
    given_probability: String,
    suggestion: String,
    suggested_probability: String,
    given_bar: Markup,
    suggested_bar: Markup,
}

fn doubts(suspects: &[Suspect]) -> Doubts {
    let rows = suspects.iter().take(SUSPECTS).map(|one| Doubt {
        posting_id: one.posting_id,
        title: words::title(&one.title),
        given: words::name(&one.category),
        given_probability: figures::percent(one.probability),
        suggestion: words::name(&one.suggestion),
        suggested_probability: figures::percent(one.suggested_probability),
        given_bar: markup::bar(one.probability, "other"),
        suggested_bar: markup::bar(one.suggested_probability, "first"),
    });
    Doubts {
        shell: shell::shell("Suspected label errors", HERE),
        total: suspects.len(),
        rows: rows.collect(),
        csv: links::csv("suspects", &Query::default()),
    }
}
