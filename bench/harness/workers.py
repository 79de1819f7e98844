"""The two processes of a task, each spoken to in lines."""

import json
import subprocess
import sys
from contextlib import contextmanager, suppress

from .options import BENCH


class WorkerFailed(Exception):
    """A side that ended before its reply; what it said of that is on stderr."""


def command(side, ours, task, data, answers):
    """What starts one side of a task."""
    if side == "ours":
        return [ours, "work", task, "--data", data, "--answers", answers]
    return [sys.executable, BENCH / "worker.py", task, data, answers]


@contextmanager
def started(side, line):
    """A worker that has loaded its data; it is gone afterwards, whatever happened."""
    process = subprocess.Popen(
        [str(part) for part in line],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.side = side
    try:
        listen(process)
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


def listen(process):
    """The next reply. Raises where the worker ended instead."""
    line = process.stdout.readline()
    if not line:
        raise WorkerFailed(f"{process.side} ended with status {process.wait()}")
    return json.loads(line)
