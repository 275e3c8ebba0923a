"""What people have said of the responses so far, kept in step with what is added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from pipeline.noted import Answer
from pipeline.readings.records import Span, StoredDecision, StoredReading, span_of
from pipeline.readings.staleness import sort_decisions
from pipeline.review.desk.material import Material

UNDONE = "(undone)"
"""The memo of a reading or decision that takes the one before it back: nothing stands then."""


class Word(NamedTuple):
    """A person's latest decision on a theme of a response; `stale` when what was read differs."""

    coder: str
    decision: str
    memo: str
    time: str
    stale: bool
    span: Span = ()


class People:
    """Everybody's latest words by response and theme. Facets are left out.

    `changes` are the places of the words that came, in their order: who keeps something that rests
    on words looks from where he was.
    """

    def __init__(self, material: Material, readings: Iterable[StoredReading]) -> None:
        self.changes: list[int] = []
        self._material = material
        self._words: dict[int, dict[str, dict[str, Word]]] = {}
        self._read: dict[str, np.ndarray] = {}
        self._decided: dict[tuple[str, str], np.ndarray] = {}
        self._last: dict[tuple[str, int], StoredReading] = {}
        self._ids = {
            old: theme.id for theme in material.codebook.themes for old in (*theme.was, theme.id)
        }
        self._undone: dict[tuple[int, str, str], str] = {}
        self.hear(readings)

    def hear(self, readings: Iterable[StoredReading]) -> None:
        """Readings in the order they came to the store. Of one person's the latest by its time
        stands, whenever it came; those of responses that the round lacks are left out.
        """
        in_order = sorted(readings, key=lambda reading: reading.time)
        here = [reading for reading in in_order if reading.response_id in self._material.places]
        self._sort(here)
        for reading in here:
            self._note_read(reading)

    def take_up(self, material: Material) -> None:
        """Go on with the same responses and meanings of themes, held anew."""
        self._material = material

    def words(self, place: int) -> dict[str, dict[str, Word]]:
        """theme -> coder -> the word."""
        return self._words.get(place, {})

    def own(self, place: int, coder: str) -> dict[str, Word]:
        """theme -> the coder's word."""
        return {t: said[coder] for t, said in self.words(place).items() if coder in said}

    def read(self, coder: str) -> np.ndarray:
        """For each response whether the coder has read it."""
        if coder not in self._read:
            self._read[coder] = np.zeros(len(self._material), dtype=bool)
        return self._read[coder]

    def decided(self, coder: str, theme: str) -> np.ndarray:
        """For each response whether a word of the coder on the theme stands."""
        if (coder, theme) not in self._decided:
            found = np.zeros(len(self._material), dtype=bool)
            for place, said in self._words.items():
                word = said.get(theme, {}).get(coder)
                found[place] = word is not None and not word.stale
            self._decided[coder, theme] = found
        return self._decided[coder, theme]

    def last(self, coder: str, place: int) -> StoredReading | None:
        """The coder's latest reading of a response."""
        return self._last.get((coder, place))

    def coders(self) -> list[str]:
        """Everybody who has read something."""
        return sorted(coder for coder, read in self._read.items() if read.any())

    def places(self) -> Iterator[int]:
        """The responses of which somebody said something."""
        return iter(sorted(self._words))

    def _note_read(self, reading: StoredReading) -> None:
        place = self._material.places[reading.response_id]
        last = self._last.get((reading.coder, place))
        if last and reading.time < last.time:
            return
        self._last[reading.coder, place] = reading
        self.read(reading.coder)[place] = reading.memo != UNDONE

    def _sort(self, readings: list[StoredReading]) -> None:
        names = {reading.response_id for reading in readings}
        found = sort_decisions(
            _decisions(readings), names, self._answers(names), self._material.codebook
        )
        both = [(d, False) for d in found.fresh] + [(d, True) for d in found.stale]
        for decision, stale in sorted(both, key=lambda pair: pair[0].reading):
            theme = self._ids.get(decision.theme)
            if theme is None or decision.facet:
                continue
            place = self._material.places[decision.response_id]
            said = self._words.setdefault(place, {}).setdefault(theme, {})
            own = (decision.coder, decision.decision, decision.memo, decision.time)
            word = Word(*own, stale, span_of(decision.start, decision.end))
            before, key = said.get(word.coder), (place, theme, word.coder)
            if word.time < (before.time if before else self._undone.get(key, "")):
                continue
            self.changes.append(place)
            if word.memo == UNDONE:
                said.pop(word.coder, None)
                self._undone[key] = word.time
            else:
                said[word.coder] = word
            if (word.coder, theme) in self._decided:
                self._decided[word.coder, theme][place] = word.memo != UNDONE and not stale

    def _answers(self, names: Iterable[str]) -> dict[str, Answer]:
        known = self._material.gathered
        places = [self._material.places[name] for name in names]
        return {known.ids[p]: Answer("", known.questions[p], known.texts[p]) for p in places}


def _decisions(readings: Iterable[StoredReading]) -> Iterator[StoredDecision]:
    for number, reading in enumerate(readings, start=1):
        for d in reading.decisions:
            own = (reading.response_id, reading.question, reading.coder, reading.time)
            rest = (reading.sample, reading.text_hash)
            said = (d.theme, d.facet, d.decision, d.memo, d.theme_hash)
            yield StoredDecision(number, *own, *rest, *said, d.start, d.end)
