//! How many postings of each class there are among those without a label, and how sure that is.
//!
//! Counting predictions is biased even where the classifier is good (Forman 2008). The named estimators
//! here are the literature's, for a whole set of rows; [`correct`] and [`intervals`] are what a daily
//! series needs: they say it of every day, and the sum over the classes is the number of rows.

mod adjusted;
mod by_prediction;
mod correct;
mod counts;
mod draws;
mod em;
mod evidence;
mod intervals;
mod labeled;
mod local;
mod matrix;
mod odds;
mod recalibrate;
mod rows;
mod simplex;
mod test;
mod twins;

pub use adjusted::{adjusted_count, probabilistic_adjusted_count};
pub use by_prediction::calibration_estimator;
pub use correct::{Correction, CorrectionParams, LabeledRows, UnlabeledRows, correct};
pub use counts::{classify_and_count, probabilistic_count};
pub use em::{EmPrior, em_prior_shift};
pub use intervals::{Intervals, intervals};
pub use recalibrate::Recalibration;
pub use test::PriorShift;
