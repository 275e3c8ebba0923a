"""The random tail: what is drawn of the unread once the ranked responses are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from pipeline.review.audit import PRESENT, UNKNOWN
from pipeline.review.gather import Gathered
from pipeline.review.stopping import Tail

STRATUM = "random tail"


@dataclass(frozen=True, kw_only=True)
class TailSample:
    """A random sample of the unread, as it was recorded: who was in it, and who was read before.

    `read` are the ids that were read when it was drawn, `barred` those that it could not draw: they
    wait in an audit sample or have the text of one that does. `size` is how many responses the
    round had.
    """

    members: frozenset[str]
    read: frozenset[str]
    barred: frozenset[str]
    size: int

    @property
    def unread(self) -> int:
        """How many responses it was drawn from."""
        return self.size - len(self.read) - len(self.barred)

    def settings(self) -> dict[str, Any]:
        """What is frozen beside the members, of plain JSON values."""
        return {
            "kind": STRATUM,
            "read": sorted(self.read),
            "barred": sorted(self.barred),
            "size": self.size,
        }


def draw_tail(gathered: Gathered, barred: Iterable[str], size: int, seed: int) -> TailSample:
    """A simple random sample of `size` of the unread responses, or of all there are."""
    known = set(gathered.ids)
    read = gathered.read & known
    out = frozenset(barred) & known - read
    names = sorted(known - read - out)
    chosen = np.random.default_rng(seed).choice(len(names), min(size, len(names)), replace=False)
    return TailSample(
        members=frozenset(names[number] for number in chosen.tolist()),
        read=frozenset(read),
        barred=out,
        size=len(gathered.ids),
    )


class Reading(NamedTuple):
    """Which responses were read, and when: masks over the responses of a round.

    `urn` are those that the last random sample was drawn from, `tail` those drawn.
    """

    urn: np.ndarray
    tail: np.ndarray
    read: np.ndarray
    looks: int


def trace_reading(
    gathered: Gathered, samples: Sequence[TailSample], barred: Iterable[str]
) -> Reading:
    """What was read before, in and beside the last random sample."""
    last = samples[-1] if samples else None
    before = last.read if last else gathered.read
    out = last.barred if last else frozenset(barred) - gathered.read
    tail: frozenset[str] = last.members if last else frozenset()

    def mask(names: frozenset[str]) -> np.ndarray:
        return np.array([name in names for name in gathered.ids], dtype=bool)

    return Reading(
        urn=~(mask(before) | mask(out)),
        tail=mask(tail),
        read=mask(gathered.read),
        looks=len(samples),
    )


def find_tail(gathered: Gathered, reading: Reading, theme: str = "") -> Tail:
    """What is known of a theme or, without one, of any theme.

    In a random response that was read, a theme that nobody decided counts as found: that can only
    put stopping off.
    """
    columns = [gathered.themes.index(theme)] if theme else list(range(len(gathered.themes)))
    applies, known = gathered.applies[:, columns], gathered.known[:, columns]
    asked = applies.any(axis=1)
    urn, tail, read = (asked & mask for mask in reading[:3])
    present = read & (known == PRESENT).any(axis=1)
    undecided = read & (applies & (known == UNKNOWN)).any(axis=1)
    beside = urn & ~tail & read
    return Tail(
        found_before=_count(present & ~urn),
        urn=_count(urn),
        drawn=_count(tail),
        found=_count(tail & (present | undecided)),
        read_beside=_count(beside),
        found_beside=_count(beside & present),
        looks=reading.looks,
        waiting=_count(tail & ~read),
    )


def _count(mask: np.ndarray) -> int:
    return int(mask.sum())
