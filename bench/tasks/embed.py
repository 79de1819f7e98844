"""Sentence embeddings by all-MiniLM-L6-v2, 256 tokens, from the same weights on both sides."""

import importlib.util
import os
import tempfile
from pathlib import Path

import numpy as np

from harness.files import read_array, read_texts, write_array, write_json

NAME = "embed"
TITLE = "sentence embedding"
AGAINST = "sentence-transformers (torch, CPU)"
GOAL = None
GROWTH = 1
# Every text costs the same, so a few hundred tell as much as many thousand.
SIZES = [250, 500]

NEAR = 0.9999
WIDTH = 384
TOKENS = 256


def missing():
    if not os.environ.get("CAREERPULSE_ENCODER_DIR"):
        return "the encoder's weights are missing (`careerpulse encoder pull` fetches them)"
    if not importlib.util.find_spec("sentence_transformers"):
        return "the package sentence-transformers is missing (bench/requirements-embed.txt)"
    return None


def load(data):
    return model_of(os.environ["CAREERPULSE_ENCODER_DIR"]), read_texts(data / "texts.ndjson")


def model_of(weights):
    """The library's model, of the folder of our weights."""
    # Torch is loaded only where it is needed: in the worker, whose memory is measured.
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()

    with tempfile.TemporaryDirectory() as folder:
        dress(Path(folder), Path(weights))
        model = SentenceTransformer(folder, device="cpu", local_files_only=True)
    assert model.max_seq_length == TOKENS, model.max_seq_length
    return model


def dress(folder, weights):
    """The published model folder around the two files that hold everything but its settings."""
    for name in ("model.safetensors", "tokenizer.json"):
        (folder / name).symlink_to(weights / name)
    write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": WIDTH,
            "intermediate_size": 4 * WIDTH,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": 512,
            "num_attention_heads": 12,
            "num_hidden_layers": 6,
            "pad_token_id": 0,
            "type_vocab_size": 2,
            "vocab_size": 30522,
        },
    )
    special = {
        "cls": "[CLS]",
        "mask": "[MASK]",
        "pad": "[PAD]",
        "sep": "[SEP]",
        "unk": "[UNK]",
    }
    write_json(
        folder / "tokenizer_config.json",
        {
            "do_lower_case": True,
            "model_max_length": TOKENS,
            "tokenizer_class": "BertTokenizer",
            **{f"{name}_token": token for name, token in special.items()},
        },
    )
    write_json(
        folder / "sentence_bert_config.json",
        {"max_seq_length": TOKENS, "do_lower_case": False},
    )
    kinds = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    write_json(
        folder / "modules.json",
        [
            {
                "idx": at,
                "name": str(at),
                "path": path,
                "type": f"sentence_transformers.models.{kind}",
            }
            for at, (path, kind) in enumerate(kinds.items())
        ],
    )
    for path in list(kinds)[1:]:
        (folder / path).mkdir()
    write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": WIDTH, "pooling_mode_mean_tokens": True},
    )


def run(given):
    model, texts = given
    return model.encode(texts, show_progress_bar=False, convert_to_numpy=True)


def answer(_, vectors, answers):
    write_array(answers / "rows.f32", vectors)


def agree(_, ours, theirs):
    """The cosine of every pair of vectors."""
    ours, theirs = (
        read_array(side / "rows.f32").reshape(-1, WIDTH).astype(float) for side in (ours, theirs)
    )
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    least = (np.sum(ours * theirs, axis=1) / lengths).min()
    return bool(least >= NEAR), f"least cosine of {len(ours):,} pairs {least:.7f}"
