//! The graph over an index's different rows, searched and brought to exact distances.

use rayon::prelude::*;

use super::distinct::Distinct;
use super::graph::Graph;
use super::queries::Queries;
use super::unit::Scale;
use crate::dense::DenseMatrix;
use crate::error::LearnError;
use crate::knn::dense::dot;
use crate::knn::{Features, Metric, Neighbour, Neighbours, check_k, nearest};

/// How the graph is built and searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApproximateParams {
    /// Near points that each point knows, from 2 to 256, twice as many on the ground layer: the
    /// paper's `M`.
    pub links: usize,
    /// Candidates looked at for each new point, at least 1: the paper's `efConstruction`.
    pub build_breadth: usize,
    /// Candidates looked at for each query, at least 1; never fewer than the neighbours asked for:
    /// the paper's `ef`.
    pub breadth: usize,
}

impl Default for ApproximateParams {
    fn default() -> ApproximateParams {
        ApproximateParams {
            links: 16,
            build_breadth: 100,
            breadth: 64,
        }
    }
}

/// Dense rows that answer a query without being compared with all of it.
pub struct ApproximateIndex<'v> {
    vectors: &'v DenseMatrix,
    metric: Metric,
    breadth: usize,
    squares: Vec<f64>,
    scale: Scale,
    distinct: Distinct,
    graph: Graph,
}

impl<'v> ApproximateIndex<'v> {
    /// Links the different rows of `vectors`, one after the other on one thread.
    ///
    /// The same rows make the same index. Memory: a copy of the different rows and some 4 KB of
    /// links each. Errors on params out of range and on values that are NaN, infinite or above 1e15.
    pub fn build(
        vectors: &'v DenseMatrix,
        metric: Metric,
        params: ApproximateParams,
    ) -> Result<ApproximateIndex<'v>, LearnError> {
        check(params)?;
        vectors.check_finite()?;
        let squares: Vec<f64> = (0..vectors.rows())
            .map(|row| dot(vectors.row(row), vectors.row(row)))
            .collect();
        let longest = squares.iter().copied().fold(0.0, f64::max).sqrt();
        let scale = Scale::new(metric, longest);
        let distinct = Distinct::of(vectors);
        let points = (0..distinct.len()).map(|group| {
            let row = distinct.rows_of(group)[0] as usize;
            scale.point(vectors.row(row), squares[row].sqrt())
        });
        let graph = Graph::build(points, distinct.len(), params.links, params.build_breadth);
        Ok(ApproximateIndex {
            vectors,
            metric,
            breadth: params.breadth,
            squares,
            scale,
            distinct,
            graph,
        })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.vectors.rows()
    }

    /// Sets how many candidates each query looks at; never fewer than the neighbours asked for.
    pub fn set_breadth(&mut self, breadth: usize) {
        self.breadth = breadth;
    }

    /// The `k` rows nearest to each row of `query`, as far as the graph finds them.
    ///
    /// Distances are those of [`nearest`] to the bit; a query for which the graph finds fewer than
    /// `k` rows is compared with all of them. Equal on every number of threads. Errors as for
    /// [`nearest`].
    pub fn search(&self, query: &DenseMatrix, k: usize) -> Result<Neighbours, LearnError> {
        check_k(k, self.rows())?;
        query.check_finite()?;
        if query.cols() != self.vectors.cols() {
            return Err(LearnError::Width {
                index: self.vectors.cols(),
                query: query.cols(),
            });
        }
        self.complete(&Queries::all_allowed(query), k)
    }

    /// The neighbours of each query, those that the graph leaves short by comparing every pair.
    pub(super) fn complete(&self, queries: &Queries, k: usize) -> Result<Neighbours, LearnError> {
        let mut found = self.candidates(queries, k);
        let short: Vec<u32> = (0_u32..)
            .zip(&found)
            .filter(|(_, near)| near.len() < k)
            .map(|(query, _)| query)
            .collect();
        if !short.is_empty() {
            let picked = queries.select(&short)?;
            let exact = self.exactly(&picked.queries(), k)?;
            for (query, near) in short.into_iter().zip(exact) {
                found[query as usize] = near;
            }
        }
        Ok(Neighbours {
            k,
            all: found.concat(),
        })
    }

    /// Up to `k` rows that each query may find, nearest first, as far as the graph finds them.
    pub(super) fn candidates(&self, queries: &Queries, k: usize) -> Vec<Vec<Neighbour>> {
        let wanted = queries.breadth_for(self.rows(), k);
        let breadth = self.breadth.max(wanted).min(self.distinct.len());
        (0..queries.rows())
            .into_par_iter()
            .map(|query| self.candidates_of(queries, query, breadth, k))
            .collect()
    }

    fn candidates_of(
        &self,
        queries: &Queries,
        query: usize,
        breadth: usize,
        k: usize,
    ) -> Vec<Neighbour> {
        let vector = queries.matrix.row(query);
        let square = dot(vector, vector);
        let point = self.scale.point(vector, square.sqrt());
        let mut found = Vec::with_capacity(breadth.max(k));
        for group in self.graph.near(&point, breadth) {
            let rows = self.distinct.rows_of(group);
            let first = rows[0] as usize;
            let product = dot(vector, self.vectors.row(first));
            let key = self.metric.key(product, square, self.squares[first]);
            let distance = self.metric.distance(key);
            let allowed = rows.iter().filter(|&&row| queries.allows(query, row));
            found.extend(allowed.take(k).map(|&row| Neighbour { row, distance }));
        }
        found.sort_unstable_by(|a, b| a.distance.total_cmp(&b.distance).then(a.row.cmp(&b.row)));
        found.truncate(k);
        found
    }

    /// The `k` rows nearest to each query by comparing every pair, one fold at a time.
    pub(super) fn exactly(
        &self,
        queries: &Queries,
        k: usize,
    ) -> Result<Vec<Vec<Neighbour>>, LearnError> {
        let Some(folds) = &queries.folds else {
            let found = self.exactly_among(self.vectors.clone(), queries.matrix.clone(), k)?;
            return Ok(found.iter().map(<[Neighbour]>::to_vec).collect());
        };
        let mut found = vec![Vec::new(); queries.rows()];
        let mut own: Vec<u32> = folds.query.to_vec();
        own.sort_unstable();
        own.dedup();
        for fold in own {
            let inside: Vec<u32> = places(folds.query, |other| other == fold);
            let outside: Vec<u32> = places(folds.index, |other| other != fold);
            let index = self.vectors.select(&outside)?;
            let near = self.exactly_among(index, queries.matrix.select(&inside)?, k)?;
            for (&query, near) in inside.iter().zip(near.iter()) {
                found[query as usize] = near
                    .iter()
                    .map(|near| Neighbour {
                        row: outside[near.row as usize],
                        ..*near
                    })
                    .collect();
            }
        }
        Ok(found)
    }

    fn exactly_among(
        &self,
        index: DenseMatrix,
        query: DenseMatrix,
        k: usize,
    ) -> Result<Neighbours, LearnError> {
        nearest(
            &Features::Dense(index),
            &Features::Dense(query),
            self.metric,
            k,
        )
    }
}

fn places(folds: &[u32], wanted: impl Fn(u32) -> bool) -> Vec<u32> {
    let numbered = (0_u32..).zip(folds);
    numbered
        .filter(|(_, fold)| wanted(**fold))
        .map(|(place, _)| place)
        .collect()
}

fn check(params: ApproximateParams) -> Result<(), LearnError> {
    let ranges = [
        ("links", params.links, 2, 256),
        ("build_breadth", params.build_breadth, 1, usize::MAX),
        ("breadth", params.breadth, 1, usize::MAX),
    ];
    for (name, value, least, most) in ranges {
        if !(least..=most).contains(&value) {
            return Err(LearnError::GraphSetting {
                name,
                value,
                least,
                most,
            });
        }
    }
    Ok(())
}
