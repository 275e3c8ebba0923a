"""What people differ on, and what an adjudicator has settled of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.review.desk.people import People, Word
from pipeline.tables import ADJUDICATOR


class Dispute(NamedTuple):
    """The themes of a response that wait to be settled, and those that an adjudicator has decided,
    whether or not people differ on them still.
    """

    open: frozenset[str]
    settled: frozenset[str]


class Disputes:
    """By place, where there is anything to be settled or settled; in step with what people say."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._heard = 0
        self._found: dict[int, Dispute] = {}

    def known(self) -> Mapping[int, Dispute]:
        """As of now."""
        changes = self._people.changes
        for place in set(changes[self._heard :]):
            found = find_dispute(self._people.words(place))
            if found.open or found.settled:
                self._found[place] = found
            else:
                self._found.pop(place, None)
        self._heard = len(changes)
        return self._found

    def of(self, place: int) -> Dispute:
        """Of one response."""
        return self.known().get(place, Dispute(frozenset(), frozenset()))


def find_dispute(words: Mapping[str, Mapping[str, Word]]) -> Dispute:
    """`words` of theme -> coder. Neither unsure nor stale words count, nor what is imported."""
    settled = {
        theme for theme, said in words.items() if any(is_adjudicator(w.coder) for w in sure(said))
    }
    differ = {
        theme
        for theme, said in words.items()
        if len({word.decision for word in sure(said) if is_person(word.coder)}) > 1
    }
    return Dispute(frozenset(differ - settled), frozenset(settled))


def standing(said: Mapping[str, Word]) -> Word | None:
    """What was adjudicated: the word of the last adjudicator who is sure."""
    words = [word for word in sure(said) if is_adjudicator(word.coder)]
    return max(words, key=lambda word: word.time) if words else None


def sure(said: Mapping[str, Word]) -> Iterable[Word]:
    """The words that stand."""
    return [w for w in said.values() if not w.stale and w.decision != "unsure"]


def is_person(coder: str) -> bool:
    """Whether one of the people who read; adjudicators have seen what the others said."""
    return coder.startswith("human:") and not is_adjudicator(coder)


def is_adjudicator(coder: str) -> bool:
    """Whether who settles."""
    return coder.startswith(ADJUDICATOR)


def adjudicator_of(coder: str) -> str:
    """Under which name a person settles.

    >>> adjudicator_of("human:eve"), adjudicator_of("human:adjudicator:eve")
    ('human:adjudicator:eve', 'human:adjudicator:eve')
    """
    return coder if is_adjudicator(coder) else ADJUDICATOR + coder.removeprefix("human:")


def plain_name(coder: str) -> str:
    """A coder as a page names her.

    >>> plain_name("human:ana"), plain_name("human:adjudicator:eve"), plain_name("import:acme")
    ('ana', 'eve', 'import:acme')
    """
    return coder.removeprefix(ADJUDICATOR).removeprefix("human:")
