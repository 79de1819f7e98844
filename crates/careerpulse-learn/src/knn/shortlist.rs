//! The best few of many candidates, offered in row order.

/// Keeps every candidate that may be among the `k` with the smallest keys.
///
/// Keys may be off by up to half of `margin`; a candidate is dropped only where
/// its key lies more than `margin` above the `k`-th smallest, so that none is lost
/// whose true key is among the `k` smallest.
pub struct Shortlist {
    k: usize,
    margin: f64,
    limit: f64,
    capacity: usize,
    candidates: Vec<(f64, u32)>,
}

impl Shortlist {
    pub fn new(k: usize, margin: f64) -> Shortlist {
        Shortlist {
            k,
            margin,
            limit: f64::INFINITY,
            capacity: 2 * k + 32,
            candidates: Vec::new(),
        }
    }

    /// Keys at or above this are not worth offering.
    ///
    /// Rows come in ascending order, so a later row never displaces an equal one.
    pub fn limit(&self) -> f64 {
        self.limit
    }

    pub fn offer(&mut self, key: f64, row: u32) {
        if key < self.limit {
            self.candidates.push((key, row));
            if self.candidates.len() >= self.capacity {
                self.shrink();
                // Many near-equal keys stay together; room for as many again keeps
                // the cost per offer constant.
                self.capacity = self.capacity.max(2 * self.candidates.len());
            }
        }
    }

    /// The candidates left, in no particular order: at least the `k` best if so many were offered.
    pub fn into_candidates(mut self) -> Vec<(f64, u32)> {
        if self.candidates.len() > self.k {
            self.shrink();
        }
        self.candidates
    }

    fn shrink(&mut self) {
        sort_select(&mut self.candidates, self.k);
        self.limit = self.candidates[self.k - 1].0 + self.margin;
        let (limit, k) = (self.limit, self.k);
        let mut place = 0;
        self.candidates.retain(|candidate| {
            place += 1;
            place <= k || candidate.0 < limit
        });
    }
}

/// Puts the `k` smallest by key, then row, first; the `k`-th is at its place.
fn sort_select(candidates: &mut [(f64, u32)], k: usize) {
    candidates.select_nth_unstable_by(k - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_go_to_the_lower_rows() {
        let mut list = Shortlist::new(3, 0.0);
        for row in 0..1000 {
            list.offer(if row == 500 { 0.5 } else { 1.0 }, row);
        }
        let mut rows: Vec<u32> = list.into_candidates().into_iter().map(|c| c.1).collect();
        rows.sort_unstable();
        assert_eq!(rows, [0, 1, 500]);
    }

    #[test]
    fn candidates_within_the_margin_stay() {
        let mut list = Shortlist::new(1, 0.1);
        for row in 0..100 {
            list.offer(1.0 - f64::from(row) * 0.001, row);
        }
        assert!(list.into_candidates().len() >= 99);
    }
}
