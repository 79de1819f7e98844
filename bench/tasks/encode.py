"""What the encoders of the other side share: the search for the batch size that each is fastest at.

The folder `data` holds `texts.ndjson` and `plan.json`: how many texts and tries the search has,
which sizes it tries, on how many threads it all runs, and where the ONNX models lie. A process that
is told its batch size in BENCH_BATCH does not search: what large batches took would stay in its
memory.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from harness.files import read_json, read_texts, write_array


@dataclass
class Given:
    """Texts, what embeds them in batches of a size, and the size that was found best."""

    texts: list
    encode: Callable
    batch: int
    searched: dict


def load(data, name, encode):
    """What `encode(texts, size)` is to embed, a row of floats per text, and its batch size."""
    texts, search = read_texts(data / "texts.ndjson"), read_json(data / "plan.json")["search"]
    # From all over the texts, since a file may be sorted by what goes with length.
    some = texts[:: max(1, len(texts) // search["texts"])][: search["texts"]]
    told = int(os.environ.get("BENCH_BATCH", 0))
    # The first call allocates what later ones find.
    encode(some, told or max(search["sizes"]))
    searched = {} if told else searched_of(name, encode, some, search)
    return Given(texts, encode, told or min(searched, key=searched.get), searched)


def searched_of(name, encode, texts, search):
    """Processor seconds a text by batch size, the best of some tries."""
    searched = {}
    for size in search["sizes"]:
        tries = (spent(encode, texts, size) for _ in range(search["tries"]))
        searched[size] = min(tries) / len(texts)
        print(f"bench: {name}, batch {size}: {searched[size] * 1e3:.1f} ms", file=sys.stderr)
    return searched


def spent(encode, texts, size):
    """Processor seconds of one call."""
    before = time.process_time()
    encode(texts, size)
    return time.process_time() - before


def about(given):
    return {"batch": given.batch, "searched": given.searched}


def run(given):
    return given.encode(given.texts, given.batch)


def answer(_, rows, answers):
    write_array(answers / "rows.f32", rows)
