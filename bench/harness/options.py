"""The command line, where things go, and what is said meanwhile."""

import argparse
import sys
from pathlib import Path

import tasks

BENCH = Path(__file__).resolve().parent.parent
WORK = BENCH / ".data"
SIZES = [2_000, 10_000, 50_000]


def say(words):
    """Progress, on stderr."""
    print(f"bench: {words}", file=sys.stderr, flush=True)


def counts(text):
    """Positive numbers between commas."""
    values = [int(part.replace("_", "")) for part in text.split(",")]
    if min(values) < 1:
        raise argparse.ArgumentTypeError(f"{min(values)} is below 1")
    return sorted(set(values))


def count(text):
    """One positive number."""
    return counts(text)[0]


def parse():
    """What to do; a run of less than everything goes to a folder of its own."""
    names = ", ".join(tasks.ORDER)
    parser = argparse.ArgumentParser(
        prog="bench/run",
        description="Does the same work in CareerPulse and in the Python stack it replaces.",
        epilog=f"Tasks: {names}.",
    )
    add = parser.add_argument
    add(
        "--quick",
        action="store_true",
        help="the smallest size, one round: to try things out",
    )
    add(
        "--sizes",
        type=counts,
        help="postings, between commas (default 2000,10000,50000)",
    )
    add("--tasks", help="names between commas (default all)")
    add(
        "--rounds",
        type=count,
        help="times each side does it, in alternation (default 3)",
    )
    add(
        "--budget",
        type=float,
        default=1800,
        help="longest round to try, in seconds (default 1800)",
    )
    add(
        "--once",
        type=float,
        default=60,
        help="a first round longer than this, in seconds, is the only one (default 60)",
    )
    add(
        "--threads",
        type=count,
        help="threads and processes of either side (default all cores)",
    )
    add("--seed", type=int, default=7, help="of the generated postings (default 7)")
    add(
        "--out",
        type=Path,
        help="where results go (default bench for a whole run, else bench/.out)",
    )
    add("--ours", type=Path, required=True, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    whole = not (chosen.quick or chosen.sizes or chosen.tasks or chosen.rounds or chosen.threads)
    chosen.out = chosen.out or (BENCH if whole else BENCH / ".out")
    chosen.rounds = chosen.rounds or (1 if chosen.quick else 3)
    wanted = chosen.tasks.split(",") if chosen.tasks else tasks.ORDER
    unknown = [name for name in wanted if name not in tasks.ORDER]
    if unknown:
        parser.error(f"there is no task {unknown[0]!r}; there are {names}")
    chosen.tasks = [tasks.named(name) for name in wanted]
    return chosen


def sizes_of(task, chosen):
    """The sizes of a task: some have their own, since more of the same says no more."""
    own = getattr(task, "SIZES", None)
    sizes = chosen.sizes or SIZES
    if own:
        sizes = own
    return sizes[:1] if chosen.quick else sizes


def threads(number):
    """Environment that holds both sides to as many threads and processes."""
    names = ["RAYON", "OMP", "OPENBLAS", "MKL"]
    limits = {f"{name}_NUM_THREADS": str(number) for name in names}
    return {**limits, "LOKY_MAX_CPU_COUNT": str(number)} if number else {}
