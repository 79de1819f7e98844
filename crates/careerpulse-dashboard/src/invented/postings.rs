//! Postings and what an invented model says of them.

use chrono::Days;

use super::{CATEGORIES, hostile, hours_ago, noise, today};
use crate::source::SourceError;
use crate::view::category::PostingLine;
use crate::view::classify::{Classified, Text};
use crate::view::imputation::{
    Neighbour, PredictionDetail, PredictionFilter, Predictions, Scored, Suspect,
};

/// Predictions in the invented lake.
const PREDICTIONS: usize = 640;
/// The first posting's id.
const FIRST: i64 = 9_100_000;
const MIN_PROBABILITY: f64 = 0.45;
const MIN_GAP: f64 = 0.1;

const RANKS: [&str; 6] = [
    "Senior",
    "Junior",
    "Lead",
    "Principal",
    "Associate",
    "Regional",
];
const ROLES: [&str; 30] = [
    "Backend Engineer",
    "Registered Nurse",
    "Account Executive",
    "Systems Administrator",
    "Data Analyst",
    "Store Supervisor",
    "Financial Controller",
    "Support Specialist",
    "Brand Manager",
    "Programme Manager",
    "Talent Partner",
    "Operations Analyst",
    "Tutor",
    "Process Engineer",
    "Office Coordinator",
    "Customer Success Manager",
    "Product Designer",
    "General Manager",
    "Paralegal",
    "Machine Operator",
    "Sous Chef",
    "Dispatcher",
    "Maintenance Technician",
    "Copy Editor",
    "Press Officer",
    "Site Foreman",
    "Case Worker",
    "Leasing Consultant",
    "Security Officer",
    "Tour Guide",
];
const EMPLOYERS: [&str; 6] = [
    "Northwind Labs",
    "Halden & Sons",
    "Blue Fjord",
    "Orchard Health",
    "Kestrel Retail",
    "Meridian Rail",
];
const PLACES: [&str; 5] = [
    "New York, NY",
    "Flexible / Remote",
    "London, United Kingdom",
    "Berlin, Germany",
    "Toronto, Canada",
];

/// A page of predictions.
pub(super) fn predictions(filter: &PredictionFilter) -> Predictions {
    let per_page = filter.per_page.unwrap_or(50).clamp(1, 200);
    let page = filter.page.unwrap_or(1).max(1);
    let fits = |line: &PostingLine| {
        let words = filter.q.as_deref().unwrap_or_default().to_lowercase();
        let employer = line.company.as_deref().unwrap_or_default().to_lowercase();
        let probability = line.probability.unwrap_or(0.0);
        (line.title.to_lowercase().contains(&words) || employer.contains(&words))
            && filter
                .category
                .as_ref()
                .is_none_or(|name| line.category.as_ref() == Some(name))
            && filter.abstained.is_none_or(|is| line.is_abstained == is)
            && filter
                .min_probability
                .is_none_or(|least| probability >= least)
            && filter
                .max_probability
                .is_none_or(|most| probability <= most)
    };
    let fitting: Vec<PostingLine> = (0..PREDICTIONS).map(line).filter(fits).collect();
    let first = (page as usize - 1).saturating_mul(per_page as usize);
    Predictions {
        total: fitting.len() as u64,
        rows: fitting
            .into_iter()
            .skip(first)
            .take(per_page as usize)
            .collect(),
        page,
        per_page,
        model_version: Some(7),
        categories: CATEGORIES[..29]
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
    }
}

/// The newest postings of a category, every other one labelled by the source.
pub(super) fn latest(place: usize) -> Vec<PostingLine> {
    let of = (0..PREDICTIONS)
        .filter(|at| kind(*at) == place)
        .take(10)
        .map(line);
    of.enumerate()
        .map(|(at, line)| match at % 2 {
            0 => line,
            _ => PostingLine {
                is_imputed: false,
                is_abstained: false,
                probability: None,
                scored_at: None,
                ..line
            },
        })
        .collect()
}

/// A prediction with its grounds.
pub(super) fn detail(posting_id: i64) -> Result<PredictionDetail, SourceError> {
    let at = usize::try_from(posting_id - FIRST)
        .ok()
        .filter(|at| *at < PREDICTIONS);
    let at = at.ok_or_else(|| {
        SourceError::NotFound(format!(
            "There is no prediction for posting {posting_id}; the list has all of them."
        ))
    })?;
    let posting = line(at);
    let probabilities = probabilities(kind(at), probability(at));
    let gap = probabilities[0].probability - probabilities[1].probability;
    let is_hostile = hostile::title(at).is_some();
    let description_html = if is_hostile {
        hostile::DESCRIPTION.to_owned()
    } else {
        description(kind(at))
    };
    let why = format!(
        "Its best guess reaches {:.1} %, under the {:.0} % from which a prediction counts; {} is close behind.",
        probabilities[0].probability * 100.0,
        MIN_PROBABILITY * 100.0,
        probabilities[1].category
    );
    Ok(PredictionDetail {
        level: Some("Mid Level".to_owned()),
        landing_page: Some(if is_hostile {
            "javascript:document.title='taken'".to_owned()
        } else {
            format!("https://www.example.org/postings/{posting_id}")
        }),
        description: "We look for someone.".to_owned(),
        description_html,
        gap,
        min_probability: MIN_PROBABILITY,
        min_gap: MIN_GAP,
        why_abstained: posting.is_abstained.then_some(why),
        neighbours: neighbours(kind(at), at as u64),
        probabilities,
        posting,
    })
}

/// Labels in doubt.
pub(super) fn suspects() -> Vec<Suspect> {
    let suspects = (0..36).map(|at: usize| Suspect {
        posting_id: FIRST - 5_000 + at as i64,
        title: hostile::title(at).unwrap_or_else(|| title(at * 3 + 2)),
        category: CATEGORIES[(kind(at * 3 + 2) + 1 + at % 27) % 29].to_owned(),
        suggestion: CATEGORIES[kind(at * 3 + 2)].to_owned(),
        probability: 0.004 + 0.001 * at as f64,
        suggested_probability: 0.985 - 0.006 * at as f64,
    });
    suspects.collect()
}

/// What the invented model says of a text: the first role whose words occur in it.
pub(super) fn classified(text: &Text) -> Classified {
    let words = format!("{} {}", text.title, text.description).to_lowercase();
    let fits = |role: &str| {
        role.to_lowercase()
            .split(' ')
            .any(|word| words.contains(word))
    };
    let found = ROLES.iter().position(|role| fits(role));
    let place = found.unwrap_or(11);
    let top3 = probabilities(place, if found.is_some() { 0.87 } else { 0.28 });
    let gap = top3[0].probability - top3[1].probability;
    Classified {
        category: CATEGORIES[place].to_owned(),
        probability: top3[0].probability,
        gap,
        abstained: found.is_none(),
        top3: top3.into_iter().take(3).collect(),
        neighbours: neighbours(place, 1),
        model_version: 7,
    }
}

/// The category of a prediction: large ones more often.
fn kind(at: usize) -> usize {
    (noise(at as u64 + 40).powi(2) * 29.0) as usize
}

fn probability(at: usize) -> f64 {
    0.22 + 0.77 * noise(at as u64 + 11).sqrt()
}

fn title(at: usize) -> String {
    format!("{} {}", RANKS[at % RANKS.len()], ROLES[kind(at)])
}

fn line(at: usize) -> PostingLine {
    let sure = probability(at);
    let is_abstained = sure < MIN_PROBABILITY;
    PostingLine {
        posting_id: FIRST + at as i64,
        title: hostile::title(at).unwrap_or_else(|| title(at)),
        company: Some(
            if at == 8 {
                hostile::EMPLOYER
            } else {
                EMPLOYERS[at % EMPLOYERS.len()]
            }
            .to_owned(),
        ),
        location: (at % 9 != 4).then(|| PLACES[at % PLACES.len()].to_owned()),
        published: (at % 23 != 6).then(|| today() - Days::new(at as u64 / 18)),
        category: Some(CATEGORIES[kind(at)].to_owned()),
        is_imputed: !is_abstained,
        probability: Some(sure),
        is_abstained,
        scored_at: Some(hours_ago(1 + at as i64 / 30)),
    }
}

/// All categories' probabilities with `sure` for one of them.
fn probabilities(place: usize, sure: f64) -> Vec<Scored> {
    let mut rest = 1.0 - sure;
    let others = (0..28)
        .map(|step| (place + 1 + step * 11) % 29)
        .filter(|other| *other != place);
    let mut scored = vec![Scored {
        category: CATEGORIES[place].to_owned(),
        probability: sure,
    }];
    for other in others {
        let probability = (rest * 0.42).min(sure * 0.94);
        rest -= probability;
        scored.push(Scored {
            category: CATEGORIES[other].to_owned(),
            probability,
        });
    }
    scored.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    scored
}

fn neighbours(place: usize, seed: u64) -> Vec<Neighbour> {
    let neighbours = (0..5_u64).map(|at| {
        let other = if noise(seed * 5 + at) < 0.7 { place } else { (place + 4 + at as usize) % 29 };
        Neighbour {
            posting_id: FIRST - 9_000 + (seed * 5 + at) as i64,
            similarity: 0.93 - 0.035 * at as f64,
            title: format!("{} {}", RANKS[at as usize % RANKS.len()], ROLES[other]),
            company: Some(EMPLOYERS[(seed + at) as usize % EMPLOYERS.len()].to_owned()),
            category: CATEGORIES[other].to_owned(),
            description: format!(
                "We are hiring a {} to join a growing team. You will plan your own work, keep what you build in good order, and explain it to people who do not share your trade.",
                ROLES[other]
            ),
        }
    });
    neighbours.collect()
}

fn description(place: usize) -> String {
    format!(
        "<p>We are hiring a <strong>{role}</strong> to join a growing team in {category}.</p><h3>What you will do</h3>\
         <ul><li>Plan and carry out work that others rely on</li><li>Keep what you build in good order</li>\
         <li>Explain it to people who do not share your trade</li></ul><h3>What we offer</h3>\
         <p>Fair pay, five weeks of leave, and colleagues who ask before they decide. <a href=\"https://www.example.org/about\">More about us</a>.</p>",
        role = ROLES[place],
        category = CATEGORIES[place]
    )
}
