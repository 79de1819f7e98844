"""Other threads go on, Ctrl-C is heard, forks and pickles work."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

import careerpulse

TITLES = ["Staff Nurse", "Software Engineer", "Tax Lawyer"]


def test_other_threads_go_on_while_a_model_works(model: careerpulse.Model) -> None:
    text = "<p>" + "care for patients on the surgical ward, and more of it " * 80_000 + "</p>"
    asked, answered = threading.Event(), threading.Event()

    def ask() -> None:
        asked.set()
        # A single batch: the lock is given up while it works, or not at all.
        model.predict(["Nurse"] * 8, [text] * 8)
        answered.set()

    thread = threading.Thread(target=ask)
    thread.start()
    asked.wait()
    rounds = 0
    while not answered.wait(0.001):
        rounds += 1
    thread.join()
    assert rounds > 10


def test_threads_may_share_a_model(model: careerpulse.Model) -> None:
    expected = model.predict(TITLES)
    with ThreadPoolExecutor(8) as threads:
        for answer in threads.map(model.predict, [TITLES] * 40):
            assert answer == expected


def predict_into(pipe: object, model: careerpulse.Model) -> None:
    pipe.send(model.predict(TITLES))  # type: ignore[attr-defined]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no process")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own(model: careerpulse.Model) -> None:
    expected = model.predict(TITLES)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=predict_into, args=(theirs, model))
    child.start()
    try:
        assert ours.poll(60), "the child hangs"
        assert ours.recv() == expected
    finally:
        child.kill()
        child.join()


def test_a_pickled_model_needs_no_file(words: SimpleNamespace, tmp_path: Path) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(words.path.read_bytes())
    model = careerpulse.load(file)
    pickled = pickle.dumps(model)
    file.unlink()
    again = pickle.loads(pickled)
    assert again.predict(TITLES) == model.predict(TITLES) and again.classes == model.classes
    prediction = model.predict(TITLES)[0]
    assert pickle.loads(pickle.dumps(prediction)).category == prediction.category


def test_a_pickled_embedding_model_finds_its_encoder(meaning: SimpleNamespace) -> None:
    model = careerpulse.load(meaning.path)
    assert pickle.loads(pickle.dumps(model)).predict(TITLES) == model.predict(TITLES)
    encoder = pickle.loads(pickle.dumps(careerpulse.Encoder()))
    assert (encoder.encode(TITLES) == careerpulse.Encoder().encode(TITLES)).all()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_ends_a_long_prediction(words: SimpleNamespace) -> None:
    code = f"""
import careerpulse
model = careerpulse.load({str(words.path)!r})
texts = ["<p>" + "care for patients on the surgical ward " * 500 + "</p>"]
try:
    print("begin", flush=True)
    while True:
        model.predict(["Nurse"] * 5_000, texts * 5_000)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=os.path.dirname(__file__))
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "begin\n"
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "interrupted\n"
        assert child.wait(60) == 0
    finally:
        child.kill()
