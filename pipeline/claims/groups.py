"""The group that a clause is about: "76.2% of suppliers", "among ICT staff"."""

from __future__ import annotations

from pipeline.claims.known import Knowledge
from pipeline.claims.numbers import word_set
from pipeline.claims.words import STOP, list_stems, stem
from pipeline.text import fold_words

_BEFORE = word_set("of among amongst by from for all the most these those in by")
_MAX_VALUES = 2_000

Group = tuple[str, str]


class GroupFinder:
    """Finds the values of groups in a clause, and tells their words from those of the topic."""

    def __init__(self, knowledge: Knowledge) -> None:
        named = dict.fromkeys((f.group, f.group_value) for f in knowledge.figures if f.group_value)
        self.values: dict[str, list[tuple[tuple[str, ...], Group]]] = {}
        for group in list(named)[:_MAX_VALUES]:
            stems = tuple(stem(word) for word in fold_words(group[1]))
            if stems and not all(word.isdigit() for word in stems):
                self.values.setdefault(stems[0], []).append((stems, group))
        self.topics = {s for subject in knowledge.subjects for s in list_stems(subject.label)}
        for values in self.values.values():
            values.sort(key=lambda value: -len(value[0]))

    def find(self, clause: str, at: int, claim: str) -> tuple[Group | None, list[str]]:
        """The group and the stems of the clause's other words; `at` is where the claim begins.

        A group is named by a number or a word such as "of" before it, within the claim itself, or
        by standing first, if it has a word that no label has ("ICT systems"). The first named
        counts, and one within the claim before all others.
        """
        words = fold_words(clause)
        stems = [stem(word) for word in words]
        inside = range(len(fold_words(clause[:at])), len(fold_words(clause[: at + len(claim)])) + 1)
        found: list[tuple[bool, int, int, Group]] = []
        place = 0
        while place < len(stems):
            value = self._value_at(stems, place)
            before = words[place - 1] if place else ""
            first = not before and value and not self.topics.issuperset(value[0])
            led = before in _BEFORE or before[:1].isdigit()
            leads = first or led or place in inside
            if value and leads:
                found.append((place not in inside, place, place + len(value[0]), value[1]))
            place += len(value[0]) if value and leads else 1
        used = {stems[n] for _, start, end, _ in found for n in range(start, end)}
        rest = [
            stemmed
            for word, stemmed in zip(words, stems, strict=True)
            if stemmed not in used and word not in STOP and not word[0].isdigit()
        ]
        return (min(found)[3] if found else None), rest

    def _value_at(self, stems: list[str], place: int) -> tuple[tuple[str, ...], Group] | None:
        for value, group in self.values.get(stems[place], ()):
            if tuple(stems[place : place + len(value)]) == value:
                return value, group
        return None
