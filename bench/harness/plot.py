"""The plot: how many times as fast, on a logarithmic axis, with the goals."""

import matplotlib

matplotlib.use("svg")
# Text stays text, and the same figures give the same file, so that a diff shows what changed.
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "bench"})

from matplotlib import pyplot
from matplotlib.ticker import FuncFormatter, NullFormatter

# Behind a note, so that a goal's mark does not cross it out.
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
COLOURS = ["#9ecae1", "#4292c6", "#08519c", "#08306b"]


def draw(path, lines):
    """One row per work, one bar per size, a mark at the goal."""
    lines = [line for line in lines if line.ours and line.theirs]
    if not lines:
        return
    titles = list(dict.fromkeys(line.title for line in lines))
    sizes = sorted({line.size for line in lines})
    figure, axes = pyplot.subplots(figsize=(9, 1.4 + 0.3 * len(lines)), layout="constrained")
    labels, places, place = [], [], 0.0
    for title in titles:
        own = [line for line in lines if line.title == title]
        top = place
        for line in own:
            colour = COLOURS[min(sizes.index(line.size), len(COLOURS) - 1)]
            axes.barh(place, line.ratio - 1, left=1, height=0.8, color=colour)
            note = f" {line.ratio:.3g}×  {line.size:,} postings{', FAILED' if line.failed else ''}"
            axes.text(max(line.ratio, 1), place, note, va="center", fontsize=8, bbox=PAPER)
            place += 1
        if own[0].goal:
            label = "goal" if "goal" not in labels else None
            labels.append("goal")
            ends = (top - 0.5, place - 0.5)
            axes.vlines(own[0].goal, *ends, color="#d94801", linewidth=2, label=label)
        places.append(((top + place - 1) / 2, title))
        place += 0.6
    axes.set_yticks([at for at, _ in places], [title for _, title in places])
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlim(
        min(0.8, *(line.ratio for line in lines)) * 0.9,
        max(line.ratio for line in lines) * 8,
    )
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.axvline(1, color="black", linewidth=0.8)
    axes.grid(axis="x", which="major", alpha=0.3)
    axes.set_axisbelow(True)
    axes.set_xlabel("times as fast as the Python stack (logarithmic)")
    axes.set_title("CareerPulse against the Python stack it replaces", loc="left", fontsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    if labels:
        axes.legend(loc="lower right", frameon=False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
