"""Predictions in Spark, by `DataFrame.mapInArrow`: each worker process loads the model once.

>>> scored = postings.mapInArrow(*careerpulse.spark.map_in_arrow("models:/NAME@production"))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Callable, Union

from ._careerpulse import CareerPulseError
from .model import COLUMNS, Model
from .sources import load

if TYPE_CHECKING:
    import os

    import pyarrow

PREDICTED = {
    "category": "string",
    "probability": "double",
    "runner_up": "string",
    "gap": "double",
    "top3": "array<struct<category:string,probability:double>>",
    "neighbours": "array<struct<posting_id:bigint,similarity:double>>",
    "abstained": "boolean",
}
"""Spark's types of the predicted columns."""

Batches = Callable[[Iterable["pyarrow.RecordBatch"]], Iterator["pyarrow.RecordBatch"]]
Keep = Union[Mapping[str, str], Any]


def map_in_arrow(
    source: str | os.PathLike[str],
    keep: Keep | None = None,
    *,
    encoder: str | os.PathLike[str] | None = None,
) -> tuple[Batches, str]:
    """The function and the output schema that `DataFrame.mapInArrow` asks for.

    `source` is what `careerpulse.load` takes, as each worker sees it, and `encoder` the folder of the
    weights there. `keep` names the columns that are passed through, with their types: a dict such as
    `{"posting_id": "bigint"}`, which is the default, or a schema, such as `df.schema` for all of them.
    The DataFrame needs the column title, and may have description, level and location.
    """
    kept = _types(keep)
    clash = [name for name in kept if name in PREDICTED]
    if clash:
        raise CareerPulseError(
            f"the column {clash[0]} would be there twice, kept and predicted: rename it, or keep others"
        )
    columns = {**kept, **PREDICTED}
    schema = ", ".join(f"`{name.replace('`', '``')}` {kind}" for name, kind in columns.items())
    place = None if encoder is None else str(encoder)
    return partial(_predict, str(source), place, tuple(kept)), schema


def _types(keep: Keep | None) -> dict[str, str]:
    if keep is None:
        return {"posting_id": "bigint"}
    if isinstance(keep, Mapping):
        return dict(keep)
    if hasattr(keep, "fields"):
        return {field.name: field.dataType.simpleString() for field in keep.fields}
    raise CareerPulseError(
        f"keep must be a dict of column names and types, or a schema, not {type(keep).__name__}"
    )


@lru_cache(maxsize=4)
def _model(source: str, encoder: str | None) -> Model:
    return load(source, encoder=encoder)


def _predict(
    source: str,
    encoder: str | None,
    kept: tuple[str, ...],
    batches: Iterable[pyarrow.RecordBatch],
) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow

    model = _model(source, encoder)
    for batch in batches:
        missing = [name for name in kept if name not in batch.schema.names]
        if missing:
            has = ", ".join(batch.schema.names)
            raise CareerPulseError(f"there is no column {missing[0]} to keep: the DataFrame has {has}")
        predicted = model.predict(batch)
        names = [*kept, *COLUMNS]
        columns = [batch.column(batch.schema.names.index(name)) for name in kept]
        yield pyarrow.RecordBatch.from_arrays([*columns, *predicted.columns], names=names)
