//! The backtest on generated postings, beside seasonal naive, as a table.
//!
//! ```text
//! cargo run --release -p careerpulse-forecast --example backtest -- [POSTINGS] [DAYS] [SEED] [STEP]
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::time::Instant;

use careerpulse_forecast::{
    CandidateScore, Coverage, ForecastParams, Forecasts, Model, Score, Series, SeriesForecast,
    forecast,
};
use careerpulse_replay::sample::{SampleParams, generate};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |word| word.parse());
    let (postings, days, seed) = (number(60_000)?, number(365)?, number(7)?);
    let step = usize::try_from(number(1)?)?;
    let series = daily_counts(&SampleParams {
        postings: usize::try_from(postings)?,
        days: u32::try_from(days)?,
        seed,
        ..SampleParams::default()
    })?;
    let begun = Instant::now();
    let mut params = ForecastParams::default();
    params.origins /= step;
    params.step = step;
    let made = forecast(&series, &params)?;
    let seconds = begun.elapsed().as_secs_f64();
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{postings} postings over {days} days, seed {seed}: {} series and their total in {seconds:.1} s; \
         {:?}, {} origins reported\n",
        made.categories.len(),
        made.reconciliation,
        made.reported_origins,
    )?;
    write_table(&mut out, &series, &made)?;
    Ok(())
}

/// Postings per day of publication and true category.
fn daily_counts(params: &SampleParams) -> Result<Vec<Series>, Box<dyn Error>> {
    let mut moments = BTreeMap::<String, BTreeMap<&'static str, f64>>::new();
    let mut names = BTreeMap::<&'static str, f64>::new();
    for generated in generate(params)? {
        let day = generated.posting.publication_date[..10].to_owned();
        *moments
            .entry(day)
            .or_default()
            .entry(generated.true_category)
            .or_default() += 1.0;
        *names.entry(generated.true_category).or_default() += 1.0;
    }
    let count = |day: &BTreeMap<&str, f64>, name: &str| Some(day.get(name).copied().unwrap_or(0.0));
    let mut series: Vec<Series> = (names.keys())
        .map(|&name| Series {
            name: name.to_owned(),
            values: moments.values().map(|day| count(day, name)).collect(),
        })
        .collect();
    series.sort_by(|one, other| names[other.name.as_str()].total_cmp(&names[one.name.as_str()]));
    Ok(series)
}

fn write_table(out: &mut impl Write, series: &[Series], made: &Forecasts) -> io::Result<()> {
    write!(
        out,
        "{:<28}{:>8} {:>14} {:>9}",
        "", "per day", "model", "published"
    )?;
    for model in Model::ALL {
        write!(out, "{:>15}", model.name())?;
    }
    writeln!(out, "{:>8}{:>7}{:>7}  beats", "MAE", "80 %", "95 %")?;
    for (at, one) in made.categories.iter().enumerate() {
        let values = &series[at].values;
        let mean = values.iter().flatten().sum::<f64>() / values.len() as f64;
        write_row(out, one, mean)?;
    }
    let mean = made
        .total
        .points
        .iter()
        .map(|point| point.mean)
        .sum::<f64>()
        / made.total.points.len() as f64;
    write_row(out, &made.total, mean)?;
    let beats =
        (made.categories.iter()).filter(|one| one.backtest.beats_seasonal_naive == Some(true));
    writeln!(
        out,
        "\nRMSSE of what would have been published, and of each candidate alone; {} of {} categories beat seasonal naive",
        beats.count(),
        made.categories.len()
    )?;
    for (level, share) in made.levels.iter().enumerate() {
        let (mut pooled, mut least, mut most) = (Coverage { held: 0, days: 0 }, 1.0_f64, 0.0_f64);
        for one in &made.categories {
            let coverage = one.backtest.coverage[level];
            pooled.held += coverage.held;
            pooled.days += coverage.days;
            least = least.min(coverage.share().unwrap_or(1.0));
            most = most.max(coverage.share().unwrap_or(0.0));
        }
        writeln!(
            out,
            "coverage at {:.0} %: {:.1} % over all categories, {:.1} to {:.1} % by category",
            share * 100.0,
            pooled.share().unwrap_or(f64::NAN) * 100.0,
            least * 100.0,
            most * 100.0
        )?;
    }
    Ok(())
}

fn write_row(out: &mut impl Write, one: &SeriesForecast, mean: f64) -> io::Result<()> {
    let rmsse = |score: &Score| score.rmsse.unwrap_or(f64::NAN);
    write!(
        out,
        "{:<28}{mean:>8.2} {:>14} {:>9.3}",
        one.name,
        one.model.name(),
        rmsse(&one.backtest)
    )?;
    for CandidateScore { score, .. } in &one.candidates {
        write!(out, "{:>15.3}", rmsse(score))?;
    }
    write!(out, "{:>8.2}", one.backtest.mae.unwrap_or(f64::NAN))?;
    for coverage in &one.backtest.coverage {
        write!(out, "{:>7.1}", coverage.share().unwrap_or(f64::NAN) * 100.0)?;
    }
    let beats = match one.backtest.beats_seasonal_naive {
        Some(true) => "yes",
        Some(false) => "no",
        None => "-",
    };
    writeln!(out, "  {beats}")
}
