"""MLflow's loader: by itself, and by MLflow where its package is installed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas
import pytest

import careerpulse
import careerpulse.mlflow
from careerpulse import COLUMNS, CareerPulseError

ML_MODEL = """\
flavors:
  python_function:
    data: data
    loader_module: careerpulse.mlflow
    python_version: 3.11.7
mlflow_version: 3.17.2
model_uuid: m-0
signature:
  inputs: '[{"type":"string","name":"title","required":true},{"type":"string","name":"description","required":false}]'
  outputs: '[{"type":"string","name":"category","required":true},{"type":"double","name":"probability","required":true}]'
utc_time_created: '2026-11-21 19:52:14.000000'
"""


@pytest.fixture
def directory(words: SimpleNamespace, tmp_path: Path) -> Path:
    """A model directory as `careerpulse` registers it."""
    data = tmp_path / "model" / "data"
    data.mkdir(parents=True)
    shutil.copy(words.path, data / "model.bin")
    card = {"sha256": words.version["artifact_sha256"], "format": 2, "encoder_revision": None, "version": 1}
    (data / "model.json").write_text(json.dumps(card))
    (data.parent / "MLmodel").write_text(ML_MODEL)
    return data.parent


def test_the_loader_takes_what_mlflow_gives(
    directory: Path, words: SimpleNamespace, postings: list[dict[str, Any]]
) -> None:
    loaded = careerpulse.mlflow._load_pyfunc(str(directory / "data"))
    frame = pandas.DataFrame(postings)
    expected = loaded.predict(frame)
    assert tuple(expected.columns) == COLUMNS
    assert tuple(expected.columns[:2]) == ("category", "probability")
    assert expected["probability"].tolist() == [answer["probability"] for answer in words.answers]
    assert loaded.predict(postings).equals(expected)
    assert loaded.predict(frame.to_dict("list"), params=None).equals(expected)
    assert len(loaded.predict({"title": "Nurse", "description": None})) == 1
    assert loaded.predict([]).empty and loaded.predict({"title": []}).empty


def test_what_the_loader_cannot_use_is_said(directory: Path) -> None:
    loaded = careerpulse.mlflow._load_pyfunc(str(directory / "data"))
    for given, words in [
        (3, "not int"),
        ([3], "not list"),
        ({"title": ["a"], "description": []}, "title has 1, description has 0"),
        ([{"name": "a"}], "no column title"),
    ]:
        with pytest.raises(CareerPulseError, match=words):
            loaded.predict(given)
    with pytest.raises(CareerPulseError, match="knows no params"):
        loaded.predict({"title": ["a"]}, params={"k": 1})
    (directory / "data" / "model.bin").write_bytes(b"")
    with pytest.raises(CareerPulseError, match="SHA-256"):
        careerpulse.mlflow._load_pyfunc(str(directory / "data"))


def test_mlflow_loads_the_directory_and_the_alias(
    directory: Path,
    words: SimpleNamespace,
    postings: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    mlflow = pytest.importorskip("mlflow", reason="MLflow's package is not installed")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    frame = pandas.DataFrame(postings)[["title", "description"]]
    expected = careerpulse.load(words.path).predict(frame)
    assert mlflow.pyfunc.load_model(str(directory)).predict(frame).equals(expected)

    client = mlflow.MlflowClient()
    client.create_registered_model("categories")
    version = client.create_model_version("categories", source=directory.as_uri())
    client.set_registered_model_alias("categories", "production", version.version)
    for address in ("models:/categories@production", f"models:/categories/{version.version}"):
        assert mlflow.pyfunc.load_model(address).predict(frame).equals(expected)
        assert careerpulse.load(address).predict(frame).equals(expected)
    with pytest.raises(CareerPulseError, match="categories@staging cannot be fetched"):
        careerpulse.load("models:/categories@staging")
    with pytest.raises(CareerPulseError, match="MLFLOW_TRACKING_URI"):
        careerpulse.load("models:/others/1")
