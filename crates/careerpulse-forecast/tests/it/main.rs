//! Forecasts as callers get them: on a generated year, on difficult series, and what holds for all.

mod difficult;
mod generated;
mod properties;
mod support;
