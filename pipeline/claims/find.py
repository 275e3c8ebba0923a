"""Passages -> claims: what a draft report states of counts and shares, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.claims.forms import TRIGGER, Form, Stated, build_forms, find_stated
from pipeline.claims.numbers import HEDGE, INT, LOWER, allow_count, allow_share, parse_int
from pipeline.claims.passages import CELL, Passage
from pipeline.claims.sentences import split_sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement of a count or a share. All spans are half-open and of the passage's text.

    `clause` is the part of the sentence that tells what this claim is about, when the sentence
    makes several.
    """

    passage: Passage
    number: int
    sentence: tuple[int, int]
    clause: tuple[int, int]
    stated: Stated

    @property
    def text(self) -> str:
        """The claim as it is printed."""
        return self.passage.text[self.stated.start : self.stated.end]

    @property
    def quote(self) -> str:
        """The sentence that makes the claim."""
        return self.passage.text[slice(*self.sentence)]

    @property
    def where(self) -> str:
        """The claim's place in the report."""
        return self.passage.where(self.stated.start)


# Said twice: "40 of 105 responses (38%)", "38% (40 of 105)", "nearly half (49.4%)"
_BESIDE = re.compile(r"(?: [\w'’-]{1,20}){0,3} ?\(|,? or |, i\.?e\.?,? |, that is,? | [–-] ")
_SEPARATOR = re.compile(r"; |(?:, )?\b(?:while|whereas|against|compared (?:with|to)|but) |, | and ")
_COUNT_COLUMNS = frozenset(("cited", "responses", "count", "number", "mentions", "n", "frequency"))
_BASE_COLUMNS = frozenset(("of", "base", "from", "out of", "total"))
_SHARE_COLUMNS = frozenset(("%", "share", "per cent", "percent", "percentage"))
_BARE = re.compile(rf"(?:(?P<hedge>{HEDGE}) )?(?P<low>{INT})(?: \([a-z ]{{1,40}}\))?")
_BARE_SHARE = re.compile(rf"(?:(?P<hedge>{HEDGE}) )?(?P<low>\d{{1,3}}(?:\.\d{{1,4}})?)")


def find_claims(passages: Iterable[Passage], people: Sequence[str] = ()) -> Iterator[Claim]:
    """Every claim, in the order of the report. `people` are words for those who answered.

    >>> passage = Passage(text="Over 40 responses, from 105, cited it. See page 3 of 12.")
    >>> [(claim.text, claim.stated.of) for claim in find_claims([passage])]
    [('Over 40 responses, from 105', 105)]
    """
    forms = build_forms(people)
    for number, passage in enumerate(passages):
        lower = passage.text.translate(LOWER)
        if passage.kind == "row":
            stated = [*_find_in_cells(lower, forms), *_find_by_columns(lower, passage)]
            whole = (0, len(lower))
            for one in sorted(stated, key=lambda one: one.start):
                yield Claim(
                    passage=passage, number=number, sentence=whole, clause=whole, stated=one
                )
            continue
        for start, end in split_sentences(passage.text):
            sentence = lower[start:end]
            if not TRIGGER.search(sentence):
                continue
            found = _merge(list(find_stated(sentence, forms)), sentence)
            for one, clause in zip(found, _cut_clauses(found, sentence), strict=True):
                yield Claim(
                    passage=passage,
                    number=number,
                    sentence=(start, end),
                    clause=(start + clause[0], start + clause[1]),
                    stated=_shift(one, start),
                )


def _shift(stated: Stated, by: int) -> Stated:
    return replace(stated, start=stated.start + by, end=stated.end + by)


def _merge(found: list[Stated], sentence: str) -> list[Stated]:
    """Claims that say one thing twice, as one."""
    merged: list[Stated] = []
    for one in found:
        last = merged[-1] if merged else None
        if last and _complete(last, one) and _BESIDE.fullmatch(sentence, last.end, one.start):
            merged[-1] = Stated(
                start=last.start,
                end=_close(sentence, last.start, one.end),
                count=last.count or one.count,
                of=last.of or one.of,
                share=last.share + one.share,
            )
        else:
            merged.append(replace(one, end=_close(sentence, one.start, one.end)))
    return merged


def _close(sentence: str, start: int, end: int) -> int:
    """The end of a claim, with the bracket that closes one opened in it."""
    is_open = sentence.count("(", start, end) > sentence.count(")", start, end)
    return end + (is_open and sentence[end : end + 1] == ")")


def _complete(one: Stated, other: Stated) -> bool:
    """Whether no part of what two claims state is stated by both, but shares in words and number.

    Two counts, or two bases, are two claims, and so is a triple beside anything.
    """
    twice = (one.count and other.count) or (one.of and other.of)
    whole = one.triple or other.triple or one.split or other.split
    return not twice and not whole and len(one.share + other.share) < 3


def _cut_clauses(found: Sequence[Stated], sentence: str) -> list[tuple[int, int]]:
    """The part of the sentence that belongs to each claim.

    What is counted follows the number ("40 cited Citrix, 20 cited devices") unless a bracket or a
    stop follows it ("Citrix (40 of 105) and devices (20 of 105)"): then it goes before.
    """
    cuts = [0]
    for one, following in pairwise(found):
        gaps = list(_SEPARATOR.finditer(sentence, one.end, following.start))
        named_before = sentence[one.end : one.end + 1] in (")", ",", ";", ":")
        if gaps:
            strong = [gap for gap in gaps if gap[0][0] == ";" or len(gap[0]) > 5]
            gap = strong[0] if strong else gaps[0] if named_before else gaps[-1]
            cuts.append(gap.end())
        else:
            cuts.append(one.end if named_before else following.start)
    return list(zip(cuts, [*cuts[1:], len(sentence)], strict=True))[: len(found)]


def _find_in_cells(lower: str, forms: Sequence[Form]) -> Iterator[Stated]:
    start = 0
    for cell in lower.split(CELL):
        if TRIGGER.search(cell):
            for one in _merge(list(find_stated(f"{cell[:2000]} (", forms)), cell):
                yield _shift(one, start)
        start += len(cell) + len(CELL)


def _find_by_columns(lower: str, passage: Passage) -> Iterator[Stated]:
    """A count or a share that is one only by the header above it."""
    headers = [header.translate(LOWER).strip(" :.") for header in passage.columns]
    cells = lower.split(CELL)
    if len(cells) != len(headers):
        return
    of = next(
        (
            parse_int(bare["low"])
            for header, cell in zip(headers, cells, strict=True)
            if header in _BASE_COLUMNS and (bare := _BARE.fullmatch(cell.strip()))
        ),
        None,
    )
    start = 0
    for header, cell in zip(headers, cells, strict=True):
        bare = _BARE.fullmatch(cell) if header in _COUNT_COLUMNS else None
        share = _BARE_SHARE.fullmatch(cell) if header in _SHARE_COLUMNS else None
        if bare:
            low = parse_int(bare["low"])
            count = allow_count(bare["hedge"] or "", low, low)
            yield Stated(start=start, end=start + len(cell), count=count, of=of)
        elif share and (limits := allow_share(share["hedge"] or "", share["low"], "")):
            yield Stated(start=start, end=start + len(cell), share=(limits,))
        start += len(cell) + len(CELL)
