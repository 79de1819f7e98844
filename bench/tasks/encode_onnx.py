"""ONNX Runtime on the fused graph in 32-bit floats: texts sorted by length, padded in a batch."""

import os
from pathlib import Path

import numpy as np

from harness.files import read_json

from . import encode
from .embed import TOKENS, WIDTH
from .encode import about, answer, run

NAME = "encode_onnx"


def load(data, name="ONNX Runtime fp32", file="fused.onnx"):
    plan = read_json(data / "plan.json")
    session = started(Path(plan["models"]) / file, plan["threads"])
    tokenizer = tokens_of(Path(os.environ["CAREERPULSE_ENCODER_DIR"]))
    return encode.load(data, name, lambda texts, size: rows(session, tokenizer, texts, size))


def started(path, threads):
    """A session on the processor, with all of the runtime's own optimisations."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def tokens_of(weights):
    """The reference's tokenizer, cutting where the reference does."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS)
    return tokenizer


def rows(session, tokenizer, texts, size):
    """One vector per text, in the order of the texts."""
    tokens = [encoded.ids for encoded in tokenizer.encode_batch_fast(texts)]
    order = sorted(range(len(texts)), key=lambda text: -len(tokens[text]))
    vectors = np.empty((len(texts), WIDTH), dtype=np.float32)
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        vectors[batch] = pooled(session, [tokens[text] for text in batch])
    return vectors


def pooled(session, tokens):
    """The mean over each text's tokens, of length one."""
    shape = (len(tokens), max(map(len, tokens)))
    ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, of_text in enumerate(tokens):
        ids[row, : len(of_text)] = of_text
        mask[row, : len(of_text)] = 1
    feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    (hidden,) = session.run(None, feed)
    weights = mask[:, None, :].astype(np.float32)
    means = (weights @ hidden)[:, 0] / weights.sum(axis=2)
    return means / np.linalg.norm(means, axis=1, keepdims=True)
