"""MLflow's loader: `loader_module: careerpulse.mlflow`, with `model.bin` and `model.json` in the data folder.

`mlflow.pyfunc.load_model("models:/careerpulse-category@production").predict(frame)` comes through here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._careerpulse import CareerPulseError
from .model import Model, is_dataframe
from .sources import load

if TYPE_CHECKING:
    import pandas


class PyfuncModel:
    """What MLflow holds: a model that answers with a DataFrame."""

    def __init__(self, model: Model) -> None:
        """Wraps a model."""
        self.model = model

    def predict(self, model_input: Any, params: dict[str, Any] | None = None) -> pandas.DataFrame:
        """A row per posting with the columns `careerpulse.COLUMNS`: category and probability first.

        Takes a DataFrame, a list of dicts or a dict of lists, with title and, if there, description,
        level and location. There are no params.
        """
        if params:
            raise CareerPulseError(f"the model knows no params, and was given {', '.join(params)}")
        return self.model.predict(_as_frame(model_input))


def _load_pyfunc(path: str, model_config: dict[str, Any] | None = None) -> PyfuncModel:
    """MLflow calls this with the data folder; `model_config` may name the encoder's folder: `encoder`."""
    return PyfuncModel(load(path, encoder=(model_config or {}).get("encoder")))


def _as_frame(given: Any) -> pandas.DataFrame:
    import pandas

    if is_dataframe(given):
        return given
    if isinstance(given, dict):
        given = {
            name: [values] if values is None or isinstance(values, str) else list(values)
            for name, values in given.items()
        }
        lengths = {name: len(values) for name, values in given.items()}
        if len(set(lengths.values())) > 1:
            words = ", ".join(f"{name} has {length}" for name, length in lengths.items())
            raise CareerPulseError(f"the lists differ in length ({words}): give one entry a posting")
        return pandas.DataFrame(given, dtype="object")
    if isinstance(given, list) and all(isinstance(row, dict) for row in given):
        # No rows have no columns either, and are no mistake.
        return pandas.DataFrame(given, columns=None if given else ["title"], dtype="object")
    raise CareerPulseError(
        "predict takes a DataFrame, a list of dicts or a dict of lists with title and description, "
        f"not {type(given).__name__}"
    )
