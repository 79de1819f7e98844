//! The page: all sections in one template.

use askama::Template;

use crate::ahead::Ahead;
use crate::data::ReportData;
use crate::error::ReportError;
use crate::figures;
use crate::sections::breakdowns::{self, breakdowns};
use crate::sections::categories::{Categories, categories};
use crate::sections::collection::{Crawls, Days, crawls, days};
use crate::sections::headline::{Share, Tile, shares, tiles};
use crate::sections::index::{Index, index};
use crate::sections::model::{Card, card};
use crate::sections::movers::{Movers, movers};
use crate::sections::outlook::{Outlook, outlook};
use crate::sections::revisions::{Revisions, revisions};
use crate::series::{Demand, by_day};
use crate::words;

/// Bytes that a page may have: it is sent by mail and opened on phones.
pub const MAX_BYTES: usize = 3_000_000;

/// The report as one HTML page that needs nothing else.
///
/// # Errors
/// [`ReportError::Repeated`] where a table has two rows for one day and category;
/// [`ReportError::TooLarge`] where the page would have more than [`MAX_BYTES`].
pub fn render(data: &ReportData) -> Result<String, ReportError> {
    let demand = by_day(&data.demand)?;
    let page = page(data, demand.as_ref())?.render()?;
    if page.len() > MAX_BYTES {
        return Err(ReportError::TooLarge {
            bytes: page.len(),
            limit: MAX_BYTES,
            categories: demand.map_or(0, |demand| demand.categories.len()),
        });
    }
    Ok(page)
}

#[derive(Template)]
#[template(path = "page.html", whitespace = "minimize")]
struct Page {
    source: String,
    program: String,
    made: String,
    vintage: Option<String>,
    correction: Option<String>,
    range: Option<(String, String)>,
    /// The first day that there are rows of, where the charts do not reach back to it.
    since: Option<String>,
    tiles: Vec<Tile>,
    shares: Vec<Share>,
    index: Option<Index>,
    movers: Option<Movers>,
    outlook: Option<Outlook>,
    categories: Option<Categories>,
    breakdowns: Vec<breakdowns::Table>,
    days: Option<Days>,
    crawls: Crawls,
    model: Option<Card>,
    revisions: Revisions,
}

fn page(data: &ReportData, demand: Option<&Demand>) -> Result<Page, ReportError> {
    let calendar = demand.map(|demand| &demand.calendar);
    let ahead = calendar
        .map(|calendar| Ahead::new(&data.forecast, calendar.last()))
        .transpose()?;
    let both = demand.zip(ahead.as_ref());
    Ok(Page {
        source: words::name(&data.source),
        program: words::name(&data.program),
        made: figures::moment(data.made_at),
        vintage: data.vintage.as_deref().map(words::name),
        correction: data.correction.as_deref().map(words::message),
        range: calendar.map(|days| (figures::date(days.first), figures::date(days.last()))),
        since: calendar
            .filter(|days| days.since < days.first)
            .map(|days| figures::date(days.since)),
        tiles: tiles(data, calendar),
        shares: shares(data),
        index: match demand {
            Some(demand) => index(data, demand)?,
            None => None,
        },
        movers: demand.map(movers),
        outlook: both.map(|(demand, ahead)| outlook(demand, ahead)),
        categories: both.map(|(demand, ahead)| categories(data, demand, ahead)),
        breakdowns: breakdowns(&data.breakdowns),
        days: calendar.map(days),
        crawls: crawls(&data.slices),
        model: data.model.as_ref().map(card),
        revisions: revisions(&data.revisions, data.revisions_in_all),
    })
}
