//! Linear classifiers: scikit-learn's `LogisticRegression` and `LinearSVC`, both fitted in the primal.

mod coefficients;
mod dual;
mod lbfgs;
mod logistic;
mod newton;
mod products;
mod svm;
#[cfg(test)]
mod tests;
mod training;

pub use coefficients::Coefficients;
pub use logistic::{LogisticParams, LogisticRegression};
pub use svm::{LinearSvm, SvmParams};
