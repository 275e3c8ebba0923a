"""How far people agree: two coders on one response, and one text coded in two places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

import pyarrow as pa

from pipeline.classify.example import Example
from pipeline.tables import rows
from pipeline.text import fold_words


class CodersAgree(NamedTuple):
    """F1 between the coders of a response, each beside each other, over `responses` of them."""

    responses: int
    f1: float


class TextsAgree(NamedTuple):
    """F1 between the codings of like texts, over `pairs` of them."""

    pairs: int
    f1: float


def compare_coders(sources: Iterable[pa.Table]) -> CodersAgree | None:
    """How coders agree in **decisions** of responses that two or more of them read.

    Of a coder the latest decision stands; a theme counts where both decided, and were sure. Coders
    are compared within a source. None when there is nothing that either found present.
    """
    responses, both, total = 0, 0, 0
    for decisions in sources:
        for coders in _latest(decisions).values():
            pairs = list(combinations(coders.values(), 2))
            responses += bool(pairs)
            for one, other in pairs:
                shared = one.keys() & other.keys()
                both += sum(one[theme] and other[theme] for theme in shared)
                total += sum(one[theme] + other[theme] for theme in shared)
    return CodersAgree(responses, 2 * both / total) if total else None


def _latest(decisions: pa.Table) -> dict[str, dict[str, dict[str, bool]]]:
    """response -> coder -> theme -> whether it is present, without what is unsure."""
    latest: dict[tuple[str, str, str], tuple[int, str]] = {}
    for reading, response_id, theme, facet, coder, decision in rows(
        decisions, "reading", "response_id", "theme", "facet", "coder", "decision"
    ):
        if not facet:
            place = (response_id, coder, theme)
            latest[place] = max(latest.get(place, (0, "")), (reading, decision))
    found: dict[str, dict[str, dict[str, bool]]] = defaultdict(lambda: defaultdict(dict))
    for (response_id, coder, theme), (_, decision) in latest.items():
        if decision != "unsure":
            found[response_id][coder][theme] = decision == "present"
    return found


def compare_like_texts(examples: Sequence[Example]) -> TextsAgree | None:
    """How codings of the same words in one question agree, each beside the next.

    Themes that nobody decided on either side are left out. None when no theme was found in any.
    """
    same: dict[object, list[Example]] = defaultdict(list)
    for example in examples:
        words = fold_words(example.text)
        if words and not example.weak:
            same[example.question, words].append(example)
    pairs = [(one, other) for like in same.values() for one, other in pairwise(like)]
    both, total = 0, 0
    for one, other in pairs:
        unknown = one.unknown | other.unknown
        both += len((one.themes & other.themes) - unknown)
        total += len(one.themes - unknown) + len(other.themes - unknown)
    return TextsAgree(len(pairs), 2 * both / total) if total else None
