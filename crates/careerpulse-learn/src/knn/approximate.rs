//! Nearest dense rows through a graph where comparing all pairs takes too long, with measured recall.

mod distinct;
mod graph;
mod index;
mod queries;
mod recall;
mod unit;

use super::{Features, Metric, Neighbours, check_folds, check_k, nearest, nearest_outside_fold};
use crate::dense::DenseMatrix;
use crate::error::LearnError;
use queries::Queries;

pub use index::{ApproximateIndex, ApproximateParams};
pub use recall::recall;

/// The least share of the true neighbours that an approximate answer must find.
pub const LEAST_RECALL: f64 = 0.99;

/// Neighbours that recall counts, or `k` where that is more: more are harder to find.
const RECALL_AT: usize = 10;

/// Candidates per query that a search starts with, and those after which it gives up: at 384 columns
/// the graph then takes longer than comparing the query with a million rows.
const FIRST_BREADTH: usize = 32;
const LAST_BREADTH: usize = 256;

/// Neighbours, and how they were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// What was asked for.
    pub neighbours: Neighbours,
    /// How they were found.
    pub route: Route,
    /// Share of the true neighbours that the graph found for a sample of the queries; none where no
    /// graph was built.
    pub recall: Option<f64>,
}

/// How neighbours were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Every pair was compared, as the rows are few enough or sparse.
    Exact,
    /// Through the graph, which kept this many candidates per query.
    Approximate {
        /// Candidates per query.
        breadth: usize,
    },
    /// Every pair was compared, as the graph stayed below [`LEAST_RECALL`].
    ExactAfterAll,
}

/// The `k` rows of `index` nearest to each row of `query`: [`nearest`] up to `exact_limit` rows and
/// for sparse rows, a graph above.
///
/// The graph's recall is measured against the exact search on 500 of the queries, drawn with a fixed
/// seed. It keeps twice the candidates until that reaches [`LEAST_RECALL`]; where it never does,
/// every pair is compared after all, and the answer says so. Distances and errors as for [`nearest`]:
/// a neighbour that was found has the very distance that [`nearest`] gives. Equal on every number of
/// threads.
///
/// The exact search is fast: at 384 columns it took 0.3 ms per query of 50,000 rows, where the graph
/// took 0.7 ms and 1.8 ms to link each row, so that a limit below some 400,000 rows saves nothing.
pub fn nearest_or_approximate(
    index: &Features,
    query: &Features,
    metric: Metric,
    k: usize,
    exact_limit: usize,
) -> Result<Search, LearnError> {
    let (Features::Dense(rows), Features::Dense(queries)) = (index, query) else {
        return Ok(exact(nearest(index, query, metric, k)?));
    };
    if rows.rows() <= exact_limit || queries.rows() == 0 {
        return Ok(exact(nearest(index, query, metric, k)?));
    }
    check_k(k, rows.rows())?;
    let found = through_graph(rows, &Queries::all_allowed(queries), metric, k)?;
    found.map_or_else(
        |reached| Ok(after_all(nearest(index, query, metric, k)?, reached)),
        Ok,
    )
}

/// The `k` rows of `x` nearest to each row of `x` among those in another fold:
/// [`nearest_outside_fold`] up to `exact_limit` rows and for sparse rows, a graph above.
///
/// The graph knows no folds, so that one serves all of them: it is asked for more than `k`
/// candidates, those of the row's own fold are left out, and a row that is left with fewer than `k`
/// is compared with every row. Everything else as for [`nearest_or_approximate`].
pub fn nearest_outside_fold_or_approximate(
    x: &Features,
    folds: &[u32],
    metric: Metric,
    k: usize,
    exact_limit: usize,
) -> Result<Search, LearnError> {
    let rows = match x {
        Features::Dense(rows) if rows.rows() > exact_limit => rows,
        _ => return Ok(exact(nearest_outside_fold(x, folds, metric, k)?)),
    };
    check_folds(x, folds, k)?;
    let found = through_graph(rows, &Queries::outside_fold(rows, folds), metric, k)?;
    found.map_or_else(
        |reached| {
            Ok(after_all(
                nearest_outside_fold(x, folds, metric, k)?,
                reached,
            ))
        },
        Ok,
    )
}

fn exact(neighbours: Neighbours) -> Search {
    Search {
        neighbours,
        route: Route::Exact,
        recall: None,
    }
}

fn after_all(neighbours: Neighbours, reached: f64) -> Search {
    Search {
        neighbours,
        route: Route::ExactAfterAll,
        recall: Some(reached),
    }
}

/// The answer, or the recall reached where that is too low.
fn through_graph(
    rows: &DenseMatrix,
    queries: &Queries,
    metric: Metric,
    k: usize,
) -> Result<Result<Search, f64>, LearnError> {
    queries.matrix.check_finite()?;
    if rows.cols() != queries.matrix.cols() {
        return Err(LearnError::Width {
            index: rows.cols(),
            query: queries.matrix.cols(),
        });
    }
    let mut index = ApproximateIndex::build(rows, metric, ApproximateParams::default())?;
    let sample = queries.sample()?;
    let at = k.max(RECALL_AT.min(queries.least_allowed(rows.rows())));
    let truth = index.exactly(&sample.queries(), at)?;
    let mut breadth = FIRST_BREADTH;
    loop {
        index.set_breadth(breadth);
        let found = index.candidates(&sample.queries(), at);
        let reached = recall::share(&found, &truth);
        if reached >= LEAST_RECALL {
            return Ok(Ok(Search {
                neighbours: index.complete(queries, k)?,
                route: Route::Approximate { breadth },
                recall: Some(reached),
            }));
        }
        if breadth >= LAST_BREADTH {
            return Ok(Err(reached));
        }
        breadth *= 2;
    }
}
