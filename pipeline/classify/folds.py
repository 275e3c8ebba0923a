"""Folds for cross-validation: what is alike stays together, and rare themes are spread."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from pipeline.classify.example import Example
from pipeline.likeness import find_alike
from pipeline.text import fold_words

LARGE = 0.05
"""A block of more than so much of a fold is placed before the others."""


def fold_examples(examples: Sequence[Example], folds: int, seed: int) -> np.ndarray:
    """The fold of each example. Examples of one block (see `find_blocks`) share one.

    Themes are spread by iterative stratification: the rarest first, each block to the fold that
    lacks most of it (Sechidis, Tsoumakas & Vlahavas 2011, doi:10.1007/978-3-642-23808-6_10). The
    order of the examples does not matter.
    """
    blocks = find_blocks(examples)
    count = int(blocks.max(initial=-1)) + 1
    themes = {theme: n for n, theme in enumerate(sorted({t for e in examples for t in e.themes}))}
    held = np.zeros((count, len(themes)), np.int64)
    first = [""] * count
    for block, example in zip(blocks.tolist(), examples, strict=True):
        held[block, [themes[theme] for theme in example.themes]] += 1
        first[block] = min(first[block] or example.response_id, example.response_id)
    luck = [hashlib.blake2b(f"{seed}\0{name}".encode()).digest() for name in first]
    spread = _Spread(held, np.bincount(blocks, minlength=count), luck, folds)
    found: np.ndarray = spread.place_all()[blocks]
    return found


class _Spread:
    """Blocks being placed into folds; `held` counts their themes."""

    def __init__(
        self, held: np.ndarray, sizes: np.ndarray, luck: Sequence[bytes], folds: int
    ) -> None:
        self.held, self.sizes, self.luck = held, sizes, luck
        self.lacking = np.repeat(held.sum(axis=0)[None] / folds, folds, axis=0)
        self.room = np.full(folds, sizes.sum() / folds)
        self.fold_of = np.full(len(sizes), -1)

    def place_all(self) -> np.ndarray:
        """The fold of each block."""
        self.place(np.flatnonzero(self.sizes > LARGE * self.room[0]).tolist(), None)
        while True:
            waiting = np.flatnonzero(self.fold_of < 0)
            left = self.held[waiting].sum(axis=0)
            if not left.any():
                self.place(waiting.tolist(), None)
                return self.fold_of
            theme = int(np.argmin(np.where(left > 0, left, left.sum() + 1)))
            self.place(waiting[self.held[waiting, theme] > 0].tolist(), theme)

    def place(self, blocks: list[int], theme: int | None) -> None:
        """Place some blocks, those that hold most first, by what their fold lacks of a theme."""

        def weight(block: int) -> tuple[int, int, bytes]:
            held = 0 if theme is None else int(self.held[block, theme])
            return -held, -int(self.sizes[block]), self.luck[block]

        for block in sorted(blocks, key=weight):
            room = np.round(self.room, 6)
            lack = np.zeros(len(room)) if theme is None else np.round(self.lacking[:, theme], 6)
            turn = (np.arange(len(room)) + self.luck[block][0]) % len(room)
            fold = int(np.lexsort((turn, room, lack))[-1])
            self.fold_of[block] = fold
            self.lacking[fold] -= self.held[block]
            self.room[fold] -= self.sizes[block]


def find_blocks(examples: Sequence[Example]) -> np.ndarray:
    """A number for each example: the same for one person's answers and for texts of the same words
    or nearly (`pipeline.likeness`), however long the chain.
    """
    parent = list(range(len(examples)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[object, int] = {}
    words = [frozenset(fold_words(example.text)) for example in examples]
    for place, example in enumerate(examples):
        for key in (("person", example.group), words[place]):
            parent[root(place)] = root(first.setdefault(key, place))
    places = [place for key, place in first.items() if isinstance(key, frozenset)]
    for one, other in find_alike([words[place] for place in places]):
        parent[root(places[one])] = root(places[other])
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(root(p), len(numbers)) for p in range(len(examples))], int)
