"""One set of texts through all engines, in turns, by processes that live through all rounds."""

import statistics
from contextlib import ExitStack
from dataclasses import dataclass, field

from harness import machine, options, ours, workers
from harness.files import read_array
from harness.options import say
from tasks.embed import WIDTH

from .engines import REFERENCE, Engine
from .nearness import nearness
from .options import DATA
from .work import operations, traffic


@dataclass
class Course:
    """What one process did: seconds of every round, and what came of it."""

    engine: Engine
    threads: int
    batch: int | None = None
    searched: dict = field(default_factory=dict)
    cpu: list = field(default_factory=list)
    wall: list = field(default_factory=list)
    memory: int | None = None
    near: object = None

    @property
    def failed(self):
        """Whether the vectors disagree with the reference's."""
        return self.engine.bar is not None and not self.near.least >= self.engine.bar


@dataclass
class Measured:
    """All of one set, with the best peaks seen meanwhile."""

    set: object
    courses: list
    peak: dict

    def course(self, name, threads=1):
        """An engine's, if it took part."""
        found = [one for one in self.courses if (one.engine.name, one.threads) == (name, threads)]
        return found[0] if found else None

    def rate(self, course):
        """Operations a second of processor time."""
        return operations(self.set.tokens) / statistics.median(course.cpu)

    def share(self, course):
        """That as a share of the peak of the same kind of numbers, where it is known."""
        peak = self.peak.get(course.engine.precision)
        return self.rate(course) / peak if peak else None

    def intensity(self, course):
        """Operations a byte."""
        moved = traffic(self.set.tokens, course.batch, course.engine.precision)
        return operations(self.set.tokens) / moved


def measure(texts, chosen):
    """Starts one process after the other, then has each do all texts, round after round."""
    courses = [Course(engine, count) for engine in chosen.engines for count in threads_of(engine)]
    answers = {id(one): DATA / "answers" / f"{one.engine.name}-{one.threads}" for one in courses}
    peak = {}
    with ExitStack() as stack:
        running = [start(stack, one, texts, chosen, answers[id(one)]) for one in courses]
        for number in range(chosen.rounds):
            for kind, rate in ours.peak(chosen.ours).items():
                peak[kind] = max(rate, peak.get(kind, 0))
            for course, worker in zip(courses, running):
                turn(course, worker)
            say(f"round {number + 1} of {chosen.rounds}, ms a text: {latest(courses, len(texts))}")
        for worker in running:
            workers.order(worker, "answer")
    rows = [read_array(answers[id(one)] / "rows.f32").reshape(-1, WIDTH) for one in courses]
    reference = rows[[one.engine.name for one in courses].index(REFERENCE)]
    for course, of_course in zip(courses, rows):
        course.near = nearness(of_course, reference)
    return Measured(texts, courses, peak)


def threads_of(engine):
    """Ours runs on two threads as well, right after the one, where there are two cores."""
    return (1, 2) if engine.side == "ours" and machine.cores() > 1 else (1,)


def start(stack, course, texts, chosen, answers):
    """A process that is ready. Of theirs, another one finds the batch size before, and ends."""
    engine = course.engine
    say(f"starting {engine.title}, {threads(course.threads)}")
    line = workers.command(engine.side, chosen.ours, engine.task, texts.folder, answers)
    environment = options.threads(course.threads)
    if engine.side == "theirs":
        with workers.started(engine.title, line, environment) as searching:
            course.batch, course.searched = searching.about["batch"], searching.about["searched"]
        environment["BENCH_BATCH"] = str(course.batch)
    return stack.enter_context(workers.started(engine.title, line, environment))


def turn(course, worker):
    """One round. Where processor time is not known, one thread's is that of the clock."""
    reply, course.memory = workers.turn(worker, course.memory)
    course.wall.append(reply["seconds"])
    course.cpu.append(reply["seconds"] if reply["cpu"] is None else reply["cpu"])


def latest(courses, number):
    """The last round in a line: processor time, and of two threads the clock's."""
    one = [f"{c.engine.name} {c.cpu[-1] / number * 1e3:.1f}" for c in courses if c.threads == 1]
    two = [f"{c.engine.name} {c.wall[-1] / number * 1e3:.1f}" for c in courses if c.threads == 2]
    return ", ".join(one) + (f"; on two threads {', '.join(two)}" if two else "")


def threads(number):
    return "1 thread" if number == 1 else f"{number} threads"
