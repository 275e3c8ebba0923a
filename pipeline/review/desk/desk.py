"""The desk: one round, its store, and the people who read at it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

import numpy as np

from pipeline.errors import InputError
from pipeline.readings.records import Decision, Sample, StoredReading, hash_text, hash_theme, now
from pipeline.readings.store import Store
from pipeline.review.desk.material import Material
from pipeline.review.desk.people import UNDONE, People, Word
from pipeline.review.desk.posted import Posted, make_reading, refuse
from pipeline.review.desk.queues import Queue, View, asked_themes, build_queue, list_queues
from pipeline.review.desk.screen import Screen, make_screen
from pipeline.review.desk.secrecy import Secrecy

_KEPT = 32
_PAUSE = 300.0
"""Seconds without a reading that are no reading time."""


class Progress(NamedTuple):
    """How far a queue is read: `position` from 1, 0 for a response outside it; pace a minute."""

    position: int
    done: int
    total: int
    pace: float | None


class Entry(NamedTuple):
    """A queue as the list of queues shows it."""

    key: str
    title: str
    done: int
    total: int


class _Step(NamedTuple):
    """What a reading changed: the coder's words and whether it was read, before it."""

    queue: str
    place: int
    reading: StoredReading
    before: dict[str, Word]
    was_read: bool


@dataclass(slots=True)
class _Sitting:
    """What one person did since the desk was opened."""

    read: np.ndarray
    steps: list[_Step] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    queues: dict[str, Queue] = field(default_factory=dict)


class Desk:
    """Readings go to the store first and are then known here. One thread, one desk."""

    def __init__(
        self,
        material: Material,
        store: Store,
        *,
        blind: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.material = material
        self.blind = blind
        self.samples: Sequence[Sample] = store.samples()
        self._store = store
        self._people = People(material, store.readings())
        self._secrecy = Secrecy(material, self.samples, blind=blind)
        self._sittings: dict[str, _Sitting] = {}
        self._clock = clock

    def view(self, coder: str) -> View:
        """The round as this person may see it."""
        hidden = self._secrecy.hidden(self._people, coder)
        return View(self.material, self._people, self.samples, coder, hidden)

    def take_up(self, material: Material) -> None:
        """Go on with the same responses held anew; what people said and open queues stay."""
        self.material = material
        self._people.take_up(material)

    def entries(self, coder: str) -> list[Entry]:
        """The queues there are, but for 'doubt', which takes its time, with how far each is."""
        view = self.view(coder)
        found = []
        for key in list_queues(view):
            if key == "doubt":
                found.append(Entry(key, "What would teach most", 0, 0))
                continue
            queue = build_queue(key, view)
            done = int(self._done(queue, coder)[queue.places].sum())
            found.append(Entry(key, queue.title, done, len(queue.places)))
        return found

    def open_queue(self, key: str, coder: str) -> Queue:
        """A queue as of now. Raises InputError (E592) where there is no such queue."""
        queue = build_queue(key, self.view(coder))
        queues = self._sitting(coder).queues
        queues.pop(key, None)
        while len(queues) >= _KEPT:
            queues.pop(next(iter(queues)))
        queues[key] = queue
        return queue

    def queue(self, key: str, coder: str) -> Queue:
        """A queue as it was opened, so that its order holds still while it is read."""
        return self._sitting(coder).queues.get(key) or self.open_queue(key, coder)

    def screen(self, place: int, queue: Queue, coder: str) -> Screen:
        """A response of the round. Raises InputError (E592) for a place that is none."""
        if not 0 <= place < len(self.material):
            what = f"there is no response number {place}."
            raise InputError.because(code="E592", what=what, remedy="Choose a queue.")
        return make_screen(place, queue, self.view(coder))

    def step(self, place: int, queue: Queue, by: int) -> int | None:
        """The place before (-1) or after (1) in the queue; None at its ends."""
        at = np.flatnonzero(queue.places == place)
        wanted = int(at[0]) + by if at.size else 0
        return int(queue.places[wanted]) if 0 <= wanted < len(queue.places) else None

    def next_open(self, queue: Queue, coder: str, after: int | None = None) -> int | None:
        """The next place that is not done, from one on and then from the start; None if all are."""
        at = np.flatnonzero(queue.places == after) if after is not None else np.array([], int)
        start = int(at[0]) + 1 if at.size else 0
        left = np.flatnonzero(~self._done(queue, coder)[queue.places])
        if not left.size:
            return None
        later = left[left >= start]
        return int(queue.places[later[0] if later.size else left[0]])

    def progress(self, place: int, queue: Queue, coder: str) -> Progress:
        """How far the queue is read."""
        at = np.flatnonzero(queue.places == place)
        done = int(self._done(queue, coder)[queue.places].sum())
        position = int(at[0]) + 1 if at.size else 0
        return Progress(position, done, len(queue.places), self._pace(coder))

    def record(self, posted: Posted, coder: str) -> StoredReading:
        """Keep what was sent as a reading: when this returns it is stored.

        Raises InputError: E593 for what cannot be, E595 when the same person has read the response
        elsewhere meanwhile.
        """
        queue = self.queue(posted.queue, coder)
        if not 0 <= posted.place < len(self.material):
            refuse(f"there is no response number {posted.place}.")
        last = self._people.last(coder, posted.place)
        if posted.seen != (last.digest if last else ""):
            raise InputError.because(
                code="E595",
                what=f"{coder} has read this response elsewhere since this page was shown.",
                remedy="Load the page again; what was sent is not kept.",
            )
        asked = asked_themes(posted.place, queue, self.view(coder))
        reading = make_reading(posted, queue, self.material, coder, asked)
        step = _Step(
            queue.key,
            posted.place,
            reading,
            self._people.own(posted.place, coder),
            bool(self._people.read(coder)[posted.place]),
        )
        self._keep(reading)
        sitting = self._sitting(coder)
        sitting.steps.append(step)
        sitting.times.append(self._clock())
        sitting.read[posted.place] = True
        return reading

    def undo(self, coder: str) -> tuple[str, int]:
        """Take the last reading of this sitting back by a new one; its queue and place.

        Themes go back to what the person said before; where she had said nothing they are unsure,
        which is nobody's word. Raises InputError (E593) when there is nothing to undo.
        """
        sitting = self._sitting(coder)
        if not sitting.steps:
            refuse("there is nothing to undo.", "Only readings since the start can be undone.")
        step = sitting.steps[-1]
        themes = {theme.id: theme for theme in self.material.codebook.themes}
        self._keep(
            StoredReading(
                response_id=step.reading.response_id,
                question=step.reading.question,
                coder=coder,
                time=now(),
                text_hash=hash_text(self.material.gathered.texts[step.place]),
                sample=step.reading.sample,
                memo="" if step.was_read else UNDONE,
                decisions=tuple(
                    _restored(decision.theme, step.before, hash_theme(themes[decision.theme]))
                    for decision in step.reading.decisions
                ),
            )
        )
        sitting.steps.pop()
        sitting.read[step.place] = any(one.place == step.place for one in sitting.steps)
        return step.queue, step.place

    def _keep(self, reading: StoredReading) -> None:
        self._store.add_readings([reading])
        self._people.add(reading)

    def _sitting(self, coder: str) -> _Sitting:
        if coder not in self._sittings:
            self._sittings[coder] = _Sitting(np.zeros(len(self.material), dtype=bool))
        return self._sittings[coder]

    def _done(self, queue: Queue, coder: str) -> np.ndarray:
        if queue.again:
            return self._sitting(coder).read
        if queue.theme:
            return self._people.decided(coder, queue.theme)
        return self._people.read(coder)

    def _pace(self, coder: str) -> float | None:
        """Readings a minute by the median gap of the last 30; None before the sixth."""
        times = self._sitting(coder).times[-31:]
        gaps = [b - a for a, b in itertools.pairwise(times) if b - a < _PAUSE]
        return 60 / max(median(gaps), 0.01) if len(gaps) >= 5 else None


def _restored(theme: str, before: dict[str, Word], theme_hash: str) -> Decision:
    word = before.get(theme)
    if word is None or word.stale:
        return Decision(theme=theme, decision="unsure", memo=UNDONE, theme_hash=theme_hash)
    return Decision(theme=theme, decision=word.decision, memo=word.memo, theme_hash=theme_hash)
