"""The two processes of a task, each spoken to in lines."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager, suppress

from . import memory
from .options import BENCH


class WorkerFailed(Exception):
    """A side that ended before its reply; what it said of that is on stderr."""


def command(side, ours, task, data, answers):
    """What starts one side of a task."""
    if side == "ours":
        return [ours, "work", task, "--data", data, "--answers", answers]
    return [sys.executable, BENCH / "worker.py", task, data, answers]


@contextmanager
def started(side, line, environment=None):
    """A worker that has loaded its data; it is gone afterwards, whatever happened.

    What it said when it was ready is its `about`.
    """
    process = subprocess.Popen(
        [str(part) for part in line],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    process.side = side
    try:
        process.about = listen(process)
        yield process
    finally:
        with suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def order(process, word):
    """Has a worker do something, and returns its reply."""
    try:
        process.stdin.write(f"{word}\n")
        process.stdin.flush()
    except BrokenPipeError:
        pass
    return listen(process)


def turn(process, most):
    """One round of a worker: its reply, and the largest peak of memory so far."""
    with memory.watched(process.pid) as peak:
        reply = order(process, "run")
    return reply, max([most or 0, *peak]) or None


def listen(process):
    """The next reply. Raises where the worker ended instead."""
    line = process.stdout.readline()
    if not line:
        raise WorkerFailed(f"{process.side} ended with status {process.wait()}")
    return json.loads(line)
