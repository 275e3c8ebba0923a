"""Which responses would teach most if they were coded next.

A response is worth reading for a theme where the classifier is in doubt (its calibrated probability
is near one half: uncertainty sampling, Lewis & Gale 1994, doi:10.1007/978-1-4471-2099-5_1) or where
rule and classifier contradict each other (a committee of two: Seung, Opper & Sompolinsky 1992,
doi:10.1145/130385.130417), or where a rule finds a theme of which too few examples are known to
learn it; and the more, the more its words are common and were little read (`Coverage`). Responses
are then picked one at a time, and each pick lowers what its theme and its words still offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from pipeline.likeness import Copies
from pipeline.review.coverage import Coverage
from pipeline.text import fold_words

_NEAR = 0.2
"""A score from here to one less it is said to be in doubt."""
_LEAST = 0.02
"""What a response is worth that is in no doubt, for its words alone."""
MOST = 20_000
"""Of more responses only so many, those worth most for some theme, are weighed by their words."""
LENGTHS = 3
"""Without a classifier: short, middling and long answers, a third each."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pool:
    """Responses that may be picked.

    Arrays are responses x `themes`: `ruled` (a rule finds it), `scores` (probabilities; NaN where
    the classifier does not know the theme), `thresholds` (what a score must reach), `applies` (the
    theme is looked for in the question). `with_rules` is by theme.
    """

    ids: Sequence[str]
    questions: Sequence[str]
    texts: Sequence[str]
    themes: tuple[str, ...]
    ruled: np.ndarray
    scores: np.ndarray
    thresholds: np.ndarray
    applies: np.ndarray
    with_rules: np.ndarray


class Pick(NamedTuple):
    """A response to read: its place in the pool, the theme it is picked for, and why in words."""

    place: int
    theme: str
    why: str


class _Offers(NamedTuple):
    """What each response (rows) offers for each of some columns, in a group of its own."""

    worth: np.ndarray
    groups: np.ndarray


def rank_responses(
    pool: Pool, size: int, seed: int, read: Sequence[tuple[str, str]] = ()
) -> list[Pick]:
    """The `size` responses to read next, best first; fewer when all others are near-copies.

    `read` are questions and texts that were read: none is picked again, and no near-copy of one or
    of another pick. Without a classifier the pick is spread over questions, rules (and none),
    lengths of answer, and prefers rare words; the seed then settles what else is equal. Ties go to
    the lower id.
    """
    if not len(pool.ids):
        return []
    blind = bool(np.isnan(pool.scores).all())
    copies = Copies(text for _, text in read)
    if blind:
        picked = _pick(_offer_blind(pool, seed), pool, size, copies)
    else:
        picked = _pick_doubted(pool, size, copies, read)
    explain = _explain_blind if blind else _explain
    return [
        Pick(place, pool.themes[column] if column < len(pool.themes) else "", explain(pool, *pair))
        for pair in picked
        for place, column in [pair]
    ]


def _codes(names: Sequence[str]) -> np.ndarray:
    """The number of each name in the sorted list of all."""
    codes: np.ndarray = np.unique(np.asarray(names, dtype=str), return_inverse=True)[1]
    return codes


def _disputes(pool: Pool) -> tuple[np.ndarray, np.ndarray]:
    """Where the rule finds what the classifier doubts, and the classifier what no rule finds."""
    doubted = pool.ruled & (pool.scores < 0.5)
    missed = ~pool.ruled & pool.with_rules & (pool.scores >= pool.thresholds)
    return doubted, missed


def _worth(pool: Pool) -> np.ndarray:
    doubted, missed = _disputes(pool)
    worth: np.ndarray = np.nan_to_num(np.minimum(pool.scores, 1 - pool.scores))
    np.maximum(worth, 1 - pool.scores, out=worth, where=doubted)
    np.maximum(worth, pool.scores, out=worth, where=missed)
    worth[np.isnan(pool.scores) & pool.ruled] = 1.0
    worth[~pool.applies] = 0.0
    return worth


def _pick_doubted(
    pool: Pool, size: int, copies: Copies, read: Sequence[tuple[str, str]]
) -> list[tuple[int, int]]:
    """Greedily: the worth over one more than the picks of its theme, times what its words offer.

    Ties go to the lower id.
    """
    worth = _worth(pool)
    rank = np.argsort(np.argsort(np.asarray(pool.ids, dtype=str), kind="stable"))
    best = np.lexsort((rank, -worth.max(axis=1)))[:MOST]
    places = best[np.argsort(rank[best])].tolist()
    worth = worth[places]
    coverage = Coverage([(pool.questions[p], pool.texts[p]) for p in places], read)
    of_column = np.ones(worth.shape[1])
    left = np.ones(len(places), dtype=bool)
    picked: list[tuple[int, int]] = []
    value = _values(worth, of_column, coverage)
    while left.any() and len(picked) < size:
        number = int(np.argmax(np.where(left, value, -1.0)))
        left[number] = False
        place = places[number]
        if not copies.hold(pool.texts[place]):
            copies.add(pool.texts[place])
            column = int(np.argmax(worth[number] / of_column))
            picked.append((place, column))
            of_column[column] += 1
            coverage.take(number)
            value = _values(worth, of_column, coverage)
    return picked


def _values(worth: np.ndarray, of_column: np.ndarray, coverage: Coverage) -> np.ndarray:
    """What each response is worth now."""
    found: np.ndarray = (_LEAST + (worth / of_column).max(axis=1)) * coverage.offers()
    return found


def _offer_blind(pool: Pool, seed: int) -> _Offers:
    """Themes by rule, and a column for no rule; groups are question x length."""
    words = [tuple(dict.fromkeys(fold_words(text))) for text in pool.texts]
    lengths = np.array([len(found) for found in words])
    thirds = np.minimum(_ranks(lengths) * LENGTHS, LENGTHS - 1).astype(int)
    in_order = np.argsort(np.argsort(np.asarray(pool.ids, dtype=str), kind="stable"))
    chance = np.random.default_rng(seed).random(len(pool.ids))[in_order]
    interest = (_ranks(_rarity(words)) + chance) / 2
    ruled = pool.ruled & pool.applies
    columns = np.column_stack([ruled, ~ruled.any(axis=1)])
    return _Offers(columns * interest[:, None], _codes(pool.questions) * LENGTHS + thirds)


def _rarity(words: Sequence[tuple[str, ...]]) -> np.ndarray:
    """The mean over a text's words of log(texts / texts with it); words of one text are no sign."""
    known: dict[str, int] = {}
    for found in words:
        for word in found:
            known[word] = known.get(word, 0) + 1
    weight = {w: float(np.log(len(words) / n)) for w, n in known.items() if n > 1}
    means = []
    for found in words:
        shared = [weight[word] for word in found if word in weight]
        means.append(sum(shared) / len(shared) if shared else 0.0)
    return np.array(means)


def _ranks(values: np.ndarray) -> np.ndarray:
    """The share of values that are lower, from 0 up to 1."""
    return np.searchsorted(np.sort(values), values) / len(values)


def _pick(offers: _Offers, pool: Pool, size: int, copies: Copies) -> list[tuple[int, int]]:
    """Greedily: the worth over one more than the picks of its column, and of its group."""
    queues = _Queues(offers, pool.ids)
    of_column = np.ones(offers.worth.shape[1])
    of_group = np.ones(int(offers.groups.max()) + 1)
    picked: list[tuple[int, int]] = []
    while len(picked) < size:
        found = queues.best(of_group[:, None] * of_column[None, :])
        if found is None:
            break
        place, group, column = found
        queues.take(place, group)
        if copies.hold(pool.texts[place]):
            continue
        copies.add(pool.texts[place])
        picked.append((place, column))
        of_column[column] += 1
        of_group[group] += 1
    return picked


class _Queues:
    """For each group and column its responses, best first; the heads as one matrix."""

    def __init__(self, offers: _Offers, ids: Sequence[str]) -> None:
        # Sorted by id first, so that a stable sort by worth leaves ties to the lower id.
        order = np.argsort(np.asarray(ids, dtype=str), kind="stable")
        self._worth = offers.worth
        self._rank = np.argsort(order)
        self._taken = np.zeros(len(order), dtype=bool)
        groups, columns = int(offers.groups.max()) + 1, offers.worth.shape[1]
        self._places: list[np.ndarray] = []
        for group in range(groups):
            members = order[offers.groups[order] == group]
            sort = np.argsort(-offers.worth[members], axis=0, kind="stable")
            self._places.append(members[sort].astype(np.int32))
        self._next = np.zeros((groups, columns), dtype=int)
        self._heads = np.full((groups, columns), -1)
        self._values = np.full((groups, columns), -1.0)
        for group in range(groups):
            self._advance(group)

    def best(self, divisors: np.ndarray) -> tuple[int, int, int] | None:
        """The response that is worth most after division, its group and column."""
        values = self._values / divisors
        top = values.max()
        if top < 0:
            return None
        cells = np.argwhere(values == top)
        group, column = min(cells.tolist(), key=lambda cell: self._rank[self._heads[*cell]])
        return int(self._heads[group, column]), group, column

    def take(self, place: int, group: int) -> None:
        """A response is picked or passed over."""
        self._taken[place] = True
        self._advance(group)

    def _advance(self, group: int) -> None:
        queue = self._places[group]
        for column in range(queue.shape[1]):
            place = self._next[group, column]
            while place < len(queue) and self._taken[queue[place, column]]:
                place += 1
            self._next[group, column] = place
            there = place < len(queue)
            head = queue[place, column] if there else -1
            self._heads[group, column] = head
            self._values[group, column] = self._worth[head, column] if there else -1.0


def _explain(pool: Pool, place: int, column: int) -> str:
    row = _row(pool, place)
    theme, score = pool.themes[column], float(row.scores[0, column])
    if np.isnan(score) and row.ruled[0, column] and row.applies[0, column]:
        return f"a rule finds {theme}, of which too few examples are known to learn it"
    if np.isnan(score) or not row.applies[0, column]:
        return "nothing in it is in doubt; it fills the batch"
    doubted, missed = _disputes(row)
    if doubted[0, column]:
        return f"rule and model disagree on {theme}: the rule finds it, the score is {score:.2f}"
    if missed[0, column]:
        return f"rule and model disagree on {theme}: no rule finds it, the score is {score:.2f}"
    if min(score, 1 - score) >= _NEAR:
        return f"the model is in doubt about {theme}: the score is {score:.2f}"
    return f"its words are common and little read; the score of {theme} is {score:.2f}"


def _row(pool: Pool, place: int) -> Pool:
    """The pool of one response."""
    here = slice(place, place + 1)
    return replace(
        pool,
        ids=pool.ids[here],
        questions=pool.questions[here],
        texts=pool.texts[here],
        ruled=pool.ruled[here],
        scores=pool.scores[here],
        thresholds=pool.thresholds[here],
        applies=pool.applies[here],
    )


def _explain_blind(pool: Pool, place: int, column: int) -> str:
    found = (pool.ruled & pool.applies)[place]
    if column < len(pool.themes) and found[column]:
        return f"a rule finds {pool.themes[column]}; nothing is coded yet to compare it with"
    if found.any():
        return "for the spread over questions, lengths and words; nothing is coded yet"
    return "no rule finds a theme in it; nothing is coded yet"
