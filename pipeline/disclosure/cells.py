"""The counts that a run publishes, each once, and every relation that holds between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.codebook.model import Codebook
from pipeline.disclosure.keys import Key, base_key, cited_key, closed_key, size_key
from pipeline.suppress.system import Bound, Cell, Relation, Sum, System, Union
from pipeline.tables import CODERS, IN_BASE, STATUSES

Row = dict[str, Any]
Place = tuple[str, str, str]
"""A closed item, a group column and a group; empty for the whole."""
Parts = Mapping[str, Sequence[str]]
"""The parts of a scale, and the options of each."""

COMPLEMENT = 0.5
"""What hiding a count that is not printed costs."""
BASE = 10.0
"""What hiding a base costs: it takes the shares of all its themes with it."""


class Gathered:
    """Cells and relations, as they are found in the tables."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.cells: dict[Key, Cell] = {}
        self.relations: list[Relation] = []

    def system(self) -> System:
        """All of it. InputError (E522) when the counts do not fit: a bug, or a table edited."""
        return System(self.cells.values(), self.relations)

    def put(self, key: Key, count: int, *, cost: float | None = None, printed: bool = True) -> Key:
        """A count; one that is there already keeps its place."""
        self.cells.setdefault(key, Cell(key=key, count=count, cost=cost, printed=printed))
        return key

    def part(self, part: Key, whole: Key, rest: Key) -> None:
        """A count that is some of another, and the others, who are not printed."""
        left = self.cells[whole].count - self.cells[part].count
        self.put(rest, left, cost=COMPLEMENT, printed=False)
        self.relations.append(Sum(whole, (part, rest)))

    def add_bases(self, bases: Iterable[Row]) -> None:
        """The base accounting of each question."""
        for row in bases:
            question = row["question"]
            for name in ("asked", *STATUSES, "with_theme", "no_theme", "campaign"):
                self.put(base_key(question, name), row[name], cost=BASE)
            statuses = tuple(base_key(question, name) for name in STATUSES)
            asked, substantive = base_key(question, "asked"), base_key(question, "substantive")
            of = self.put(base_key(question, "of"), row["of"], cost=BASE)
            self.relations += [
                Sum(asked, statuses),
                Sum(
                    substantive, (base_key(question, "with_theme"), base_key(question, "no_theme"))
                ),
                Sum(of, tuple(base_key(question, name) for name in IN_BASE[row["base"]])),
                Bound(base_key(question, "campaign"), substantive),
            ]

    def add_counts(self, counts: Iterable[Row]) -> None:
        """Themes and nets of each question: those who cite, by whose word, and those who do not."""
        by_question: dict[str, list[Row]] = {}
        for row in counts:
            by_question.setdefault(row["question"], []).append(row)
            place = (row["question"], row["theme"], row["facet"])
            cited = self.put(cited_key(*place), row["cited"])
            split = tuple(self.put((*cited, coder), row[coder], cost=1.0) for coder in CODERS)
            self.relations.append(Sum(cited, split))
            self.part(cited, base_key(row["question"], "of"), (*cited, "not"))
            copies = self.put((*cited, "campaign"), row["campaign"])
            self.part(copies, cited, (*cited, "own"))
        for question, rows in by_question.items():
            themes = [row["theme"] for row in rows if not row["facet"] and not row["net"]]
            whole = base_key(question, "with_theme")
            if themes:
                parts = tuple(cited_key(question, theme) for theme in themes)
                self.relations.append(Union(whole, parts))
            self._nest({(row["theme"], row["facet"]) for row in rows}, question, "", "")

    def add_crossings(self, crossings: Iterable[Row]) -> None:
        """Each group's size and citations; of groups that do not overlap the sums to the whole."""
        cells: dict[tuple[str, str], list[Row]] = {}
        for row in crossings:
            cells.setdefault((row["question"], row["column"]), []).append(row)
        for (question, column), rows in cells.items():
            groups = list(dict.fromkeys(row["value"] for row in rows))
            sizes = {row["value"]: row["of"] for row in rows}
            for value, size in sizes.items():
                self.put(size_key(question, column, value), size, cost=BASE / 2)
            self._sum_groups(
                base_key(question, "of"), [size_key(question, column, v) for v in groups]
            )
            places: dict[tuple[str, str], list[Row]] = {}
            for row in rows:
                places.setdefault((row["theme"], row["facet"]), []).append(row)
            for (theme, facet), found in places.items():
                keys = []
                for row in found:
                    key = cited_key(question, theme, facet, column, row["value"])
                    keys.append(self.put(key, row["cited"]))
                    self.part(key, size_key(question, column, row["value"]), (*key, "not"))
                self._sum_groups(cited_key(question, theme, facet), keys)
            for value in groups:
                self._nest(set(places), question, column, value)

    def _sum_groups(self, whole: Key, parts: list[Key]) -> None:
        """Groups that add up to a whole, those in none beside them; else each is some of it."""
        total, found = self.cells[whole].count, sum(self.cells[part].count for part in parts)
        if found <= total:
            rest = self.put(
                (*whole, *parts[0], "none"), total - found, cost=COMPLEMENT, printed=False
            )
            self.relations.append(Sum(whole, (*parts, rest)))
        else:
            self.relations += [Bound(part, whole) for part in parts]

    def _nest(self, places: set[tuple[str, str]], question: str, column: str, value: str) -> None:
        """Nets of their members, themes under their parents, facets under their themes."""
        for entry in self.codebook.entries:
            for facet in ("", *(facet.id for facet in self.codebook.facets)):
                if (entry.id, facet) not in places:
                    continue
                own = cited_key(question, entry.id, facet, column, value)
                if facet and (entry.id, "") in places:
                    self.relations.append(
                        Bound(own, cited_key(question, entry.id, "", column, value))
                    )
                if entry.parent and (entry.parent, facet) in places:
                    above = cited_key(question, entry.parent, facet, column, value)
                    self.relations.append(Bound(own, above))
                members = [m for m in self.codebook.members(entry) if (m, facet) in places]
                if entry.net and members:
                    parts = tuple(cited_key(question, m, facet, column, value) for m in members)
                    self.relations.append(Union(own, parts))

    def add_people(self, people: Iterable[Row]) -> None:
        """Distinct respondents: at least those of any one question, at most those of all."""
        for row in people:
            of = self.put(("people", row["of"]), row["of"], cost=BASE)
            key = self.put(("people", row["theme"], row["facet"]), row["cited"])
            self.part(key, of, (*key, "not"))
            parts = [k for k in self._of_theme(row["theme"], row["facet"]) if k in self.cells]
            counts = [self.cells[part].count for part in parts]
            if parts and max(counts) <= row["cited"] <= sum(counts):
                self.relations.append(Union(key, tuple(parts)))

    def _of_theme(self, theme: str, facet: str) -> Iterator[Key]:
        questions = dict.fromkeys(key[1] for key in self.cells if key[0] == "base")
        return (cited_key(question, theme, facet) for question in questions)

    def add_closed(self, rows: Iterable[Row], parts: Mapping[str, Parts]) -> None:
        """Options of each item add up to its base, unless several may be picked; parts of a scale
        to their options (`parts` by item); groups to the whole.
        """
        items: dict[Place, list[Row]] = {}
        for row in rows:
            items.setdefault((row["item"], row["group"], row["group_value"]), []).append(row)
        for place, found in items.items():
            of = self.put(("closed of", *place), found[0]["of"], cost=BASE)
            counted = [row for row in found if row["measure"] != "number"]
            for row in counted:
                key = self.put(closed_key(place, row["measure"], row["value"]), row["cited"])
                self.part(key, of, (*key, "not"))
            options = [row for row in counted if row["measure"] == "option"]
            if options and sum(row["cited"] for row in options) == found[0]["of"]:
                keys = tuple(closed_key(place, "option", row["value"]) for row in options)
                self.relations.append(Sum(of, keys))
            for part, names in parts.get(place[0], {}).items():
                keys = tuple(closed_key(place, "option", name) for name in names)
                self.relations.append(Sum(closed_key(place, "part", part), keys))
        self._sum_closed(items)

    def _sum_closed(self, items: dict[Place, list[Row]]) -> None:
        """The groups of a column make the whole of each count."""
        groups: dict[tuple[str, str], list[Place]] = {}
        for place in items:
            if place[1]:
                groups.setdefault(place[:2], []).append(place)
        for (item, _), places in groups.items():
            whole = (item, "", "")
            self._sum_groups(("closed of", *whole), [("closed of", *place) for place in places])
            for row in items[whole]:
                if row["measure"] != "number":
                    end = (row["measure"], row["value"])
                    keys = [closed_key(place, *end) for place in places]
                    self._sum_groups(closed_key(whole, *end), keys)
