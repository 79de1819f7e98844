"""Predictions in Spark: the function by itself, and PySpark on this machine where it and a Java are here."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pyarrow
import pytest

import careerpulse.spark
from careerpulse import COLUMNS, CareerPulseError
from careerpulse.spark import map_in_arrow


def test_columns_are_passed_through(words: SimpleNamespace, postings: list[dict[str, Any]]) -> None:
    function, schema = map_in_arrow(words.path)
    assert schema.startswith("`posting_id` bigint, `category` string, `probability` double, ")
    rows = [{"posting_id": i, **row} for i, row in enumerate(postings)]
    table = pyarrow.Table.from_pylist(rows)
    function = pickle.loads(pickle.dumps(function))
    batches = list(function(table.to_batches(max_chunksize=33)))
    assert len(batches) == 3
    out = pyarrow.Table.from_batches(batches)
    assert out.column_names == ["posting_id", *COLUMNS]
    assert out.drop_columns("posting_id").to_pylist() == words.answers
    assert out.column("posting_id").to_pylist() == list(range(len(rows)))
    assert list(function([])) == []


def test_a_worker_loads_a_model_once(words: SimpleNamespace) -> None:
    careerpulse.spark._model.cache_clear()
    batch = pyarrow.RecordBatch.from_pylist([{"posting_id": 1, "title": "Nurse"}])
    for _ in range(3):
        assert len(list(map_in_arrow(words.path)[0]([batch]))) == 1
    assert careerpulse.spark._model.cache_info().misses == 1


def test_what_cannot_be_kept_is_said(words: SimpleNamespace) -> None:
    with pytest.raises(CareerPulseError, match="the column category would be there twice"):
        map_in_arrow(words.path, {"category": "string"})
    with pytest.raises(CareerPulseError, match="keep must be a dict"):
        map_in_arrow(words.path, 3)
    batch = pyarrow.RecordBatch.from_pylist([{"title": "Nurse"}])
    with pytest.raises(CareerPulseError, match="no column posting_id to keep: the DataFrame has title"):
        list(map_in_arrow(words.path)[0]([batch]))


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="PySpark's package is not installed")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("PySpark needs a Java, and none is here")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.chdir(os.path.dirname(__file__))
    builder = sql.SparkSession.builder.master("local[2]").appName("careerpulse")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def test_spark_predicts_what_classify_prints(
    spark: Any, words: SimpleNamespace, postings: list[dict[str, Any]]
) -> None:
    kinds = "posting_id bigint, title string, description string, level string, location string"
    rows = [(i, *row.values()) for i, row in enumerate(postings)]
    frame = spark.createDataFrame(rows, kinds).repartition(3)
    out = frame.mapInArrow(*map_in_arrow(words.path)).orderBy("posting_id").collect()
    answers = [row.asDict(recursive=True) for row in out]
    assert [answer.pop("posting_id") for answer in answers] == list(range(len(postings)))
    assert answers == words.answers
    everything = frame.mapInArrow(*map_in_arrow(words.path, frame.schema))
    assert everything.columns == [*frame.columns, *COLUMNS]
    assert everything.count() == len(postings)
