"""What goes across questions: distinct respondents, and themes that are cited together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.crossed import Crossed
from pipeline.report.facets import order_themes
from pipeline.report.sentences import percent
from pipeline.tables import keep

LEAST_TOGETHER = 5
MOST_PAIRS = 10
"""The pairs shown: the highest lifts among those that this many responses cite together."""


@dataclass(frozen=True, slots=True)
class PeopleRow:
    """A theme, and the distinct respondents who cite it in any question."""

    theme: str
    label: str
    net: bool
    depth: int
    cited: int
    of: int

    @property
    def sentence(self) -> str:
        """The finding in plain words."""
        noun = "respondent" if self.of == 1 else "respondents"
        share = percent(self.cited, self.of)
        return f"{self.cited} of {self.of} {noun} cited {self.label} in any question ({share})"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two themes that responses to a question cite together, more often than by chance."""

    question: str
    theme: str
    other: str
    both: int
    cited: int
    other_cited: int
    of: int
    lift: float


@dataclass(frozen=True, slots=True)
class Across:
    """`people` is empty unless somebody is in the base of more than one question; `more` are the
    pairs with a lift above 1 that are not among `pairs`.
    """

    people: tuple[PeopleRow, ...] = ()
    pairs: tuple[Pair, ...] = ()
    more: int = 0


def gather_across(
    crossed: Crossed, counts: Sequence[Mapping[str, Any]], codebook: Codebook
) -> Across:
    """From **people** and **together**, and the rows of **counts**."""
    bases: Counter[str] = Counter()
    for count in counts:
        bases[count["theme"]] += 0 if count["facet"] else count["of"]
    pairs = _pairs(crossed.together, codebook)
    return Across(
        people=tuple(_people(crossed.people, bases, codebook)),
        pairs=tuple(pairs[:MOST_PAIRS]),
        more=max(0, len(pairs) - MOST_PAIRS),
    )


def _people(people: pa.Table, bases: Mapping[str, int], codebook: Codebook) -> list[PeopleRow]:
    """Where each respondent is in one base only, they are the responses, which are shown."""
    found = keep(people, "facet", "").to_pylist()
    if all(row["of"] >= bases[row["theme"]] for row in found):
        return []
    entries = {entry.id: entry for entry in codebook.entries}
    counts = [{**row, "net": bool(entries[row["theme"]].net)} for row in found]
    return [
        PeopleRow(
            theme=row["theme"],
            label=entries[row["theme"]].label,
            net=row["net"],
            depth=depth,
            cited=row["cited"],
            of=row["of"],
        )
        for row, depth in order_themes(counts, codebook)
        if row["cited"]
    ]


def _pairs(together: pa.Table, codebook: Codebook) -> list[Pair]:
    """The pairs by lift; a theme is always cited with what is under it, which says nothing."""
    held = {theme.id: codebook.members(theme) for theme in codebook.themes}
    labels = {theme.id: theme.label for theme in codebook.themes}
    chosen = [
        row
        for row in together.to_pylist()
        if row["both"] >= LEAST_TOGETHER
        and row["lift"] > 1
        and row["other"] not in held[row["theme"]]
        and row["theme"] not in held[row["other"]]
    ]
    chosen.sort(key=lambda row: (-row["lift"], -row["both"]))
    return [
        Pair(**{**row, "theme": labels[row["theme"]], "other": labels[row["other"]]})
        for row in chosen
    ]


def across_json(across: Across) -> dict[str, Any]:
    """As JSON: respondents and pairs."""
    return {
        "people": [
            {
                "theme": row.theme,
                "label": row.label,
                "net": row.net,
                "cited": row.cited,
                "of": row.of,
                "share": row.cited / row.of if row.of else None,
                "sentence": row.sentence,
            }
            for row in across.people
        ],
        "together": [asdict(pair) for pair in across.pairs],
    }
