"""A small lake by the program itself, its model, and what `classify --json` says of the same postings.

CAREERPULSE_BIN names the program; `python/test` sets it. Embedding models are tested where the encoder's
weights are at hand.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import careerpulse

POSTINGS = 300


def run(*arguments: str, **settings: str) -> str:
    """What the program prints; it must succeed. Nothing of the caller's settings reaches it."""
    binary = os.environ.get("CAREERPULSE_BIN")
    if not binary:
        pytest.fail("CAREERPULSE_BIN must name the careerpulse program: `python/test` does")
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CAREERPULSE_") or name == "CAREERPULSE_ENCODER_DIR"
    }
    done = subprocess.run(
        [binary, *arguments], env={**ours, **settings}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def postings(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Postings that the lakes do not hold, and some that nobody would send."""
    file = tmp_path_factory.mktemp("sample") / "postings.ndjson"
    run("sample", "--postings", "80", "--seed", "11", "--out", str(file), "--quiet")
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rows: list[dict[str, Any]] = [
        {
            "title": posting["name"],
            "description": posting["contents"],
            "level": (posting["levels"] or [{"name": None}])[0]["name"],
            "location": (posting["locations"] or [{"name": None}])[0]["name"],
        }
        for posting in found
    ]
    odd = [
        ("Staff Nurse", None),
        ("", "<p>Care &amp; patients&#33;</p>"),
        ("\u202eNurse\u0000", "<script>alert(1)</script>a < b"),
        ("zzzz", "qqqq"),
        ("", ""),
        ("\u4f60\u597d", "Pfleger\u0308in, \U0001f469\u200d\u2695\ufe0f"),
    ]
    rows += [{"title": t, "description": d, "level": " Mid\nLevel ", "location": ""} for t, d in odd]
    return rows


def made(folder: Path, postings: list[dict[str, Any]], **settings: str) -> SimpleNamespace:
    """A lake with its model and the program's own answers."""
    lake = folder / "lake"
    run("demo", "--no-serve", "--postings", str(POSTINGS), "--lake", str(lake), "--quiet", **settings)
    version = json.loads(run("models", "list", "--json", "--lake", str(lake)).splitlines()[0])
    file = folder / "postings.ndjson"
    file.write_text("".join(json.dumps(row) + "\n" for row in postings), encoding="utf-8")
    said = run("classify", str(file), "--json", "--lake", str(lake), **settings).splitlines()
    answers = [json.loads(line) for line in said]
    for answer in answers:
        del answer["id"], answer["model_version"]
    path = lake / "artifacts" / version["artifact"]
    return SimpleNamespace(path=path, version=version, answers=answers)


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory, postings: list[dict[str, Any]]) -> SimpleNamespace:
    """A model of words alone."""
    return made(tmp_path_factory.mktemp("words"), postings, CAREERPULSE_FEATURES_ENCODER="off")


@pytest.fixture(scope="session")
def weights() -> None:
    """Leaves a test out where the encoder's weights are not at hand, and they are not demanded."""
    try:
        careerpulse.Encoder()
    except careerpulse.CareerPulseError as error:
        if os.environ.get("CAREERPULSE_REQUIRE_ENCODER"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def meaning(
    weights: None, tmp_path_factory: pytest.TempPathFactory, postings: list[dict[str, Any]]
) -> SimpleNamespace:
    """A model of sentence embeddings of whole texts, window by window."""
    settings = {
        "CAREERPULSE_FEATURES_ENCODER": "local",
        "CAREERPULSE_FEATURES_LONG_TEXTS": "windows",
        "CAREERPULSE_TRAIN_LONG_TEXTS": "windows",
        "CAREERPULSE_TRAIN_METHODS": "sentence_transformer",
    }
    return made(tmp_path_factory.mktemp("meaning"), postings, **settings)


@pytest.fixture(scope="session")
def model(words: SimpleNamespace) -> careerpulse.Model:
    """The model of words, loaded and checked."""
    return careerpulse.load(words.path, sha256=words.version["artifact_sha256"])
