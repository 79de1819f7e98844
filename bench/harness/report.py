"""The table, in Markdown."""

HEAD = [
    "work",
    "against",
    "postings",
    "ours, s",
    "theirs, s",
    "times as fast",
    "goal",
    "memory, MiB",
    "answers",
]
NOTES = """\
`just bench` makes this file. Each side is a process of its own that reads the same files before the
clock starts; they work in turns, never at once. A ratio is that of the medians; in brackets are the
smallest and the largest of the rounds. Ours uses all cores, and so do the other side's libraries
where they can: BeautifulSoup, the vectorizer and the linear classifiers run on one. Memory is the
most that a process (ours / theirs, with its children) held meanwhile, with what it had loaded.
"""


def write(path, about, lines):
    """One table with what it was measured on."""
    text = [
        "# CareerPulse against the Python stack",
        "",
        *(f"- {line}." for line in about),
        "",
    ]
    text += [row(HEAD), row(["---", "---", *["--:"] * 6, "---"])]
    text += [row(cells(line)) for line in lines]
    text += ["", "![how many times as fast](results.svg)", "", NOTES]
    path.write_text("\n".join(text), encoding="utf-8")


def row(values):
    return f"| {' | '.join(values)} |"


def cells(line):
    """The columns of one line."""
    first = [line.title, line.against, f"{line.size:,}"]
    if not line.ours or not line.theirs:
        return [*first, "–", "–", "–", goal(line), "–", words(line)]
    spread = f" ({min(line.ratios):.3g}–{max(line.ratios):.3g})" if len(line.ratios) > 1 else ""
    return [
        *first,
        seconds(line.our_seconds),
        seconds(line.their_seconds),
        f"**{line.ratio:.3g}**{spread}",
        goal(line),
        f"{mebibytes(line.our_memory)} / {mebibytes(line.their_memory)}",
        words(line),
    ]


def goal(line):
    """The goal, and whether it was met."""
    if line.goal is None:
        return "–"
    if not line.ours or not line.theirs:
        return f"{line.goal:g}"
    return f"{line.goal:g}, {'met' if line.ratio >= line.goal else '**not met**'}"


def words(line):
    return f"**FAILED**: {line.words}" if line.failed else line.words


def nearness(apart):
    """How far figures are apart at most."""
    return f"within {apart:.0e}" if apart else "equal"


def seconds(value):
    """Three figures, without exponents."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value >= 0.001 else f"{value:.5f}"


def mebibytes(value):
    return "–" if value is None else f"{value / 2**20:,.0f}"
