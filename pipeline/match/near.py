"""The nearest place before or after another, in its group: one sort for a whole batch."""

from __future__ import annotations

import numpy as np

from pipeline.match.ordering import starts_group

NONE = -1


class Neighbours:
    """Places `[first, last]` (word numbers) in groups, to be asked for neighbours many at a time.

    Of places that are as near, the shortest is given; of those the one of the least rank.
    """

    def __init__(
        self, groups: np.ndarray, first: np.ndarray, last: np.ndarray, rank: np.ndarray
    ) -> None:
        self._groups = np.unique(groups)
        self._wide = int(last.max(initial=0)) + 2
        group = np.searchsorted(self._groups, groups) * self._wide
        self._forth = np.lexsort((rank, last, group + first))
        self._firsts = (group + first)[self._forth]
        lasts = (group + last)[self._forth]
        self._reach = np.maximum.accumulate(lasts)
        # Of places that are the same, the one of the least rank stands first.
        fresh = starts_group(self._firsts, lasts)
        first_of_same = np.maximum.accumulate(np.where(fresh, np.arange(len(lasts)), 0))
        self._reaching = np.maximum.accumulate(np.where(lasts == self._reach, first_of_same, 0))
        self._back = np.lexsort((-rank, first, group + last))
        self._lasts = (group + last)[self._back]

    def after(self, groups: np.ndarray, word: np.ndarray) -> np.ndarray:
        """The place of each group that starts soonest after a word, or NONE."""
        base = self._base(groups)
        at = np.searchsorted(self._firsts, base + np.minimum(word, self._wide - 1), side="right")
        at = np.minimum(at, len(self._firsts) - 1)
        found = self._firsts[at]
        holds = (base >= 0) & (found > base + word) & (found < base + self._wide)
        return np.where(holds, self._forth[at], NONE)

    def before(self, groups: np.ndarray, word: np.ndarray) -> np.ndarray:
        """The place of each group that ends latest before a word, or NONE."""
        base = self._base(groups)
        at = np.searchsorted(self._lasts, base + np.minimum(word, self._wide - 1)) - 1
        found = self._lasts[np.maximum(at, 0)]
        holds = (base >= 0) & (at >= 0) & (found < base + word) & (found >= base)
        return np.where(holds, self._back[np.maximum(at, 0)], NONE)

    def before_start(self, groups: np.ndarray, word: np.ndarray) -> np.ndarray:
        """The place of each group that starts before a word and ends latest, or NONE."""
        base = self._base(groups)
        at = np.searchsorted(self._firsts, base + np.minimum(word, self._wide - 1)) - 1
        holds = (base >= 0) & (at >= 0) & (self._firsts[np.maximum(at, 0)] >= base)
        return np.where(holds, self._forth[self._reaching[np.maximum(at, 0)]], NONE)

    def any_within(self, groups: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Whether a place of each group touches the words from `first` to `last`."""
        base = self._base(groups)
        end = base + np.minimum(last, self._wide - 1)
        at = np.searchsorted(self._firsts, end, side="right") - 1
        reach = self._reach[np.maximum(at, 0)]
        found: np.ndarray = (base >= 0) & (at >= 0) & (reach >= base + np.maximum(first, 0))
        return found

    def _base(self, groups: np.ndarray) -> np.ndarray:
        """Where a group's words start in the common numbering; below 0 when there is none."""
        at = np.minimum(np.searchsorted(self._groups, groups), len(self._groups) - 1)
        known = self._groups[at] == groups
        base: np.ndarray = np.where(known, at * self._wide, -(self._wide**2))
        return base
