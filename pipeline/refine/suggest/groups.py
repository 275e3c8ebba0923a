"""The responses that have no theme -> groups of like ones, slips, and a draft of new themes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.codebook.model import Codebook
from pipeline.refine.answers import Answer, Quote, quote_sentence
from pipeline.refine.suggest.cluster import group_alike
from pipeline.refine.suggest.keyness import MIN_RESPONSES, Cutter, Runs, Telling, drop_subsumed
from pipeline.refine.suggest.terms import find_terms, stop_words
from pipeline.text import fold_words

DRAFT_TERMS = 6
QUOTES = 3
_ID_TERMS = 2
_PLAIN_ID = re.compile(r"[a-z][a-z0-9]+(?:-[a-z0-9]+)*")
_YAML_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off"))
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Group:
    """Like responses without a theme; `found` of those without a theme have one of its terms."""

    theme: str
    responses: int
    found: int
    terms: tuple[Telling, ...]
    quotes: tuple[Quote, ...]

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        terms = [
            {**asdict(t), "log_ratio": round(t.log_ratio, 4), "g2": round(t.g2, 4)}
            for t in self.terms
        ]
        return {
            "theme": self.theme,
            "responses": self.responses,
            "found": self.found,
            "terms": terms,
            "quotes": [quote.as_json() for quote in self.quotes],
        }


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of the `uncoded` responses of `of`."""

    uncoded: int
    of: int
    groups: tuple[Group, ...]

    @property
    def grouped(self) -> int:
        """The responses in some group."""
        return sum(group.responses for group in self.groups)


def group_uncoded(answers: Sequence[Answer], codebook: Codebook) -> Groups:
    """The answers without a theme in groups of like ones, the largest first.

    A group in which no term stands out is none.
    """
    rest = [answer for answer in answers if not answer.themes]
    cutter = Cutter(codebook, stop_words(codebook))
    runs = [cutter.runs(answer.text) for answer in rest]
    members = group_alike(_features(runs, cutter))
    named = [
        (places, terms)
        for places, terms in zip(members, _terms(members, runs, cutter), strict=True)
        if terms
    ]
    wanted = frozenset(telling.term for _, terms in named for telling in terms)
    present = [wanted.intersection(cutter.terms(run)) for run in runs]
    taken = {name for theme in codebook.entries for name in (theme.id, theme.code, theme.label)}
    groups = []
    for places, terms in named:
        name = _name(terms, taken)
        taken.add(name)
        own = {telling.term for telling in terms}
        quotes = tuple(_quotes([rest[place] for place in places], terms, codebook))
        found = sum(not own.isdisjoint(here) for here in present)
        groups.append(Group(name, len(places), found, terms, quotes))
    return Groups(len(rest), len(answers), tuple(groups))


def _terms(
    members: Sequence[Sequence[int]], runs: Sequence[Runs], cutter: Cutter
) -> Iterator[tuple[Telling, ...]]:
    """The terms that name each group."""
    texts = [[runs[place] for place in places] for places in members]
    wanted: set[str] = set()
    for group in texts:
        wanted.update(term for term, n in cutter.count(group).items() if n >= MIN_RESPONSES)
    everywhere = cutter.count(runs, only=frozenset(wanted))
    for group in texts:
        telling = cutter.telling(group, everywhere, len(runs))
        terms = drop_subsumed([one for one in telling if _names(one, cutter)])
        yield tuple(terms[:DRAFT_TERMS])


def _names(telling: Telling, cutter: Cutter) -> bool:
    """Whether a term may name a group: a third of its uses or more are in it."""
    return telling.others < 2 * telling.cited and cutter.is_content(telling.term)


def _features(texts: Sequence[Runs], cutter: Cutter) -> list[list[str]]:
    """The words and pairs of words of each text, a plural as its singular where both are used."""
    words = {word for runs in texts for word in cutter.terms(runs, 1)}
    singular = {
        word: word[:-1]
        for word in words
        if len(word) > 3 and word.endswith("s") and word[:-1] in words and cutter.is_content(word)
    }
    return [
        [
            " ".join(singular.get(word, word) for word in term.split())
            for term in cutter.terms(runs, 2)
            if cutter.is_content(term)
        ]
        for runs in texts
    ]


def _name(terms: Sequence[Telling], taken: set[str]) -> str:
    """A theme's id from its first terms, one of `time` and `times`; none of `taken` is the same."""
    words = [word for t in terms[:_ID_TERMS] for word in t.term.replace("'", "").split()]
    kept = [w for n, w in enumerate(words) if not any(w.startswith(v) for v in words[:n])]
    name = free = "-".join(kept)
    number = 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _quotes(
    answers: Sequence[Answer], terms: Sequence[Telling], codebook: Codebook
) -> Iterator[Quote]:
    """The sentences with a term in the most typical answers, no two of the same words."""
    places = find_terms([telling.term for telling in terms], answers, codebook)
    seen: set[tuple[str, ...]] = set()
    for row, answer in enumerate(answers):
        span = next((spans[row] for spans in places if row in spans), None)
        if span is None:
            continue
        quote = quote_sentence(answer, *span)
        words = fold_words(quote.text)
        if words not in seen:
            yield quote
            seen.add(words)
        if len(seen) == QUOTES:
            return


def draft_codebook(groups: Sequence[Group], codebook: Codebook) -> str:
    """A codebook in YAML with a theme a group, to start from; it loads as it stands.

    Raises ValueError when there is no group.
    """
    if not groups:
        raise ValueError("there is no theme to draft")
    lines = [
        f"codebook: {_quoted(codebook.name + '-draft')}",
        "version: 1",
        f"language: {_quoted(codebook.language)}",
    ]
    if codebook.hyphens != "split":
        lines.append(f"hyphens: {codebook.hyphens}")
    if codebook.possessives != "fold":
        lines.append(f"possessives: {codebook.possessives}")
    lines.append("themes:")
    for group in groups:
        name = group.theme
        plain = _PLAIN_ID.fullmatch(name) and name not in _YAML_WORDS
        lines += [
            f"  {name if plain else _quoted(name)}:",
            f"    definition: draft, from {group.responses} like responses",
            "    rules:",
            f"      - any: [{', '.join(_quoted(t.term) for t in group.terms)}]",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
