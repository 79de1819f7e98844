"""The KNN sweep on dense rows."""

from . import knn, rows
from .knn import agree, answer, run

NAME = "knn_dense"
TITLE = "KNN sweep, dense 384"
AGAINST = "GridSearchCV on KNeighborsClassifier"
GOAL = 20
GROWTH = 2

__all__ = ["agree", "answer", "load", "run"]


def load(data):
    return knn.warm(rows.dense(data))
