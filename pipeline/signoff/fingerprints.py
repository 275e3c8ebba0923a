"""The batches of a run -> what each figure rests on, as hashes: base, verdicts, theme."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.digest import canonical_json
from pipeline.readings.records import hash_theme
from pipeline.round import Round
from pipeline.tables import IN_BASE, keep, rows

_WHOLE = 1 << 256

Figure = tuple[str, str]
"""question and theme"""


class Rests(NamedTuple):
    """What a figure rests on, each as 64 hexadecimal digits: the responses of its base with their
    texts; which of them count for the theme; what the theme means (of a net what its members do).
    """

    base: str
    verdicts: str
    meaning: str

    def changed(self, other: Rests) -> list[str]:
        """In words, what of it is not as it was."""
        names = ("its base", "its responses' verdicts", "its theme's definition")
        return [name for name, one, two in zip(names, self, other, strict=True) if one != two]


class Fingerprints:
    """Sees every batch once, in any order, and keeps numbers: memory does not grow with texts.

    A set of responses is known by the sum of the hashes of its members, so that order and batches
    do not matter.
    """

    def __init__(self, the_round: Round, codebook: Codebook) -> None:
        self._round = the_round
        self._codebook = codebook
        self._bases: defaultdict[str, int] = defaultdict(int)
        self._cited: defaultdict[Figure, int] = defaultdict(int)

    @property
    def themes(self) -> frozenset[str]:
        """The themes and nets that there are."""
        return frozenset(entry.id for entry in self._codebook.entries)

    def add(self, responses: pa.Table, verdicts: pa.Table) -> None:
        """See a batch."""
        self.add_base(responses)
        present = verdicts.filter(verdicts["present"])
        found: dict[str, set[Figure]] = defaultdict(set)
        for response_id, question, theme, facet in rows(
            present, "response_id", "question", "theme", "facet"
        ):
            if not facet:
                found[response_id].add((question, theme))
        above = self._above()
        for response_id, places in found.items():
            number = _number([response_id])
            for place in {(q, entry) for q, theme in places for entry in above[theme]}:
                self._cited[place] += number

    def add_base(self, responses: pa.Table) -> None:
        """See the responses of a batch, and nothing of what they say."""
        based = keep(responses, "status", *IN_BASE[self._round.base])
        for question, *response in rows(based, "question", "response_id", "status", "text"):
            self._bases[question] += _number(response)

    def _above(self) -> dict[str, list[str]]:
        """The entries that each theme counts for: itself, its nets and parents."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for entry in self._codebook.entries:
            for member in self._codebook.members(entry):
                found[member].append(entry.id)
        return found

    def rests(self, question: str, theme: str) -> Rests:
        """What a figure rests on, of all that was seen."""
        return self._rests(question, theme, self._cited[question, theme])

    def rests_on(self, question: str, theme: str, cited: Iterable[str]) -> Rests:
        """The same, where these responses count for the theme, whatever verdicts were seen."""
        return self._rests(question, theme, sum(_number([name]) for name in cited))

    def _rests(self, question: str, theme: str, cited: int) -> Rests:
        entry = next(entry for entry in self._codebook.entries if entry.id == theme)
        themes = {one.id: one for one in self._codebook.themes}
        meanings = [(name, hash_theme(themes[name])) for name in self._codebook.members(entry)]
        return Rests(
            base=_hex([self._round.base, self._bases[question] % _WHOLE]),
            verdicts=_hex([cited % _WHOLE]),
            meaning=_hex(sorted(meanings)),
        )


def _number(value: object) -> int:
    return int.from_bytes(hashlib.sha256(canonical_json(value).encode()).digest(), "big")


def _hex(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
