"""Answers are the program's own, whatever kind of thing the postings come in."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace
from typing import Any

import pandas
import pyarrow
import pytest

import careerpulse
from careerpulse import COLUMNS

Rows = list[dict[str, Any]]
NAMES = ("title", "description", "level", "location")


def columns(postings: Rows) -> list[list[Any]]:
    return [[row[name] for row in postings] for name in NAMES]


def test_lists_give_what_classify_prints(
    model: careerpulse.Model, words: SimpleNamespace, postings: Rows
) -> None:
    predictions = model.predict(*columns(postings))
    assert len(predictions) == len(postings)
    # To the last bit, and JSON as it stands.
    assert json.loads(json.dumps(predictions)) == words.answers
    first = predictions[0]
    assert tuple(first) == COLUMNS
    assert first.category == first["category"] == first.top3[0]["category"]
    assert first.gap == pytest.approx(first.probability - first.top3[1]["probability"])
    assert first.runner_up == first.top3[1]["category"]
    assert len(first.neighbours) == 5
    assert {p.abstained for p in predictions[-3:]} == {True}


def test_embedding_models_give_what_classify_prints(meaning: SimpleNamespace, postings: Rows) -> None:
    model = careerpulse.load(meaning.path, sha256=meaning.version["artifact_sha256"])
    assert model.encoder_revision == careerpulse.Encoder(long_texts="windows").revision
    assert json.loads(json.dumps(model.predict(*columns(postings)))) == meaning.answers
    frame = model.predict(pandas.DataFrame(postings))
    assert frame["probability"].tolist() == [answer["probability"] for answer in meaning.answers]


def test_a_frame_gives_a_frame_with_its_index(
    model: careerpulse.Model, words: SimpleNamespace, postings: Rows
) -> None:
    frame = pandas.DataFrame(postings).assign(other=1)
    frame.index = frame.index * 3 + 7
    out = model.predict(frame)
    assert isinstance(out, pandas.DataFrame) and tuple(out.columns) == COLUMNS
    assert out.index.equals(frame.index)
    assert out["probability"].dtype == "float64" and out["abstained"].dtype == "bool"
    assert out["category"].tolist() == [answer["category"] for answer in words.answers]
    assert out["probability"].tolist() == [answer["probability"] for answer in words.answers]
    assert out["neighbours"].tolist() == [answer["neighbours"] for answer in words.answers]


def test_missing_texts_of_every_kind_are_empty_texts(model: careerpulse.Model) -> None:
    expected = model.predict(["Nurse"] * 4, ["", "", "", ""])
    missing = [None, math.nan, pandas.NA, pandas.NaT]
    assert model.predict(["Nurse"] * 4, missing) == expected
    assert model.predict(["Nurse"] * 4) == expected
    frame = pandas.DataFrame({"title": ["Nurse"] * 4, "description": missing})
    assert model.predict(frame)["category"].tolist() == [p.category for p in expected]
    assert model.predict(frame[["title"]])["probability"].tolist() == [p.probability for p in expected]
    assert model.predict(pandas.Series(["Nurse"] * 4), tuple(missing)) == expected
    columns = pyarrow.table({"title": ["Nurse"] * 4, "description": pyarrow.nulls(4, "string")})
    assert model.predict(*columns.itercolumns()) == expected


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
def test_arrow_gives_arrow(
    model: careerpulse.Model, words: SimpleNamespace, postings: Rows, kind: str
) -> None:
    schema = pyarrow.schema([(name, pyarrow.type_for_alias(kind)) for name in NAMES])
    table = pyarrow.Table.from_pylist(postings, schema=schema)
    out = model.predict(table)
    assert isinstance(out, pyarrow.Table) and tuple(out.column_names) == COLUMNS
    assert out.to_pylist() == words.answers
    # A slice does not begin at the buffers' beginning, and several chunks are no single one.
    chunks = pyarrow.concat_tables([table.slice(5, 20), table.slice(40, 3)])
    assert model.predict(chunks).to_pylist() == words.answers[5:25] + words.answers[40:43]
    batch = model.predict(table.to_batches()[0].slice(2, 9))
    assert isinstance(batch, pyarrow.RecordBatch) and batch.to_pylist() == words.answers[2:11]


def test_anything_that_speaks_arrow_will_do(
    model: careerpulse.Model, words: SimpleNamespace, postings: Rows
) -> None:
    table = pyarrow.Table.from_pylist(postings)

    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return table.__arrow_c_stream__(requested_schema)

    class Array:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return table.combine_chunks().to_batches()[0].__arrow_c_array__(requested_schema)

    for data in (Stream(), Array(), table.to_reader(), iter_reader(table)):
        assert model.predict(data).to_pylist() == words.answers


def iter_reader(table: pyarrow.Table) -> pyarrow.RecordBatchReader:
    """Batches that Python makes while we wait, which needs Python's lock."""
    return pyarrow.RecordBatchReader.from_batches(table.schema, iter(table.to_batches(max_chunksize=7)))


def test_nothing_gives_nothing_with_its_columns(model: careerpulse.Model) -> None:
    assert model.predict([]) == []
    frame = model.predict(pandas.DataFrame({"title": []}))
    assert len(frame) == 0 and tuple(frame.columns) == COLUMNS and frame["gap"].dtype == "float64"
    empty = pyarrow.table({"title": pyarrow.array([], "string")})
    assert model.predict(empty).num_rows == 0
    batch = model.predict(pyarrow.RecordBatch.from_pylist([], schema=empty.schema))
    assert batch.num_rows == 0 and tuple(batch.schema.names) == COLUMNS


def test_a_column_without_values_has_no_type_and_is_no_mistake(model: careerpulse.Model) -> None:
    table = pyarrow.table({"title": ["Nurse"], "description": pyarrow.nulls(1)})
    assert model.predict(table).to_pylist() == model.predict(["Nurse"])


def test_batches_are_seamless(model: careerpulse.Model) -> None:
    titles = [f"Nurse {i}" if i % 2 else "Software Engineer" for i in range(600)]
    one_by_one = [model.predict([title])[0] for title in titles[250:262]]
    assert model.predict(titles)[250:262] == one_by_one
    assert model.predict(pyarrow.table({"title": titles})).slice(250, 12).to_pylist() == one_by_one


def test_a_model_says_what_it_is(model: careerpulse.Model, words: SimpleNamespace) -> None:
    assert model.classes == words.version["categories"]
    assert model.method == words.version["method"]
    assert model.encoder_revision is None
    # The lake's figure has come through JSON, which may cost it the last bit; the model's has not.
    stored = (words.version["min_probability"], words.version["min_gap"])
    assert tuple(model.thresholds) == pytest.approx(stored, rel=1e-14)
    assert isinstance(model.format, int) and model.format >= 2
    assert f"{len(model.classes)} categories" in repr(model)
