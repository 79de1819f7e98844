//! How a worker takes orders: a word a line on stdin, a JSON object a line on stdout.
//!
//! `run` does the work once against the clock and answers `{"seconds": …, "cpu": …}`, the latter the
//! seconds of all cores that the process spent, null where they are not known; `answer` writes what
//! the last run came to into the folder of answers, for the comparison, and says `{"answered": true}`.
//! The end of stdin ends the worker. `bench/worker.py` keeps to the same protocol.

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::cpu::spent;

/// Where a worker finds its data, leaves its answers, and is spoken to.
pub struct Desk<'a> {
    /// What `prepare` wrote.
    pub data: &'a Path,
    /// Where answers go.
    pub answers: &'a Path,
    /// Orders, a line each.
    pub orders: &'a mut dyn BufRead,
    /// Replies, a line each.
    pub replies: &'a mut dyn Write,
}

/// Serves one task until the orders end: `load` once, then `run` and `answer` as told.
///
/// Only `run` stands between the two readings of the clock. The result before is dropped
/// ahead of the first, so that two results are never held at once.
pub fn serve<I, R>(
    desk: &mut Desk,
    load: impl FnOnce(&Path) -> Result<I>,
    run: impl Fn(&I) -> Result<R>,
    answer: impl Fn(&I, &R, &Path) -> Result<()>,
) -> Result<()> {
    let input = load(desk.data)?;
    reply(desk.replies, &json!({"ready": true}))?;
    let mut result = None;
    let mut order = String::new();
    loop {
        order.clear();
        if desk.orders.read_line(&mut order)? == 0 {
            return Ok(());
        }
        match order.trim() {
            "run" => {
                drop(result.take());
                let (spent_before, started) = (spent(), Instant::now());
                let done = run(&input)?;
                let (seconds, spent_after) = (started.elapsed().as_secs_f64(), spent());
                result = Some(done);
                let cpu = spent_before.zip(spent_after).map(|(from, to)| to - from);
                reply(desk.replies, &json!({"seconds": seconds, "cpu": cpu}))?;
            }
            "answer" => {
                let result = result.as_ref().context("`answer` before any `run`")?;
                answer(&input, result, desk.answers)?;
                reply(desk.replies, &json!({"answered": true}))?;
            }
            other => bail!("{other:?} is no order; run and answer are"),
        }
    }
}

fn reply(to: &mut dyn Write, words: &serde_json::Value) -> Result<()> {
    writeln!(to, "{words}")?;
    Ok(to.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(orders: &str) -> (Result<()>, String) {
        let mut replies = Vec::new();
        let served = serve(
            &mut Desk {
                data: Path::new("data"),
                answers: Path::new("answers"),
                orders: &mut orders.as_bytes(),
                replies: &mut replies,
            },
            |data| Ok(data.to_owned()),
            |data| Ok(data.join("done")),
            |_, result, answers| {
                assert_eq!(result, Path::new("data/done"));
                assert_eq!(answers, Path::new("answers"));
                Ok(())
            },
        );
        (served, String::from_utf8(replies).unwrap())
    }

    #[test]
    fn each_order_gets_one_line() {
        let (served, replies) = spoken("run\nrun\nanswer\n");
        served.unwrap();
        let lines: Vec<serde_json::Value> = replies
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0], json!({"ready": true}));
        assert!(lines[1]["seconds"].as_f64().unwrap() >= 0.0);
        assert_eq!(lines[3], json!({"answered": true}));
    }

    #[test]
    fn an_order_that_cannot_be_obeyed_is_an_error() {
        assert!(spoken("answer\n").0.is_err());
        assert!(spoken("dance\n").0.is_err());
    }
}
