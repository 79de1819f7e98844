//! Progress bars on a terminal, silence elsewhere.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

static QUIET: AtomicBool = AtomicBool::new(false);

/// Turns bars off for the whole process (`--quiet`, `--json`).
pub fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// A bar on stderr for `total` steps; hidden where stderr is no terminal. It clears itself when dropped.
pub fn bar(total: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{msg:>10} [{bar:30}] {human_pos}/{human_len} {elapsed} eta {eta}",
    );
    styled(
        ProgressBar::with_draw_target(Some(total), target()),
        style,
        what,
    )
}

/// A spinner with a count, for work of unknown length.
pub fn spinner(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:>10} {spinner} {human_pos} {elapsed}");
    styled(ProgressBar::with_draw_target(None, target()), style, what)
}

fn target() -> ProgressDrawTarget {
    if QUIET.load(Ordering::Relaxed) {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    }
}

fn styled(
    bar: ProgressBar,
    style: Result<ProgressStyle, indicatif::style::TemplateError>,
    what: &'static str,
) -> ProgressBar {
    let bar = match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    };
    let bar = bar
        .with_message(what)
        .with_finish(indicatif::ProgressFinish::AndClear);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
