"""The page, in Markdown."""

import statistics

from harness.report import mebibytes, row

from .engines import PAIRS, TWO_THREADS
from .work import BYTES, COUNTED, PACK

HEAD = [
    "engine",
    "batch",
    "CPU, ms a text",
    "wall, ms a text",
    "Gop/s",
    "share of peak",
    "least cosine",
    "mean cosine",
    "nearest 10",
    "memory, MiB",
]
NOTES = f"""\
`just bench-encoder` makes this file. Every engine is a process of its own on one thread that reads
the same texts before the clock starts; they work in turns, never at once, each at the batch size
that a search found best for it (ours has none: it packs texts to {PACK} tokens). Texts to vectors
is what is timed, the tokenizer included. CPU is the processor time of the process, user and system.
Times are the median of the rounds, in brackets the least and the most; a ratio is the median of the
rounds' own. Gop/s are the network's products and sums, padding not counted, by processor time; the
share is of the best that this program measured meanwhile on one core for that kind of number, on
registers alone. Cosines are to the vectors of sentence-transformers, as is the share of each text's
ten nearest. Memory is the most that the process held.
"""


def write(path, about, all_measured, left_out):
    """One part per set of texts."""
    text = ["# The encoder against sentence-transformers and ONNX Runtime", ""]
    text += [f"- {line}." for line in about]
    text += [f"- Left out: {line}." for line in left_out]
    for measured in all_measured:
        text += ["", *part(measured)]
    text += ["", f"![the roofline](encoder.svg)\n\n{COUNTED}", "", NOTES]
    path.write_text("\n".join(text), encoding="utf-8")


def part(measured):
    """The tables of one set."""
    text = [f"## {measured.set.title}", "", f"{measured.set.words}. {peaks(measured.peak)}", ""]
    text += [row(HEAD), row(["---", *["--:"] * (len(HEAD) - 1)])]
    text += [row(cells(measured, one)) for one in measured.courses if one.threads == 1]
    text += ["", *ratios(measured), "", *two_threads(measured), "", *searches(measured)]
    return text


def peaks(peak):
    """The roofs in words."""
    kinds = [f"{kind} {peak[kind] / 1e9:.0f} Gop/s" for kind in BYTES if kind in peak]
    known = f"{', '.join(kinds)}; " if kinds else ""
    return f"One core's peak: {known}memory {peak['memory'] / 1e9:.0f} GB/s."


def cells(measured, course):
    """The columns of one engine."""
    share, near = measured.share(course), course.near
    least = f"{near.least:.7f}"
    return [
        course.engine.title,
        "–" if course.batch is None else str(course.batch),
        spread([seconds / len(measured.set) * 1e3 for seconds in course.cpu]),
        spread([seconds / len(measured.set) * 1e3 for seconds in course.wall]),
        f"{measured.rate(course) / 1e9:.0f}",
        "–" if share is None else f"{share:.0%}",
        f"{least}, **below {course.engine.bar}**" if course.failed else least,
        f"{near.mean:.7f}",
        f"{near.overlap:.4f}",
        mebibytes(course.memory),
    ]


def ratios(measured):
    """How many times as fast ours is, by processor time."""
    found = [
        row([first.engine.title, second.engine.title, *against(first.cpu, second.cpu, goal)])
        for ours, theirs, goal in PAIRS
        if (first := measured.course(ours)) and (second := measured.course(theirs))
    ]
    return table(["ours", "against", "times as fast, by CPU", "goal"], found)


def two_threads(measured):
    """How many times as fast two threads are, by the clock."""
    found = [
        row([one.engine.title, *against(two.wall, one.wall, TWO_THREADS)])
        for one in measured.courses
        if one.threads == 1 and (two := measured.course(one.engine.name, threads=2))
    ]
    return table(["ours", "two threads, times as fast as one, by wall", "goal"], found)


def table(head, rows):
    """Rows under their head, the last two columns to the right; or nothing."""
    rule = ["---"] * (len(head) - 2) + ["--:"] * 2
    return [row(head), row(rule), *rows] if rows else []


def searches(measured):
    """What each batch size took in the search."""
    for course in measured.courses:
        if course.searched:
            sizes = (f"{spent * 1e3:.1f} at {size}" for size, spent in course.searched.items())
            yield f"- {course.engine.title} by batch size, CPU ms a text: {', '.join(sizes)}."


def against(ours, theirs, goal):
    """The rounds' ratios, and whether the goal was met."""
    times = [their / our for our, their in zip(ours, theirs)]
    middle = statistics.median(times)
    met = "met" if middle >= goal else "**not met**"
    return [f"**{middle:.2f}**{brackets(times, '.2f')}", f"{goal}, {met}"]


def spread(values):
    return f"{statistics.median(values):.1f}{brackets(values, '.1f')}"


def brackets(values, form):
    """The least and the most, of more than one."""
    return f" ({min(values):{form}}–{max(values):{form}})" if len(values) > 1 else ""
