# What is done often, by name. `just` lists it; `just NAME` does it.

[private]
default:
    @{{ just_executable() }} --list --unsorted

# The whole road on generated postings: no key, no network
demo *FLAGS:
    cargo run -- demo --no-serve {{ FLAGS }}

# All tests; a word limits them to the tests with it in their name
test *WORD:
    cargo test --workspace {{ WORD }}

# The encoder's portable code under Miri, on few cases (needs nightly with the component miri)
miri:
    MIRIFLAGS=-Zmiri-disable-isolation PROPTEST_CASES=3 cargo +nightly miri test -p careerpulse-embed --lib -- \
        kernels:: panels:: numbers:: long_texts:: vocabulary:: normalize:: tensors:: activation:: norm:: pool:: pack::

# The encoder's unit tests on 64-bit ARM, emulated (needs rustup's target, aarch64-linux-gnu-gcc and qemu-aarch64)
neon:
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu" \
        cargo test -p careerpulse-embed --lib --target aarch64-unknown-linux-gnu -- --skip without_kernels

# Formatting, clippy and documentation, each warning an error
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Put the code into its standard form
fmt:
    cargo fmt --all

# Dependencies: versions, licences, where they come from, known weaknesses (needs cargo-deny)
deny:
    cargo deny check

# Everything that CI checks, on this machine
ci:
    .ci/run

# The speed table: the same work here and in the Python stack, with the answers compared (see --help)
bench *FLAGS:
    bench/run {{ FLAGS }}

# The encoder beside sentence-transformers and ONNX Runtime, and beside the machine's limit (see --help)
bench-encoder *FLAGS:
    bench/encoder {{ FLAGS }}

# How near corrected counts are to the truth, beside counting predictions, on categories that are hidden
bench-corrected *ARGS:
    bench/corrected {{ ARGS }}

# The forecasts' backtest beside seasonal naive, on a generated year
bench-forecast *ARGS:
    bench/forecast {{ ARGS }}

# Seconds and memory of `demand` on a million postings (needs GNU time)
bench-demand *ARGS:
    bench/demand {{ ARGS }}
