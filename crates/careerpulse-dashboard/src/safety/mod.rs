//! Who may ask, for what, how much of it; and what browsers are told not to do.

pub mod errors;
pub mod headers;
pub mod hosts;
pub mod limits;
pub mod origin;
pub mod rate;
pub mod session;
pub mod sign_in;
