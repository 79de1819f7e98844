//! The app over a small lake in memory, asked as programs, browsers and strangers ask.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod api;
mod classify;
mod common;
mod document;
mod limits;
mod safety;
mod signing;
mod socket;
mod tags;
