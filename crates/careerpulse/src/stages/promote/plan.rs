//! What promoting would do, and why; nothing is written.

use careerpulse_learn::gate::Verdict;
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::compare::against;
use super::evidence::Evidence;
use super::floors::floors;
use super::recent::{judge, recent};
use super::rows::{embedded, labelled, newest_unlabelled, say, unseen};
use crate::config::Promote;
use crate::stage::Ctx;
use crate::tables::ledger::{Action, Promotion};
use crate::tracking::{
    Standing, decisions, load_assessed, load_version, standings, sweep, versions,
};

/// What promoting would do.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// The version at staging.
    pub version: i64,
    /// The version that is production now.
    pub replaces: Option<i64>,
    /// What would be done.
    pub action: Action,
    /// The gate's word.
    pub verdict: Verdict,
    /// Why, the gravest first.
    pub reasons: Vec<String>,
    /// What was measured.
    pub evidence: Evidence,
}

impl Plan {
    /// Lets the version through for the given reason; the gate's word stays what it is.
    pub fn force(&mut self, why: &str) {
        self.action = Action::Force;
        self.reasons.insert(0, why.to_owned());
    }

    /// Its row of the ledger.
    ///
    /// # Errors
    /// When the evidence cannot be written as JSON.
    pub fn decision(&self, who: &str, now: DateTime<Utc>) -> anyhow::Result<Promotion> {
        Ok(Promotion {
            version: self.version,
            replaces: self.replaces,
            action: self.action,
            verdict: Some(self.verdict),
            reasons: self.reasons.clone(),
            evidence: Some(serde_json::to_string(&self.evidence)?),
            decided_by: who.to_owned(),
            decided_at: now,
        })
    }

    /// In a sentence.
    pub fn words(&self) -> String {
        let what = match self.action {
            Action::Promote => "goes into production",
            Action::Force => "goes into production by force",
            Action::Reject => "is kept out",
            _ => "stays at staging for lack of evidence",
        };
        let replaces = match (self.action, self.replaces) {
            (Action::Promote | Action::Force, Some(version)) => {
                format!(" in place of version {version}")
            }
            _ => String::new(),
        };
        format!(
            "version {} {what}{replaces}: {}",
            self.version,
            self.reasons.join("; ")
        )
    }
}

/// Looks at the version at staging and says what promoting would do; `None` where nothing awaits a decision.
///
/// # Errors
/// When the tables or the candidate's model files cannot be read.
pub async fn plan(ctx: &Ctx, settings: &Promote) -> anyhow::Result<Option<Plan>> {
    let ledger = decisions(&ctx.lake).await?;
    let all = standings(versions(&ctx.lake).await?, &ledger);
    let at = |wanted| {
        let mut all = all.iter();
        all.find(|(_, standing)| *standing == wanted)
            .map(|(version, _)| version)
    };
    let (Some(candidate), current) = (at(Standing::Staging), at(Standing::Production)) else {
        return Ok(None);
    };
    // A file that cannot be read is no verdict on the model: nothing is decided until it is back.
    let registered = load_version(&ctx.lake, candidate)?;
    let assessed = load_assessed(&ctx.lake, candidate)?;

    let held_out = unseen(ctx, labelled(ctx).await?, &assessed).await?;
    let own = embedded(ctx, held_out.clone(), &assessed).await?;
    let newest = newest_unlabelled(ctx, settings.recent_postings).await?;
    let newest = embedded(ctx, newest, &registered).await?;
    let (of_newest, of_own) = (
        say(ctx, &newest, &registered).await?,
        say(ctx, &own, &assessed).await?,
    );
    let recent = match registered.classifier.classes() == assessed.classifier.classes() {
        true => recent(&of_newest, &of_own, registered.classifier.classes().len())?,
        false => None,
    };

    let (mut failures, mut seen) = floors(candidate, settings);
    let why = sweep(&ctx.lake, &candidate.sweep_key).await?;
    seen.extend(why.map(|sweep| format!("it was trained because {}", sweep.reasons.join(" and "))));
    let (insane, sane) = judge(recent.as_ref(), settings);
    failures.extend(insane);
    let mut comparison = None;
    let mut verdict = Verdict::Pass;
    let mut reasons = Vec::new();
    match current {
        Some(current) => {
            let (decision, compared) =
                against(ctx, settings, &assessed, &held_out, current).await?;
            (verdict, reasons, comparison) = (decision.verdict, decision.reasons, compared);
        }
        None => seen.push("there is no production version to compare with".to_owned()),
    }
    if !failures.is_empty() {
        verdict = Verdict::Fail;
    }
    Ok(Some(Plan {
        version: candidate.version,
        replaces: current.map(|current| current.version),
        action: match verdict {
            Verdict::Pass => Action::Promote,
            Verdict::Fail => Action::Reject,
            Verdict::InsufficientEvidence => Action::Hold,
        },
        verdict,
        reasons: [failures, reasons, seen, sane].concat(),
        evidence: Evidence { comparison, recent },
    }))
}
