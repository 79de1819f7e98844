"""Who takes part, what is held against whom, and what is asked of them."""

import importlib.util
from dataclasses import dataclass


@dataclass(frozen=True)
class Engine:
    """One way to embed texts: its name for `--engines`, its task, and what it computes in."""

    name: str
    title: str
    task: str
    precision: str
    # The least cosine to the reference that is no disagreement; None where that is not asked.
    bar: float | None = None
    packages: tuple = ()

    @property
    def side(self):
        return "theirs" if self.packages else "ours"


REFERENCE = "torch"
TORCH = ("sentence_transformers", "torch", "transformers", "tokenizers")
ONNX = (*TORCH, "onnx", "onnxruntime", "sympy")
ENGINES = [
    Engine("f32", "CareerPulse f32", "encode_f32", "f32", 0.999999),
    Engine("bf16", "CareerPulse bf16", "encode_bf16", "bf16", 0.9999),
    Engine("int8", "CareerPulse int8", "encode_int8", "int8", 0.997),
    Engine("torch", "sentence-transformers", "encode_torch", "f32", None, TORCH),
    # The same numbers in the same precision: were they not, a graph would be wrong.
    Engine("onnx", "ONNX Runtime fp32", "encode_onnx", "f32", 0.999999, ONNX),
    Engine("onnx-int8", "ONNX Runtime int8", "encode_onnx_int8", "int8", None, ONNX),
]
# Ours, whom it is held against, and how many times as fast it is to be.
PAIRS = [
    ("f32", "onnx", 1.2),
    ("f32", "torch", 1.4),
    ("bf16", "onnx", 2.2),
    ("int8", "onnx-int8", 1.7),
]
# How many times as fast two threads are to be as one.
TWO_THREADS = 1.9


def missing(engines):
    """A package that one of them needs and that is not there, if so."""
    needed = dict.fromkeys(package for engine in engines for package in engine.packages)
    return next((package for package in needed if not importlib.util.find_spec(package)), None)
