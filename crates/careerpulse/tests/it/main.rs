//! The road as a user walks it: the built binary against replayed sources, with every lake in a folder of its own.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a helper that cannot go on fails its test, and a skipped test says so"
)]

mod support;

mod answers;
mod bad_input;
mod cli;
mod crash;
mod dashboard;
mod decisions;
mod demand;
mod difficulty;
mod duplicates;
mod embeddings;
mod expectations;
mod faults;
mod gate;
mod gold;
mod hostile;
mod learning;
mod life;
mod lock;
mod mistakes;
mod mlflow;
mod monitor;
mod rebuild;
mod recorded;
mod road;
mod schedule;
mod secrecy;
mod summaries;
mod tidy;
