//! What every candidate says from every origin.

use rayon::prelude::*;

use super::ForecastParams;
use crate::fill::fill;
use crate::models::{History, Model, predict};
use crate::series::{Series, total};

/// All series, the total as the last, and what each candidate forecasts from each origin.
pub(super) struct Panel<'a> {
    pub params: &'a ForecastParams,
    pub names: Vec<&'a str>,
    pub values: Vec<Vec<Option<f64>>>,
    /// Days before each origin, ascending; the last is all of them.
    pub origins: Vec<usize>,
    /// By series and origin: one forecast for each candidate that can tell.
    cells: Vec<Vec<Cell>>,
}

/// One forecast for each candidate of [`Model::ALL`], in its order.
type Cell = [Option<Vec<f64>>; Model::ALL.len()];

/// Lets every candidate forecast from every origin.
pub(super) fn build_panel<'a>(series: &'a [Series], params: &'a ForecastParams) -> Panel<'a> {
    let mut names: Vec<&str> = series.iter().map(|one| one.name.as_str()).collect();
    let mut values: Vec<Vec<Option<f64>>> = series.iter().map(|one| one.values.clone()).collect();
    names.push("total");
    values.push(total(series));
    let days = values[0].len();
    let mut origins: Vec<usize> = (0..=params.origins)
        .map_while(|back| days.checked_sub(back * params.step))
        .filter(|&origin| origin > 0)
        .collect();
    origins.reverse();
    let cells = (0..values.len() * origins.len())
        .into_par_iter()
        .map(|at| {
            let (one, origin) = (at / origins.len(), at % origins.len());
            cell(&values[one][..origins[origin]], params)
        })
        .collect::<Vec<Cell>>();
    let mut cells = cells.into_iter();
    let cells = (values.iter())
        .map(|_| cells.by_ref().take(origins.len()).collect())
        .collect();
    Panel {
        params,
        names,
        values,
        origins,
        cells,
    }
}

impl Panel<'_> {
    /// How many series there are, the total among them.
    pub fn series(&self) -> usize {
        self.values.len()
    }

    /// What the model forecasts, where it can.
    pub fn ahead(&self, series: usize, origin: usize, model: Model) -> Option<&[f64]> {
        let at = Model::ALL.iter().position(|&one| one == model)?;
        self.cells[series][origin][at].as_deref()
    }

    /// The figures of the days after `origin` that are known before day `end`, each with its place ahead.
    pub fn actuals(
        &self,
        series: usize,
        origin: usize,
        end: usize,
    ) -> impl Iterator<Item = (usize, f64)> {
        let start = self.origins[origin];
        let known = self.values[series].len().min(start + self.params.horizon);
        let end = end.clamp(start, known);
        (self.values[series][start..end].iter().enumerate())
            .filter_map(|(place, value)| Some((place, (*value)?)))
    }

    /// What the model forecasts, or the mean of what is known, where the model is that; `None` where
    /// it cannot tell.
    pub fn ahead_or_mean(&self, series: usize, origin: usize, model: Model) -> Option<Vec<f64>> {
        if model != Model::KnownMean {
            return self.ahead(series, origin, model).map(<[f64]>::to_vec);
        }
        let history = History {
            known: &self.values[series][..self.origins[origin]],
            filled: &[],
            season: self.params.season,
        };
        predict(model, history, self.params.horizon)
    }
}

fn cell(values: &[Option<f64>], params: &ForecastParams) -> Cell {
    let first = values.iter().position(Option::is_some);
    let known = first.map_or(&[][..], |first| &values[first..]);
    // Under two seasons no rhythm can be told from chance.
    let enough = known.iter().flatten().count() >= 2 * params.season;
    let Some(filled) = fill(known, params.season).filter(|_| enough) else {
        return Cell::default();
    };
    let history = History {
        known,
        filled: &filled,
        season: params.season,
    };
    Model::ALL.map(|model| predict(model, history, params.horizon))
}
