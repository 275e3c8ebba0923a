"""A round in the making."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from dealing import bell
from ruamel.yaml import YAML

CORPORA = Path(__file__).resolve().parent.parent
MARK = "  closed: # what follows is written by corpora/rebuild, from published.yaml\n"
CLAIMS = "# Every closed figure that was published and that whole numbers of people can give.\n"
UNABLE = ("closed", "group", "value", "printed", "nearest", "of", "nearest_share")

Row = dict[str, str]


@dataclass
class Corpus:
    """A round in the making: its people, their answers by column, and what is known of them.

    `outlook` and `patience` (who answers more questions) are invented, about 0 with a deviation of
    1; `wrote` are the themes that a person wrote of, by question.
    """

    name: str
    rows: dict[str, Row] = field(default_factory=dict)
    outlook: dict[str, float] = field(default_factory=dict)
    patience: dict[str, float] = field(default_factory=dict)
    wrote: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    impossible: list[Sequence[object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        text = (CORPORA / self.name / "published.yaml").read_text("utf-8")
        self.published: dict[str, Any] = YAML(typ="safe").load(text)
        self.group: str = self.published["group"]

    def random(self, *what: str) -> Random:
        """Chance of its own for each purpose, so that a new item moves no other."""
        return Random("/".join((self.name, str(self.published["seed"]), *what)))

    def people(self, group: str, column: str = "", value: str = "") -> list[str]:
        """The ids of a group, or of those in it who have a value in a column."""
        here = [who for who, row in self.rows.items() if row[self.group] == group]
        return [who for who in here if not column or self.rows[who][column] == value]

    def admit(self, rows: Iterable[Row], outlook: Mapping[str, float] | None = None) -> None:
        """Take people in, with an outlook (chance added to what is given) and a patience."""
        for row in rows:
            who = row["respondent_id"]
            self.rows[who] = row
            self.outlook[who] = (outlook or {}).get(who, 0.0) + bell(self.random("outlook", who))
            self.patience[who] = bell(self.random("patience", who))

    def enter(self, column: str, answers: Mapping[str, str]) -> None:
        """Write answers in a column; who has none is left as before, or blank."""
        for who, row in self.rows.items():
            row[column] = answers.get(who, row.get(column, ""))

    def ask(self, closed: str, **parts: object) -> None:
        """Add a closed question to round.yaml, and its column."""
        self.enter(column_of(closed), {})
        parts = {"column": column_of(closed), **parts}
        said = ", ".join(f"{key}: {_quote(value)}" for key, value in parts.items() if value)
        self.closed.append(f"    {closed}: {{{said}}}\n")

    def claim(self, closed: str, group: str, value: str, *, said: str = "", **printed: str) -> None:
        """Add a figure to figures.yaml, of an option or a side of a scale or of the whole item.

        `said` are the words in which it was published.
        """
        words = "".join(c for c in value.lower() if c.isalnum() or c in " -").split()[:5]
        figure = "-".join((closed, *words, group.partition(" ")[0].lower()))
        parts = [
            f"id: {figure}",
            f"closed: {closed}",
            *([f"value: {_quote(value)}"] if value else []),
        ]
        parts += [f"{key}: {number}" for key, number in printed.items()]
        parts += [f"group: {{{self.group}: {group}}}"]
        source = ", ".join(part for part in (value, said, *printed.values()) if part)
        self.claims.append(f"- {{{', '.join(parts)}, source: {_quote(f'Published: {source}')}}}\n")

    def write(self, folder: Path, last: Sequence[str]) -> None:
        """Write the files of the round; the columns `last` come last in its answers."""
        folder.mkdir(parents=True, exist_ok=True)
        columns = [name for name in next(iter(self.rows.values())) if name not in last]
        columns += last
        lines = [[row[name] for name in columns] for row in self.rows.values()]
        write_csv(folder / "responses.csv", columns, lines)
        if self.impossible:
            write_csv(folder / "impossible.csv", UNABLE, self.impossible)
        head = (CORPORA / self.name / "round.yaml").read_text("utf-8").partition(MARK)[0]
        _write(folder / "round.yaml", head + MARK + "".join(self.closed))
        _write(folder / "figures.yaml", CLAIMS + "".join(self.claims))


def column_of(closed: str) -> str:
    """The column of a closed question."""
    return closed.replace("-", "_")


def write_csv(path: Path, header: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Write a csv: UTF-8, line feeds, quotes where they are needed."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)


def read_csv(path: Path) -> list[Row]:
    """The rows of a csv, cells as they stand."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _quote(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
