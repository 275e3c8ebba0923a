"""Where each panel stands on the page, in inches; the page grows with themes and questions."""

from __future__ import annotations

import contextlib
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from typing import IO, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from pipeline.evaluate.assess import Assessment
from pipeline.picture import panels
from pipeline.picture.words import EM, clean, describe, fit

MARGIN = 0.35
TOP = 1.9
"""The height of the panels above the themes."""
ROW = 0.24
LABELS = 3.0
SCORES = 2.6
COUNTS, MOST_COUNTS = 1.4, 3.0
ERRORS = 0.45
"""The room for the error beside each count."""
GAP = 0.3
HEADING = 0.65
FOOT = 0.55
SUMMARY = (1.1, 0.3, 0.75)
"""The room to the left of the panels above the themes: names of ways, none, an axis."""
PANEL = 1.9
FIRST_BAND, OTHER_BANDS = 5, 6
DPI, MOST_PIXELS = 150, 30_000


def save_page(found: Assessment, stream: IO[bytes], form: str) -> None:
    """Draw and write as svg or png."""
    metadata: dict[str, Any] = {"Software": None, "Title": clean(found.title)}
    if form == "svg":
        metadata = {"Date": None, "Creator": "verbatims", "Title": clean(found.title)}
    with _own_style():
        page = draw_page(found)
        page.savefig(stream, format=form, metadata=metadata, dpi=_resolution(page))


def draw_styled(found: Assessment) -> Figure:
    """The picture as `save_page` writes it."""
    with _own_style():
        return draw_page(found)


@contextlib.contextmanager
def _own_style() -> Iterator[None]:
    """The style of the picture, whatever the user's own settings are; they stay as they were."""
    style: dict[Any, Any] = {k: v for k, v in mpl.rcParamsDefault.items() if "backend" not in k}
    style |= {
        "svg.hashsalt": "verbatims",
        "font.family": ["DejaVu Sans"],
        "font.size": panels.SIZE,
        # A label is words: its dollars are no formula.
        "text.parse_math": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
        "axes.titlesize": panels.SIZE,
        "axes.titlelocation": "left",
    }
    with mpl.rc_context(style), warnings.catch_warnings():
        # Words in a script that the font lacks are drawn as boxes; the text has them.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def draw_page(found: Assessment) -> Figure:
    """The picture: title, summary, reliability and curve; below them a row for each theme."""
    bands = list(_bands(list(found.questions)))
    width = _width(found, bands)
    heading = describe(found, int((width - 2 * MARGIN) / EM))
    title = MARGIN + 0.35 + 0.17 * len(heading)
    above = HEADING + TOP + FOOT
    rows = ROW * len(found.themes)
    sheet = _Sheet(width, title + above + GAP + len(bands) * (HEADING + rows + FOOT) + MARGIN)
    name = textwrap.shorten(
        clean(found.title), int((width - 2 * MARGIN) / EM / 1.7), placeholder=" …"
    )
    sheet.say(MARGIN, MARGIN, name, size=panels.SIZE * 1.6)
    sheet.say(MARGIN, MARGIN + 0.35, "\n".join(heading), linespacing=1.5)
    _draw_above(sheet, found, title + HEADING)
    panels.draw_key(sheet.figure, found, sheet.place(MARGIN, title + above))
    top = title + above + GAP
    for number, questions in enumerate(bands):
        _draw_band(sheet, found, questions, (top + HEADING, rows, number == 0))
        top += HEADING + rows + FOOT
    return sheet.figure


class _Sheet:
    """A figure whose panels are placed in inches from its upper left corner."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width, height), facecolor="white")

    def place(self, left: float, top: float) -> tuple[float, float]:
        """A point as matplotlib has it."""
        return left / self.width, 1 - top / self.height

    def panel(self, left: float, top: float, width: float, height: float) -> Any:
        """Axes with their inside there."""
        x, y = self.place(left, top + height)
        return self.figure.add_axes((x, y, width / self.width, height / self.height))

    def say(self, left: float, top: float, text: str, **style: Any) -> None:
        """Words, their upper left corner there."""
        self.figure.text(*self.place(left, top), text, va="top", ha="left", **style)


def _bands(questions: Sequence[str]) -> Iterator[list[str]]:
    """The questions of each band of theme rows: beside the scores there is room for fewer."""
    yield list(questions[:FIRST_BAND])
    for start in range(FIRST_BAND, len(questions), OTHER_BANDS):
        yield list(questions[start : start + OTHER_BANDS])


def _width(found: Assessment, bands: Sequence[Sequence[str]]) -> float:
    one = COUNTS + ERRORS + GAP
    first = LABELS + SCORES + GAP + len(bands[0]) * one
    rest = max((LABELS + len(band) * one for band in bands[1:]), default=0.0)
    above = sum(SUMMARY) + 3 * (PANEL + GAP) + bool(found.curve) * 2 * (SUMMARY[2] + PANEL + GAP)
    return max(first, rest, above) + 2 * MARGIN


def _draw_above(sheet: _Sheet, found: Assessment, top: float) -> None:
    drawn = [panels.draw_pooled, panels.draw_errors, panels.draw_reliability]
    before = list(SUMMARY)
    if found.curve:
        drawn += [panels.draw_curve, panels.draw_curve_errors]
        before += [SUMMARY[2]] * 2
    left = MARGIN
    for draw, room in zip(drawn, before, strict=True):
        draw(sheet.panel(left + room, top, PANEL, TOP), found)
        left += room + PANEL + GAP


def _draw_band(
    sheet: _Sheet, found: Assessment, questions: Sequence[str], at: tuple[float, float, bool]
) -> None:
    """A row for each theme: scores, if it is the first band, and the counts of some questions."""
    top, height, with_scores = at
    left = MARGIN + LABELS
    names = [f"{fit(theme.label, LABELS - 0.55)}  {theme.coded:>4}" for theme in found.themes]
    if with_scores:
        axes = sheet.panel(left, top, SCORES, height)
        panels.draw_scores(axes, found)
        panels.name_rows(axes, names)
        left += SCORES + GAP
    one = (sheet.width - MARGIN - left) / max(len(questions), 1)
    wide = min(one - ERRORS - GAP, MOST_COUNTS)
    for number, question in enumerate(questions):
        axes = sheet.panel(left, top, wide, height)
        panels.draw_counts(axes, found, question, wide + ERRORS)
        panels.name_rows(axes, [] if with_scores or number else names)
        left += wide + ERRORS + GAP


def _resolution(page: Figure) -> float:
    """Dots an inch, fewer for a page that would be larger than can be drawn."""
    return min(DPI, MOST_PIXELS / max(map(float, page.get_size_inches())))
