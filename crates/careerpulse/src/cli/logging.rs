//! Logs, on stderr.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use super::args::Global;

/// Starts logging: warnings by default, what a service does as well, errors with `-q`, more with
/// `-v`; `RUST_LOG` overrides.
pub fn start(global: &Global, is_service: bool) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (_, 0) if is_service => "warn,careerpulse=info",
        (_, 0) => "warn",
        (_, 1) => "info",
        _ => "debug",
    };
    // The HTTP crates' own debug lines may show addresses, and with them the key; the table engine's
    // warnings are about its inner life.
    let quiet = "reqwest=warn,hyper=warn,hyper_util=warn,buoyant_kernel=off,delta_kernel=off,deltalake_core=error,datafusion=error,sqlparser=warn";
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(format!("{level},{quiet}")));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    hush_failed_writes();
}

/// A write that failed leaves a second one in the table engine's background, which panics because
/// its file is closed. The failure itself reaches the user as an error; this only repeats it.
fn hush_failed_writes() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_engines = panic
            .location()
            .is_some_and(|at| at.file().contains("/object_store-"));
        if is_engines {
            tracing::debug!(%panic, "a background write of the table engine ended");
        } else {
            usual(panic);
        }
    }));
}
