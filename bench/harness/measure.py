"""One line of the table: both sides of one task at one size, in alternation."""

import shutil
import statistics
from dataclasses import dataclass, field

from . import workers
from .options import WORK, say


@dataclass
class Line:
    """What was measured, or why it was not."""

    title: str
    against: str
    size: int
    goal: float | None
    ours: list = field(default_factory=list)
    theirs: list = field(default_factory=list)
    our_memory: int | None = None
    their_memory: int | None = None
    failed: bool = False
    words: str = ""

    @property
    def our_seconds(self):
        return statistics.median(self.ours)

    @property
    def their_seconds(self):
        return statistics.median(self.theirs)

    @property
    def ratio(self):
        """How many times as fast ours is."""
        return self.their_seconds / self.our_seconds

    @property
    def ratios(self):
        """The same of each round."""
        return [theirs / ours for ours, theirs in zip(self.ours, self.theirs)]


def new_line(task, size, **rest):
    return Line(task.TITLE, task.AGAINST, size, task.GOAL, **rest)


def left_out(task, size, reason):
    """A line that says why there are no figures."""
    return new_line(task, size, words=f"left out: {reason}")


def measure(task, size, data, chosen):
    """Runs both sides and compares their answers; a side that fails is a failed line."""
    line = new_line(task, size)
    answers = {side: WORK / "answers" / side for side in ("ours", "theirs")}
    start = {
        side: workers.command(side, chosen.ours, task.NAME, data, answers[side]) for side in answers
    }
    shutil.rmtree(WORK / "answers", ignore_errors=True)
    try:
        with (
            workers.started("ours", start["ours"]) as ours,
            workers.started("theirs", start["theirs"]) as theirs,
        ):
            for number in range(chosen.rounds):
                line.our_memory = once(ours, line.ours, line.our_memory)
                line.their_memory = once(theirs, line.theirs, line.their_memory)
                say(
                    f"{task.TITLE}, {size:,}, round {number + 1} of {chosen.rounds}: ours "
                    f"{line.ours[-1]:.3f} s, theirs {line.theirs[-1]:.3f} s, "
                    f"{line.ratios[-1]:.1f}×"
                )
                if max(line.ours[-1], line.theirs[-1]) > chosen.once:
                    break
            for worker in (ours, theirs):
                workers.order(worker, "answer")
        agreed, line.words = compare(task, data, answers)
    except workers.WorkerFailed as failure:
        agreed, line.words = False, str(failure)
    line.failed = not agreed
    say(f"{task.TITLE}, {size:,}: {'' if agreed else 'FAILED: '}{line.words}")
    return line


def compare(task, data, answers):
    """What the task says of the answers; those that cannot even be compared disagree."""
    try:
        return task.agree(data, answers["ours"], answers["theirs"])
    except Exception as problem:  # Whatever it is, the other lines are still wanted.
        return False, f"the answers cannot be compared: {type(problem).__name__} {problem}"


def once(worker, seconds, most):
    """One round of one side; returns the largest peak of memory so far."""
    reply, most = workers.turn(worker, most)
    seconds.append(reply["seconds"])
    return most
