//! Rows brought to a length at which straight-line distances in `f32` rank as the metric does.

use crate::knn::Metric;

/// Turns rows into points for the graph.
#[derive(Clone, Copy)]
pub struct Scale {
    metric: Metric,
    longest: f64,
}

impl Scale {
    /// For an index whose longest row has this length.
    pub fn new(metric: Metric, longest: f64) -> Scale {
        Scale { metric, longest }
    }

    /// The point of one row, whose length is given.
    ///
    /// For the cosine the row at length 1, as the squared distance of two such points is twice the
    /// cosine distance; a last column sets a row of zeros at a right angle to every other, which is
    /// cosine distance 1. For the straight-line distance all rows by the same factor, so that no
    /// square leaves the range of `f32`.
    pub fn point(self, row: &[f32], length: f64) -> Vec<f32> {
        let (divisor, last) = match self.metric {
            Metric::Cosine if length > 0.0 => (length, Some(0.0)),
            Metric::Cosine => (1.0, Some(1.0)),
            Metric::Euclidean if self.longest > 0.0 => (self.longest, None),
            Metric::Euclidean => (1.0, None),
        };
        row.iter()
            .map(|&value| (f64::from(value) / divisor) as f32)
            .chain(last)
            .collect()
    }
}
