# What the comparisons with Python need, from a clean clone: sourced by bench/run and bench/encoder, in the
# root of the repository.
#
# It needs rustup's cargo, python3 (3.11 or newer) with venv and pip, and the network for packages the
# first time. The Python environment is `bench/.venv`, or BENCH_VENV; PYTHON names another interpreter.

python="${PYTHON:-python3}"
venv="${BENCH_VENV:-bench/.venv}"

say() { echo "bench: $*" >&2; }
give_up() {
    say "$*"
    exit 1
}

command -v cargo >/dev/null || give_up "cargo is missing; rustup installs it"
command -v "$python" >/dev/null ||
    give_up "$python is missing; install Python 3.11 or newer, or name an interpreter in PYTHON"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    give_up "$("$python" --version) is too old for scikit-learn 1.9; name a Python of 3.11 or newer in PYTHON"

# show_help SCRIPT ARGUMENT...: the script's help, if an argument asks for it; nothing is installed for that.
show_help() {
    local script="$1" word
    shift
    for word in "$@"; do
        if [[ "$word" == --help || "$word" == -h ]]; then
            exec "$python" "$script" --help
        fi
    done
}

# environment: the folder of packages, with what tables and plots are made with.
environment() {
    if [[ ! -x "$venv/bin/python" ]]; then
        say "making a Python environment in $venv"
        "$python" -m venv "$venv" ||
            give_up "no environment can be made in $venv; Debian has the module in the package python3-venv"
    fi
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 ||
        give_up "$venv has no pip; remove the folder and install Python's ensurepip (python3-venv on Debian)"
    install requirements.txt || give_up "bench/requirements.txt cannot be installed; pip says why above"
}

# install FILE: what the file lists, unless the very same list was installed before.
install() {
    local list="bench/$1" done_before="$venv/$1"
    if cmp -s "$list" "$done_before"; then
        return 0
    fi
    say "installing $list into $venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$list" || return
    cp "$list" "$done_before"
}

# build: our side; `ours` names the program.
build() {
    say "building our side"
    cargo build --release --locked --quiet -p careerpulse-bench >&2
    ours="$(cargo metadata --format-version 1 --no-deps --offline |
        "$venv/bin/python" -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')"
    ours="$ours/release/careerpulse-bench"
}
