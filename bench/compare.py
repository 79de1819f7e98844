"""Does the same work on both sides in alternation, compares answers, writes table and plot.

`bench/run` calls it, with the environment and our program in place.
"""

import os
import shutil
import sys
from pathlib import Path

from harness import machine, options, ours, report
from harness.measure import left_out, measure
from harness.options import say


def prepare(program, size, seed, made):
    """The data of one size, made once a run: made of older code it would mislead."""
    folder = options.WORK / str(size)
    if size not in made:
        ours.prepare(program, size, seed, folder)
        made.add(size)
    return folder


def lines_of(task, chosen, made):
    """One line of the table per size, each as soon as it is known."""
    missing = task.missing() if hasattr(task, "missing") else None
    before = None
    for size in options.sizes_of(task, chosen):
        reason = missing or too_long(task, size, before, chosen.budget)
        if reason:
            say(f"{task.TITLE}, {size:,}: left out, {reason}")
            yield left_out(task, size, reason)
            continue
        data = prepare(chosen.ours, size, chosen.seed, made)
        before = measure(task, size, data, chosen)
        yield before


def too_long(task, size, before, budget):
    """Why a size is not tried: what the size before it took says how long it would be."""
    if before is None or not before.theirs:
        return None
    slower = max(before.our_seconds, before.their_seconds)
    expected = slower * (size / before.size) ** task.GROWTH
    if expected <= budget:
        return None
    growth = {1: "in step with", 2: "with the square of"}[task.GROWTH]
    return (
        f"a round would take about {expected / 60:.0f} min, above the budget of "
        f"{budget / 60:.0f}: {slower:.0f} s at "
        f"{before.size:,} postings, growing {growth} their number"
    )


def main():
    chosen = options.parse()
    # It needs packages, and `--help` none.
    from harness import plot

    os.environ.update(options.threads(chosen.threads))
    weights = ours.weights(chosen.ours)
    if weights:
        os.environ["CAREERPULSE_ENCODER_DIR"] = weights
    about = machine.describe(chosen)
    say(about[0])
    shutil.rmtree(options.WORK, ignore_errors=True)
    made = set()
    lines = [line for task in chosen.tasks for line in lines_of(task, chosen, made)]
    chosen.out.mkdir(parents=True, exist_ok=True)
    report.write(chosen.out / "results.md", about, lines)
    plot.draw(chosen.out / "results.svg", lines)
    shutil.rmtree(options.WORK, ignore_errors=True)
    say(f"written: {Path(os.path.relpath(chosen.out))}/results.md and results.svg")
    wrong = [line for line in lines if line.failed]
    for line in wrong:
        say(f"FAILED: {line.title}, {line.size:,} postings: {line.words}")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("interrupted; nothing is written")
        sys.exit(130)
