"""Makes the arrays that careerpulse-learn's truncated SVD is held to, with scikit-learn.

    python -m venv venv && venv/bin/pip install scikit-learn==1.9.1
    venv/bin/python make_svd.py

Writes svd.json beside itself: a wide and a tall sparse matrix of known decay plus noise,
and what TruncatedSVD makes of each.
"""

import json
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD

HERE = Path(__file__).parent


def structured(rows, cols, seed):
    """Sparse factors whose weight falls by 0.7 each, and noise a thousandth of the first."""
    rng = np.random.default_rng(seed)
    matrix = np.zeros((rows, cols))
    for factor in range(24):
        left = rng.random(rows) * (rng.random(rows) < 0.3)
        right = rng.standard_normal(cols) * (rng.random(cols) < 0.2)
        matrix += 0.7**factor * np.outer(left, right)
    matrix += 1e-3 * rng.standard_normal(matrix.shape) * (rng.random(matrix.shape) < 0.05)
    # A thousandth, exact in binary, is all that is kept: the file stays short and f32 is exact.
    return sp.csr_matrix(np.round(matrix * 1024) / 1024)


def case(rows, cols, components, seed):
    matrix = structured(rows, cols, seed)
    model = TruncatedSVD(components, algorithm="randomized", n_iter=12, random_state=seed)
    transformed = model.fit_transform(matrix)
    sorted_sizes = np.sort(np.abs(model.components_), axis=1)
    # Two entries of nearly the same size would leave the sign to rounding.
    assert (sorted_sizes[:, -1] - sorted_sizes[:, -2]).min() > 1e-6
    return {
        "cols": cols,
        "rows": [
            [row.indices.tolist(), row.data.tolist()] for row in (matrix[i] for i in range(rows))
        ],
        "components": model.components_.tolist(),
        "singular_values": model.singular_values_.tolist(),
        "explained_variance_ratio": model.explained_variance_ratio_.tolist(),
        "transformed": transformed.tolist(),
    }


cases = [case(60, 120, 8, 1), case(90, 40, 5, 2)]
(HERE / "svd.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
