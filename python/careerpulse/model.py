"""A model, asked with what the caller has: lists, a pandas DataFrame, or Arrow data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from ._careerpulse import ArrowStream, CareerPulseError, NativeModel

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import pandas
    from typing_extensions import TypeGuard

    from ._careerpulse import Encoder

COLUMNS = ("category", "probability", "runner_up", "gap", "top3", "neighbours", "abstained")
"""The columns of predictions, in their order."""


class Prediction(dict):  # type: ignore[type-arg]
    """What a model says of one posting: a dict with the keys of `careerpulse classify --json`."""

    __slots__ = ()

    @property
    def category(self) -> str:
        """The most probable category."""
        return self["category"]

    @property
    def probability(self) -> float:
        """Its calibrated probability."""
        return self["probability"]

    @property
    def runner_up(self) -> str | None:
        """The second most probable category, where any other has a chance."""
        return self["runner_up"]

    @property
    def gap(self) -> float:
        """The lead of the first over the second."""
        return self["gap"]

    @property
    def top3(self) -> list[dict[str, Any]]:
        """The three most probable categories, each with `category` and `probability`."""
        return self["top3"]

    @property
    def neighbours(self) -> list[dict[str, Any]]:
        """The nearest labelled postings, each with `posting_id` and `similarity` (1 is the same text)."""
        return self["neighbours"]

    @property
    def abstained(self) -> bool:
        """Whether it is too uncertain to count."""
        return self["abstained"]


class Thresholds(NamedTuple):
    """The lowest figures of a prediction that counts."""

    min_probability: float
    min_gap: float


class Model:
    """A fitted model; `careerpulse.load` makes one. Threads may share it, and it can be pickled."""

    __slots__ = ("_native", "version")

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        sha256: str | None = None,
        encoder: Encoder | str | os.PathLike[str] | None = None,
        version: str | None = None,
    ) -> None:
        """Reads a model file, which must have the SHA-256 where one is given."""
        self._native = NativeModel.open(path, sha256, encoder)
        self.version = version
        """The registered version that it is, where its folder says so."""

    @overload
    def predict(self, titles: pandas.DataFrame) -> pandas.DataFrame: ...
    @overload
    def predict(
        self,
        titles: Sequence[str | None],
        descriptions: Sequence[str | None] | None = None,
        levels: Sequence[str | None] | None = None,
        locations: Sequence[str | None] | None = None,
    ) -> list[Prediction]: ...
    @overload
    def predict(
        self, titles: Any, descriptions: Any = None, levels: Any = None, locations: Any = None
    ) -> Any: ...
    def predict(
        self,
        titles: Any,
        descriptions: Any = None,
        levels: Any = None,
        locations: Any = None,
    ) -> Any:
        """Predicts the category of each posting, and returns the kind of thing that came in.

        - Lists of str (or columns of pandas, numpy, pyarrow, polars) give a list of `Prediction`.
          Descriptions are HTML as The Muse sends it, or plain; None and NaN are no text.
        - A pandas DataFrame with the columns title and, if there, description, level and location gives a
          DataFrame with the columns `COLUMNS` and the same index.
        - A pyarrow Table or RecordBatch, or anything else with `__arrow_c_stream__` or
          `__arrow_c_array__`, gives a pyarrow Table (a RecordBatch for a RecordBatch), or an object with
          `__arrow_c_stream__` where pyarrow is not installed.

        Raises `CareerPulseError` with what was wrong and what to do.
        """
        if is_dataframe(titles):
            _alone(descriptions, levels, locations)
            return self._predict_frame(titles)
        if _is_arrow_table(titles):
            _alone(descriptions, levels, locations)
            return _as_came(titles, self._native.predict_arrow(titles))
        return self._predict_lists(titles, descriptions, levels, locations)

    def _predict_lists(
        self, titles: Any, descriptions: Any, levels: Any, locations: Any
    ) -> list[Prediction]:
        rows = self._native.predict_rows(
            _listed(titles), _listed(descriptions), _listed(levels), _listed(locations)
        )
        return [Prediction(row) for row in rows]

    def _predict_frame(self, frame: pandas.DataFrame) -> pandas.DataFrame:
        pandas = sys.modules["pandas"]
        names = list(frame.columns)
        if "title" not in names:
            has = ", ".join(map(str, names)) or "none at all"
            raise CareerPulseError(f"the DataFrame has no column title: it has {has}")
        for name in ("title", "description", "level", "location"):
            if names.count(name) > 1:
                raise CareerPulseError(f"the DataFrame has {names.count(name)} columns {name}: keep one")
        columns = [
            frame[name].tolist() if name in names else None
            for name in ("title", "description", "level", "location")
        ]
        rows = self._native.predict_rows(*columns)
        types = {"probability": "float64", "gap": "float64", "abstained": "bool"}
        return pandas.DataFrame(
            {
                name: pandas.Series(
                    [row[name] for row in rows], index=frame.index, dtype=types.get(name, "object")
                )
                for name in COLUMNS
            },
            index=frame.index,
        )

    @property
    def classes(self) -> list[str]:
        """The categories it knows, in order."""
        return self._native.classes

    @property
    def method(self) -> str:
        """What the classifier sees: tfidf, tfidf_svd, sentence_transformer or combined."""
        return self._native.method

    @property
    def encoder_revision(self) -> str | None:
        """The sentence encoder that it was fitted with, if any."""
        return self._native.encoder_revision

    @property
    def thresholds(self) -> Thresholds:
        """The lowest figures of a prediction that counts."""
        return Thresholds(**self._native.thresholds)

    @property
    def format(self) -> int:
        """The format of its file."""
        return self._native.format

    def __repr__(self) -> str:
        version = f" version {self.version}" if self.version else ""
        return f"<careerpulse.Model{version}: {self.method}, {len(self.classes)} categories>"


def is_dataframe(value: Any) -> TypeGuard[pandas.DataFrame]:
    """Whether it is a DataFrame of pandas, which is not imported for the question."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)


LISTERS = ("tolist", "to_pylist", "to_list")
"""How columns of pandas, numpy, pyarrow and polars become lists."""


def _is_arrow_table(value: Any) -> bool:
    """Columns speak Arrow as well, but can be listed and have no schema."""
    is_column = any(hasattr(value, name) for name in LISTERS) and not hasattr(value, "schema")
    speaks = hasattr(value, "__arrow_c_stream__") or hasattr(value, "__arrow_c_array__")
    return speaks and not is_column


def _listed(value: Any) -> Any:
    for name in LISTERS:
        if hasattr(value, name):
            return getattr(value, name)()
    return value


def _alone(*others: Any) -> None:
    if any(other is not None for other in others):
        raise CareerPulseError(
            "a table brings its own columns: pass it alone, with columns title, description, level, location"
        )


def _as_came(data: Any, stream: ArrowStream) -> Any:
    try:
        import pyarrow
    except ImportError:
        return stream
    table = pyarrow.RecordBatchReader.from_stream(stream).read_all()
    if isinstance(data, pyarrow.RecordBatch):
        batches = table.combine_chunks().to_batches()
        return batches[0] if batches else pyarrow.RecordBatch.from_pylist([], schema=table.schema)
    return table
