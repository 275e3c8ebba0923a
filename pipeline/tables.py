"""The tables that travel between stages: each column's name, type and meaning, once.

Every table is an Arrow table. `TABLES[name].check(table)` is the boundary: it refuses a table whose
columns differ, so that a stage can trust what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

STATUSES = ("blank", "filler", "duplicate", "excluded", "unprocessed", "substantive")
MACHINE_CODERS = ("codebook", "classifier")
CODERS = (*MACHINE_CODERS, "human")
ANSWERED = ("filler", "unprocessed", "substantive")
"""The statuses that are in the base when a round has `base: answered`."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    type: pa.DataType
    meaning: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The definition of one table: its columns, and the columns that identify a row."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema; only optional columns may hold nulls."""
        return pa.schema([pa.field(c.name, c.type, nullable=c.optional) for c in self.columns])

    def build(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """An Arrow table from rows as mappings; a missing optional value is null."""
        return pa.Table.from_pylist([dict(row) for row in rows], schema=self.schema)

    def check(self, table: pa.Table) -> pa.Table:
        """The same table, if it is one of this definition; else TypeError says how it differs."""
        if not table.schema.equals(self.schema):
            raise TypeError(f"not a {self.name} table: {table.schema} is not {self.schema}")
        return table


NAME = pa.dictionary(pa.int32(), pa.string())
"""Texts of few different values, each held once: cheaper to build, to write and to keep."""


def _text(name: str, meaning: str, *, optional: bool = False) -> Column:
    return Column(name, pa.string(), meaning, optional)


def _name(name: str, meaning: str) -> Column:
    return Column(name, NAME, meaning)


def _number(name: str, meaning: str, *, optional: bool = False) -> Column:
    return Column(name, pa.int64(), meaning, optional)


_TERM = pa.struct([pa.field("term", NAME), pa.field("weight", pa.float64())])

RESPONSES = Table(
    "responses",
    ("response_id", "row"),
    (
        _text("response_id", "the named column of a long source, else RESPONDENT/QUESTION"),
        _text("respondent", "who answered; empty where the source names nobody"),
        _text("question", "the question's id in the round"),
        _text("text", "the answer, untouched"),
        _number("row", "row of the source, the header being row 1; in JSON Lines the line"),
        Column("groups", pa.map_(pa.string(), pa.string()), "the round's group columns and values"),
        _text("status", f"one of {', '.join(STATUSES)}; empty before screening"),
        _text("reason", "why a response is not substantive, in words; else empty"),
        _text("campaign", "shared by responses with the same long text; else empty"),
    ),
)

CODINGS = Table(
    "codings",
    ("response_id", "theme", "facet", "coder", "rule", "start", "end"),
    (
        _text("response_id", "the response coded"),
        _name("question", "its question"),
        _name("theme", "the theme's id"),
        _name("facet", "a second reading of the theme; empty by default"),
        _name("coder", "codebook:NAME@VERSION+hash8 or classifier:hash8"),
        _name("rule", "the rule that fired, THEME/NUMBER; empty for the classifier"),
        _number("start", "where the quote starts, in code points of the text", optional=True),
        _number("end", "where the quote ends (not included)", optional=True),
        _text("quote", "text[start:end]; empty for the classifier"),
        Column("score", pa.float64(), "the classifier's probability", optional=True),
        Column(
            "terms",
            pa.list_(_TERM),
            "the terms that fired, or those that carried the score with their weights",
        ),
    ),
)

DECISIONS = Table(
    "decisions",
    ("reading", "response_id", "theme", "facet"),
    (
        _number("reading", "the reading's number, in the order of the file"),
        _text("response_id", "the response read"),
        _text("theme", "a theme that was in view"),
        _text("facet", "a second reading of the theme; empty by default"),
        _text("coder", "human:NAME or import:NAME"),
        _text("decision", "present, absent or unsure"),
        _text("memo", "the coder's note; empty by default"),
    ),
)

VERDICTS = Table(
    "verdicts",
    ("response_id", "theme", "facet"),
    (
        _text("response_id", "the response"),
        _text("question", "its question"),
        _text("theme", "the theme's id"),
        _text("facet", "a second reading of the theme; empty by default"),
        Column("present", pa.bool_(), "whether the response counts for the theme"),
        _text("by", "whose word it is: human, codebook or classifier; empty if nobody found it"),
        Column("codebook", pa.bool_(), "whether a rule found the theme"),
        Column("classifier", pa.bool_(), "whether the classifier found the theme"),
        _text("human", "what people said: present, absent, disputed; empty if nobody read it"),
    ),
)

COUNTS = Table(
    "counts",
    ("question", "theme", "facet"),
    (
        _text("question", "the question's id"),
        _text("theme", "the theme's or the net's id; a parent's count holds what is under it"),
        _text("facet", "the facet that the count is of; empty for the theme itself"),
        _text("label", "the theme's label, in the rows of its facets too"),
        Column("net", pa.bool_(), "whether the theme is a net of others"),
        _number("cited", "distinct responses that cite the theme, with this facet"),
        _number("of", "the base: the responses the figure is out of"),
        Column("share", pa.float64(), "cited / of; null when the base is 0", optional=True),
        _number("codebook", "of those cited: on the codebook's word"),
        _number("classifier", "of those cited: on the classifier's word"),
        _number("human", "of those cited: on a person's word"),
    ),
)

BASES = Table(
    "bases",
    ("question",),
    (
        _text("question", "the question's id"),
        _text("label", "the question's wording"),
        _number("asked", "blank + filler + duplicate + excluded + unprocessed + substantive"),
        *(_number(status, f"responses with status {status}") for status in STATUSES),
        _number("with_theme", "substantive responses with at least one theme"),
        _number("no_theme", "substantive responses with none"),
        _number("campaign", "of the substantive: copies of a text that several people sent"),
        _text("base", "substantive or answered: which of the two is `of`"),
        _number("of", "the base of every figure of this question"),
    ),
)

PROBLEMS = Table(
    "problems",
    ("response_id", "rule"),
    (
        _text("response_id", "the response that a rule could not be tried on"),
        _text("rule", "the rule"),
        _text("reason", "why"),
    ),
)

ANSWERS = Table(
    "answers",
    ("respondent", "item", "value"),
    (
        _text("respondent", "who answered; ROW/number where the source names nobody"),
        _name("item", "the closed question's id in the round"),
        _text("value", "the option chosen, a row each; of a number the text as it stands"),
        Column("number", pa.float64(), "the answer to a question of kind number", optional=True),
        _number("row", "row of the source where the answer stands first"),
        Column("groups", pa.map_(pa.string(), pa.string()), "the round's group columns and values"),
    ),
)

CLOSED = Table(
    "closed",
    ("item", "measure", "value", "group", "group_value"),
    (
        _text("item", "the closed question's id"),
        _text("battery", "the items that it is shown with; empty by default"),
        _text("label", "the item's wording"),
        _text("kind", "scale, choice, multiple or number"),
        _text("measure", "option, part (agree, neutral, disagree of a scale) or number"),
        _text("value", "the option or the part; empty for a number"),
        _text("group", "the group column; empty for the whole"),
        _text("group_value", "the group; empty for the whole and for those in none"),
        _number("cited", "respondents who gave the answer; of a number, who gave one"),
        _number("of", "the base: respondents who answered the item"),
        Column("share", pa.float64(), "cited / of; null when the base is 0", optional=True),
        *(
            Column(
                name, pa.float64(), f"{name} of the numbers given; null without one", optional=True
            )
            for name in ("mean", "median", "min", "max")
        ),
    ),
)

TABLES = {
    t.name: t
    for t in (
        *(RESPONSES, CODINGS, DECISIONS, VERDICTS, COUNTS, BASES, PROBLEMS),
        *(ANSWERS, CLOSED),
    )
}


def rows(table: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, as tuples of the named columns.

    >>> list(rows(pa.table({"a": [1, 2], "b": ["x", "y"]}), "b", "a"))
    [('x', 1), ('y', 2)]
    """
    return zip(*(table[name].to_pylist() for name in names), strict=True)


def hold_the_same(one: pa.Table, other: pa.Table) -> bool:
    """Whether two tables have the same rows, in whatever order each holds the values of its names.

    >>> a, b = (pa.array(names).dictionary_encode() for names in (["x", "y"], ["y", "x"]))
    >>> hold_the_same(pa.table({"a": a}), pa.table({"a": b.take(pa.array([1, 0]))}))
    True
    """
    plain = pa.schema([pa.field(f.name, _plain(f.type), f.nullable) for f in one.schema])
    same: bool = one.cast(plain).equals(other.cast(plain))
    return same


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, _plain(f.type)) for f in kind])
    return kind


def keep(table: pa.Table, column: str, *values: object) -> pa.Table:
    """The rows of a table whose column has one of the values.

    >>> keep(pa.table({"a": [1, 2, 1]}), "a", 1)["a"].to_pylist()
    [1, 1]
    """
    return table.filter(
        pa.array([value in values for value in table[column].to_pylist()], pa.bool_())
    )
