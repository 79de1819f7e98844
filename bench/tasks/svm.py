"""Linear support vector machines, one per class, balanced, on TF-IDF rows."""

import numpy as np
from sklearn.svm import LinearSVC

from . import linear, rows
from .linear import answer

NAME = "svm"
TITLE = "linear SVM, TF-IDF"
AGAINST = "LinearSVC"
GOAL = None
GROWTH = 1

__all__ = ["agree", "answer", "load", "run"]

load = rows.sparse


def run(given):
    matrix, labels, _ = given
    return LinearSVC(class_weight="balanced").fit(matrix, labels)


def agree(data, ours, theirs):
    return linear.agree(data, ours, theirs, objective)


def objective(scores, weights, intercepts, labels):
    """Sum of liblinear's over the classes: intercepts are penalised, own rows cost by weight."""
    total = (np.square(weights).sum() + np.square(intercepts).sum()) / 2
    for place, weight in enumerate(linear.balanced(labels)):
        own = labels == place
        slack = np.maximum(0, 1 - np.where(own, 1, -1) * scores[:, place])
        total += np.where(own, weight, 1) @ np.square(slack)
    return total
