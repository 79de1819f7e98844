"""How much memory a worker and its children hold at most, from Linux' /proc; nothing elsewhere."""

import threading
from contextlib import contextmanager
from pathlib import Path

INTERVAL = 0.05


@contextmanager
def watched(pid):
    """Yields a list that holds the peak in bytes, afterwards, or stays empty where it is not known.

    The kernel's own high-water mark serves a process without children exactly. One with
    children (joblib's) is sampled too: its own pages and the children's private ones, since
    arrays that they share must not count twice.
    """
    peaks = []
    # 5 sets the mark back to what is held now.
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        pass
    done = threading.Event()
    sampler = threading.Thread(target=sample, args=(pid, done, peaks))
    if children(pid):
        sampler.start()
    try:
        yield peaks
    finally:
        done.set()
        if sampler.ident:
            sampler.join()
        peaks[:] = [max([*peaks, *status(pid, "VmHWM")])] if status(pid, "VmHWM") else []


def sample(pid, done, peaks):
    """Keeps the largest sum seen until it is told to stop."""
    while not done.wait(INTERVAL):
        private = [size for child in children(pid) for size in status(child, "RssAnon")]
        peaks[:] = [max([*peaks, sum(status(pid, "VmRSS") + private)])]


def status(pid, field):
    """A field of a process's status in bytes, as a list of one, or of none."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return []
    return [int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:")]


def children(pid):
    """All descendants of a process."""
    found = []
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (thread / "children").read_text().split()]
    except OSError:
        return []
    return found + [grandchild for child in found for grandchild in children(child)]
