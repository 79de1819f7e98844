//! The pages in headless Chromium: read, filtered, zoomed, tried, in the dark and on a phone, by keyboard.
//!
//! Without Chromium's driver they say that they are skipped; with CAREERPULSE_REQUIRE_BROWSER they fail then.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod clean;
mod harness;
mod hostile;
mod poisoned;
mod using;
mod webdriver;
