//! What the production version needs where the settings make something else: `infer` would wait for it
//! for ever.

use std::sync::Arc;

use careerpulse_embed::{Encoder, parse_revision};

use super::{Way, count_missing, missing};
use crate::config::Features;
use crate::encoding::{Encoding, open_encoder};
use crate::stage::Ctx;
use crate::tracking::{production, runs_of_sweep};

/// The way that the production version's texts are embedded, where the settings' `ways` lack it and
/// texts are due; or why they have to wait.
pub async fn production_way(
    ctx: &Ctx,
    settings: &Features,
    at_hand: &Encoder,
    ways: &[Way],
) -> anyhow::Result<(Option<Way>, Option<String>)> {
    let Some(needed) = needed(ctx).await? else {
        return Ok((None, None));
    };
    let is_made = |way: &Way| {
        way.encoder.revision() == needed.revision && way.title_repeats == needed.title_repeats
    };
    if ways.iter().any(is_made) {
        return Ok((None, None));
    }
    let missing = missing(&needed.revision, needed.title_repeats);
    let due = count_missing(ctx, &missing).await?;
    if due == 0 {
        return Ok((None, None));
    }
    match encoder_of(&needed.revision, settings, at_hand).await? {
        Ok(encoder) => {
            let way = Way {
                encoder: Arc::new(encoder),
                title_repeats: needed.title_repeats,
            };
            Ok((Some(way), None))
        }
        Err(why) => {
            let waiting = format!(
                "{due} texts wait for embeddings by {}, which version {} needs and this machine cannot make ({why}): run on one that can, or train and promote here",
                needed.revision, needed.version
            );
            Ok((None, Some(waiting)))
        }
    }
}

/// What a version's embeddings are made by.
struct Needed {
    version: i64,
    revision: String,
    title_repeats: usize,
}

/// What the production version looks at, if it looks at embeddings. Its run says how often the title
/// stands before the description; the model file does too, and is large.
async fn needed(ctx: &Ctx) -> anyhow::Result<Option<Needed>> {
    let Some(version) = production(&ctx.lake).await? else {
        return Ok(None);
    };
    let Some(revision) = version.encoder_revision else {
        return Ok(None);
    };
    let runs = runs_of_sweep(&ctx.lake, &version.sweep_key).await?;
    let run = runs.into_iter().find(|run| run.run_id == version.run_id);
    Ok(run.map(|run| Needed {
        version: version.version,
        revision,
        title_repeats: run.title_repeats as usize,
    }))
}

/// The encoder of a revision: the one at hand where only the reading differs, else another one beside
/// it; or why there is none.
async fn encoder_of(
    revision: &str,
    settings: &Features,
    at_hand: &Encoder,
) -> anyhow::Result<Result<Encoder, String>> {
    let Some((precision, long_texts)) = parse_revision(revision) else {
        return Ok(Err("its weights are others".to_owned()));
    };
    if precision == at_hand.precision() {
        return Ok(Ok(at_hand.reading(long_texts)));
    }
    if let Err(lacking) = precision.on_this_processor() {
        return Ok(Err(lacking.to_string()));
    }
    let other = Features {
        precision,
        ..settings.clone()
    };
    Ok(match open_encoder(&other).await? {
        Encoding::Ready(encoder) => Ok(encoder.reading(long_texts)),
        Encoding::Absent(why) => Err(why),
    })
}
