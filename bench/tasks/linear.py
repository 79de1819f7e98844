"""What the two linear classifiers share: their answers, and how near two of them are."""

import numpy as np

from harness.files import read_array, write_array

from . import rows

# Both sides stop near the same minimum, each where its own path meets the tolerance.
OBJECTIVE_NEAR = 1e-3
SAME_CLASSES = 0.995


def answer(given, model, answers):
    """Weights (columns × classes), intercepts, and the classes predicted for the training rows."""
    write_array(answers / "weights.f64", model.coef_.T)
    write_array(answers / "intercepts.f64", model.intercept_)
    write_array(answers / "predicted.u32", model.predict(given[0]))


def agree(data, ours, theirs, objective):
    """The classes predicted, and the objective, which is computed here for both in the same way."""
    matrix, labels, _ = rows.sparse(data)
    same = np.mean(read_array(ours / "predicted.u32") == read_array(theirs / "predicted.u32"))
    ours, theirs = (reached(side, matrix, labels, objective) for side in (ours, theirs))
    apart = ours / theirs - 1
    return bool(same >= SAME_CLASSES and abs(apart) <= OBJECTIVE_NEAR), (
        f"{same:.2%} of classes equal; objective {apart:+.0e} of theirs"
    )


def reached(side, matrix, labels, objective):
    intercepts = read_array(side / "intercepts.f64")
    weights = read_array(side / "weights.f64").reshape(-1, len(intercepts))
    return objective(matrix @ weights + intercepts, weights, intercepts, labels)


def balanced(labels):
    """Weight of each class: rows / (classes × rows of the class)."""
    counts = np.bincount(labels)
    return len(labels) / (len(counts) * counts)
