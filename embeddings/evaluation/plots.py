"""The one place that imports matplotlib: draws the plots of a report as SVG.

Each is as wide as a telephone, so that its text can be read there; its colours follow the reader's light or dark
mode.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from embeddings.errors import PlotsUnavailableError
from embeddings.evaluation.accepted import Change
from embeddings.evaluation.calibration import Reliability
from embeddings.evaluation.measures import Breakdown, Measurement
from embeddings.evaluation.shares import Share
from embeddings.evaluation.tradeoffs import Point, Tradeoff

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN = 3.8
# Name -> colour on light paper, on dark paper.
PALETTE = {
    "paper": ("#ffffff", "#15191e"),
    "ink": ("#1f2328", "#e6e9ec"),
    "quiet": ("#6e7781", "#8b949e"),
    "line": ("#d8dee4", "#363d45"),
    "first": ("#0969da", "#58a6ff"),
    "second": ("#bc4c00", "#f0883e"),
    "third": ("#1a7f37", "#56d364"),
}
PAPER, INK, QUIET, LINE, *SERIES = (light for light, _ in PALETTE.values())
# Thresholds are written at a curve so far from each other, as a share of its reach.
_APART = 0.12

# A name, the share of each group, and a colour.
Column = tuple[str, dict[str, Share], str]


def check_available() -> None:
    """Say so before anything is measured if plots cannot be drawn.

    Raises:
        PlotsUnavailableError: If matplotlib cannot be imported.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise PlotsUnavailableError(reason=str(error)) from error


def draw_plots(measurement: Measurement, changes: Sequence[Change]) -> dict[str, str]:
    """Return the SVG text of each plot by its file name; the same input gives the same text.

    Raises:
        PlotsUnavailableError: If matplotlib cannot be imported.
    """
    check_available()
    by_name = {one.name: one for one in measurement.reliabilities}
    draw: dict[str, Callable[[], Figure]] = {
        "headline.svg": lambda: _draw_headline(changes),
        "by-style.svg": lambda: _draw_groups(measurement.breakdowns, "style"),
        "by-form.svg": lambda: _draw_groups(measurement.breakdowns, "form"),
        "by-measure.svg": lambda: _draw_groups(measurement.breakdowns, "measure"),
        "in-scope.svg": lambda: _draw_reliability([by_name["natural: in scope"]]),
        "first-clause.svg": lambda: _draw_reliability(
            [by_name["natural: first clause"], by_name["questions: first clause"]]
        ),
        "thresholds.svg": lambda: _draw_tradeoffs(measurement.tradeoffs),
    }
    with _style():
        return {name: _to_svg(make()) for name, make in draw.items()}


def _style() -> AbstractContextManager[None]:
    import matplotlib

    return matplotlib.rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "evaluation",
            "font.family": "DejaVu Sans",
            "font.size": 8,
            "text.color": INK,
            "axes.edgecolor": LINE,
            "axes.labelcolor": INK,
            "axes.facecolor": PAPER,
            "figure.facecolor": PAPER,
            "grid.color": LINE,
            "grid.linewidth": 0.6,
            "xtick.color": LINE,
            "ytick.color": LINE,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "legend.frameon": False,
        }
    )


def _figure(height_in: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH_IN, height_in), layout="constrained")


def _to_svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    for name, (light, _) in PALETTE.items():
        svg = svg.replace(light, f"var(--{name})")
    light, dark = (";".join(f"--{name}:{pair[i]}" for name, pair in PALETTE.items()) for i in (0, 1))
    theme = f"<style>:root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}</style>"
    start, end, rest = svg.partition("<defs>")
    # Text stays text, in a font of the same widths where there is no DejaVu.
    return (start + theme + end + rest).replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")


def _draw_headline(changes: Sequence[Change]) -> Figure:
    now = {change.title: change.share for change in changes if not change.gone}
    then = {change.title: change.accepted for change in changes if change.accepted}
    columns = [("now", now, SERIES[0])] + ([("accepted", then, QUIET)] if then else [])
    return _draw_dots([change.title for change in changes], columns)


def _draw_groups(breakdowns: Sequence[Breakdown], by: str) -> Figure:
    chosen = [one for one in breakdowns if one.by == by]
    columns = [
        (one.name, {share.name: share for share in one.shares}, colour)
        for one, colour in zip(chosen, SERIES, strict=False)
    ]
    return _draw_dots(list(dict.fromkeys(share.name for one in chosen for share in one.shares)), columns)


def _draw_dots(groups: Sequence[str], columns: Sequence[Column]) -> Figure:
    """Draw a row for each group, with a point and its interval for each column."""
    figure = _figure(0.75 + 0.14 * len(columns) + len(groups) * (0.1 + 0.12 * len(columns)))
    axes = figure.subplots()
    for i, (name, shares, colour) in enumerate(columns):
        offset = 0.6 * ((i + 0.5) / len(columns) - 0.5)
        places = [at + offset for at, group in enumerate(groups) if group in shares]
        drawn = [shares[group] for group in groups if group in shares]
        axes.errorbar(
            [share.value for share in drawn],
            places,
            xerr=_beyond(drawn),
            fmt="o",
            color=colour,
            markersize=3.5,
            elinewidth=1,
            label=name,
        )
    axes.set_yticks(range(len(groups)), groups)
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.tick_params(length=0)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    figure.legend(loc="outside lower left", fontsize=7.5)
    return figure


def _beyond(shares: Sequence[Share]) -> list[list[float]]:
    """Return how far each interval reaches below and above its share."""
    intervals = [share.interval() for share in shares]
    below = [max(0.0, share.value - low) for share, (low, _) in zip(shares, intervals, strict=True)]
    above = [max(0.0, high - share.value) for share, (_, high) in zip(shares, intervals, strict=True)]
    return [below, above]


def _draw_reliability(series: Sequence[Reliability]) -> Figure:
    """Draw what came true over what was predicted, and below it the number of messages in each bin."""
    figure = _figure(4.3)
    axes, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=0.8, linestyle="--")
    width = 0.08 / len(series)
    for i, (one, colour) in enumerate(zip(series, SERIES, strict=False)):
        observed = [b.observed for b in one.bins]
        axes.errorbar(
            [b.predicted for b in one.bins],
            [share.value for share in observed],
            yerr=_beyond(observed),
            fmt="o",
            color=colour,
            markersize=3.5,
            elinewidth=1,
            label=f"{one.name} (error {one.expected_error:.3f}, n {one.total})",
        )
        left = [b.low + 0.01 + width * i for b in one.bins]
        bars = counts.bar(left, [share.total for share in observed], width, align="edge", color=colour)
        counts.bar_label(bars, fontsize=6, color=INK, padding=1)
    axes.set_ylabel("came true")
    axes.set_ylim(-0.02, 1.02)
    axes.grid()
    counts.set_xlabel("probability")
    counts.set_ylabel("messages")
    counts.set_xlim(-0.02, 1.02)
    counts.margins(y=0.2)
    for one_axes in (axes, counts):
        one_axes.tick_params(length=0)
    figure.legend(loc="outside lower left", fontsize=7.5)
    return figure


def _draw_tradeoffs(series: Sequence[Tradeoff]) -> Figure:
    """Draw for each threshold what goes wrong outside over what is lost for ``answer`` messages."""
    figure = _figure(2.6 * len(series))
    for axes, one, colour in zip(figure.subplots(len(series), squeeze=False)[:, 0], series, SERIES, strict=False):
        shares = [_lost_and_wrong(one, point) for point in one.points]
        places = [(lost.value, wrong.value) for lost, wrong in shares]
        axes.plot(*zip(*places, strict=True), "-", color=colour, linewidth=1.2)
        _name_thresholds(axes, one, places, colour)
        lost, wrong = _lost_and_wrong(one, one.current)
        axes.plot(lost.value, wrong.value, "D", color=INK, markersize=4.5)
        axes.set_title(f"{one.moved} moved; ◆ the policy, {one.current.threshold:.2f}", fontsize=8, loc="left")
        axes.set_xlabel(lost.name)
        axes.set_ylabel(wrong.name)
        axes.set_ylim(bottom=0)
        axes.tick_params(length=0)
        axes.grid()
    return figure


def _name_thresholds(axes: Axes, one: Tradeoff, places: Sequence[tuple[float, float]], colour: str) -> None:
    """Write thresholds at their places, those that stand apart from the ones before."""
    reach = [max(axis) or 1.0 for axis in zip(*places, strict=True)]
    named: list[tuple[float, float]] = []
    for point, place in zip(one.points, places, strict=True):
        apart = all(max(abs(place[i] - other[i]) / reach[i] for i in (0, 1)) > _APART for other in named)
        if apart:
            axes.plot(*place, "o", color=colour, markersize=3)
            axes.annotate(
                f"{point.threshold:.2f}", place, (4, 4), textcoords="offset points", fontsize=6.5, color=INK
            )
            named.append(place)


def _lost_and_wrong(one: Tradeoff, point: Point) -> tuple[Share, Share]:
    return (point.not_answered, point.answered) if one.moved == "answer" else (point.refused, point.offered)
