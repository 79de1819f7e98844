"""Where models come from: a file, a folder, an MLflow model, an address in MLflow's registry."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ._careerpulse import FORMAT, VERSION, CareerPulseError
from .model import Model

if TYPE_CHECKING:
    from ._careerpulse import Encoder

MODEL = "model.bin"
"""The model's file in its folder."""

CARD = "model.json"
"""What the folder says of it: `sha256`, `format`, `encoder_revision`, `version`."""


def load(
    source: str | os.PathLike[str],
    *,
    sha256: str | None = None,
    encoder: Encoder | str | os.PathLike[str] | None = None,
) -> Model:
    """Loads a model from a file, a folder with `model.bin`, an MLflow model directory, or an address
    (`models:/NAME@ALIAS`, `models:/NAME/VERSION`, `runs:/…`, `mlflow-artifacts:/…`), which MLflow fetches.

    `sha256` is what the file must have; a `model.json` beside it says so by itself. `encoder` is an
    `Encoder`, or the folder of its weights, for models that look at sentence embeddings; without it
    they are looked for in CAREERPULSE_ENCODER_DIR, else in the user's cache folder.

    Raises `CareerPulseError` where it is missing, altered, damaged, foreign, or newer than this wheel.
    """
    path = _local(source)
    if path.is_dir():
        path = _file_in(path)
    card = _card(path.with_name(CARD)) if path.name == MODEL else {}
    if sha256 is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", str(sha256)):
        raise CareerPulseError(f"sha256 must be 64 hexadecimal digits, not {sha256!r}")
    version = card.get("version")
    return Model(
        path,
        sha256=sha256 or card.get("sha256"),
        encoder=encoder,
        version=None if version is None else str(version),
    )


def _local(source: str | os.PathLike[str]) -> Path:
    if not isinstance(source, (str, os.PathLike)):
        raise CareerPulseError(f"load takes a path or an address, not {type(source).__name__}")
    text = os.fsdecode(source)
    # A letter alone is a drive.
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]+):/", text)
    if scheme is None:
        return Path(text)
    if scheme[1] == "file":
        return Path(url2pathname(urlsplit(text).path))
    if scheme[1] in ("models", "runs", "mlflow-artifacts"):
        return _fetched(text)
    raise CareerPulseError(
        f"{text} is no address of a model: give a path, or models:/NAME@ALIAS, models:/NAME/VERSION, "
        "runs:/ID/PATH or mlflow-artifacts:/PATH"
    )


def _fetched(uri: str) -> Path:
    try:
        from mlflow.artifacts import download_artifacts
        from mlflow.exceptions import MlflowException
    except ImportError as error:
        raise CareerPulseError(
            f"{uri} lies in MLflow, whose package is not here: `pip install mlflow`"
        ) from error
    try:
        return Path(download_artifacts(artifact_uri=uri))
    except (MlflowException, OSError) as error:
        said = str(error).strip().partition("\n")[0].rstrip(".")
        raise CareerPulseError(
            f"{uri} cannot be fetched ({said}): see MLFLOW_TRACKING_URI, the name and the alias"
        ) from error


def _file_in(folder: Path) -> Path:
    for path in (folder / MODEL, folder / "data" / MODEL):
        if path.is_file():
            return path
    if (folder / "MLmodel").is_file():
        raise CareerPulseError(
            f"{folder} is an MLflow model without data/{MODEL}: it is none of CareerPulse's, or incomplete"
        )
    raise CareerPulseError(f"the folder {folder} holds no {MODEL}: name the model's file or its folder")


def _card(path: Path) -> dict[str, Any]:
    """What stands beside the model; nothing where nothing does."""
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CareerPulseError(
            f"{path} cannot be read ({error}): restore it, or delete it to load the model unchecked"
        ) from error
    if not isinstance(card, dict) or not isinstance(card.get("sha256", ""), str):
        raise CareerPulseError(
            f"{path} is no description of a model: restore it, or delete it to load the model unchecked"
        )
    found = card.get("format")
    if isinstance(found, int) and found > FORMAT:
        raise CareerPulseError(
            f"the model {path.with_name(MODEL)} has format {found}, and this wheel (careerpulse {VERSION}) "
            f"reads format {FORMAT}: update it with `pip install --upgrade careerpulse`"
        )
    return card
