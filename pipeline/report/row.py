"""A line of a question's table: a theme or net, its count, and the sentence that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.codebook.model import Codebook
from pipeline.report.audited import audit_sentence, estimate_json
from pipeline.report.facets import order_themes
from pipeline.report.sentences import (
    count_sentence,
    facet_clause,
    has_interval,
    percent,
    percent_of,
    say_ends,
    say_interval,
)
from pipeline.signoff.standing import Signed, tell_standing
from pipeline.tables import CODERS

_SHOWN = ("label", "net", "cited", "of", "share")
_TAKEN = ("theme", *_SHOWN, "low", "high", "campaign", "mentions")


@dataclass(frozen=True, slots=True)
class Weighted:
    """A weighted share with its interval; `share` is None where all weights are 0."""

    share: float | None
    low: float | None
    high: float | None
    design_effect: float | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Weighted:
        """From a row of **weighted**."""
        return cls(row["share"], row["low"], row["high"], row["design_effect"])

    @property
    def interval(self) -> str:
        """Its ends; "-" where there is none to show."""
        ends = {"low": self.low, "high": self.high}
        return say_ends(self.low or 0.0, self.high or 0.0) if has_interval(ends) else "-"

    @property
    def clause(self) -> str:
        """What a sentence says of it after the unweighted count."""
        if self.share is None or self.low is None or self.high is None:
            return ""
        ends = f" ({say_interval(self.low, self.high)})" if self.low < self.high else ""
        return f"; weighted {percent_of(self.share)}{ends}"


@dataclass(frozen=True, slots=True)
class Row:
    """One theme or net of one question; `depth` is how many parents it has.

    `low` and `high` are the ends of the sampling interval, None in a census. `facets` holds a count
    for each facet that applies, as the counts table has it, `estimate` the row of the estimates.
    """

    theme: str
    label: str
    net: bool
    cited: int
    of: int
    share: float | None
    split: dict[str, int]
    sentence: str
    depth: int = 0
    facets: tuple[dict[str, Any], ...] = ()
    low: float | None = None
    high: float | None = None
    campaign: int = 0
    mentions: int = 0
    weighted: Weighted | None = None
    estimate: dict[str, Any] | None = None
    signed: Signed | None = None

    @property
    def standing(self) -> dict[str, Any]:
        """Whether it is the machine's, audited or signed, by whom, and what changed since."""
        audited = self.estimate is not None and self.estimate["low"] is not None
        return tell_standing(self.signed, audited=audited)

    @property
    def percent(self) -> str:
        """The share in whole per cent."""
        return percent(self.cited, self.of)

    @property
    def interval(self) -> str:
        """The ends of the sampling interval; "-" where there is none to show."""
        ends = {"low": self.low, "high": self.high}
        return say_ends(self.low or 0.0, self.high or 0.0) if has_interval(ends) else "-"


def make_rows(
    counts: Sequence[dict[str, Any]],
    codebook: Codebook,
    coders: Sequence[str],
    weighted: Mapping[str, Weighted],
) -> tuple[Row, ...]:
    """The rows of one question from its rows of **counts**, in the order of a report."""
    facets: dict[str, list[dict[str, Any]]] = {}
    for count in counts:
        if count["facet"]:
            facets.setdefault(count["theme"], []).append(count)
    themes = [count for count in counts if not count["facet"]]
    rows = []
    for count, depth in order_themes(themes, codebook):
        own = tuple(facets.get(count["theme"], ()))
        found = weighted.get(count["theme"])
        sentence = count_sentence(count, coders) + facet_clause(own, codebook.facets)
        rows.append(
            Row(
                **{name: count[name] for name in _TAKEN},
                split={coder: count[coder] for coder in CODERS if coder in coders},
                sentence=sentence
                + (found.clause if found else "")
                + audit_sentence(count["estimate"])
                + (count["signed"].clause if count["signed"] else ""),
                estimate=count["estimate"],
                signed=count["signed"],
                depth=depth,
                facets=own,
                weighted=found,
            )
        )
    return tuple(rows)


def row_json(row: Row, coders: Sequence[str]) -> list[dict[str, Any]]:
    """The theme, and its facets after it; only a codebook with facets has the key `facet`."""
    facet = {"facet": ""} if row.facets else {}
    values = {name: getattr(row, name) for name in _SHOWN}
    ends = {"mentions": row.mentions, "campaign": row.campaign, "low": row.low, "high": row.high}
    weighted = {"weighted": asdict(row.weighted)} if row.weighted else {}
    standing = {"standing": row.standing}
    error = {"coding_error": estimate_json(row.estimate)} if row.estimate else {}
    own = {
        "theme": row.theme,
        **facet,
        **values,
        **row.split,
        **ends,
        **weighted,
        **error,
        **standing,
    }
    names = ("theme", "facet", *_SHOWN, *(c for c in CODERS if c in coders), *ends)
    return [
        {**own, "sentence": row.sentence},
        *({name: count[name] for name in names} for count in row.facets),
    ]
