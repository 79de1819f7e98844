"""Cleaning, and the encoder."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

import numpy
import pytest

import careerpulse
from careerpulse import CareerPulseError, clean_description

HERE = os.path.dirname(__file__)


def test_html_becomes_plain_text() -> None:
    assert clean_description("<p>Care &amp; <b>more</b></p><script>x</script>") == "Care & more"
    assert clean_description(["<br>a", None, ""]) == ["a", None, ""]
    assert clean_description(None) is None
    assert clean_description(("a  b",)) == ["a b"]
    assert clean_description([]) == []
    many = [f"<p>{i}</p>" for i in range(700)]
    assert clean_description(many) == [str(i) for i in range(700)]


def test_what_is_no_text_is_named() -> None:
    with pytest.raises(CareerPulseError, match=r"html\[1\] is int, not str"):
        clean_description(["a", 3])  # type: ignore[list-item]
    with pytest.raises(CareerPulseError, match="surrogate"):
        clean_description("\ud800")
    with pytest.raises(CareerPulseError, match="must be a list of str, not dict"):
        clean_description({})  # type: ignore[call-overload]


def test_vectors_have_length_one_and_say_what_is_alike(weights: None) -> None:
    encoder = careerpulse.Encoder()
    vectors = encoder.encode(["Pastry chef", "Baker, night shift", "Tax lawyer", ""])
    assert vectors.shape == (4, encoder.dim) and vectors.dtype == numpy.float32
    assert numpy.allclose((vectors**2).sum(axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.revision.startswith(f"all-MiniLM-L6-v2/53aa5117/{encoder.precision}/")
    with pytest.raises(CareerPulseError, match="put a single text into a list"):
        encoder.encode("Nurse")  # type: ignore[arg-type]


def test_long_texts_are_cut_or_read_in_windows(weights: None) -> None:
    cut, windows = (careerpulse.Encoder(precision="f32", long_texts=word) for word in ("cut", "windows"))
    assert [cut.precision, cut.long_texts, windows.long_texts] == ["f32", "cut", "windows"]
    assert cut.revision == "all-MiniLM-L6-v2/53aa5117/f32/256"
    assert windows.revision == "all-MiniLM-L6-v2/53aa5117/f32/windows"
    texts = ["Nurse", "nurse " * 400 + "violin " * 400]
    short, long = cut.encode(texts) == windows.encode(texts)
    assert short.all() and not long.all()
    again = pickle.loads(pickle.dumps(windows))
    assert again.revision == windows.revision and (again.encode(texts) == windows.encode(texts)).all()


def test_words_that_no_encoder_knows_are_named(weights: None) -> None:
    with pytest.raises(CareerPulseError, match='"fast" is not known: write auto, f32, bf16 or int8'):
        careerpulse.Encoder(precision="fast")
    with pytest.raises(CareerPulseError, match='"whole" is not known: write cut or windows'):
        careerpulse.Encoder(long_texts="whole")


def test_without_numpy_vectors_are_a_view(weights: None) -> None:
    code = """
import sys
sys.modules["numpy"] = None
import careerpulse
view = careerpulse.Encoder().encode(["Nurse", "Baker"])
assert view.shape == (2, 384) and view.format == "f", view
assert abs(sum(x * x for x in view.tolist()[1]) - 1) < 1e-5
assert len(careerpulse.Encoder().encode([])) == 0
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=HERE)


def test_weights_that_are_not_there_are_asked_for(tmp_path: object) -> None:
    with pytest.raises(CareerPulseError, match="careerpulse encoder pull") as raised:
        careerpulse.Encoder(tmp_path)  # type: ignore[arg-type]
    assert str(tmp_path) in str(raised.value) and "path=" in str(raised.value)


def test_nothing_else_is_imported() -> None:
    code = """
import sys, careerpulse
heavy = {"numpy", "pandas", "pyarrow", "mlflow", "pyspark"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=HERE)
