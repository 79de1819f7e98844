"""Whatever is wrong, one sentence says what, where, and what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas
import pyarrow
import pytest

import careerpulse
from careerpulse import CareerPulseError


def refusal(call: Any, *arguments: Any, **named: Any) -> str:
    """What the exception says; a panic is none of ours."""
    with pytest.raises(CareerPulseError) as raised:
        call(*arguments, **named)
    message = str(raised.value)
    assert isinstance(raised.value, ValueError) and "\n" not in message and len(message) < 500, message
    return message


@pytest.fixture
def folder(words: SimpleNamespace, tmp_path: Path) -> Path:
    """The model in a folder, as MLflow's data folder has it."""
    shutil.copy(words.path, tmp_path / "model.bin")
    card = {"sha256": words.version["artifact_sha256"], "format": 2, "encoder_revision": None, "version": 7}
    (tmp_path / "model.json").write_text(json.dumps(card), encoding="utf-8")
    return tmp_path


def test_a_model_is_found_by_file_folder_and_address(folder: Path, tmp_path: Path) -> None:
    for source in (folder, str(folder), folder / "model.bin", folder.as_uri()):
        model = careerpulse.load(source)
        assert model.version == "7" and model.predict(["Nurse"])
    mlflow = tmp_path / "mlflow"
    shutil.copytree(folder, mlflow / "data", ignore=shutil.ignore_patterns("mlflow"))
    (mlflow / "MLmodel").write_text("flavors: {}")
    assert careerpulse.load(mlflow).version == "7"
    (mlflow / "data" / "model.bin").unlink()
    assert "is an MLflow model without data/model.bin" in refusal(careerpulse.load, mlflow)


def test_files_that_are_missing_altered_foreign_or_short(folder: Path) -> None:
    file = folder / "model.bin"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "SHA-256 differs" in refusal(careerpulse.load, folder)
    assert "SHA-256 differs" in refusal(careerpulse.load, file, sha256="0" * 64)
    for wrong in ("abc", 3):
        assert "64 hexadecimal digits" in refusal(careerpulse.load, file, sha256=wrong)
    (folder / "model.json").unlink()
    for length in (0, 5, 20, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert "cannot be used" in refusal(careerpulse.load, folder), length
    file.write_bytes(b"PK\x03\x04 something else")
    assert "no CareerPulse model" in refusal(careerpulse.load, folder)
    file.unlink()
    assert f"the folder {folder} holds no model.bin" in refusal(careerpulse.load, folder)
    assert "cannot be read" in refusal(careerpulse.load, file)
    assert "cannot be read" in refusal(careerpulse.load, folder / "nowhere")


def test_a_model_of_a_later_format_asks_for_a_newer_wheel(folder: Path) -> None:
    file, card = folder / "model.bin", folder / "model.json"
    newer = "has format 3, and this wheel (careerpulse"
    said = json.loads(card.read_text())
    card.write_text(json.dumps({**said, "format": 3}))
    message = refusal(careerpulse.load, folder)
    assert newer in message and "pip install --upgrade careerpulse" in message
    card.unlink()
    whole = bytearray(file.read_bytes())
    whole[18:22] = (3).to_bytes(4, "little")
    file.write_bytes(whole)
    message = refusal(careerpulse.load, folder)
    assert newer in message and "pip install --upgrade careerpulse" in message
    whole[18:22] = (1).to_bytes(4, "little")
    file.write_bytes(whole)
    assert "has format 1" in refusal(careerpulse.load, folder)


def test_a_description_of_the_model_that_is_none(folder: Path) -> None:
    card = folder / "model.json"
    card.write_text("{")
    assert f"{card} cannot be read" in refusal(careerpulse.load, folder)
    for text in ("[]", '{"sha256": 3}'):
        card.write_text(text)
        assert f"{card} is no description of a model" in refusal(careerpulse.load, folder)


def test_sources_that_are_none() -> None:
    assert "takes a path or an address, not int" in refusal(careerpulse.load, 3)
    assert "is no address of a model" in refusal(careerpulse.load, "s3://bucket/model.bin")


def test_an_address_of_mlflow_without_mlflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mlflow.artifacts", None)
    monkeypatch.setitem(__import__("sys").modules, "mlflow", None)
    message = refusal(careerpulse.load, "models:/careerpulse-category@production")
    assert "pip install mlflow" in message


def test_an_embedding_model_without_its_encoder(meaning: SimpleNamespace, tmp_path: Path) -> None:
    message = refusal(careerpulse.load, meaning.path, encoder=tmp_path)
    assert "`careerpulse encoder pull`" in message and "encoder=" in message
    assert "not int" in refusal(careerpulse.load, meaning.path, encoder=3)
    assert careerpulse.load(meaning.path, encoder=careerpulse.Encoder()).predict(["Nurse"])


def test_lists_that_do_not_fit(model: careerpulse.Model) -> None:
    predict = model.predict
    message = refusal(predict, ["a", "b"], ["c"])
    assert "descriptions has 1 entries and titles has 2" in message
    assert "levels has 3" in refusal(predict, ["a", "b"], levels=["c"] * 3)
    assert "put a single text into a list" in refusal(predict, "Nurse")
    assert "titles[1] is int, not str" in refusal(predict, ["a", 3])
    assert "titles[300] is bytes" in refusal(predict, ["a"] * 300 + [b"b"])
    assert "descriptions[0] is float" in refusal(predict, ["a"], [0.5])
    assert "locations must be a list of str, not dict" in refusal(predict, ["a"], locations={})
    assert "lone surrogate" in refusal(predict, ["\udc80"])
    assert "not NoneType" in refusal(predict, None)


def test_tables_that_do_not_fit(model: careerpulse.Model) -> None:
    predict = model.predict
    message = refusal(predict, pandas.DataFrame({"name": ["a"], "contents": ["b"]}))
    assert message == "the DataFrame has no column title: it has name, contents"
    assert "none at all" in refusal(predict, pandas.DataFrame())
    two = pandas.DataFrame([["a", "b"]], columns=["title", "title"])
    assert "2 columns title" in refusal(predict, two)
    assert "pass it alone" in refusal(predict, pandas.DataFrame({"title": ["a"]}), ["b"])
    assert "titles[0] is int" in refusal(predict, pandas.DataFrame({"title": [1]}))
    table = pyarrow.table({"name": ["a"]})
    assert refusal(predict, table) == "the table has no column title: it has name"
    number = pyarrow.table({"title": ["a"], "description": [1]})
    assert "the column description has Arrow's type Int64: cast it" in refusal(predict, number)
    assert "pass it alone" in refusal(predict, table, ["b"])

    class Column:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return pyarrow.array(["a"]).__arrow_c_array__(requested_schema)

    class Columns:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return pyarrow.chunked_array([["a"]]).__arrow_c_stream__(requested_schema)

    for data in (Column(), Columns()):
        assert "as a table" in refusal(predict, data)


def test_a_stream_that_breaks_off(model: careerpulse.Model) -> None:
    table = pyarrow.table({"title": ["Nurse"]})

    def batches() -> Any:
        yield table.to_batches()[0]
        raise OSError("the disk went away")

    reader = pyarrow.RecordBatchReader.from_batches(table.schema, batches())
    assert "the disk went away" in refusal(model.predict, reader)


def test_a_damaged_model_without_a_checksum_never_panics(words: SimpleNamespace, tmp_path: Path) -> None:
    whole = words.path.read_bytes()
    file = tmp_path / "model.bin"
    for place in range(22, len(whole), len(whole) // 60):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            careerpulse.load(file).predict(["Nurse", "Software Engineer"], ["ward", "rust"])
        except CareerPulseError:
            pass
