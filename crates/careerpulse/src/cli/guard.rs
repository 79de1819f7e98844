//! The lake's lock, as commands that write take it.

use careerpulse_lake::{Holder, Lake, LakeLock};

use crate::clock::Clock;

/// Takes the lake's lock for a command that writes, and says so where the last holder died with it.
///
/// # Errors
/// As [`Lake::lock`]: where another command holds it, who that is.
pub fn guard(lake: &Lake, command: &str, clock: Clock) -> anyhow::Result<LakeLock> {
    let lock = lake.lock(Holder::this_process(command, clock.now()))?;
    if let Some(dead) = lock.taken_over() {
        tracing::warn!(
            "{dead} died while it held the lake: its lock is taken over, and the stages that run now do what it left undone"
        );
    }
    Ok(lock)
}

/// As [`guard`], for a command that only changes what is there: a lake that is absent stays so.
///
/// # Errors
/// As [`guard`].
pub fn guard_existing(
    lake: &Lake,
    command: &str,
    clock: Clock,
) -> anyhow::Result<Option<LakeLock>> {
    match lake.is_absent() {
        true => Ok(None),
        false => guard(lake, command, clock).map(Some),
    }
}
