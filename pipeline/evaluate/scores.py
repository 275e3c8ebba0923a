"""A run's verdicts against hand coding: per theme, and in the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.coded import Coded
from pipeline.tables import rows

Place = tuple[str, str]
"""response, theme"""


@dataclass(frozen=True, slots=True)
class Score:
    """How tagged and coded sets of responses overlap. Undefined ratios are None."""

    name: str
    both: int
    tagged: int
    coded: int

    @property
    def precision(self) -> float | None:
        """Of the tagged, the share that people coded; None when nothing was tagged."""
        return self.both / self.tagged if self.tagged else None

    @property
    def recall(self) -> float | None:
        """Of the coded, the share that was tagged; None when nothing was coded."""
        return self.both / self.coded if self.coded else None

    @property
    def f1(self) -> float | None:
        """2 x both / (tagged + coded); None when both sets are empty."""
        total = self.tagged + self.coded
        return 2 * self.both / total if total else None


@dataclass(frozen=True, slots=True)
class CountError:
    """One count of one question beside the hand count."""

    question: str
    theme: str
    tagged: int
    coded: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Themes in the order of the codebook, counts per question, and what screening set aside.

    Macro-F1 is the mean over themes that people coded at least once. `count_error` is the sum over
    question x theme of |tagged - coded|, over all coded.
    """

    responses: int
    themes: tuple[Score, ...]
    counts: tuple[CountError, ...]
    set_aside: tuple[tuple[str, str], ...]

    @property
    def micro(self) -> Score:
        """All themes pooled."""
        return Score(
            "micro",
            sum(score.both for score in self.themes),
            sum(score.tagged for score in self.themes),
            sum(score.coded for score in self.themes),
        )

    @property
    def macro_f1(self) -> float | None:
        """The mean F1 of the coded themes; None when there is none."""
        values = [score.f1 or 0.0 for score in self.themes if score.coded]
        return sum(values) / len(values) if values else None

    @property
    def count_error(self) -> float | None:
        """Summed count error; None when nothing was coded."""
        coded = sum(count.coded for count in self.counts)
        wrong = sum(abs(count.tagged - count.coded) for count in self.counts)
        return wrong / coded if coded else None


def evaluate_verdicts(
    responses: pa.Table, verdicts: pa.Table, coded: Coded, codebook: Codebook
) -> Evaluation:
    """Verdicts on the responses of a coded file against that file.

    A response that several people coded has every theme that any of them marked. Coded responses
    that screening set aside stay in: what was coded in them counts as missed.
    """
    read = set(coded.response_ids)
    known: dict[str, tuple[str, str]] = {}
    for response_id, question, status in rows(responses, "response_id", "question", "status"):
        if response_id in read and (response_id not in known or status == "substantive"):
            known[response_id] = (question, status)
    truth = {
        (reading.response_id, theme)
        for reading in coded.readings
        for theme in reading.themes
        if reading.response_id in known
    }
    present = rows(verdicts.filter(verdicts["present"]), "response_id", "theme")
    tagged = {place for place in present if place[0] in known}
    themes = [theme.id for theme in codebook.themes]
    return Evaluation(
        responses=len(known),
        themes=tuple(_score(theme, tagged, truth) for theme in themes),
        counts=tuple(_counts(themes, tagged, truth, known)),
        set_aside=tuple((i, status) for i, (_, status) in known.items() if status != "substantive"),
    )


def _score(theme: str, tagged: set[Place], truth: set[Place]) -> Score:
    ours = {place for place in tagged if place[1] == theme}
    theirs = {place for place in truth if place[1] == theme}
    return Score(theme, len(ours & theirs), len(ours), len(theirs))


def _counts(
    themes: Sequence[str],
    tagged: set[Place],
    truth: set[Place],
    known: Mapping[str, tuple[str, str]],
) -> list[CountError]:
    ours = Counter((known[response_id][0], theme) for response_id, theme in tagged)
    theirs = Counter((known[response_id][0], theme) for response_id, theme in truth)
    questions = dict.fromkeys(question for question, _ in known.values())
    return [
        CountError(question, theme, ours[question, theme], theirs[question, theme])
        for question in questions
        for theme in themes
        if ours[question, theme] or theirs[question, theme]
    ]
