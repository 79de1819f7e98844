"""Files that both sides read and write; `arrays.rs` of careerpulse-bench is the same in Rust."""

import json

import numpy as np
from scipy.sparse import csr_matrix

KINDS = {".u32": "<u4", ".f32": "<f4", ".f64": "<f8"}


def read_array(path):
    """All numbers of a file, whose ending says their kind."""
    return np.fromfile(path, dtype=KINDS[path.suffix])


def write_array(path, values):
    np.ascontiguousarray(values, dtype=KINDS[path.suffix]).tofile(path)


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def read_texts(path):
    """Texts, one JSON string a line."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_texts(path, texts):
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)


def read_sparse(folder, name, columns):
    """A matrix in double precision, which is what scikit-learn's vectorizer hands on."""
    starts = np.fromfile(folder / f"{name}.starts", dtype="<u8").astype(np.int32)
    places = np.fromfile(folder / f"{name}.columns", dtype="<u4").astype(np.int32)
    values = np.fromfile(folder / f"{name}.values", dtype="<f4").astype(np.float64)
    return csr_matrix((values, places, starts), shape=(len(starts) - 1, columns))


def write_sparse(folder, name, matrix):
    matrix.sort_indices()
    matrix.indptr.astype("<u8").tofile(folder / f"{name}.starts")
    matrix.indices.astype("<u4").tofile(folder / f"{name}.columns")
    matrix.data.astype("<f4").tofile(folder / f"{name}.values")
