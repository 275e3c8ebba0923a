"""How far people agree so far, as one reader may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from pipeline.agreement import Quick, agree_so_far
from pipeline.review.desk.disputes import is_person, plain_name
from pipeline.review.desk.material import Material
from pipeline.review.desk.people import People, Word


class Pair(NamedTuple):
    """Two people, and by the label of each theme that both decided somewhere how far they agree."""

    first: str
    second: str
    overall: Quick
    themes: Sequence[tuple[str, Quick]]


class Agreeing(NamedTuple):
    """Every two people who have read one response; `withheld`: some responses are left out that
    must not be seen yet.
    """

    pairs: Sequence[Pair]
    withheld: bool


Said = Mapping[str, Mapping[str, str]]
"""theme -> coder -> decision"""


class Agreement:
    """Agreement so far, worked out anew where words came since."""

    def __init__(self, material: Material, people: People) -> None:
        self._labels = {theme.id: theme.label for theme in material.codebook.themes}
        self._people = people
        self._heard = 0
        self._said: dict[int, Said] = {}
        self._found: tuple[bytes, Agreeing] | None = None

    def of(self, hidden: np.ndarray) -> Agreeing:
        """Of the responses that are not hidden from who asks."""
        self._listen()
        key = np.packbits(hidden).tobytes()
        if self._found is None or self._found[0] != key:
            self._found = key, self._measure(hidden)
        return self._found[1]

    def _listen(self) -> None:
        changes = self._people.changes
        if self._heard == len(changes):
            return
        for place in set(changes[self._heard :]):
            said = _standing(self._people.words(place))
            if said:
                self._said[place] = said
            else:
                self._said.pop(place, None)
        self._heard = len(changes)
        self._found = None

    def _measure(self, hidden: np.ndarray) -> Agreeing:
        shared: dict[tuple[str, str], dict[int, Said]] = {}
        seen = [place for place in sorted(self._said) if not hidden[place]]
        for place in seen:
            coders = sorted({coder for said in self._said[place].values() for coder in said})
            for pair in combinations(coders, 2):
                shared.setdefault(pair, {})[place] = _of_pair(self._said[place], pair)
        pairs = []
        for (first, second), words in sorted(shared.items()):
            found = agree_so_far(words)
            if found.overall.n:
                themes = [
                    (label, found.themes[theme])
                    for theme, label in self._labels.items()
                    if theme in found.themes and found.themes[theme].n
                ]
                names = plain_name(first), plain_name(second)
                pairs.append(Pair(*names, found.overall, themes))
        return Agreeing(pairs, len(seen) < len(self._said))


def _standing(words: Mapping[str, Mapping[str, Word]]) -> Said:
    """Of the people, what is not stale, of themes that two of them decided."""
    found = {}
    for theme, said in words.items():
        kept = {w.coder: w.decision for w in said.values() if is_person(w.coder) and not w.stale}
        if len(kept) > 1:
            found[theme] = kept
    return found


def _of_pair(said: Said, pair: tuple[str, str]) -> Said:
    return {
        theme: {coder: words[coder] for coder in pair}
        for theme, words in said.items()
        if all(coder in words for coder in pair)
    }
