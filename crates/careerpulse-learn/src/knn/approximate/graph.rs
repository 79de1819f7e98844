//! A hierarchical navigable small-world graph over points, by the crate `hnsw_rs`.

use hnsw_rs::anndists::dist::Distance;
use hnsw_rs::hnsw::Hnsw;

/// More layers than the crate ever fills.
const LAYERS: usize = 16;

/// Points that each know some near ones.
///
/// Source: Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using
/// Hierarchical Navigable Small World graphs" (2018).
pub struct Graph(Hnsw<'static, f32, Squared>);

impl Graph {
    /// Links the points in the order given.
    ///
    /// One after the other, as points inserted side by side link up by chance; the crate draws its
    /// layers with a fixed seed, so that the same points make the same graph.
    pub fn build(
        points: impl Iterator<Item = Vec<f32>>,
        count: usize,
        links: usize,
        build_breadth: usize,
    ) -> Graph {
        let mut graph = Hnsw::new(links, count, LAYERS, build_breadth, Squared);
        for (place, point) in points.enumerate() {
            graph.insert_slice((&point, place));
        }
        graph.set_searching_mode(true);
        Graph(graph)
    }

    /// Places of up to `breadth` points near `point`, nearest first as far as `f32` can tell.
    pub fn near(&self, point: &[f32], breadth: usize) -> Vec<usize> {
        let found = self.0.search(point, breadth, breadth);
        found.into_iter().map(|point| point.d_id).collect()
    }
}

/// Squared straight-line distance.
///
/// Ours rather than the crate's, which sums in another order on another processor.
#[derive(Clone, Copy)]
struct Squared;

impl Distance<f32> for Squared {
    fn eval(&self, left: &[f32], right: &[f32]) -> f32 {
        // Sixteen sums side by side let the compiler use vector registers.
        let mut sums = [0.0_f32; 16];
        let (left_chunks, right_chunks) = (left.chunks_exact(16), right.chunks_exact(16));
        let rest: f32 = left_chunks
            .remainder()
            .iter()
            .zip(right_chunks.remainder())
            .map(|(a, b)| (a - b) * (a - b))
            .sum();
        for (a, b) in left_chunks.zip(right_chunks) {
            for lane in 0..16 {
                let difference = a[lane] - b[lane];
                sums[lane] += difference * difference;
            }
        }
        sums.iter().sum::<f32>() + rest
    }
}
