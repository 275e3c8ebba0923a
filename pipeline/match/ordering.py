"""Rows of numbers: put in order by as few comparisons as their size allows, or added one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_ROOM = 1 << 62


def order_by(*columns: np.ndarray) -> np.ndarray:
    """Places in the order of the first column, then the second, and so on; equal rows as they were.

    Columns hold integers from 0 up. Those that fit together into one number are sorted as one.

    >>> order_by(np.array([1, 0, 1]), np.array([5, 9, 2])).tolist()
    [1, 2, 0]
    """
    if not len(columns[0]):
        return np.empty(0, np.int64)
    sizes = [int(column.max()) + 1 for column in columns]
    room = 1
    for size in sizes:
        room *= size
    if room > _ROOM:
        return np.lexsort(columns[::-1])
    key = np.zeros(len(columns[0]), np.int64)
    for column, size in zip(columns, sizes, strict=True):
        key = key * size + column
    return np.argsort(key, kind="stable")


def starts_group(*columns: np.ndarray) -> np.ndarray:
    """Whether each row differs from the row before it.

    >>> starts_group(np.array([1, 1, 2]), np.array([3, 3, 3])).tolist()
    [True, False, True]
    """
    fresh = np.zeros(len(columns[0]), bool)
    fresh[:1] = True
    for column in columns:
        fresh[1:] |= column[1:] != column[:-1]
    return fresh


class GrowingRows:
    """Rows of integers that grow at the end; other threads may read those that are there."""

    def __init__(self, columns: int) -> None:
        self._room = np.zeros((1024, columns), np.int64)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, rows: Sequence[tuple[int, ...]]) -> None:
        """Add rows."""
        size = self._size + len(rows)
        if size > len(self._room):
            room = np.zeros((2 * size, self._room.shape[1]), np.int64)
            room[: self._size] = self.rows
            self._room = room  # what is there already stays where readers have it
        if rows:
            self._room[self._size : size] = rows
            self._size = size

    @property
    def rows(self) -> np.ndarray:
        """The rows so far."""
        return self._room[: self._size]
