"""The findings in plain English, from the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.codebook.model import Facet

_ACCOUNT = (
    ("blank", "blank"),
    ("filler", "filler"),
    ("duplicate", "duplicate"),
    ("excluded", "excluded"),
    ("unprocessed", "unprocessed"),
    ("substantive", "substantive"),
)


def percent(part: int, of: int) -> str:
    """A share in whole per cent, halves up; never 0 % or 100 % unless it is exactly so.

    >>> percent(1, 8), percent(1, 1000), percent(0, 0)
    ('13%', '<1%', '-')
    """
    if not of:
        return "-"
    rounded = (200 * part + of) // (2 * of)
    if rounded == 0 and part:
        return "<1%"
    if rounded == 100 and part < of:
        return ">99%"
    return f"{rounded}%"


def count_sentence(count: Mapping[str, Any], coders: Sequence[str]) -> str:
    """One count as a sentence; whose word it stands on follows when there are several coders.

    >>> count = {"cited": 43, "of": 105, "label": "Citrix performance",
    ...          "codebook": 40, "classifier": 3, "human": 0}
    >>> count_sentence(count, ["codebook", "classifier"])
    '43 of 105 responses cited Citrix performance (40 by the codebook, 3 more by the classifier)'
    >>> count_sentence({**count, "cited": 40, "classifier": 0}, ["codebook"])
    '40 of 105 responses cited Citrix performance'
    """
    noun = "response" if count["of"] == 1 else "responses"
    sentence = f"{count['cited']} of {count['of']} {noun} cited {count['label']}"
    if len(coders) < 2 or not count["cited"]:
        return sentence
    return f"{sentence} ({_split(count)})"


def facet_clause(counts: Sequence[Mapping[str, Any]], facets: Sequence[Facet]) -> str:
    """How many of those cited have each facet; readings are set apart, what nobody has is left out.

    >>> facets = [Facet(id=name, reading="stance", label=name) for name in ("Praise", "Problem")]
    >>> facet_clause([{"facet": "Praise", "cited": 3}, {"facet": "Problem", "cited": 7}], facets)
    '; 3 as Praise, 7 as Problem'
    """
    cited = {count["facet"]: count["cited"] for count in counts}
    clauses: dict[str, list[str]] = {}
    for facet in facets:
        if cited.get(facet.id):
            clauses.setdefault(facet.reading, []).append(f"{cited[facet.id]} as {facet.label}")
    return "".join(f"; {', '.join(parts)}" for parts in clauses.values())


def _split(count: Mapping[str, Any]) -> str:
    words = {"codebook": "by the codebook", "classifier": "by the classifier"}
    words["human"] = "on a person's word"
    parts = [(count[coder], phrase) for coder, phrase in words.items() if count[coder]]
    if len(parts) == 1:
        number, phrase = parts[0]
        return f"all {phrase}" if number > 1 else phrase
    first, *rest = parts
    return ", ".join([f"{first[0]} {first[1]}", *(f"{n} more {phrase}" for n, phrase in rest)])


def account_sentence(base: Mapping[str, Any]) -> str:
    """The base accounting of a question; every number of it adds up.

    >>> base = {"asked": 180, "blank": 60, "filler": 15, "duplicate": 0, "excluded": 0,
    ...         "unprocessed": 0, "substantive": 105, "with_theme": 95, "no_theme": 10,
    ...         "campaign": 0, "base": "substantive", "of": 105}
    >>> account_sentence(base)
    '180 asked = 60 blank + 15 filler + 0 duplicate + 0 excluded + 0 unprocessed + 105 substantive; 105 substantive = 95 with a theme + 10 with none'
    """  # noqa: E501 - the sentence is one line of output
    parts = " + ".join(f"{base[key]} {word}" for key, word in _ACCOUNT)
    sentence = (
        f"{base['asked']} asked = {parts}; {base['substantive']} substantive = "
        f"{base['with_theme']} with a theme + {base['no_theme']} with none"
    )
    if base["campaign"]:
        sentence += f"; of which {base['campaign']} copies of a campaign's text"
    if base["base"] == "answered":
        sentence += f"; base {base['of']} answered = substantive + filler + unprocessed"
    return sentence
