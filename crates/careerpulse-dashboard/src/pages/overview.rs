//! The first page: how demand goes, and whether the figures can be trusted today.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::Response;

use super::chart::Chart;
use super::markup::{self, Markup};
use super::movers::{Mover, movers};
use super::query::{self, Query};
use super::range::{self, Preset};
use super::shell::{self, Shell};
use super::{figures, index, links, shares, words};
use crate::conditional::Now;
use crate::source::{Snapshot, SourceError};
use crate::view::demand::{Day, Series};
use crate::view::overview::{CategoryLine, Overview};

const HERE: &str = "/";
/// Categories drawn beside all of them at most: more lines cannot be told apart.
const DRAWN: usize = 6;

/// `GET /`: `category` (several), `index` (`plain`, else adjusted), `from`, `to`.
pub async fn show(Now(now): Now, RawQuery(asked): RawQuery) -> Response {
    let asked = query::parse(asked.as_deref());
    let mut chosen = query::all(&asked, "category");
    let left_out = chosen.len().saturating_sub(DRAWN);
    chosen.truncate(DRAWN);
    match read(&*now, chosen).await {
        Ok(view) => shell::page(&page(&view, &asked, left_out)),
        Err(error) => shell::instead(HERE, &error),
    }
}

/// The view; a category that is not there (an old link) is left out.
async fn read(lake: &dyn Snapshot, chosen: Vec<String>) -> Result<Overview, SourceError> {
    match lake.overview(chosen).await {
        Err(SourceError::NotFound(_)) => lake.overview(Vec::new()).await,
        other => other,
    }
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Page {
    shell: Shell,
    lead: Option<Lead>,
    alarms_on: u64,
    alarms_unseen: u64,
    tiles: Vec<Tile>,
    shares: Vec<shares::Share>,
    share_bar: Markup,
    index: Option<Chart>,
    is_plain: bool,
    presets: Vec<Preset>,
    from: String,
    to: String,
    choices: Vec<Choice>,
    chosen: Vec<Chosen>,
    /// Categories that were asked for beyond those drawn.
    left_out: usize,
    carried: Vec<(String, String)>,
    mover_days: u32,
    rose: Vec<Mover>,
    fell: Vec<Mover>,
    lines: Vec<CategoryRow>,
    lines_csv: String,
}

/// What stands first, in words.
struct Lead {
    days: usize,
    day: Markup,
    postings: String,
    change: Option<String>,
    missed: usize,
}

struct Tile {
    name: &'static str,
    figure: Markup,
    note: String,
    ago: bool,
}

struct Choice {
    name: String,
    value: String,
    is_chosen: bool,
}

struct Chosen {
    name: String,
    address: String,
    without: String,
}

struct CategoryRow {
    name: String,
    address: String,
    recent: String,
    before: String,
    change: String,
    active: String,
    imputed: String,
    bar: Markup,
}

fn page(view: &Overview, asked: &Query, left_out: usize) -> Page {
    let is_plain = query::one(asked, "index") == Some("plain");
    let seen = range::range(asked);
    let (rose, fell) = movers(&view.categories);
    let chosen: Vec<&str> = view
        .series
        .iter()
        .skip(1)
        .map(|one| one.name.as_str())
        .collect();
    let (shares, share_bar) = shares::shares(view);
    let text = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    Page {
        shell: shell::shell("Overview", HERE),
        lead: view
            .series
            .first()
            .and_then(|all| lead(all, view.mover_days)),
        alarms_on: view.alarms_on,
        alarms_unseen: view.alarms_unseen,
        tiles: tiles(view),
        shares,
        share_bar,
        index: index::index(view, asked, is_plain),
        is_plain,
        presets: view
            .series
            .first()
            .map(|all| range::presets(HERE, asked, &all.days, &seen))
            .unwrap_or_default(),
        from: text(seen.from),
        to: text(seen.to),
        choices: view
            .categories
            .iter()
            .map(|line| choice(line, &chosen))
            .collect(),
        chosen: chosen
            .iter()
            .map(|name| chosen_one(name, &chosen, asked))
            .collect(),
        left_out,
        carried: query::others(asked, &["category", "index", "from", "to"]),
        mover_days: view.mover_days,
        rose,
        fell,
        lines: view.categories.iter().map(row).collect(),
        lines_csv: links::csv("categories", &Query::default()),
    }
}

fn lead(all: &Series, window: u32) -> Option<Lead> {
    let window = window as usize;
    let sum = |days: &[Day]| days.iter().filter_map(|day| day.corrected).sum::<f64>();
    let recent = all.days.get(all.days.len().checked_sub(window)?..)?;
    let start = all.days.len().checked_sub(2 * window);
    let before = start.and_then(|start| all.days.get(start..start + window));
    let is_whole = |days: &[Day]| {
        days.iter()
            .all(|day| day.corrected.is_some() && !day.backfilled)
    };
    let before = before.filter(|before| is_whole(before) && is_whole(recent));
    let now = sum(recent);
    Some(Lead {
        days: window,
        day: markup::day(recent.last()?.date),
        postings: figures::count(now),
        change: before
            .map(sum)
            .filter(|before| *before >= 1.0)
            .map(|before| figures::change(now / before - 1.0)),
        missed: recent.iter().filter(|day| day.corrected.is_none()).count(),
    })
}

fn tiles(view: &Overview) -> Vec<Tile> {
    let plain = |text: String| markup::drawing(markup::escape(&text));
    let share = |part: u64| shares::share_of(part, view.postings);
    let version = view.model_version.map(|version| {
        markup::drawing(format!(
            "<a href=\"{}\">Version {version}</a>",
            links::version(version)
        ))
    });
    let tile = |name, figure, note: &str| Tile {
        name,
        figure,
        note: note.to_owned(),
        ago: false,
    };
    vec![
        tile(
            "Postings collected",
            plain(figures::whole(view.postings)),
            "in the lake, each once",
        ),
        tile(
            "Category imputed",
            plain(share(view.imputed)),
            "by the model, sure enough to count",
        ),
        tile(
            "Left open",
            plain(share(view.abstained)),
            "the model was too unsure and abstained",
        ),
        Tile {
            name: "Last crawl ended",
            figure: markup::moment_or_dash(view.last_crawl),
            note: "freshness of everything here".to_owned(),
            ago: true,
        },
        Tile {
            name: "Figures up to",
            figure: markup::day_or_dash(view.last_day),
            note: view
                .vintage
                .map(|at| format!("published {}", figures::moment(at)))
                .unwrap_or_default(),
            ago: false,
        },
        tile(
            "In production",
            version.unwrap_or_else(markup::dash),
            "the model that imputes",
        ),
    ]
}

fn choice(line: &CategoryLine, chosen: &[&str]) -> Choice {
    Choice {
        name: words::name(&line.name),
        value: line.name.clone(),
        is_chosen: chosen.contains(&line.name.as_str()),
    }
}

fn chosen_one(name: &str, chosen: &[&str], asked: &Query) -> Chosen {
    let rest = chosen.iter().copied().filter(|other| *other != name);
    Chosen {
        name: words::name(name),
        address: links::category(name),
        without: query::address(HERE, &query::with(asked, "category", rest)),
    }
}

fn row(line: &CategoryLine) -> CategoryRow {
    CategoryRow {
        name: words::name(&line.name),
        address: links::category(&line.name),
        recent: figures::or_dash(line.recent, figures::count),
        before: figures::or_dash(line.before, figures::count),
        change: figures::or_dash(line.change, figures::change),
        active: figures::or_dash(line.active, figures::count),
        imputed: figures::or_dash(line.imputed_share, figures::percent),
        bar: markup::bar(line.imputed_share.unwrap_or(0.0), "imputed"),
    }
}
