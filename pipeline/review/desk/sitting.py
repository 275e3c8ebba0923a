"""What one person did since the desk was opened."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

import numpy as np

from pipeline.readings.records import StoredReading
from pipeline.review.desk.people import Word
from pipeline.review.desk.queues import Queue

_PAUSE = 300.0
"""Seconds without a reading that are no reading time."""


class Progress(NamedTuple):
    """How far a queue is read: `position` from 1, 0 for a response outside it; pace a minute."""

    position: int
    done: int
    total: int
    pace: float | None


class Step(NamedTuple):
    """What a reading changed: the coder's words and whether it was read, before it."""

    queue: Queue
    place: int
    reading: StoredReading
    before: dict[str, Word]
    was_read: bool


@dataclass(slots=True)
class Sitting:
    """`read`, `settled` and `looked` (at what was settled, again) are masks of the responses.
    `told` is what the next page has to say; `together` with whom she settled last; `own` are the
    digests of her readings here.
    """

    read: np.ndarray
    settled: np.ndarray
    looked: np.ndarray
    steps: list[Step] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    queues: dict[str, Queue] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    together: str = ""
    own: set[str] = field(default_factory=set)

    def take(self, step: Step, at: float) -> None:
        """A reading that was kept."""
        self.steps.append(step)
        self.own.add(step.reading.digest)
        self.times.append(at)
        self.done(step.queue)[step.place] = True

    def take_back(self, undoing: StoredReading) -> None:
        """The last reading was undone, by a new one."""
        step = self.steps.pop()
        self.own.add(undoing.digest)
        mask = self.done(step.queue)
        mask[step.place] = any(
            one.place == step.place and self.done(one.queue) is mask for one in self.steps
        )

    def done(self, queue: Queue) -> np.ndarray:
        """What she did of such a queue."""
        if not queue.settles:
            return self.read
        return self.looked if queue.again else self.settled

    def pace(self) -> float | None:
        """Readings a minute by the median gap of the last 30; None before the sixth."""
        gaps = [b - a for a, b in itertools.pairwise(self.times[-31:]) if b - a < _PAUSE]
        return 60 / max(median(gaps), 0.01) if len(gaps) >= 5 else None
