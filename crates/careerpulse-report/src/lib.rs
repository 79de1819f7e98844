//! The demand report as one self-contained HTML page: rows of tables in, text out.
//!
//! Pure: no disk, clock, network or environment. The page holds no script and loads nothing, which its
//! own content security policy forbids. Charts are SVG inside the templates rather than pictures of
//! `plotters`: so they take their colours from the page (light, dark and paper), carry a title and a
//! description for those who cannot see them, and go through the same escaping as every other word.
//!
//! In reading order:
//!
//! 1. [`data`] says what a report is made of, [`error`] what can be wrong with it.
//! 2. [`words`] makes names harmless, [`figures`] writes numbers and dates; the dashboard's pages too.
//! 3. `series` lays the rows out by day, `ahead` those of the forecast, `means` smooths them.
//! 4. `scale` and `path` turn figures into places on a chart, `charts` draws them.
//! 5. `sections` says what each part of the page shows, `page` fills the templates.
//!
//! ```
//! use careerpulse_report::{ReportData, render};
//!
//! let page = render(&ReportData::default())?;
//! assert!(page.contains("No figures yet"));
//! # Ok::<(), careerpulse_report::ReportError>(())
//! ```

pub mod data;
pub mod error;

pub mod words;

pub mod figures;

mod series;

mod ahead;

mod means;

mod scale;

mod path;

mod charts;

mod sections;

mod page;

pub use data::{
    BacktestRow, Breakdown, BreakdownRow, CategoryScore, DemandRow, ForecastRow, IndexRow,
    ModelCard, PostingCounts, ReportData, RevisionRow, SliceRow, TOTAL,
};
pub use error::ReportError;
pub use page::{MAX_BYTES, render};
