"""Responses -> the same with a status: what is an answer, and what is not and why.

Duplicates and campaigns need the whole corpus, so there are two steps: `find_repeats` reads compact
hashes of every response, `screen_responses` then works batch by batch.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.errors import InputError, Problem
from pipeline.round import Filler, Round
from pipeline.tables import RESPONSES, rows
from pipeline.text import WORD, fold_words

FILLER = (
    *("n/a", "na", "not applicable", "none", "none really", "none at all", "nil", "no", "nope"),
    *("nothing", "nothing really", "nothing at all", "nothing to add", "nothing else"),
    *("nothing further", "nothing to say", "nothing to report", "no comment", "no comments"),
    *("no further comment", "no further comments", "no comment to make", "no comments to make"),
    *("no answer", "no response", "not provided", "not answered", "nothing comes to mind"),
    *("nothing springs to mind", "don't know", "dont know", "do not know", "x", "xx", "xxx"),
)
CAMPAIGN_WORDS = 10
"""A text of fewer words than this may well be sent by two people without a campaign."""
CAMPAIGN_COPIES = 3

_FILLER_WORDS = frozenset(fold_words(phrase) for phrase in FILLER)
_RECORD = np.dtype([("id", "S16"), ("person", "S16"), ("text", "S16"), ("folded", "S16")])
_LISTED = 5

Place = tuple[int, str]
"""Source row and question: one response of a source."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """What only the whole corpus shows, by source row and question.

    `taken` holds a digest of every id of the source when some are renamed.
    """

    duplicates: Mapping[Place, str] = field(default_factory=dict)
    renamed: Mapping[Place, str] = field(default_factory=dict)
    campaigns: Mapping[Place, str] = field(default_factory=dict)
    taken: frozenset[bytes] = frozenset()


def find_repeats(batches: Iterable[pa.Table], source: str, repeats: str = "refuse") -> Repeats:
    """Duplicates, repeated answers and campaign copies of a whole corpus of **responses**.

    Keeps 80 bytes a response. The same respondent and question again, or the same response
    id: identical text is a duplicate; different text raises InputError (E111) listing the rows,
    unless `repeats` is keep-last (all but the last are duplicates) or keep-all (answers that share
    an id gain /2, /3).
    """
    keys = _Keys()
    for batch in batches:
        keys.add(batch)
    found = _Found(keys, repeats)
    for column in ("id", "person"):
        for group in keys.groups(column):
            found.settle(group, rename=column == "id")
    if found.clashes:
        raise InputError(*(_clash(source, clash) for clash in dict.fromkeys(found.clashes)))
    taken = frozenset(keys.records["id"].tolist()) if found.renamed else frozenset()
    return Repeats(found.duplicates, found.renamed, found.campaigns(), taken)


class _Keys:
    """Compact hashes of every answer that is not blank, in the order of the source."""

    def __init__(self) -> None:
        self._chunks: list[np.ndarray] = []
        self._places: list[np.ndarray] = []
        self._questions: dict[str, int] = {}

    def add(self, batch: pa.Table) -> None:
        hashes, places = [], []
        for response_id, respondent, question, text, row in rows(
            batch, "response_id", "respondent", "question", "text", "row"
        ):
            if _is_blank(text):
                continue
            person = _digest(f"{respondent}\0{question}") if respondent else b""
            words = fold_words(text)
            folded = (
                _digest(f"{question}\0{' '.join(words)}") if len(words) >= CAMPAIGN_WORDS else b""
            )
            hashes.append((_digest(response_id), person, _digest(text), folded))
            places.append((row, self._questions.setdefault(question, len(self._questions))))
        self._chunks.append(np.array(hashes, dtype=_RECORD))
        self._places.append(np.array(places, dtype=np.int64).reshape(-1, 2))

    def groups(self, column: str) -> list[list[int]]:
        """The indices that share a value of one column, where two or more do; in source order."""
        values = self.records[column]
        order = np.argsort(values, kind="stable")
        ordered = values[order]
        if not len(order):
            return []
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        ends = np.r_[starts[1:], len(order)]
        repeated = (ends - starts > 1) & (ordered[starts] != b"")
        return sorted(
            [int(index) for index in order[start:end]]
            for start, end in zip(starts[repeated], ends[repeated], strict=True)
        )

    @property
    def records(self) -> np.ndarray:
        if len(self._chunks) > 1:
            self._chunks = [np.concatenate(self._chunks)]
            self._places = [np.concatenate(self._places)]
        return self._chunks[0] if self._chunks else np.array([], dtype=_RECORD)

    def place(self, index: int) -> Place:
        row, question = self._places[0][index]
        return int(row), list(self._questions)[int(question)]


class _Found:
    """Repeats as they are settled, one group of the same id or the same person at a time."""

    def __init__(self, keys: _Keys, repeats: str) -> None:
        self.keys = keys
        self.repeats = repeats
        self.duplicates: dict[Place, str] = {}
        self.renamed: dict[Place, str] = {}
        self.clashes: list[tuple[int, ...]] = []

    def settle(self, group: list[int], *, rename: bool) -> None:
        texts = [bytes(self.keys.records["text"][index]) for index in group]
        if self.repeats == "keep-last":
            self._keep_last(group, texts)
            return
        by_text: dict[bytes, int] = {}
        for index, text in zip(group, texts, strict=True):
            first = by_text.setdefault(text, index)
            if first != index:
                row = self.keys.place(first)[0]
                self.duplicates[self.keys.place(index)] = f"the same answer as row {row}"
        if len(by_text) == 1:
            return
        if self.repeats == "refuse":
            self.clashes.append(tuple(self.keys.place(index)[0] for index in group))
        elif rename:
            for number, index in enumerate(list(by_text.values())[1:], start=2):
                self.renamed[self.keys.place(index)] = f"/{number}"

    def _keep_last(self, group: list[int], texts: list[bytes]) -> None:
        last_row = self.keys.place(group[-1])[0]
        for index, text in zip(group[:-1], texts, strict=False):
            why = "the same answer as" if text == texts[-1] else "replaced by"
            self.duplicates[self.keys.place(index)] = f"{why} row {last_row}"

    def campaigns(self) -> dict[Place, str]:
        campaigns = {}
        for group in self.keys.groups("folded"):
            copies = [self.keys.place(index) for index in group]
            copies = [place for place in copies if place not in self.duplicates]
            if len(copies) >= CAMPAIGN_COPIES:
                digest = bytes(self.keys.records["folded"][group[0]]).hex()[:12]
                campaigns.update(dict.fromkeys(copies, digest))
        return campaigns


def screen_responses(
    responses: pa.Table, the_round: Round, repeats: Repeats, excluded: Mapping[str, str]
) -> pa.Table:
    """**responses** with `status`, `reason` and `campaign` filled in.

    `excluded` maps response ids to the reason they are left out. The order of precedence: blank,
    excluded, duplicate, unprocessed (set when read), filler, substantive.
    """
    fillers = {
        question: _filler_words(the_round.question(question).filler)
        for question in responses["question"].unique().to_pylist()
    }
    screened = []
    for response in responses.to_pylist():
        place = (response["row"], response["question"])
        response["response_id"] += _suffix(response, repeats)
        status, reason = _screen(response, fillers[response["question"]], repeats, excluded)
        campaign = repeats.campaigns.get(place, "") if status == "substantive" else ""
        screened.append({**response, "status": status, "reason": reason, "campaign": campaign})
    return RESPONSES.build(screened)


def _suffix(response: Mapping[str, Any], repeats: Repeats) -> str:
    suffix = repeats.renamed.get((response["row"], response["question"]), "")
    if suffix and _digest(response["response_id"] + suffix) in repeats.taken:
        raise InputError.because(
            code="E111",
            where=f"row {response['row']}",
            what=f"the repeated answer would be '{response['response_id']}{suffix}', an id that "
            "the source has already.",
            remedy="Mend the ids, or set 'repeats: keep-last' in round.yaml.",
        )
    return suffix


def _screen(
    response: Mapping[str, str | int],
    fillers: frozenset[tuple[str, ...]] | None,
    repeats: Repeats,
    excluded: Mapping[str, str],
) -> tuple[str, str]:
    text = str(response["text"])
    place = (int(response["row"]), str(response["question"]))
    if _is_blank(text):
        return "blank", "no text"
    if response["response_id"] in excluded:
        return "excluded", excluded[str(response["response_id"])]
    if place in repeats.duplicates:
        return "duplicate", repeats.duplicates[place]
    if response["status"] == "unprocessed":
        return "unprocessed", str(response["reason"])
    if fillers is not None and is_filler(text, fillers):
        return "filler", "the whole answer is filler"
    return "substantive", ""


def _filler_words(filler: Filler) -> frozenset[tuple[str, ...]] | None:
    if filler.off:
        return None
    return _FILLER_WORDS | {fold_words(phrase) for phrase in filler.more}


def is_filler(text: str, fillers: frozenset[tuple[str, ...]] = _FILLER_WORDS) -> bool:
    """Whether a whole answer is filler: a listed phrase, or nothing but punctuation.

    >>> is_filler("N/A."), is_filler(" - "), is_filler("None of the managers listen")
    (True, True, False)
    """
    if len(text) > 200 and WORD.search(text):
        return False
    words = fold_words(text)
    if words:
        return words in fillers and not any(map(_is_symbol, text))
    return not any(map(_is_symbol, text))


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) in ("So", "Sc")


def _is_blank(text: str) -> bool:
    return not text.strip() or all(
        unicodedata.category(c) in ("Cf", "Cc", "Zs", "Zl", "Zp") for c in text
    )


def _digest(text: str) -> bytes:
    # numpy strips trailing zero bytes of "S" columns; a closing 1 keeps every digest whole.
    return hashlib.blake2b(text.encode(), digest_size=15).digest() + b"\1"


def _clash(source: str, clash: tuple[int, ...]) -> Problem:
    shown = ", ".join(map(str, clash[:_LISTED])) + (", ..." if len(clash) > _LISTED else "")
    return Problem(
        code="E111",
        where=f"{source}: rows {shown}",
        what="one id stands for two different answers.",
        remedy="Mend the ids, or set 'repeats: keep-last' or 'repeats: keep-all' in round.yaml.",
    )
