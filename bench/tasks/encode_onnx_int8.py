"""ONNX Runtime on the fused graph with weights of 8 bits, activations quantized as they come."""

from . import encode_onnx
from .encode import about, answer, run

NAME = "encode_onnx_int8"


def load(data):
    return encode_onnx.load(data, "ONNX Runtime int8", "int8.onnx")
