"""TF-IDF rows pressed into 200 dense columns."""

import numpy as np
from sklearn.decomposition import TruncatedSVD

from harness.files import read_array, read_json, write_array, write_json
from harness.report import nearness

from . import rows

NAME = "svd"
TITLE = "truncated SVD, 200"
AGAINST = "TruncatedSVD (randomized)"
GOAL = None
GROWTH = 1

COMPONENTS = 200
LEADING = 20
NEAR = 1e-3
ENERGY_NEAR = 5e-3

load = rows.sparse


def run(given):
    matrix = given[0]
    model = TruncatedSVD(min(COMPONENTS, *matrix.shape), random_state=0)
    return model, model.fit_transform(matrix)


def answer(_, result, answers):
    model, transformed = result
    write_json(answers / "singular_values.json", model.singular_values_.tolist())
    write_array(answers / "components.f64", model.components_)
    write_array(answers / "rows.f32", transformed)


def agree(data, ours, theirs):
    """The leading singular values, the rows, and how much of the matrix the components hold.

    Both are randomized, so that late components, whose values are close to one another, may
    differ while the space they span is as good.
    """
    matrix = rows.sparse(data)[0]
    values = [np.array(read_json(side / "singular_values.json")) for side in (ours, theirs)]
    leading = np.abs(values[0] / values[1] - 1)[:LEADING].max()
    held = [energy(matrix, side) for side in (ours, theirs)]
    apart = abs(held[0] - held[1]) / held[1]
    return bool(leading <= NEAR and apart <= ENERGY_NEAR), (
        f"first {LEADING} singular values {nearness(leading)}; energy held {held[0]:.4f} and {held[1]:.4f}"
    )


def energy(matrix, side):
    """Share of the matrix's square sum along the components; nothing where the rows are not that."""
    components = read_array(side / "components.f64").reshape(-1, matrix.shape[1])
    along = matrix @ components.T
    transformed = read_array(side / "rows.f32").reshape(along.shape)
    if np.abs(along - transformed).max() > NEAR:
        return np.nan
    return np.square(along).sum() / matrix.multiply(matrix).sum()
