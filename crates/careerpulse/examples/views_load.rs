//! Asks every view of a lake as many at a time as given, and says how long answers took, and before how
//! much of a processor each costs, which other work on the machine does not change:
//! `views_load LAKE SECONDS ASKING`. A `run` may write to the lake meanwhile.

#![allow(clippy::print_stdout, reason = "what was measured")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use careerpulse::config::{Config, EncoderMode};
use careerpulse::dashboard::LakeSource;
use careerpulse_dashboard::source::{Snapshot, Source as _, SourceError};
use careerpulse_dashboard::view::imputation::PredictionFilter;
use careerpulse_lake::Lake;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const VIEWS: [&str; 9] = [
    "overview",
    "category",
    "predictions",
    "search",
    "prediction",
    "models",
    "version",
    "monitoring",
    "pipeline",
];

/// How often each view is asked for its cost; of predictions, each is another posting's.
const COSTED: i64 = 100;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, lake, seconds, asking] = args.as_slice() else {
        anyhow::bail!("usage: views_load LAKE SECONDS ASKING");
    };
    let (seconds, asking): (u64, u64) = (seconds.parse()?, asking.parse()?);
    let mut config = Config::default();
    config.features.encoder = EncoderMode::Off;
    let source = Arc::new(LakeSource::new(Lake::open(lake)?, &config));
    let snapshot = source.snapshot().await?;
    for view in VIEWS {
        let started = Instant::now();
        let answered = ask(&*snapshot, view, 1).await?;
        println!(
            "first {view}: {:.1} ms{}",
            started.elapsed().as_secs_f64() * 1e3,
            if answered { "" } else { " (not yet)" }
        );
    }
    for view in VIEWS {
        let before = processor_ms()?;
        for id in 0..COSTED {
            let snapshot = source.snapshot().await?;
            ask(&*snapshot, view, 1_000 + id).await?;
        }
        let spent = processor_ms()? - before;
        println!("{view}: {:.2} ms of a processor", spent / COSTED as f64);
    }
    let until = Instant::now() + Duration::from_secs(seconds);
    let askers = (0..asking).map(|seed| {
        let source = Arc::clone(&source);
        tokio::spawn(async move { load(&source, seed, until).await })
    });
    let mut took: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for asker in askers.collect::<Vec<_>>() {
        for (view, milliseconds) in asker.await?? {
            took.entry(view).or_default().push(milliseconds);
        }
    }
    for (view, mut took) in took {
        took.sort_by(f64::total_cmp);
        let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
        println!(
            "{view}: {} answers, median {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
            took.len(),
            at(0.5),
            at(0.99),
            at(1.0)
        );
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    println!("{}", peak.context("a memory figure").unwrap_or("no VmHWM"));
    Ok(())
}

/// User and system time of this process, in ticks of 10 ms.
fn processor_ms() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let mut fields = fields.split_whitespace().skip(11).take(2);
    let ticks: f64 = fields.try_fold(0.0, |sum, field| {
        field.parse::<f64>().map(|ticks| sum + ticks)
    })?;
    Ok(ticks * 10.0)
}

async fn load(
    source: &LakeSource,
    seed: u64,
    until: Instant,
) -> anyhow::Result<Vec<(&'static str, f64)>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut took = Vec::new();
    while Instant::now() < until {
        let view = VIEWS[rng.random_range(0..VIEWS.len())];
        let id = rng.random_range(1..=100i64);
        let started = Instant::now();
        let snapshot = source.snapshot().await?;
        ask(&*snapshot, view, id).await?;
        took.push((view, started.elapsed().as_secs_f64() * 1e3));
    }
    Ok(took)
}

/// Whether there was an answer; one that is not there yet or not found is none.
async fn ask(snapshot: &dyn Snapshot, view: &str, id: i64) -> anyhow::Result<bool> {
    fn is_there<T>(answer: Result<T, SourceError>) -> anyhow::Result<bool> {
        match answer {
            Ok(_) => Ok(true),
            Err(SourceError::Failed(error)) => anyhow::bail!("{error}"),
            Err(_) => Ok(false),
        }
    }
    let filter = PredictionFilter::default();
    match view {
        "overview" => is_there(snapshot.overview(vec!["Category 01".into()]).await),
        "category" => {
            let name = format!("Category {:02}", id % 25);
            is_there(snapshot.category(name).await)
        }
        "predictions" => is_there(snapshot.predictions(filter).await),
        "search" => {
            let q = Some(format!("title {id}"));
            is_there(snapshot.predictions(PredictionFilter { q, ..filter }).await)
        }
        "prediction" => is_there(snapshot.prediction(id).await),
        "models" => is_there(snapshot.models().await),
        "version" => is_there(snapshot.version(1).await),
        "monitoring" => is_there(snapshot.monitoring().await),
        _ => is_there(snapshot.pipeline().await),
    }
}
