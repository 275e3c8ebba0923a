"""The panels of a picture. Ways of coding differ in shape as well as in colour."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator

from pipeline.evaluate.assess import Assessment
from pipeline.evaluate.measures import Spread
from pipeline.picture.words import wrap

SIZE = 8.0
INK, FAINT = "#222222", "#dddddd"
GREY = "#767676"
STEPS = (1, 2, 5, 10)


class Look(NamedTuple):
    """How one way of coding is drawn: a colour of Okabe and Ito (2008) and a shape."""

    name: str
    colour: str
    shape: str
    filled: bool

    def style(self, size: float = 4.5) -> dict[str, Any]:
        """As matplotlib takes it."""
        face = self.colour if self.filled else "none"
        return {
            "marker": self.shape,
            "color": self.colour,
            "markerfacecolor": face,
            "markeredgecolor": self.colour,
            "markersize": size,
        }


LOOKS = {
    "majority": Look("what most have", GREY, "x", filled=False),
    "codebook": Look("codebook", "#D55E00", "s", filled=False),
    "classifier": Look("classifier", "#009E73", "^", filled=False),
    "both": Look("both", "#0072B2", "o", filled=True),
}
CODED: dict[str, Any] = {
    "marker": "o",
    "markerfacecolor": "none",
    "markeredgecolor": INK,
    "markersize": 7,
}


def draw_key(figure: Figure, found: Assessment, place: tuple[float, float]) -> None:
    """What the marks below it mean."""
    ways = [way for way in ("both", "codebook", "classifier") if way != "codebook" or found.ruled]
    handles = [
        Line2D([], [], linestyle="", label=_alone(way), **LOOKS[way].style()) for way in ways
    ]
    handles.append(Line2D([], [], linestyle="", label="as people coded", **CODED))
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=place,
        ncols=len(handles),
        frameon=False,
        borderaxespad=0,
        borderpad=0,
        handletextpad=0.2,
    )


def _alone(way: str) -> str:
    return "codebook and classifier, by policy" if way == "both" else f"{LOOKS[way].name} alone"


def draw_pooled(axes: Any, found: Assessment) -> None:
    """F1 of all themes pooled, for each way."""
    for row, (way, summary) in enumerate(found.summary.items()):
        _draw_spreads(axes, [row], [summary.pooled.f1], LOOKS[way])
        _write_beside(axes, row, _short(summary.pooled.f1.value))
    _title(axes, "F1 of all themes together", "F1 (1 is perfect)")
    axes.set_xlim(-0.03, 1.03)
    axes.set_xticks([0, 0.5, 1])
    _rows(axes, len(found.summary))
    name_rows(axes, [LOOKS[way].name for way in found.summary])


def draw_errors(axes: Any, found: Assessment) -> None:
    """Count error, for each way."""
    errors = [summary.count_error for summary in found.summary.values()]
    for row, (way, error) in enumerate(zip(found.summary, errors, strict=True)):
        axes.plot([0, error], [row, row], color=FAINT, linewidth=3, zorder=1)
        axes.plot([error], [row], **LOOKS[way].style())
        _write_beside(axes, row, _short(error))
    _title(axes, "Error of all counts together", "share of what was coded (0 is best)")
    most = _most(errors)
    axes.set_xlim(-0.03 * most, 1.06 * most)
    axes.set_xticks(_ticks(most))
    _rows(axes, len(errors))
    name_rows(axes, [])


def draw_reliability(axes: Any, found: Assessment) -> None:
    """The share coded beside the mean probability, in bins."""
    error, brier, bins = found.calibration
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":")
    axes.plot([b.score for b in bins], [b.coded for b in bins], color=FAINT, linewidth=1)
    most = math.log10(max((b.number for b in bins), default=1) + 1)
    sizes = [8 + 60 * math.log10(b.number + 1) / most for b in bins]
    colour = LOOKS["classifier"].colour
    axes.scatter(
        [b.score for b in bins], [b.coded for b in bins], sizes, colour, zorder=3, clip_on=False
    )
    said = "" if math.isnan(brier) else f"\ncalibration error {error:.3f}, Brier score {brier:.3f}"
    _title(axes, f"Do the classifier's probabilities hold?{said}", "its probability")
    axes.set_ylabel("share coded (larger dot: more)")
    for limits, ticks in ((axes.set_xlim, axes.set_xticks), (axes.set_ylim, axes.set_yticks)):
        limits(-0.04, 1.04)
        ticks([0, 0.5, 1])
    _plain(axes)


def draw_curve(axes: Any, found: Assessment) -> None:
    """F1 by how much was learnt from: of all themes together, and the mean of themes."""
    _draw_lines(axes, found, "micro_f1", "-")
    _draw_lines(axes, found, "macro_f1", "--")
    _title(axes, "F1 by what was learnt from\n(dashed: mean of the themes)", "coded responses")
    axes.set_ylabel("F1")
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1])


def draw_curve_errors(axes: Any, found: Assessment) -> None:
    """Count error by how much was learnt from."""
    _draw_lines(axes, found, "count_error", "-")
    _title(axes, "Count error by what was learnt from", "coded responses")
    axes.set_ylabel("share of what was coded")
    axes.set_ylim(0, 1.08 * _most(point.count_error for point in found.curve))
    axes.set_yticks(_ticks(_most(point.count_error for point in found.curve)))


def _draw_lines(axes: Any, found: Assessment, figure: str, line: str) -> None:
    for way in ("classifier", "both") if found.ruled else ("classifier",):
        points = [point for point in found.curve if point.way == way]
        sizes, values = [p.learnt_from for p in points], [getattr(p, figure) for p in points]
        axes.plot(sizes, values, linestyle=line, linewidth=1, **LOOKS[way].style(4))
    steps = sorted({point.learnt_from for point in found.curve})
    axes.set_xscale("log")
    axes.set_xlim(steps[0] / 1.2, steps[-1] * 1.2)
    axes.xaxis.set_minor_locator(NullLocator())
    ticks = _apart(steps)
    axes.set_xticks(ticks, [f"{tick:.0f}" for tick in ticks], rotation=90)
    _plain(axes)


def draw_scores(axes: Any, found: Assessment) -> None:
    """F1 of each theme: both with its interval, codebook and classifier alone beside it."""
    rows = range(len(found.themes))
    _draw_spreads(axes, rows, [theme.scores["both"].f1 for theme in found.themes], LOOKS["both"])
    for way in ("codebook", "classifier") if found.ruled else ("classifier",):
        values = [theme.scores[way].f1.value for theme in found.themes]
        axes.plot(values, rows, linestyle="", zorder=4, **LOOKS[way].style(5.5))
    _title(axes, "F1 of each theme\n(beside its name: how often it was coded)", "F1 (1 is perfect)")
    axes.set_xlim(-0.03, 1.03)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
    _rows(axes, len(found.themes))


def draw_counts(axes: Any, found: Assessment, question: str, width: float) -> None:
    """The counts of one question as tagged by both and as coded; the error stands beside them."""
    row_of = {theme.theme: row for row, theme in enumerate(found.themes)}
    counts = [
        (row_of[count.theme], count.tagged["both"], count.coded)
        for count in found.counts
        if count.question == question and (count.tagged["both"] or count.coded)
    ]
    rows, tagged, coded = ([count[n] for count in counts] for n in range(3))
    axes.hlines(rows, tagged, coded, color=GREY, linewidth=1.2, zorder=2)
    axes.plot(coded, rows, linestyle="", zorder=3, **CODED)
    axes.plot(tagged, rows, linestyle="", zorder=4, **LOOKS["both"].style(4))
    for row, ours, theirs in counts:
        _write_beside(axes, row, f"{ours - theirs:+d}" if ours != theirs else "0")
    title = wrap(f"Counts: {found.questions[question]}", width, 3)
    _title(axes, title, "responses, and the error")
    most = _most([*tagged, *coded])
    axes.set_xlim(-0.06 * most, 1.06 * most)
    axes.set_xticks(_ticks(most, whole=True))
    _rows(axes, len(found.themes))


def _most(values: Iterable[float]) -> float:
    """The largest, for an axis that begins at 0."""
    return max((value for value in values if value > 0), default=1.0)


def _ticks(most: float, *, whole: bool = False) -> list[float]:
    """Round numbers from 0 to that, and none beyond it, which would be placed and not shown."""
    ticks = MaxNLocator(4, integer=whole, steps=STEPS).tick_values(0, most)
    return [tick for tick in map(float, ticks) if 0 <= tick <= most]


def _apart(steps: Sequence[float]) -> list[float]:
    """Of the steps of a logarithmic axis those, from the last, whose numbers do not touch."""
    kept = [steps[-1]]
    least = 0.1 * math.log(1.44 * steps[-1] / steps[0])
    for step in reversed(steps[:-1]):
        if math.log(kept[-1] / step) >= least:
            kept.append(step)
    return kept[::-1]


def name_rows(axes: Any, names: Sequence[str]) -> None:
    """The names of the rows at the left; none where they stand at another panel."""
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0)


def _draw_spreads(axes: Any, rows: Sequence[int], spreads: Sequence[Spread], look: Look) -> None:
    ends = [spread.low for spread in spreads], [spread.high for spread in spreads]
    axes.hlines(rows, *ends, color=look.colour, linewidth=1.2, zorder=2)
    axes.plot([s.value for s in spreads], rows, linestyle="", zorder=3, **look.style())


def _short(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _write_beside(axes: Any, row: int, text: str) -> None:
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    axes.annotate(text, (1, row), (3, 0), va="center", ha="left", color=INK, **place)


def _rows(axes: Any, number: int) -> None:
    axes.set_ylim(number - 0.5, -0.5)
    axes.hlines(range(number), *axes.get_xlim(), color=FAINT, linewidth=0.6, zorder=0)
    axes.spines["left"].set_visible(False)
    _plain(axes)


def _title(axes: Any, title: str, below: str) -> None:
    axes.set_title(title, color=INK)
    axes.set_xlabel(below)


def _plain(axes: Any) -> None:
    axes.tick_params(width=0.6, length=3, labelsize=SIZE)
