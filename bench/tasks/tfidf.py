"""Texts tokenised, counted, cut to the 10,000 most frequent words and weighed."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from harness.files import read_json, read_sparse, read_texts, write_json, write_sparse
from harness.report import nearness

NAME = "tfidf"
TITLE = "TF-IDF, at most 10k words"
AGAINST = "TfidfVectorizer"
GOAL = 10
GROWTH = 1
SETTINGS = dict(max_features=10_000, stop_words="english", sublinear_tf=True)

NEAR = 1e-6


def load(data):
    return read_texts(data / "texts.ndjson")


def run(texts, settings=SETTINGS):
    model = TfidfVectorizer(**settings)
    return model, model.fit_transform(texts)


def answer(_, result, answers):
    model, matrix = result
    write_json(answers / "terms.json", model.get_feature_names_out().tolist())
    write_sparse(answers, "matrix", matrix)


def agree(_, ours, theirs):
    """The same terms, but for those as frequent as the last one kept, and the same weights.

    Which of several equally frequent terms stays is open in scikit-learn: its sort is not stable.
    Rows that hold such a term differ in length, so only the others' weights are compared.
    """
    our_terms, their_terms = (np.array(read_json(side / "terms.json")) for side in (ours, theirs))
    common, at_ours, at_theirs = np.intersect1d(our_terms, their_terms, return_indices=True)
    differing = np.setxor1d(our_terms, their_terms)
    unexplained = np.setdiff1d(differing, read_json(ours / "tied.json"))
    our_rows = read_sparse(ours, "matrix", len(our_terms))
    their_rows = read_sparse(theirs, "matrix", len(their_terms))
    same = ~(holds_others(our_rows, at_ours) | holds_others(their_rows, at_theirs))
    apart = abs(our_rows[same][:, at_ours] - their_rows[same][:, at_theirs]).max()
    agreed = not len(unexplained) and len(our_terms) == len(their_terms) and apart <= NEAR
    tied = f", {len(our_terms) - len(common):,} tied at the cut" if len(differing) else ""
    return bool(agreed and same.any()), (
        f"{len(common):,} of {len(our_terms):,} terms equal{tied}; weights of {same.sum():,} rows "
        f"{nearness(apart)}"
        + (f"; NOT EXPLAINED: {unexplained[:5].tolist()}" if len(unexplained) else "")
    )


def holds_others(rows, columns):
    """Whether each row holds a term outside of these columns."""
    others = np.ones(rows.shape[1], dtype=bool)
    others[columns] = False
    return rows @ others > 0
