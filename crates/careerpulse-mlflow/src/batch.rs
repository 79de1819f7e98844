//! What is logged to a run at once, and its split into requests that the server takes.

use std::collections::HashSet;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use crate::check;
use crate::client::Client;
use crate::error::MlflowError;
use crate::key_value::{Param, Tag};
use crate::metric::Metric;

/// The most metrics, and the most entries of all kinds, in a request.
const MAX_ENTRIES: usize = 1_000;
/// The most parameters in a request, and the most tags.
const MAX_PAIRS: usize = 100;
/// The most bytes of entries in a request: MLflow's bound is a million for the whole of it.
const MAX_BYTES: usize = 900_000;

/// What is logged to a run; any size.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// Parameters, each key once.
    pub params: Vec<Param>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Metrics.
    pub metrics: Vec<Metric>,
}

impl Client {
    /// Logs `batch` to a run, in as many requests as MLflow's limits ask for (1,000 metrics, 100
    /// parameters, 100 tags, 1,000 in all and a million bytes each). All of it is checked before
    /// the first is sent; an empty batch sends nothing. Repeated where it fails in passing: what is
    /// the same twice is kept once.
    ///
    /// # Errors
    /// [`MlflowError::BadValue`] for a key of other characters, a value that the server would cut
    /// (see [`cut_param_value`](crate::cut_param_value)), a parameter given twice or a negative
    /// time; [`MlflowError::Invalid`] where a parameter has another value at the server.
    pub async fn log_batch(&self, run_id: &str, batch: &Batch) -> Result<(), MlflowError> {
        check_batch(batch)?;
        for part in split(batch) {
            let body = Body { run_id, part };
            let _: Nothing = self.send(Method::POST, "runs/log-batch", &body).await?;
        }
        Ok(())
    }
}

/// The answer of a call that has nothing to say.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

#[derive(Serialize)]
struct Body<'a> {
    run_id: &'a str,
    #[serde(flatten)]
    part: Part<'a>,
}

/// One request's share of a batch.
#[derive(Serialize, Debug, Default, Clone, Copy)]
struct Part<'a> {
    params: &'a [Param],
    tags: &'a [Tag],
    metrics: &'a [Metric],
}

fn check_batch(batch: &Batch) -> Result<(), MlflowError> {
    let mut seen = HashSet::new();
    for param in &batch.params {
        check::param(param)?;
        if !seen.insert(&param.key) {
            let reason = "it is given twice, and a parameter has one value".to_owned();
            return Err(check::bad("parameter", &param.key, reason));
        }
    }
    batch.tags.iter().try_for_each(check::tag)?;
    for metric in &batch.metrics {
        check::key("metric", &metric.key)?;
        if metric.timestamp < 0 {
            let reason = "its time is before 1970, and MLflow takes none such".to_owned();
            return Err(check::bad("metric", &metric.key, reason));
        }
    }
    Ok(())
}

/// The batch in parts, each within every limit; none for an empty batch.
fn split(batch: &Batch) -> Vec<Part<'_>> {
    let mut rest = Part {
        params: &batch.params,
        tags: &batch.tags,
        metrics: &batch.metrics,
    };
    let mut parts = Vec::new();
    while !(rest.params.is_empty() && rest.tags.is_empty() && rest.metrics.is_empty()) {
        let mut bytes = MAX_BYTES;
        let params = take(&mut rest.params, MAX_PAIRS, &mut bytes);
        let tags = take(&mut rest.tags, MAX_PAIRS, &mut bytes);
        let room = MAX_ENTRIES - params.len() - tags.len();
        let metrics = take(&mut rest.metrics, room, &mut bytes);
        parts.push(Part {
            params,
            tags,
            metrics,
        });
    }
    parts
}

/// Takes entries off the front, as many as `most` and `bytes` allow. One that is checked is far
/// smaller than the bound, so that a part is never empty while entries are left.
fn take<'a, T: Serialize>(entries: &mut &'a [T], most: usize, bytes: &mut usize) -> &'a [T] {
    let mut taken = 0;
    for entry in entries.iter().take(most) {
        let size = serde_json::to_string(entry).map_or(0, |text| text.len() + 1);
        if size > *bytes {
            break;
        }
        *bytes -= size;
        taken += 1;
    }
    let (front, back) = entries.split_at(taken);
    *entries = back;
    front
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(count: usize, value: &str) -> Vec<Param> {
        (0..count)
            .map(|i| Param::new(format!("p{i}"), value))
            .collect()
    }

    fn metrics(count: i64) -> Vec<Metric> {
        (0..count)
            .map(|step| Metric {
                key: "cv/f1".to_owned(),
                step,
                ..Metric::default()
            })
            .collect()
    }

    #[test]
    fn a_large_batch_is_split_by_every_limit_and_keeps_its_order() {
        let batch = Batch {
            params: pairs(250, "v"),
            tags: pairs(120, "v"),
            metrics: metrics(2_500),
        };
        let parts = split(&batch);
        let sizes: Vec<[usize; 3]> = parts
            .iter()
            .map(|part| [part.params.len(), part.tags.len(), part.metrics.len()])
            .collect();
        assert_eq!(
            sizes,
            [[100, 100, 800], [100, 20, 880], [50, 0, 820]],
            "1,000 in all each"
        );
        let steps: Vec<i64> = parts
            .iter()
            .flat_map(|p| p.metrics)
            .map(|m| m.step)
            .collect();
        assert_eq!(steps, (0..2_500).collect::<Vec<_>>());
        assert!(split(&Batch::default()).is_empty());
    }

    #[test]
    fn a_request_stays_below_a_million_bytes_where_values_are_long() {
        let batch = Batch {
            // Six bytes a character in JSON: the worst there is.
            params: pairs(100, &"\u{1}".repeat(6_000)),
            ..Batch::default()
        };
        let parts = split(&batch);
        let sizes: Vec<usize> = parts
            .iter()
            .map(|&part| {
                serde_json::to_string(&Body { run_id: "r", part })
                    .unwrap()
                    .len()
            })
            .collect();
        assert!(sizes.iter().all(|&size| size < 1_000_000), "{sizes:?}");
        assert_eq!(
            parts.iter().map(|part| part.params.len()).sum::<usize>(),
            100
        );
    }

    #[test]
    fn what_the_server_would_refuse_or_cut_is_refused_before() {
        let refused = |batch: Batch| check_batch(&batch).unwrap_err().to_string();
        let twice = [pairs(1, "a"), pairs(1, "b")].concat();
        let message = refused(Batch {
            params: twice,
            ..Batch::default()
        });
        assert!(
            message.contains("\"p0\"") && message.contains("twice"),
            "{message}"
        );
        let message = refused(Batch {
            tags: vec![Tag::new("note", "x".repeat(8_001))],
            ..Batch::default()
        });
        assert!(
            message.contains("\"note\"") && message.contains("8001"),
            "{message}"
        );
        let mut early = metrics(1);
        early[0].timestamp = -1;
        let message = refused(Batch {
            metrics: early,
            ..Batch::default()
        });
        assert!(message.contains("1970"), "{message}");
    }
}
