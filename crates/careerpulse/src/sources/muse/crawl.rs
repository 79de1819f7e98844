//! A crawl: the agenda's pages fetched round by round and sent on as they come.

use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream;
use tokio::sync::mpsc::Sender;

use super::agenda::{Agenda, Due};
use super::client::{Fetched, MuseClient};
use super::error::MuseError;
use super::plan::CrawlPlan;
use super::progress::{CrawlProgress, CrawlReport, FetchedPage};
use super::resume::Resume;
use super::tally::Tally;
use super::walk::Step;

/// Fetches everything `plan` asks for and `resume` has not, and sends each page with postings
/// (or that could not be read) to `pages` as soon as it comes.
///
/// Every round takes one page of each open slice, `concurrency` at a time. The set of pages
/// does not depend on which of them answers first. `on_progress` is told after each answer.
///
/// A slice that fails is recorded in the report and the others go on.
///
/// # Errors
/// The first error where the source has not answered a single request of this crawl, and
/// [`MuseError::ReceiverGone`] where nobody takes the pages any more.
pub async fn crawl(
    client: &MuseClient,
    plan: &CrawlPlan,
    resume: Resume,
    pages: Sender<FetchedPage>,
    on_progress: &(dyn Fn(CrawlProgress) + Sync),
) -> Result<CrawlReport, MuseError> {
    let tally = Tally::new(plan.max_requests);
    let concurrency = client.settings().concurrency.max(1);
    let mut agenda = Agenda::new(plan, client.settings().page_cap, client.utc());
    let mut pages_fetched = 0;
    let mut has_answered = false;
    let mut budget_exhausted = false;
    while !budget_exhausted {
        agenda.replay(&resume, client.utc());
        let round = agenda.round();
        if round.is_empty() {
            break;
        }
        let open = round.len();
        let visits: Vec<_> = round
            .into_iter()
            .map(|due| visit(client, due, &tally, &pages))
            .collect();
        let mut visits = stream::iter(visits).buffer_unordered(concurrency);
        let mut visited = Vec::with_capacity(open);
        while let Some(visit) = visits.next().await {
            pages_fetched += u32::from(matches!(visit.step, Ok(Step::Fetched(_))));
            visited.push(visit);
            on_progress(CrawlProgress {
                requests: tally.requests(),
                pages: pages_fetched,
                expected_pages: agenda.expected_pages(),
                slices_done: agenda.len() - open,
                slices: agenda.len(),
                waiting: client.waiting(),
            });
        }
        // In the agenda's order, so that new slices join in the same order every time.
        visited.sort_by_key(|visit| visit.due.walk);
        has_answered |= visited.iter().any(Visit::is_answer);
        for Visit { due, step, at } in visited {
            match step {
                Ok(step) => agenda.step(due.walk, due.page, step, at),
                Err(MuseError::BudgetSpent) => budget_exhausted = true,
                Err(MuseError::ReceiverGone) => return Err(MuseError::ReceiverGone),
                Err(error) if !has_answered && error.is_source_wide() => return Err(error),
                Err(error) => {
                    tracing::warn!(slice = due.name, page = due.page, %error, "page not fetched");
                    agenda.step(due.walk, due.page, Step::Failed(error), at);
                }
            }
        }
    }
    Ok(CrawlReport {
        slices: agenda.coverage(),
        requests: tally.requests(),
        retries: tally.retries(),
        rate_limited: tally.rate_limited(),
        pages: pages_fetched,
        budget_exhausted,
    })
}

/// One page asked for, and what became of it.
struct Visit {
    due: Due,
    step: Result<Step, MuseError>,
    at: DateTime<Utc>,
}

impl Visit {
    /// Whether the source answered with a page or the end of the feed.
    fn is_answer(&self) -> bool {
        self.step.is_ok()
    }
}

async fn visit(client: &MuseClient, due: Due, tally: &Tally, pages: &Sender<FetchedPage>) -> Visit {
    let step = fetch_and_send(client, &due, tally, pages).await;
    let at = client.utc();
    Visit { due, step, at }
}

async fn fetch_and_send(
    client: &MuseClient,
    due: &Due,
    tally: &Tally,
    pages: &Sender<FetchedPage>,
) -> Result<Step, MuseError> {
    let page = match client.fetch_counted(&due.slice, due.page, tally).await? {
        Fetched::EndOfFeed(_) => return Ok(Step::End),
        Fetched::Page(page) => page,
    };
    let sent = pages.send(FetchedPage {
        slice: due.name.clone(),
        page: due.page,
        url: page.url,
        http_status: page.http_status,
        fetched_at: page.fetched_at,
        payload: page.payload,
    });
    sent.await.map_err(|_| MuseError::ReceiverGone)?;
    Ok(Step::Fetched(page.envelope))
}
