"""Has our encoder and two others embed the same texts in turns; writes page and picture.

`bench/encoder` calls it, with the environment and our program in place.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from encoding import engines, options
from harness import machine, ours
from harness.options import say, threads
from harness.workers import WorkerFailed

PACKAGES = [
    "sentence-transformers",
    "torch",
    "transformers",
    "tokenizers",
    "onnx",
    "onnxruntime",
    "numpy",
]


def main():
    chosen = options.parse()
    give_up_unless_possible(chosen)
    # They need packages, and `--help` none.
    from encoding import models, report, roofline
    from encoding.measure import measure
    from encoding.texts import sets
    from tasks.encode_onnx import tokens_of

    os.environ.update(threads(1))
    about = [machine.hardware(), machine.software(PACKAGES), rounds(chosen)]
    say(about[0])
    left_out = leave_out(chosen)
    shutil.rmtree(options.DATA, ignore_errors=True)
    if any("onnxruntime" in engine.packages for engine in chosen.engines):
        models.make(options.DATA / "models")
    tokenizer = tokens_of(Path(os.environ["CAREERPULSE_ENCODER_DIR"]))
    all_measured = [
        measure(texts, chosen) for texts in sets(chosen, tokenizer, options.DATA / "models")
    ]
    chosen.out.mkdir(parents=True, exist_ok=True)
    report.write(chosen.out / "encoder.md", about, all_measured, left_out)
    roofline.draw(chosen.out / "encoder.svg", all_measured[0])
    shutil.rmtree(options.DATA, ignore_errors=True)
    say(f"written: {Path(os.path.relpath(chosen.out))}/encoder.md and encoder.svg")
    wrong = [one for measured in all_measured for one in measured.courses if one.failed]
    for one in wrong:
        say(
            f"FAILED: {one.engine.title} on {one.threads} thread(s): least cosine "
            f"{one.near.least:.7f} is below {one.engine.bar}"
        )
    return 1 if wrong else 0


def give_up_unless_possible(chosen):
    """Ends the run where something is missing, in a sentence that says what to do."""
    if chosen.ours is None:
        sys.exit("bench: bench/encoder starts this program, with what it needs")
    package = engines.missing(chosen.engines)
    if package:
        sys.exit(
            f"bench: the Python package {package} is missing; bench/encoder installs what is "
            f"needed from bench/requirements-embed.txt and bench/requirements-encoder.txt"
        )
    weights = ours.weights(chosen.ours)
    if not weights:
        sys.exit(
            "bench: the encoder's weights are missing; `careerpulse encoder pull` fetches them"
        )
    os.environ["CAREERPULSE_ENCODER_DIR"] = weights


def leave_out(chosen):
    """Takes away the precisions of ours that this processor lacks, and says so in a line each."""
    why = ours.precisions(chosen.ours)
    lacking = {
        engine.name: f"{engine.title}, {why[engine.precision]}"
        for engine in chosen.engines
        if engine.side == "ours" and why[engine.precision]
    }
    for line in lacking.values():
        say(f"left out: {line}")
    chosen.engines = [engine for engine in chosen.engines if engine.name not in lacking]
    return list(lacking.values())


def rounds(chosen):
    return f"Median of {chosen.rounds} round(s) in alternation"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("interrupted; nothing is written")
        sys.exit(130)
    except (WorkerFailed, subprocess.CalledProcessError) as failure:
        sys.exit(f"bench: {failure}; what it said is above, and nothing is written")
