"""What embedding comes to: operations of the network, and bytes that it moves."""

import numpy as np

LAYERS, WIDTH, INNER = 6, 384, 1536
# Query, key, value and output; then up and down.
WEIGHTS = LAYERS * (4 * WIDTH * WIDTH + 2 * WIDTH * INNER)
BYTES = {"f32": 4, "bf16": 2, "int8": 1}
# Tokens of a pack of ours, which takes the place of a batch.
PACK = 512
COUNTED = (
    f"Bytes counted: the layers' weights once a batch (of ours, once a pack of {PACK} tokens), and "
    f"of each token the input and output of each layer, {WIDTH} numbers of 4 bytes."
)


def operations(tokens):
    """Products and sums of the layers for texts of so many tokens; padding is no work.

    Each weight once a token; of attention, scores and their sums, each a product of tokens by
    tokens by width.
    """
    tokens = np.asarray(tokens, dtype=float)
    return float(np.sum(2 * WEIGHTS * tokens + LAYERS * 4 * WIDTH * tokens**2))


def traffic(tokens, batch, precision):
    """Bytes as `COUNTED` says; a batch of None is ours."""
    tokens = np.asarray(tokens, dtype=float)
    batches = tokens.sum() / PACK if batch is None else np.ceil(len(tokens) / batch)
    states = tokens.sum() * LAYERS * 2 * WIDTH * BYTES["f32"]
    return float(batches * WEIGHTS * BYTES[precision] + states)
