"""The KNN sweep on TF-IDF rows."""

from . import knn, rows
from .knn import agree, answer, run

NAME = "knn_sparse"
TITLE = "KNN sweep, sparse TF-IDF"
AGAINST = "GridSearchCV on KNeighborsClassifier"
GOAL = 20
GROWTH = 2

__all__ = ["agree", "answer", "load", "run"]


def load(data):
    return knn.warm(rows.sparse(data))
