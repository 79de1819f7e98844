"""The texts to embed: generated postings, and those of a file."""

import json
import sys
from dataclasses import dataclass

import numpy as np

from harness import ours
from harness.files import read_texts, write_json, write_texts
from tasks.embed import TOKENS

from .options import DATA


@dataclass
class Set:
    """Texts in a folder that all engines read, and how many tokens of each they see."""

    title: str
    folder: object
    tokens: np.ndarray

    def __len__(self):
        return len(self.tokens)

    @property
    def words(self):
        """What a reader wants to know of them."""
        cut = np.mean(self.tokens == TOKENS)
        return (
            f"{len(self):,} texts of {self.tokens.mean():.1f} tokens on average, with "
            f"{cut:.0%} of them at the limit of {TOKENS}"
        )


def sets(chosen, tokenizer, models):
    """The generated postings, and the file's texts if there is one."""
    ours.prepare(chosen.ours, chosen.postings, chosen.seed, DATA / "prepared")
    texts = read_texts(DATA / "prepared" / "texts.ndjson")
    title = f"Generated postings of seed {chosen.seed}"
    yield laid(title, "generated", texts, chosen, tokenizer, models)
    if chosen.texts:
        texts = of_file(chosen.texts, chosen.postings)
        yield laid(f"Texts of {chosen.texts.name}", "file", texts, chosen, tokenizer, models)


def laid(title, name, texts, chosen, tokenizer, models):
    """Lays texts into a folder, with the plan of the search."""
    folder = DATA / name
    folder.mkdir(parents=True)
    write_texts(folder / "texts.ndjson", texts)
    plan = {"search": chosen.search, "threads": 1, "models": str(models)}
    write_json(folder / "plan.json", plan)
    lengths = [len(encoded.ids) for encoded in tokenizer.encode_batch_fast(texts)]
    return Set(title, folder, np.array(lengths))


def of_file(path, number):
    """So many texts from all over a file, whose lines are JSON strings or bare texts."""
    with path.open(encoding="utf-8") as file:
        lines = [line for line in file.read().split("\n") if line.strip()]
    if len(lines) < 2:
        sys.exit(f"bench: {path} holds {len(lines)} texts; two are needed to compare neighbours")
    step = max(1, len(lines) // number)
    return [text_of(line, path) for line in lines[::step][:number]]


def text_of(line, path):
    """A JSON string's text, else the line as it stands."""
    try:
        value = json.loads(line)
    except ValueError:
        return line
    if isinstance(value, dict | list):
        sys.exit(f"bench: {path} has lines of JSON that are no strings; write a text a line")
    return value if isinstance(value, str) else line
