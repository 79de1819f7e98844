"""Rows of numbers with their classes and folds: what every classifier starts from."""

from harness.files import read_array, read_json, read_sparse


def sparse(data):
    """TF-IDF rows in double precision, as the vectorizer hands them on; labels; folds."""
    about = read_json(data / "about.json")
    return read_sparse(data, "tfidf", about["columns"]), *labels_and_folds(data)


def dense(data):
    """Dense rows in single precision, as sentence-transformers hands them on; labels; folds."""
    about = read_json(data / "about.json")
    rows = read_array(data / "dense.f32").reshape(-1, about["dense_columns"])
    return rows, *labels_and_folds(data)


def labels_and_folds(data):
    return read_array(data / "labels.u32").astype(int), read_array(data / "folds.u32").astype(int)
