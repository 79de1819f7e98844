"""As `tfidf`, with pairs of words, cut to the 40,000 most frequent terms."""

from . import tfidf
from .tfidf import agree, answer, load

NAME = "tfidf_bigrams"
TITLE = "TF-IDF, at most 40k words and pairs"
AGAINST = tfidf.AGAINST
GOAL = tfidf.GOAL
GROWTH = tfidf.GROWTH

__all__ = ["agree", "answer", "load", "run"]


def run(texts):
    return tfidf.run(texts, {**tfidf.SETTINGS, "max_features": 40_000, "ngram_range": (1, 2)})
