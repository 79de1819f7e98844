"""ONNX models of our weights, as its users would make them: exported, fused, quantized.

A program of its own (`python -m encoding.models FOLDER`), so that no worker's memory holds what it
needed.
"""

import logging
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

from harness.options import BENCH, say

LAYERS, HEADS, WIDTH = 6, 12, 384
OPSET = 17
INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
OUTPUT = "last_hidden_state"
# What full fusion comes to, with GELU as it is: FastGelu is its approximation by tanh.
FUSED = {
    "EmbedLayerNormalization": 1,
    "Attention": LAYERS,
    "SkipLayerNormalization": 2 * LAYERS,
    "BiasGelu": LAYERS,
    "FastGelu": 0,
}


def make(folder):
    """Makes them in another process. Raises where that fails, which says why on stderr."""
    folder.mkdir(parents=True)
    say("making ONNX models of the weights")
    command = [sys.executable, "-W", "ignore", "-m", "encoding.models", folder]
    subprocess.run(command, cwd=BENCH, check=True)


def main():
    # The exporter and the quantizer warn of what is meant.
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    folder = Path(sys.argv[1])
    export(Path(os.environ["CAREERPULSE_ENCODER_DIR"]), folder / "exported.onnx")
    fuse(folder / "exported.onnx", folder / "fused.onnx")
    quantize(folder / "fused.onnx", folder / "int8.onnx")


def export(weights, path):
    """The network up to the last hidden state, for batches and lengths of any size."""
    import torch
    from transformers import AutoModel
    from transformers.utils import logging as of_transformers

    from tasks.embed import dress

    of_transformers.disable_progress_bar()
    with tempfile.TemporaryDirectory() as folder:
        dress(Path(folder), weights)
        # The optimizer knows attention by its written-out form.
        model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()

    class Hidden(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.model(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state

    ids = torch.arange(1000, 1032).reshape(2, 16)
    mask = torch.ones_like(ids)
    mask[1, 10:] = 0
    torch.onnx.export(
        Hidden(),
        (ids, mask, torch.zeros_like(ids)),
        str(path),
        input_names=INPUTS,
        output_names=[OUTPUT],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in [*INPUTS, OUTPUT]},
        opset_version=OPSET,
        # The newer exporter's graphs are not what the optimizer for BERT looks for.
        dynamo=False,
    )


def fuse(path, to):
    """ONNX Runtime's own fusions for BERT; anything less than all of them ends the run."""
    from onnxruntime.transformers import optimizer

    fused = optimizer.optimize_model(
        str(path), model_type="bert", num_heads=HEADS, hidden_size=WIDTH, opt_level=0
    )
    statistics = fused.get_fused_operator_statistics()
    found = {name: statistics.get(name, 0) for name in FUSED}
    say(f"fused: {', '.join(f'{count} {name}' for name, count in found.items())}")
    if found != FUSED:
        sys.exit(f"bench: ONNX Runtime's optimizer did not fuse the graph fully: {FUSED} is needed")
    fused.save_model_to_file(str(to))


def quantize(path, to):
    """Weights in 8 bits, per channel, once; activations as they come."""
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(path),
        str(to),
        weight_type=QuantType.QInt8,
        per_channel=True,
        # Shapes and kinds are not inferred through the fused operators.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


if __name__ == "__main__":
    main()
