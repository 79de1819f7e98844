//! What settings must be, whatever they come from.

use careerpulse_embed::LongTexts;

use super::Config;
use crate::error::UserError;

/// Checks every setting that has bounds.
///
/// # Errors
/// [`UserError`] naming the first that lies outside, and what it may be.
pub fn check(config: &Config) -> Result<(), UserError> {
    let Config {
        bronze: b,
        silver: s,
        gold: g,
        features: f,
        train: t,
        promote: p,
        infer: n,
        demand: d,
        monitor: m,
        retrain: r,
        tracking: k,
        serve: v,
        ..
    } = config;
    // The upper bound keeps counts within what buffers and spans of time can hold.
    let counts = [
        ("[bronze] concurrency", b.concurrency as u64),
        ("[bronze] timeout_seconds", b.timeout_seconds),
        ("[bronze] max_attempts", u64::from(b.max_attempts)),
        ("[bronze] max_body_mib", b.max_body_mib as u64),
        ("[bronze] batch_pages", b.batch_pages as u64),
        ("[silver] batch_pages", s.batch_pages as u64),
        ("[silver] max_description_kib", s.max_description_kib as u64),
        ("[gold] batch", g.batch as u64),
        ("[features] batch", f.batch as u64),
        ("[train] tfidf_max_features", t.tfidf_max_features as u64),
        ("[train] tfidf_min_df", t.tfidf_min_df as u64),
        ("[train] svd_components", t.svd_components as u64),
        (
            "[train] combined_max_features",
            t.combined_max_features as u64,
        ),
        (
            "[promote] min_category_postings",
            p.min_category_postings as u64,
        ),
        ("[promote] draws", p.draws as u64),
        ("[promote] recent_postings", p.recent_postings as u64),
        ("[infer] batch", n.batch as u64),
        ("[demand] draws", d.draws as u64),
        ("[monitor] window", m.window as u64),
        ("[monitor] max_rows", m.max_rows as u64),
        ("[monitor] max_age_hours", m.max_age_hours),
        (
            "[monitor] webhook_timeout_seconds",
            m.webhook_timeout_seconds,
        ),
        ("[tracking] timeout_seconds", k.timeout_seconds),
        ("[serve] burst", u64::from(v.burst)),
        ("[serve] max_requests", v.max_requests as u64),
        ("[serve] max_connections", v.max_connections as u64),
        ("[serve] max_body_kib", v.max_body_kib as u64),
        ("[serve] request_timeout_seconds", v.request_timeout_seconds),
        ("[serve] grace_seconds", v.grace_seconds),
        ("[serve] session_hours", v.session_hours),
        ("[serve] classify_texts", v.classify_texts as u64),
    ];
    if let Some((name, count)) = counts
        .iter()
        .find(|(_, count)| !(1..=1_000_000).contains(count))
    {
        return Err(UserError::new(format!(
            "settings: {name} is {count}; it lies between 1 and 1000000"
        )));
    }
    let shares = [
        ("[promote] min_macro_f1", p.min_macro_f1),
        ("[promote] max_loss", p.max_loss),
        ("[promote] max_category_loss", p.max_category_loss),
        ("[promote] max_more_abstained", p.max_more_abstained),
        ("[promote] max_shift", p.max_shift),
        ("[train] target_precision", t.target_precision),
        ("[infer] min_probability", n.min_probability),
        ("[infer] min_gap", n.min_gap),
        ("[demand] min_coverage", d.min_coverage),
        ("[monitor] min_coverage", m.min_coverage),
    ];
    if let Some((name, share)) = shares
        .iter()
        .find(|(_, share)| !(0.0..=1.0).contains(share))
    {
        return Err(UserError::new(format!(
            "settings: {name} is {share}; it lies between 0 and 1"
        )));
    }
    let wrong = |what: &str| Err(UserError::new(format!("settings: {what}")));
    let is_chance = |error: &f64| *error > 0.0 && *error < 1.0;
    if ![p.fail_error, p.doubt_error].iter().all(is_chance) {
        return wrong(
            "[promote] fail_error and doubt_error are chances: each lies between 0 and 1, both excluded",
        );
    }
    if !is_chance(&m.false_alarm_rate) {
        return wrong(
            "[monitor] false_alarm_rate is a chance: it lies between 0 and 1, both excluded",
        );
    }
    if m.false_alarm_rate >= 0.5 || !(100..=1_000_000).contains(&m.draws) {
        return wrong(
            "[monitor] false_alarm_rate lies below 0.5, and draws between 100 and 1000000",
        );
    }
    if m.window > m.max_rows {
        return wrong(
            "[monitor] window is above max_rows: a window could never be looked at whole",
        );
    }
    if r.new_labels.is_nan() || r.new_labels <= 0.0 {
        return wrong(
            "[retrain] new_labels is a share above 0; a large one, such as 1000, is never",
        );
    }
    if !m.webhook.is_empty() {
        let url = url::Url::parse(&m.webhook).ok();
        if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return wrong(
                "[monitor] webhook is no http or https address; give one, or leave it empty",
            );
        }
    }
    let lists = [
        ("[train] methods", t.methods.len()),
        ("[train] classifiers", t.classifiers.len()),
        ("[train] k", t.k.len()),
        ("[train] weights", t.weights.len()),
        ("[train] metrics", t.metrics.len()),
        ("[train] c", t.c.len()),
        ("[train] prior_shift", t.prior_shift.len()),
        ("[train] title_repeats", t.title_repeats.len()),
        ("[train] long_texts", t.long_texts.len()),
        ("[train] extra_features", t.extra_features.len()),
        ("[features] long_texts", f.long_texts.len()),
    ];
    if let Some((name, _)) = lists.iter().find(|(_, entries)| *entries == 0) {
        return wrong(&format!("{name} is empty; it needs at least one entry"));
    }
    for (name, entries) in [
        ("[features] long_texts", &f.long_texts),
        ("[train] long_texts", &t.long_texts),
    ] {
        let is_twice = |entry: &&LongTexts| entries.iter().filter(|e| e == entry).count() > 1;
        if let Some(twice) = entries.iter().find(is_twice) {
            return wrong(&format!("{name} names \"{twice}\" twice; once is enough"));
        }
    }
    if !t
        .prior_shift
        .iter()
        .all(|shift| (0.0..=10.0).contains(shift))
    {
        return wrong("[train] prior_shift lies between 0 and 10");
    }
    let positive = |value: &f64| (1e-6..=1e6).contains(value);
    if !t.c.iter().chain([&t.extra_weight]).all(positive) {
        return wrong("[train] c and extra_weight lie between 0.000001 and 1000000");
    }
    if t.k.contains(&0) {
        return wrong("[train] k counts neighbours and starts at 1");
    }
    if t.title_repeats
        .iter()
        .chain(&f.title_repeats)
        .any(|repeats| *repeats > 100)
    {
        return wrong("title_repeats in [train] and [features] lie between 0 and 100");
    }
    if !(0.5..=1.0).contains(&g.duplicate_similarity) {
        return wrong("[gold] duplicate_similarity lies between 0.5 and 1");
    }
    let longest = [t.tfidf_max_ngram, t.combined_max_ngram];
    if longest.iter().any(|longest| !(1..=5).contains(longest)) {
        return wrong(
            "[train] tfidf_max_ngram and combined_max_ngram lie between 1 and 5; longer runs of words fill the memory and teach nothing",
        );
    }
    if !(2..=1_000).contains(&t.folds) {
        return wrong("[train] folds must be 2 or more, and 1000 at most");
    }
    if t.target_precision >= 1.0 {
        return wrong(
            "[train] target_precision is 1: no number of right predictions proves that none is ever wrong; 0.99 is a high one",
        );
    }
    if !(t.test_fraction > 0.0 && t.test_fraction < 1.0) {
        return wrong("[train] test_fraction lies between 0 and 1, both excluded");
    }
    if !(14..=3_660).contains(&d.max_days) {
        return wrong("[demand] max_days lies between 14 and 3660");
    }
    if d.settle_days > 3_660 {
        return wrong("[demand] settle_days lies between 0 and 3660");
    }
    if !(d.interval > 0.0 && d.interval < 1.0) {
        return wrong("[demand] interval is a probability: it lies between 0 and 1, both excluded");
    }
    if d.horizon > 366 || d.locations > 1_000 {
        return wrong("[demand] horizon lies between 0 and 366, and locations between 0 and 1000");
    }
    if !d.index_base.is_empty() && d.index_base.parse::<chrono::NaiveDate>().is_err() {
        return wrong(
            "[demand] index_base is a day as 2026-01-31 that lies between the first and the last, or empty",
        );
    }
    if !(0.0..=1e6).contains(&v.rate) {
        return wrong("[serve] rate lies between 0 and 1000000");
    }
    if v.addr.parse::<std::net::SocketAddr>().is_err() {
        return wrong(&format!(
            "[serve] addr is {:?}; it is an address and port such as 127.0.0.1:8080",
            v.addr
        ));
    }
    if !(0..=87_600).contains(&b.resume_hours) {
        return wrong("[bronze] resume_hours lies between 0 and 87600");
    }
    Ok(())
}
