"""The pieces of work, one file each; `src/tasks/` of careerpulse-bench holds our side of each.

A task has NAME (ours has the same), TITLE, AGAINST, GOAL (times as fast, or None) and GROWTH (the
power of the number of postings that its time grows with); SIZES where it has its own; and functions

- `load(data)`: what the work starts from, before the clock starts;
- `run(given)`: the work;
- `answer(given, result, answers)`: writes what it came to;
- `agree(data, ours, theirs)`: whether both sides' answers agree, and words that say how well;
- `missing()`, where something may be: why the task must be left out, or None;
- `about(given)`, where there is something to say once it is loaded: a dictionary.

To add one: a file here, its name in ORDER, and its other side. The tasks of `bench/encoder`, whose
names begin with `encode`, are not in ORDER: `encoding/engines.py` lists them.
"""

import importlib

ORDER = [
    "clean",
    "tfidf",
    "tfidf_bigrams",
    "svd",
    "knn_dense",
    "knn_sparse",
    "logistic",
    "svm",
    "embed",
]


def named(name):
    """The module of a task."""
    return importlib.import_module(f"tasks.{name}")
