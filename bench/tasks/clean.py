"""Plain text of every posting's HTML, as the pipeline of `testdata/oracle/make_learn.py` does it."""

import html
import re
import unicodedata

from bs4 import BeautifulSoup, Comment

from harness.files import read_texts, write_texts

NAME = "clean"
TITLE = "clean HTML"
AGAINST = "BeautifulSoup (html.parser) + re"
GOAL = 50
GROWTH = 1

BLOCKS = "p div h2 ul li br hr table tr th td blockquote pre dl dt dd".split()


def load(data):
    return read_texts(data / "html.ndjson")


def run(pages):
    return [clean(page) for page in pages]


def clean(page):
    soup = BeautifulSoup(page, "html.parser")
    for part in soup(["script", "style"]):
        part.decompose()
    for part in soup.find_all(string=lambda part: isinstance(part, Comment)):
        part.extract()
    for part in soup.find_all(BLOCKS):
        part.insert_before(" ")
        part.insert_after(" ")
    return fold(soup.get_text())


def fold(text):
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", text).strip())


def answer(_, texts, answers):
    write_texts(answers / "texts.ndjson", texts)


def agree(_, ours, theirs):
    """Every text must be the same, character by character.

    Ours also decodes what was escaped twice (`&amp;rsquo;`), which the pipeline leaves. It is
    decoded here, so that the pipeline is not timed for what it does not do.
    """
    ours, theirs = (read_texts(side / "texts.ndjson") for side in (ours, theirs))
    pairs = list(zip(ours, theirs, strict=True))
    equal = sum(one == other for one, other in pairs)
    decoded = sum(one == fold(html.unescape(other)) for one, other in pairs)
    return decoded == len(pairs), (
        f"{decoded:,} of {len(pairs):,} texts equal, {decoded - equal:,} of them once theirs is "
        "rid of what was escaped twice"
    )
