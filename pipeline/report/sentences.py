"""The findings in plain English, from the counts."""

from __future__ import annotations

import math
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
_WIDE = 0.04
"""An interval narrower than this needs decimals to be told from a number."""
_FINE = 10**9
_ALL_COPIES = "; all {} are copies of a campaign's text"


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
    """One count as a sentence, with its share; in brackets too its sampling interval, if it has
    one, and whose word it stands on, when there are several coders. Copies of a campaign's text
    follow.

    >>> count = {"cited": 43, "of": 105, "label": "Citrix performance",
    ...          "codebook": 40, "classifier": 3, "human": 0}
    >>> count_sentence(count, ["codebook", "classifier"])
    '43 of 105 responses cited Citrix performance (41%; 40 by the codebook, 3 more by the classifier)'
    >>> count_sentence({**count, "cited": 40, "classifier": 0, "campaign": 12}, ["codebook"])
    "40 of 105 responses cited Citrix performance (38%); 12 of the 40 are copies of a campaign's text"
    """  # noqa: E501 - the sentence is one line of output
    noun = "response" if count["of"] == 1 else "responses"
    sentence = f"{count['cited']} of {count['of']} {noun} cited {count['label']}"
    if not count["of"]:
        return sentence
    share = percent(count["cited"], count["of"])
    if has_interval(count):
        share += f", {say_interval(count['low'], count['high'])}"
    split = f"; {_split(count)}" if len(coders) > 1 and count["cited"] else ""
    return f"{sentence} ({share}{split}){_campaign_clause(count)}"


def has_interval(count: Mapping[str, Any]) -> bool:
    """Whether there is an interval to show; none is of no width, as where all were asked."""
    low, high = count.get("low"), count.get("high")
    return low is not None and high is not None and low < high


def say_interval(low: float, high: float) -> str:
    """The ends of a 95% interval in per cent or points: whole, but where they are close.

    >>> say_interval(0.2937, 0.4764), say_interval(0.3801, 0.3819)
    ('95% interval 29 to 48', '95% interval 38.01 to 38.19')
    """
    return f"95% interval {say_ends(low, high)}"


def say_ends(low: float, high: float) -> str:
    """As `say_interval`, without the name."""
    width = high - low
    decimals = 0 if width >= _WIDE else 1 if width >= _WIDE / 10 else 2
    return f"{say_points(low, decimals)} to {say_points(high, decimals)}"


def say_points(share: float, decimals: int = 0) -> str:
    """A share or difference times 100, halves up, never "-0".

    >>> say_points(0.125), say_points(-0.001), say_points(0.3346, 1)
    ('13', '0', '33.5')
    """
    scale = 10**decimals
    return f"{math.floor(100 * scale * share + 0.5) / scale + 0.0:.{decimals}f}"


def percent_of(share: float | None) -> str:
    """As `percent`, of a share that is no part of a whole number.

    >>> percent_of(0.421), percent_of(0.0004), percent_of(0.9996), percent_of(None)
    ('42%', '<1%', '>99%', '-')
    """
    return "-" if share is None else percent(round(share * _FINE), _FINE)


def _campaign_clause(count: Mapping[str, Any]) -> str:
    copies, cited = count.get("campaign", 0), count["cited"]
    if not copies:
        return ""
    if copies == cited:
        return "; it is a copy of a campaign's text" if cited == 1 else _ALL_COPIES.format(cited)
    verb = "is a copy" if copies == 1 else "are copies"
    return f"; {copies} of the {cited} {verb} of a campaign's text"


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
