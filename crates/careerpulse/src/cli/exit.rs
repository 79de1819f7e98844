//! How the program ends: exit status, and the one sentence that says why.

use std::io::Write as _;
use std::process::ExitCode;

use careerpulse_embed::EncoderError;
use careerpulse_embed::weights::WeightsError;
use careerpulse_lake::LakeError;
use careerpulse_learn::LearnError;
use careerpulse_mlflow::MlflowError;

use super::output::safe;
use crate::error::UserError;
use crate::sources::muse::MuseError;

/// How a command ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// The gate said no.
    Refused,
    /// A second signal did not wait; the status is the one that shells give for the signal.
    Signalled(u8),
}

/// 0, 3, or the signal's status.
pub fn exit_code(outcome: Outcome) -> ExitCode {
    ExitCode::from(match outcome {
        Outcome::Done => 0,
        Outcome::Refused => 3,
        Outcome::Signalled(status) => status,
    })
}

/// Prints a failure and gives its status: 1 where the remedy is in the user's hands, 2 otherwise.
pub fn report(error: &anyhow::Error) -> ExitCode {
    if is_broken_pipe(error) {
        // Whoever read our output has seen enough, as with `| head`.
        return ExitCode::SUCCESS;
    }
    if is_users(error) {
        say(&format!("careerpulse: {}", users_words(error)));
        ExitCode::from(1)
    } else {
        say(&format!("careerpulse: unexpected: {error:#}"));
        say(
            "This is a fault of the program, not yours; run again with -vv for more, and please report it.",
        );
        ExitCode::from(2)
    }
}

/// Help and version go to stdout with status 0; mistakes in the arguments to stderr with status 1.
pub fn usage(error: &clap::Error) -> ExitCode {
    // Nothing can be said where the terminal is gone.
    let _ = error.print();
    ExitCode::from(u8::from(error.use_stderr()))
}

/// A line on stderr; nothing can be said where the terminal is gone.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", safe(line));
}

fn is_users(error: &anyhow::Error) -> bool {
    error.chain().any(is_own) || storage_full(error)
}

/// The innermost of our own sentences; what encloses it is for logs.
fn users_words(error: &anyhow::Error) -> String {
    let own = error.chain().find(|cause| is_own(*cause));
    own.map_or_else(
        || format!("no space is left on the disk ({error:#}): free some and run again, nothing was lost"),
        ToString::to_string,
    )
}

/// Whether a cause is a sentence of ours that tells the user what to do.
fn is_own(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.is::<UserError>()
        || cause.is::<MuseError>()
        || cause.is::<EncoderError>()
        || cause.is::<WeightsError>()
        || cause.is::<LearnError>()
        || cause.is::<MlflowError>()
        || cause
            .downcast_ref::<LakeError>()
            .is_some_and(LakeError::is_users)
}

fn storage_full(error: &anyhow::Error) -> bool {
    io_kinds(error).any(|kind| kind == std::io::ErrorKind::StorageFull)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    io_kinds(error).any(|kind| kind == std::io::ErrorKind::BrokenPipe)
}

fn io_kinds(error: &anyhow::Error) -> impl Iterator<Item = std::io::ErrorKind> {
    error.chain().filter_map(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind)
    })
}
