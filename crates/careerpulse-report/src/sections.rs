//! What each part of the page shows: figures chosen, summed and written, ready for the templates.

pub mod breakdowns;
pub mod categories;
pub mod change;
pub mod collection;
pub mod headline;
pub mod index;
pub mod model;
pub mod movers;
pub mod outlook;
pub mod revisions;
