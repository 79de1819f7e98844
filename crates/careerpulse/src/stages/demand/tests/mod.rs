//! The stage on small lakes whose truth is known.

mod days;
mod fixture;
mod parts;
mod reruns;
