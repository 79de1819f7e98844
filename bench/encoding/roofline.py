"""The roofline: what the machine allows for work per byte moved, and what each engine reaches.

The picture is that of Williams, Waterman and Patterson, "Roofline", CACM 52(4), 2009.
"""

import textwrap

from matplotlib.ticker import NullFormatter

from harness.plot import PAPER, pyplot

from .work import COUNTED

COLOURS = {"f32": "#08519c", "bf16": "#238b45", "int8": "#d94801"}
LEFT, RIGHT = 1, 40_000
# Where the engines' names stand, one above the other, and how far apart on the logarithmic axis.
NAMES, APART = 1_800, 0.055


def draw(path, measured):
    """Roofs as lines, engines as points: ours filled, theirs hollow."""
    figure, axes = pyplot.subplots(figsize=(9, 6), layout="constrained")
    courses = [one for one in measured.courses if one.threads == 1]
    axes.set_xscale("log")
    axes.set_yscale("log")
    roofs(axes, measured.peak)
    courses.sort(key=measured.rate)
    reached = [measured.rate(one) / 1e9 for one in courses]
    for course, height in zip(courses, spread_out(reached)):
        point(axes, measured, course, height)
    heights = [*reached, *(rate / 1e9 for rate in measured.peak.values())]
    axes.set_xlim(LEFT, RIGHT)
    axes.set_ylim(min(heights) * 0.8, max(heights) * 1.6)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:,g}")
        axis.set_minor_formatter(NullFormatter())
    axes.grid(which="major", alpha=0.3)
    axes.set_axisbelow(True)
    axes.set_xlabel("operations a byte moved (logarithmic)")
    axes.set_ylabel("Gop/s on one core (logarithmic)")
    axes.set_title("The encoder under the roofs of one core", loc="left", fontsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    words = f"{measured.set.title}. Filled: ours; hollow: theirs. {COUNTED}"
    figure.supxlabel("\n".join(textwrap.wrap(words, 125)), x=0.02, ha="left", fontsize=8)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def roofs(axes, peak):
    """Memory's slope, and the ceiling of each kind of number from where the slope meets it."""
    memory = peak["memory"]
    kinds = {kind: rate for kind, rate in peak.items() if kind in COLOURS}
    highest = max(kinds.values(), default=memory * RIGHT)
    axes.plot([LEFT, highest / memory], [memory / 1e9, highest / 1e9], color="black", linewidth=1)
    axes.annotate(
        f"memory {memory / 1e9:.0f} GB/s",
        (LEFT, memory / 1e9),
        xytext=(14, 4),
        textcoords="offset points",
        fontsize=8,
    )
    for kind, rate in kinds.items():
        axes.plot([rate / memory, RIGHT], [rate / 1e9] * 2, color=COLOURS[kind], linewidth=1)
        axes.annotate(
            f"{kind} {rate / 1e9:.0f} Gop/s",
            (rate / memory, rate / 1e9),
            xytext=(8, 3),
            textcoords="offset points",
            fontsize=8,
            color=COLOURS[kind],
        )


def spread_out(heights):
    """Rising heights, each moved up where it is too near the one below."""
    places = []
    for height in heights:
        least = places[-1] * 10**APART if places else 0
        places.append(max(height, least))
    return places


def point(axes, measured, course, height):
    """An engine at what it reaches, and its name and share at a height beside it."""
    at = (measured.intensity(course), measured.rate(course) / 1e9)
    share = measured.share(course)
    known = "" if share is None else f", {share:.0%} of peak"
    colour = COLOURS[course.engine.precision]
    face = colour if course.engine.side == "ours" else "white"
    axes.plot([at[0], NAMES], [at[1], height], color=colour, linewidth=0.6, alpha=0.6)
    axes.plot(*at, "o", markersize=7, markeredgecolor=colour, markerfacecolor=face)
    axes.annotate(
        f"{course.engine.title} {at[1]:.0f}{known}",
        (NAMES, height),
        xytext=(3, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        color=colour,
        bbox=PAPER,
    )
