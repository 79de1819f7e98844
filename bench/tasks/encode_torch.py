"""sentence-transformers, which sorts the texts by length and pads within a batch by itself."""

import os

from harness.files import read_json

from . import embed, encode
from .encode import about, answer, run

NAME = "encode_torch"


def load(data):
    import torch

    torch.set_num_threads(read_json(data / "plan.json")["threads"])
    model = embed.model_of(os.environ["CAREERPULSE_ENCODER_DIR"])

    def rows(texts, size):
        return model.encode(texts, batch_size=size, show_progress_bar=False, convert_to_numpy=True)

    return encode.load(data, "sentence-transformers", rows)
