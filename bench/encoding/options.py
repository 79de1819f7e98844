"""The command line of `bench/encoder`."""

import argparse
from pathlib import Path

from harness.options import BENCH, WORK, count

from .engines import ENGINES, REFERENCE

DATA = WORK / "encoder"
POSTINGS = 512
NAMES = [engine.name for engine in ENGINES]
EXAMPLES = f"""\
engines: {", ".join(NAMES)}; {REFERENCE} always takes part, since all are compared with its vectors

examples:
  bench/encoder                                  the whole comparison: a quarter of an hour
  bench/encoder --quick                          64 postings, one round: a minute or two
  bench/encoder --texts postings.ndjson          also on texts of a file, in a table of their own
  bench/encoder --engines f32,onnx --rounds 9    some of it; results go to bench/.out
"""
# Texts, tries and batch sizes of the search for each engine's best.
SEARCH = {"texts": 64, "tries": 2, "sizes": [1, 2, 4, 8, 16, 32, 64]}
QUICK_SEARCH = {"texts": 16, "tries": 1, "sizes": [1, 4, 16]}


def parse():
    """What to do; a run of less than everything goes to a folder of its own."""
    parser = argparse.ArgumentParser(
        prog="bench/encoder",
        description="Compares our encoder with sentence-transformers and ONNX Runtime, in turns: "
        "time, nearness of the vectors, share of what the machine can do.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="64 postings, one round: to try things out")
    add("--rounds", type=count, help="times each engine does it, in alternation (default 5)")
    add("--postings", type=count, help=f"texts to embed (default {POSTINGS})")
    add("--texts", type=Path, help="also these: a JSON string, or the bare text, a line")
    add("--engines", type=named, help="names between commas (default all)")
    add("--seed", type=int, default=7, help="of the generated postings (default 7)")
    add(
        "--out",
        type=Path,
        help="where results go (default bench for a whole run, else bench/.out)",
    )
    add("--ours", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    whole = not (chosen.quick or chosen.rounds or chosen.postings or chosen.engines)
    chosen.out = chosen.out or (BENCH if whole else BENCH / ".out")
    chosen.rounds = chosen.rounds or (1 if chosen.quick else 5)
    chosen.postings = chosen.postings or (64 if chosen.quick else POSTINGS)
    chosen.search = QUICK_SEARCH if chosen.quick else SEARCH
    wanted = {*(chosen.engines or NAMES), REFERENCE}
    chosen.engines = [engine for engine in ENGINES if engine.name in wanted]
    if chosen.texts and not chosen.texts.is_file():
        parser.error(f"--texts {chosen.texts}: there is no such file")
    return chosen


def named(text):
    """Names of engines between commas."""
    names = text.split(",")
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"there is no engine {unknown[0]!r}; there are {', '.join(NAMES)}"
        )
    return names
