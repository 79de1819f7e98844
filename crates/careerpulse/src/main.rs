//! The `careerpulse` command.

fn main() -> std::process::ExitCode {
    careerpulse::cli::main()
}
