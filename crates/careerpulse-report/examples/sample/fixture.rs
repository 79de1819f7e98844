//! Generated figures as a lake would hold them: weekly rhythm, trends, small categories, missed days.

use careerpulse_report::{
    BacktestRow, Breakdown, BreakdownRow, CategoryScore, DemandRow, ForecastRow, IndexRow,
    ModelCard, PostingCounts, ReportData, RevisionRow, SliceRow, TOTAL,
};
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Share of postings that the source labels.
const LABELLED: f64 = 0.55;
/// Days ahead that are forecast.
const AHEAD: u64 = 28;
/// Weight of each weekday from Monday on.
const RHYTHM: [f64; 7] = [1.2, 1.35, 1.3, 1.25, 1.1, 0.45, 0.35];

/// When the generated report is made.
pub fn made_at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_300_200, 0).unwrap_or_default()
}

/// The last day with figures.
pub fn last_day() -> NaiveDate {
    made_at().date_naive() - Days::new(1)
}

/// A report of so many categories and days, the first `backfilled` of them before the first crawl.
pub fn report(categories: usize, days: usize, backfilled: usize) -> ReportData {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let first = last_day() - Days::new(days as u64 - 1);
    let names: Vec<String> = (0..categories).map(name).collect();
    let missed = |place: usize| place >= backfilled && missing(days - place);
    let mut demand = Vec::new();
    let mut totals = vec![DemandRow::default(); days];
    for (rank, name) in names.iter().enumerate() {
        let size = 180.0 / (rank as f64 + 1.0).powf(1.05);
        let trend = 1.4 * (rank as f64 * 2.4).sin();
        let mut open = size * 24.0;
        for (place, total) in totals.iter_mut().enumerate() {
            let date = first + Days::new(place as u64);
            let progress = place as f64 / days as f64;
            let season = 1.0 + 0.18 * (progress * 6.3).sin();
            let survivors = if place < backfilled {
                (-(backfilled as f64 - place as f64) / 45.0).exp()
            } else {
                1.0
            };
            let rhythm = RHYTHM[date.weekday().num_days_from_monday() as usize];
            let mean = size * (trend * (progress - 0.5)).exp() * season * rhythm * survivors;
            let new = poisson(&mut rng, mean);
            let observed = (0..new as u64)
                .filter(|_| rng.random_bool(LABELLED))
                .count() as f64;
            let bias = 1.0 + 0.15 * (rank as f64 * 1.7).cos();
            let imputed = poisson(&mut rng, (new - observed) * bias * 0.85);
            let half = 0.25 + 0.8 * (new - observed).sqrt();
            open = open * 0.96 + new;
            let unknown = missed(place);
            let row = DemandRow {
                date,
                category: name.clone(),
                new_observed: Some(observed).filter(|_| !unknown),
                new_imputed: Some(imputed).filter(|_| !unknown),
                new_corrected: Some(new).filter(|_| !unknown),
                corrected_lo: Some((new - half).max(observed)).filter(|_| !unknown),
                corrected_hi: Some(new + half).filter(|_| !unknown),
                active: Some(open.round()).filter(|_| !unknown),
                collected: !unknown && place >= backfilled,
                backfilled: place < backfilled,
            };
            add(total, &row);
            demand.push(row);
        }
    }
    let index = index(&totals);
    let forecast = forecast(&demand, &totals, &names);
    demand.extend(totals);
    ReportData {
        source: "The Muse".to_owned(),
        program: "careerpulse 0.1.0".to_owned(),
        made_at: made_at(),
        vintage: Some("2026-11-21 22:10 UTC".to_owned()),
        counts: Some(counts(&demand)),
        index_base: Some(first + Days::new(days as u64 / 3)),
        correction: Some(
            "calibration estimator with EM prior shift (Saerens et al. 2002)".to_owned(),
        ),
        model: Some(model(&names, &mut rng)),
        backtest: backtest(&names, &mut rng),
        breakdowns: breakdowns(),
        slices: slices(),
        revisions: revisions(&names, &mut rng),
        revisions_in_all: 4_312,
        demand,
        index,
        forecast,
    }
}

/// Names as the source has them, and made-up ones where more are asked for.
fn name(rank: usize) -> String {
    const NAMES: [&str; 26] = [
        "Software Engineering",
        "Sales",
        "Healthcare",
        "Account Management",
        "Project Management",
        "Data and Analytics",
        "Customer Service",
        "Retail",
        "Business Operations",
        "Advertising and Marketing",
        "Accounting and Finance",
        "Human Resources and Recruitment",
        "Computer and IT",
        "Science and Engineering",
        "Design and UX",
        "Product Management",
        "Food and Hospitality Services",
        "Transportation and Logistics",
        "Legal Services",
        "Administration and Office",
        "Writing and Editing",
        "Construction",
        "Education",
        "Media, PR, and Communications",
        "Energy Generation and Mining",
        "Arts",
    ];
    NAMES.get(rank).map_or_else(
        || format!("Category of rank {}", rank + 1),
        |name| (*name).to_owned(),
    )
}

/// Days before the end on which nothing was collected: one day, and an outage.
fn missing(before_end: usize) -> bool {
    before_end == 45 || (140..144).contains(&before_end) || before_end == 220
}

fn poisson(rng: &mut ChaCha8Rng, mean: f64) -> f64 {
    let mut left = mean;
    let mut count = -1.0;
    while left > 0.0 {
        left += rng.random::<f64>().max(1e-300).ln();
        count += 1.0;
    }
    f64::max(count, 0.0)
}

fn add(total: &mut DemandRow, row: &DemandRow) {
    let sum = |sum: &mut Option<f64>, value: Option<f64>| {
        *sum = value.map(|value| sum.unwrap_or(0.0) + value);
    };
    sum(&mut total.new_observed, row.new_observed);
    sum(&mut total.new_imputed, row.new_imputed);
    sum(&mut total.new_corrected, row.new_corrected);
    sum(&mut total.active, row.active);
    let half = total.new_corrected.unwrap_or(0.0).sqrt();
    total.corrected_lo = total.new_corrected.map(|new| new - half);
    total.corrected_hi = total.new_corrected.map(|new| new + half);
    total.date = row.date;
    total.category = TOTAL.to_owned();
    total.collected = row.collected;
    total.backfilled = row.backfilled;
}

fn mean_of(days: &[DemandRow], of: fn(&DemandRow) -> Option<f64>) -> Option<f64> {
    let known: Vec<f64> = days.iter().filter_map(of).collect();
    (known.len() > 3).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

fn index(totals: &[DemandRow]) -> Vec<IndexRow> {
    let weeks = |of| -> Vec<Option<f64>> {
        (0..totals.len())
            .map(|end| mean_of(&totals[end.saturating_sub(6)..=end], of))
            .collect()
    };
    let (new, active) = (weeks(|row| row.new_corrected), weeks(|row| row.active));
    let base = totals.len() / 3;
    let of_base =
        |column: &[Option<f64>], place: usize| Some(column[place]? / column[base]? * 100.0);
    let smooth = |column: &[Option<f64>], place: usize| {
        let around = &column[place.saturating_sub(10)..(place + 11).min(column.len())];
        let known: Vec<f64> = around.iter().flatten().copied().collect();
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        Some(mean / column[base]? * 100.0)
    };
    (0..totals.len())
        .map(|place| IndexRow {
            date: totals[place].date,
            category: TOTAL.to_owned(),
            new_index: of_base(&new, place),
            new_adjusted: smooth(&new, place),
            active_index: of_base(&active, place),
            active_adjusted: smooth(&active, place),
        })
        .collect()
}

fn forecast(demand: &[DemandRow], totals: &[DemandRow], names: &[String]) -> Vec<ForecastRow> {
    let mut rows = Vec::new();
    for name in names.iter().map(String::as_str).chain([TOTAL]) {
        let mut of_category = demand
            .iter()
            .chain(totals)
            .filter(|row| row.category == name);
        let mut days: Vec<DemandRow> = Vec::new();
        days.extend(of_category.by_ref().cloned());
        let recent = &days[days.len().saturating_sub(28)..];
        let level = mean_of(recent, |row| row.new_corrected).unwrap_or(0.0);
        for step in 1..=AHEAD {
            let date = last_day() + Days::new(step);
            let mean = level * RHYTHM[date.weekday().num_days_from_monday() as usize];
            let spread = (mean + 0.05 * mean * mean * (step as f64 / 28.0)).sqrt();
            rows.push(ForecastRow {
                date,
                category: name.to_owned(),
                model: "mstl".to_owned(),
                mean: Some(mean),
                lo80: Some((mean - 1.28 * spread).max(0.0)),
                hi80: Some(mean + 1.28 * spread),
                lo95: Some((mean - 1.96 * spread).max(0.0)),
                hi95: Some(mean + 1.96 * spread),
            });
        }
    }
    rows
}

fn counts(demand: &[DemandRow]) -> PostingCounts {
    let total = demand.iter().filter(|row| row.category == TOTAL);
    let (mut postings, mut labelled, mut imputed) = (0.0, 0.0, 0.0);
    for row in total {
        postings += row.new_corrected.unwrap_or(0.0);
        labelled += row.new_observed.unwrap_or(0.0);
        imputed += row.new_imputed.unwrap_or(0.0);
    }
    let abstained = (postings - labelled - imputed).max(0.0) as u64;
    PostingCounts {
        postings: labelled as u64 + imputed as u64 + abstained,
        labelled: labelled as u64,
        imputed: imputed as u64,
        abstained,
        unscored: 0,
    }
}

fn model(names: &[String], rng: &mut ChaCha8Rng) -> ModelCard {
    let score = |(rank, name): (usize, &String)| CategoryScore {
        category: name.clone(),
        precision: 0.88 - 0.35 * rng.random::<f64>() * (rank as f64 / names.len() as f64),
        recall: 0.86 - 0.4 * rng.random::<f64>() * (rank as f64 / names.len() as f64),
        support: 900 / (rank as u64 + 1) + 4,
    };
    ModelCard {
        version: 7,
        method: "combined".to_owned(),
        classifier: "logistic".to_owned(),
        since: Some(made_at() - TimeDelta::days(19)),
        training_postings: 21_480,
        test_postings: 5_370,
        accuracy: Some(0.792),
        macro_f1: Some(0.713),
        calibration_error: Some(0.021),
        coverage: Some(0.861),
        covered_accuracy: Some(0.862),
        scores: names.iter().enumerate().map(score).collect(),
    }
}

fn backtest(names: &[String], rng: &mut ChaCha8Rng) -> Vec<BacktestRow> {
    let mut rows = Vec::new();
    for (rank, name) in names.iter().map(String::as_str).chain([TOTAL]).enumerate() {
        let models = ["ets", "mstl", "mean_28"];
        let beats = rank % 9 != 8;
        let naive = 0.95 + 0.2 * rng.random::<f64>();
        let row = |model: &str, rmsse: f64, chosen: bool| BacktestRow {
            category: name.to_owned(),
            model: model.to_owned(),
            rmsse: Some(rmsse),
            coverage80: Some(0.8),
            coverage95: Some(0.95),
            chosen,
            beats_seasonal_naive: rmsse < naive,
        };
        let mut best = row(
            models[rank % 3],
            naive * (0.72 + 0.2 * rng.random::<f64>()),
            beats,
        );
        best.coverage80 = Some(0.77 + 0.06 * rng.random::<f64>());
        best.coverage95 = Some(0.93 + 0.04 * rng.random::<f64>());
        rows.push(best);
        rows.push(row("seasonal_naive", naive, !beats));
    }
    rows
}

fn breakdowns() -> Vec<Breakdown> {
    let of = |by: &str, rows: &[(&str, f64, f64)]| Breakdown {
        by: by.to_owned(),
        rows: rows
            .iter()
            .map(|(name, last, before)| BreakdownRow {
                name: (*name).to_owned(),
                last: Some(*last),
                before: Some(*before),
            })
            .collect(),
    };
    let levels = [
        ("Mid Level", 2410.0, 2280.0),
        ("Senior Level", 1630.0, 1702.0),
        ("Entry Level", 1502.0, 1330.0),
        ("Management", 402.0, 415.0),
        ("Internship", 171.0, 96.0),
    ];
    let places = [
        ("Flexible / Remote", 980.0, 1043.0),
        ("New York, NY", 611.0, 590.0),
        ("San Francisco, CA", 402.0, 377.0),
        ("Chicago, IL", 288.0, 301.0),
        ("London, United Kingdom", 241.0, 190.0),
        ("Bengaluru, India", 233.0, 201.0),
        ("Austin, TX", 207.0, 214.0),
    ];
    vec![of("level", &levels), of("location", &places)]
}

fn slices() -> Vec<SliceRow> {
    let mut rows = Vec::new();
    for back in 0..14 {
        for slice in 0..27 {
            let failed = back == 2 && slice > 20;
            let start = made_at() - TimeDelta::days(back) - TimeDelta::minutes(50 - slice);
            rows.push(SliceRow {
                ingest_id: format!("crawl-{back}"),
                slice: format!("category={}", name(slice as usize)),
                pages_fetched: if failed { 3 } else { 40 + slice as u64 },
                complete: !failed,
                started_at: start,
                finished_at: start + TimeDelta::seconds(70),
                error: failed
                    .then(|| "HTTP 503 after 6 tries: the source is overloaded".to_owned()),
            });
        }
    }
    rows
}

fn revisions(names: &[String], rng: &mut ChaCha8Rng) -> Vec<RevisionRow> {
    let reasons = [
        "new postings",
        "new model version",
        "taxonomy",
        "duplicates",
    ];
    let mut rows = Vec::new();
    for number in 0..180_usize {
        let before = 20.0 * rng.random::<f64>();
        rows.push(RevisionRow {
            revised_at: made_at() - TimeDelta::days(number as i64 / 40),
            date: last_day() - Days::new(rng.random_range(0..40)),
            category: names[number % names.len()].clone(),
            figure: ["new_corrected", "new_observed", "active"][number % 3].to_owned(),
            before: Some(before),
            after: Some(before + 4.0 * rng.random::<f64>() - 1.0),
            reason: reasons[number % 4].to_owned(),
        });
    }
    rows
}
