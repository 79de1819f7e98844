"""Makes the arrays that careerpulse-learn's linear models are held to.

    python -m venv venv && venv/bin/pip install 'scikit-learn==1.9.*'
    venv/bin/python make_linear.py

Writes linear.json beside itself. Features are rounded to float32 first, which is what
careerpulse-learn holds, and fitted in float64; everything is run to convergence.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

assert sklearn.__version__.startswith("1.9."), sklearn.__version__
HERE = Path(__file__).parent
NAMES = ["analyst", "cook", "driver", "engineer", "nurse"]


def rounded(values):
    return [float(f"{v:.9g}") for v in np.asarray(values).ravel()]


def dense(rng, labels, cols):
    centres = rng.normal(size=(labels.max() + 1, cols))
    return (centres[labels] + 1.3 * rng.normal(size=(len(labels), cols))).astype(np.float32)


def words(rng, labels, cols):
    """Rows of unit length in which each class prefers some columns, as TF-IDF makes them."""
    rows = np.zeros((len(labels), cols))
    for row, label in zip(rows, labels):
        likes = 1 + 5 * (np.arange(cols) % (labels.max() + 1) == label)
        chosen = rng.choice(cols, size=7, replace=False, p=likes / likes.sum())
        row[chosen] = rng.uniform(0.3, 1.5, size=7)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def main():
    rng = np.random.default_rng(20)
    uneven = {
        5: np.repeat(np.arange(5), [22, 4, 15, 9, 6]),
        3: np.repeat(np.arange(3), [20, 5, 9]),
        2: np.repeat(np.arange(2), [25, 8]),
    }
    cases = []
    for kind, classes, c, balanced, scaling in [
        ("dense", 5, 1.0, True, 1.0),
        ("dense", 3, 0.1, False, 1.0),
        ("dense", 2, 1.0, True, 1.0),
        ("sparse", 5, 1.0, True, 1.0),
        ("sparse", 5, 10.0, False, 2.5),
        ("sparse", 3, 0.3, True, 0.5),
        ("sparse", 2, 5.0, True, 1.0),
    ]:
        labels = uneven[classes]
        order = rng.permutation(len(labels))
        labels = labels[order]
        cols = 6 if kind == "dense" else 40
        x = (dense if kind == "dense" else words)(rng, labels, cols)
        queries = x[:8][:, ::-1].copy()
        weight = "balanced" if balanced else None
        exact = x.astype(np.float64)
        given = sparse.csr_matrix(exact) if kind == "sparse" else exact
        logistic = LogisticRegression(
            C=c, class_weight=weight, solver="lbfgs", tol=1e-10, max_iter=100_000
        ).fit(given, labels)
        svm = LinearSVC(
            C=c, class_weight=weight, dual=False, loss="squared_hinge",
            intercept_scaling=scaling, tol=1e-12, max_iter=100_000,
        ).fit(given, labels)
        cases.append(
            {
                "kind": kind,
                "c": c,
                "balanced": balanced,
                "intercept_scaling": scaling,
                "classes": NAMES[:classes],
                "cols": cols,
                "labels": labels.tolist(),
                "features": rounded(x),
                "queries": rounded(queries),
                "logistic": {
                    "weights": rounded(logistic.coef_),
                    "intercepts": rounded(logistic.intercept_),
                    "probabilities": rounded(logistic.predict_proba(queries.astype(np.float64))),
                },
                "svm": {
                    "weights": rounded(svm.coef_),
                    "intercepts": rounded(svm.intercept_),
                    "decisions": rounded(svm.decision_function(queries.astype(np.float64))),
                    "predicted": svm.predict(queries.astype(np.float64)).tolist(),
                },
            }
        )
    text = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / "linear.json").write_text("[\n" + text + "\n]\n")


if __name__ == "__main__":
    main()
