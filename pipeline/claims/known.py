"""What a run knows: one small table of figures, and the subjects that they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from pipeline.claims.words import list_stems
from pipeline.codebook.model import Codebook, Theme
from pipeline.round import ClosedItem, Round

BASE = "base"
"""The subject of the bases themselves: "there were 105 responses"."""

Triple = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What figures are about: a theme, a closed item, or who took part.

    `label` is its name, `short` one that says as much; `terms` and `meaning` are further words for
    it that count for less; `context` is what was asked, by question. `default` is the value meant
    when none is named: "64% agree" is said as "64% are proud". `values` are the words of each.
    """

    id: str
    kind: str
    name: str
    label: str
    short: str = ""
    terms: str = ""
    meaning: str = ""
    context: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One known figure. A row has a count (`cited` of `of`), a triple of counts, or a mean.

    `question` is the id of the open question, or empty; `value` an option or a part of a closed
    item; `group` and `group_value` are empty for the whole.
    """

    subject: str
    name: str
    question: str = ""
    value: str = ""
    group: str = ""
    group_value: str = ""
    cited: int | None = None
    of: int | None = None
    triple: Triple | None = None
    mean: float | None = None

    @property
    def kind(self) -> str:
        """share (a count with its base), count, triple or mean; empty without any of them."""
        if self.mean is not None or self.triple:
            return ("mean" if self.mean is not None else "triple") if self.of else ""
        if self.cited is None or self.of == 0:
            return ""
        return "count" if self.of is None else "share"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All subjects and their figures."""

    subjects: tuple[Subject, ...]
    figures: tuple[Known, ...]

    def __add__(self, other: Knowledge) -> Knowledge:
        return Knowledge(self.subjects + other.subjects, self.figures + other.figures)

    @property
    def groups(self) -> list[str]:
        """The values of groups that figures are known of."""
        return list(dict.fromkeys(f.group_value for f in self.figures if f.group_value))


def know_themes(counts: pa.Table, the_round: Round, codebook: Codebook) -> Knowledge:
    """The **counts** of open questions: themes and nets; facets are left out."""
    asked: dict[str, dict[str, str]] = defaultdict(dict)
    figures = []
    for count in counts.to_pylist():
        if count["facet"]:
            continue
        question = count["question"]
        asked[count["theme"]][question] = f"{question} {the_round.question(question).label}"
        figures.append(
            Known(
                subject=f"theme:{count['theme']}",
                name=f"{question}, {count['label']}",
                question=question,
                cited=count["cited"],
                of=count["of"],
            )
        )
    subjects = [_know_theme(theme, asked[theme.id]) for theme in codebook.entries]
    return Knowledge(tuple(s for s in subjects if s.context), tuple(figures))


def _know_theme(theme: Theme, context: Mapping[str, str]) -> Subject:
    hits = (term.replace("*", "") for rule in theme.rules for term in rule.hits)
    return Subject(
        id=f"theme:{theme.id}",
        kind="open",
        name=theme.label,
        label=theme.label,
        terms=" ".join((theme.id, *hits)),
        meaning=f"{theme.definition} {theme.include}",
        context=dict(context),
    )


def know_closed(table: pa.Table, items: Sequence[ClosedItem]) -> Knowledge:
    """The **closed** table: options, parts, triples and means, by the whole and by group.

    Numbers that are no per cents are left out: sums of money are not claims.
    """
    items = [item for item in items if item.kind != "number" or item.unit == "%"]
    wanted = {item.id for item in items}
    figures: list[Known] = []
    parts: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
    for row in table.to_pylist():
        if row["item"] not in wanted:
            continue
        of_group = f", {row['group_value']}" if row["group_value"] else ""
        value = f": {row['value']}" if row["value"] else ""
        shared: dict[str, Any] = {
            "subject": f"item:{row['item']}",
            "name": f"{row['label']}{value}{of_group}",
            "group": row["group"],
            "group_value": row["group_value"],
            "of": row["of"],
        }
        if row["measure"] == "number":
            figures.append(Known(**shared, mean=row["mean"]))
            continue
        figures.append(Known(**shared, value=row["value"], cited=row["cited"]))
        if row["measure"] == "part":
            shared["name"] = f"{row['label']}{of_group}"
            key = (row["item"], row["group"], row["group_value"])
            parts[key] |= {"shared": shared, row["value"]: row["cited"]}
    figures += [
        Known(**kept["shared"], triple=(kept["agree"], kept["neutral"], kept["disagree"]))
        for kept in parts.values()
    ]
    return Knowledge(tuple(_know_item(item) for item in items), tuple(figures))


def _know_item(item: ClosedItem) -> Subject:
    values = {option: option for option in item.options}
    yes = next((option for option in item.options if option.lower().startswith("yes")), "")
    topical = "" if item.kind == "scale" else " ".join(item.options)
    return Subject(
        id=f"item:{item.id}",
        kind="closed",
        name=item.label,
        label=item.label,
        short=_short_name(item),
        terms=f"{item.id.replace('_', ' ')} {topical}",
        context={"": f"{item.battery} {item.label}"},
        default="agree" if item.parts else yes,
        values=values,
    )


def _short_name(item: ClosedItem) -> str:
    """The id of a number's item, without the battery's words: "What percentage of your
    organisation's services are digital today?" is never repeated in full. Of other kinds none, for
    their labels are short and alike ("strategy").
    """
    if item.kind != "number":
        return ""
    battery = set(list_stems(item.battery))
    words = item.id.replace("_", " ").replace("-", " ").split()
    return " ".join(word for word in words if not battery & set(list_stems(word)))


def know_bases(bases: pa.Table) -> Knowledge:
    """How many responses each open question is counted out of."""
    rows = bases.to_pylist()
    subject = Subject(
        id=BASE,
        kind="base",
        name="the base of a question",
        label="",
        context={row["question"]: f"{row['question']} {row['label']}" for row in rows},
    )
    figures = tuple(
        Known(
            subject=BASE,
            name=f"{row['question']}, its base",
            question=row["question"],
            cited=row["of"],
        )
        for row in rows
    )
    return Knowledge((subject,), figures)


def know_people(groups: Iterable[tuple[str, str, int]]) -> Knowledge:
    """How many took part, in the whole ("" and "") and in each group."""
    subject = Subject(
        id="people",
        kind="people",
        name="Who took part",
        label="took part",
        terms="participated completed questionnaire survey returned replied",
        context={"": ""},
    )
    figures = tuple(
        Known(
            subject="people",
            name=f"who took part{', ' if value else ''}{value}",
            group=group,
            group_value=value,
            cited=number,
        )
        for group, value, number in groups
    )
    return Knowledge((subject,), figures)
