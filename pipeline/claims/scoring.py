"""How well the words of a clause fit each subject.

The measure is Tversky's index (Psychological Review 84, 1977, doi:10.1037/0033-295X.84.4.327) over
stems weighted by their rarity: what clause and subject share, against that and a part of what
either has alone. A long label is not asked to be repeated whole, nor is a clause asked to say
nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from pipeline.claims.known import Subject
from pipeline.claims.words import cut_asides, list_stems, weigh_words

THRESHOLD = 0.35
"""The score below which words are too weak to place a claim."""
MARGIN = 0.08
"""How far ahead of the second the best subject must be."""
TERMS, MEANING, CONTEXT = 0.6, 0.3, 0.3
"""What a word counts that is in the terms, the definition or the question only; in a label, 1."""
_RANKED = 50
_MISSING, _UNEXPLAINED = 0.5, 0.3


class Scored(NamedTuple):
    """A subject, how well some words fit it, 0 to 1, and those of them that are in its label."""

    subject: Subject
    score: float
    words: frozenset[str]


class Scorer:
    """Scores words against subjects; one index of words, so that most subjects are never looked at.

    >>> subjects = [Subject(id=n, kind="open", name=n, label=n) for n in ("slow wifi", "old desks")]
    >>> [(s.subject.name, round(s.score, 2)) for s in Scorer(subjects).rank(["wifi", "slow"])]
    [('slow wifi', 1.0)]
    """

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects = subjects
        labels = [list_stems(cut_asides(subject.label)[0]) for subject in subjects]
        self.rarity = weigh_words(labels)
        self.weights: dict[str, dict[int, float]] = defaultdict(dict)
        self.label_weight: list[float] = []
        fields = [
            (
                ([*stems, *list_stems(subject.short)], 1.0),
                (list_stems(f"{subject.terms} {cut_asides(subject.label)[1]}"), TERMS),
                (list_stems(subject.meaning), MEANING),
                (list_stems(" ".join(subject.context.values())), CONTEXT),
            )
            for stems, subject in zip(labels, subjects, strict=True)
        ]
        self.rarity_of_all = weigh_words([[w for words, _ in f for w in words] for f in fields])
        for number, parts in enumerate(fields):
            for words, share in parts:
                for word in words:
                    self.weights[word].setdefault(number, share)
            self.label_weight.append(sum(self._rare(word) for word in set(parts[0][0])))
        self.short = [frozenset(list_stems(subject.short)) for subject in subjects]
        self.ranked: dict[frozenset[str], list[Scored]] = {}

    def _rare(self, word: str) -> float:
        return self.rarity.get(word) or self.rarity_of_all.get(word, 0.0)

    def knows(self, word: str) -> bool:
        """Whether any subject has the word."""
        return word in self.weights

    def rank(self, words: Collection[str]) -> list[Scored]:
        """The subjects that share a word with these, best first; of equals the first listed.

        The words of `short` alone, when all are there, stand for the whole label.
        """
        key = frozenset(word for word in words if word in self.weights)
        if key not in self.ranked:
            self.ranked[key] = self._rank(key)
        return self.ranked[key]

    def _rank(self, words: frozenset[str]) -> list[Scored]:
        shared: dict[int, float] = defaultdict(float)
        explained: dict[int, float] = defaultdict(float)
        labelled: dict[int, float] = defaultdict(float)
        total = sum(self._rare(word) for word in sorted(words))
        for word in sorted(words):
            rare = self._rare(word)
            for number, share in self.weights[word].items():
                shared[number] += share * rare
                explained[number] += rare
                labelled[number] += rare if share == 1.0 else 0.0
        scored = []
        for number, common in shared.items():
            named = self.short[number] and self.short[number] <= words
            missing = 0 if named else _MISSING * (self.label_weight[number] - labelled[number])
            unexplained = _UNEXPLAINED * (total - explained[number])
            score = common / (common + missing + unexplained) if common else 0.0
            scored.append((-score, number))
        return [
            Scored(
                self.subjects[number],
                -score,
                frozenset(word for word in words if self.weights[word].get(number) == 1),
            )
            for score, number in sorted(scored)[:_RANKED]
        ]
