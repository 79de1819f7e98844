import os
from typing import Any, final, overload

__all__ = [
    "FORMAT",
    "VERSION",
    "ArrowStream",
    "CareerPulseError",
    "Encoder",
    "NativeModel",
    "clean_description",
]

FORMAT: int
VERSION: str

class CareerPulseError(ValueError):
    """What was wrong, where, and what to do about it."""

@final
class ArrowStream:
    """Predictions that any Arrow library takes: `pyarrow.table(stream)`."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

@final
class Encoder:
    """all-MiniLM-L6-v2: texts in, one vector of length one each out."""

    def __new__(
        cls,
        path: str | os.PathLike[str] | None = None,
        precision: str = "auto",
        long_texts: str = "cut",
    ) -> Encoder: ...
    def encode(self, texts: list[str] | list[str | None] | tuple[str | None, ...], /) -> Any:
        """The vectors, texts × 384, float32: a numpy array, or a memoryview where numpy is not."""

    @property
    def revision(self) -> str:
        """Names what a vector depends on: weights, precision, tokens kept."""

    @property
    def precision(self) -> str:
        """The precision in use: "f32", "bf16" or "int8"."""

    @property
    def long_texts(self) -> str:
        """How texts are read that are longer than 256 tokens: "cut" or "windows"."""

    @property
    def dim(self) -> int:
        """The width of a vector."""

@final
class NativeModel:
    """A fitted model with the encoder it needs; `careerpulse.Model` asks it."""

    @staticmethod
    def open(
        path: str | os.PathLike[str],
        sha256: str | None = None,
        encoder: Encoder | str | os.PathLike[str] | None = None,
    ) -> NativeModel: ...
    @staticmethod
    def from_bytes(
        bytes: bytes, encoder: Encoder | str | os.PathLike[str] | None = None
    ) -> NativeModel: ...
    def predict_rows(
        self,
        titles: Any,
        descriptions: Any = None,
        levels: Any = None,
        locations: Any = None,
    ) -> list[dict[str, Any]]: ...
    def predict_arrow(self, data: Any, /) -> ArrowStream: ...
    @property
    def classes(self) -> list[str]: ...
    @property
    def method(self) -> str: ...
    @property
    def encoder_revision(self) -> str | None: ...
    @property
    def thresholds(self) -> dict[str, float]: ...
    @property
    def format(self) -> int: ...

@overload
def clean_description(html: str, /) -> str: ...
@overload
def clean_description(html: None, /) -> None: ...
@overload
def clean_description(html: list[str], /) -> list[str]: ...
@overload
def clean_description(html: list[str | None], /) -> list[str | None]: ...
