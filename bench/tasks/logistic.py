"""Multinomial logistic regression, balanced, on TF-IDF rows."""

import numpy as np
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

from . import linear, rows
from .linear import answer

NAME = "logistic"
TITLE = "logistic regression, TF-IDF"
AGAINST = "LogisticRegression (lbfgs)"
GOAL = 3
GROWTH = 1

__all__ = ["agree", "answer", "load", "run"]

load = rows.sparse


def run(given):
    matrix, labels, _ = given
    return LogisticRegression(class_weight="balanced", max_iter=1000).fit(matrix, labels)


def agree(data, ours, theirs):
    return linear.agree(data, ours, theirs, objective)


def objective(scores, weights, _, labels):
    """Weighted mean of the cross entropy, and the penalty of C = 1."""
    of_row = linear.balanced(labels)[labels]
    losses = logsumexp(scores, axis=1) - scores[np.arange(len(labels)), labels]
    return (of_row @ losses + np.square(weights).sum() / 2) / of_row.sum()
