//! `classify`: the production model asked about a text, or about a file of postings.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use careerpulse_model::{Answer, Model, PostingText, Predictor};
use serde_json::{Value, json};

use super::args::ClassifyArgs;
use super::context;
use super::exit::Outcome;
use super::output::{print, print_json, safe};
use crate::config::Config;
use crate::encoding::{Encoding, open_encoder_of};
use crate::error::UserError;
use crate::stage::Ctx;
use crate::tracking::{Mirror, load_version, production};

/// Postings scored at once: bounds memory on long files.
const BATCH: usize = 1_024;

struct Text {
    id: Value,
    posting: PostingText,
}

/// `careerpulse classify`.
pub async fn classify(args: ClassifyArgs, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    let Ctx { lake, tracker, .. } = context(config)?;
    let mut mirror = Mirror::new(&*tracker);
    mirror.heed().await?;
    for remark in mirror.into_remarks() {
        tracing::warn!("{remark}");
    }
    let Some(version) = production(&lake).await? else {
        return Err(UserError::new(format!(
            "the lake {} has no production model: `careerpulse run` or `careerpulse demo` makes one",
            lake.location()
        ))
        .into());
    };
    let predictor = predictor(load_version(&lake, &version)?, config).await?;
    let texts = match &args.file {
        Some(path) => read_texts(path)?,
        None => Box::new(std::iter::once(Ok(Text {
            id: Value::Null,
            posting: PostingText::cleaned(
                args.title.as_deref().unwrap_or_default(),
                args.description.as_deref().unwrap_or_default(),
                None,
                None,
            ),
        }))),
    };
    let mut batch = Vec::with_capacity(BATCH);
    let mut texts = texts.peekable();
    while let Some(text) = texts.next() {
        batch.push(text?);
        if batch.len() == BATCH || texts.peek().is_none() {
            let postings: Vec<PostingText> =
                batch.iter().map(|text| text.posting.clone()).collect();
            let answers = predictor.predict(&postings, &config.infer.floors())?;
            for (text, answer) in batch.iter().zip(answers) {
                if json {
                    let mut value = serde_json::to_value(&answer.prediction)?;
                    value["id"] = text.id.clone();
                    value["model_version"] = json!(version.version);
                    print_json(&value)?;
                } else {
                    print(&words(text, &answer, version.version))?;
                }
            }
            batch.clear();
        }
    }
    Ok(Outcome::Done)
}

/// The model with the encoder at hand.
async fn predictor(model: Model, config: &Config) -> anyhow::Result<Predictor> {
    let encoder = match model.encoder_revision() {
        None => None,
        Some(revision) => match open_encoder_of(&config.features, revision).await {
            Encoding::Ready(encoder) => Some(Arc::from(encoder)),
            Encoding::Absent(why) => {
                return Err(UserError::new(format!(
                    "the production model needs the encoder: {why}"
                ))
                .into());
            }
        },
    };
    Ok(Predictor::new(model, encoder).map_err(|e| UserError::new(e.to_string()))?)
}

type Texts = Box<dyn Iterator<Item = anyhow::Result<Text>>>;

fn read_texts(path: &Path) -> anyhow::Result<Texts> {
    let reader: Box<dyn BufRead> = if path.as_os_str() == "-" {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        let file = std::fs::File::open(path)
            .map_err(|e| UserError::new(format!("cannot read {}: {e}", path.display())))?;
        if path.extension().is_some_and(|extension| extension == "gz") {
            Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(file)))
        } else {
            Box::new(BufReader::new(file))
        }
    };
    let name = path.display().to_string();
    let lines = reader.lines().enumerate();
    Ok(Box::new(lines.filter_map(move |(number, line)| {
        let place = || format!("{name}, line {}", number + 1);
        match line {
            Ok(line) if line.trim().is_empty() => None,
            Ok(line) => Some(
                read_text(&line)
                    .map_err(|why| UserError::new(format!("{}: {why}", place())).into()),
            ),
            Err(e) => Some(Err(UserError::new(format!("{}: {e}", place())).into())),
        }
    })))
}

/// Our own names or The Muse's.
fn read_text(line: &str) -> Result<Text, String> {
    let value: Value = serde_json::from_str(line.trim_start_matches('\u{FEFF}'))
        .map_err(|e| format!("is not JSON: {e}"))?;
    let text = |keys: [&str; 2]| keys.iter().find_map(|key| value[*key].as_str());
    let (title, description) = (text(["title", "name"]), text(["description", "contents"]));
    if title.is_none() && description.is_none() {
        return Err(
            "has neither `title` nor `description` (nor The Muse's `name` and `contents`)".into(),
        );
    }
    let id = value
        .get("posting_id")
        .or(value.get("id"))
        .cloned()
        .unwrap_or(Value::Null);
    Ok(Text {
        id,
        posting: PostingText::cleaned(
            title.unwrap_or_default(),
            description.unwrap_or_default(),
            first_name(&value, "level", "levels"),
            first_name(&value, "location", "locations"),
        ),
    })
}

/// Our own column, or the first entry of The Muse's list: an object with a name, or a text.
fn first_name<'a>(value: &'a Value, own: &str, list: &str) -> Option<&'a str> {
    let first = || {
        let entry = value[list].get(0)?;
        entry.get("name").or(Some(entry))
    };
    let name = value.get(own).filter(|v| !v.is_null()).or_else(first)?;
    name.as_str()
}

fn words(text: &Text, answer: &Answer, version: i64) -> String {
    let prediction = &answer.prediction;
    let others: Vec<String> = prediction
        .top3
        .iter()
        .skip(1)
        .map(|s| format!("{} {:.0} %", s.category, s.probability * 100.0))
        .collect();
    let near: Vec<String> = prediction
        .neighbours
        .iter()
        .map(|n| format!("{} ({:.2})", n.posting_id, n.similarity))
        .collect();
    let title = safe(if text.posting.title.is_empty() {
        "(no title)"
    } else {
        &text.posting.title
    });
    if answer.is_blank {
        return format!(
            "{title}: nothing in this text is known to the model (abstained); model version {version}\n"
        );
    }
    format!(
        "{}: {} {:.0} %{}{}\n  nearest labelled postings (similarity): {}; model version {version}\n",
        title,
        prediction.category,
        prediction.probability * 100.0,
        if others.is_empty() {
            String::new()
        } else {
            format!("; then {}", others.join(", "))
        },
        if prediction.abstained {
            "; too uncertain to count (abstained)"
        } else {
            ""
        },
        near.join(", "),
    )
}
