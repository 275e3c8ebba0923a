"""What may be published, as plain text: hidden counts are marked, and nothing is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.codebook.model import Codebook
from pipeline.disclosure.hide import Hidden
from pipeline.disclosure.standing import Place, Stated
from pipeline.report.columns import fit_table, show_controls, wrap
from pipeline.report.headlines import population_sentence
from pipeline.report.sentences import count_sentence, percent
from pipeline.round import Round
from pipeline.suppress.apply import MARK
from pipeline.suppress.rule import parse_rule
from pipeline.tables import STATUSES

Row = Mapping[str, Any]
_BASE = ("asked", *STATUSES, "with_theme", "no_theme")
_MOST_GROUPS = 5
"""Side by side; more make another table."""


def render_hidden(hidden: Hidden, the_round: Round, codebook: Codebook) -> str:
    """The report of a round with small numbers hidden."""
    blocks = [the_round.title, *([the_round.note] if the_round.note else [])]
    blocks += [wrap(population_sentence(the_round.population)), wrap(rule_sentence(the_round))]
    counts, crossings = hidden.figures.counts.to_pylist(), hidden.crossed.crossings.to_pylist()
    for base in hidden.figures.bases.to_pylist():
        mine = [row for row in counts if row["question"] == base["question"]]
        themes = [row for row in mine if not row["facet"]]
        blocks.append("\n".join(_question(base, themes, hidden.stated)))
        blocks += _groups([r for r in crossings if r["question"] == base["question"]], codebook)
    blocks += _people(hidden.crossed.people.to_pylist(), codebook)
    if hidden.closed:
        blocks += _closed(hidden.closed.to_pylist())
    return "\n\n".join(blocks) + "\n"


def rule_sentence(the_round: Round) -> str:
    """What the marks mean."""
    rule = parse_rule(the_round.suppress)
    rounded = f" The others are to the nearest {rule.step}." if rule.step > 1 else ""
    return (
        f"{MARK}: not published. Counts of 1 to {rule.small} are hidden, and others that would "
        f"give them away ({rule.name}).{rounded} Differences and tests between groups are left out."
    )


def _question(base: Row, counts: Sequence[Row], stated: Mapping[Place, Stated]) -> Iterator[str]:
    yield f"{base['label']} ({base['question']})"
    yield ""
    ordered = sorted(counts, key=lambda row: (row["net"], -(row["cited"] or 0)))
    table = [["theme", "cited", "of", "share"]]
    table += [[_label(row), *_numbers(row)] for row in ordered]
    yield from fit_table(table)
    yield ""
    yield from (sentence for row in ordered if (sentence := say(row, stated)))
    parts = ", ".join(f"{name.replace('_', ' ')} {_mark(base[name])}" for name in _BASE)
    yield f"\nBase {_mark(base['of'])}: {parts}."


def say(row: Row, stated: Mapping[Place, Stated]) -> str:
    """The count as a sentence, and who signed it where that may be said; empty if nobody cites it
    or any number of it is hidden.

    Whose word it stands on is left out: the split is in the table of counts.
    """
    if not row["cited"] or row["of"] is None:
        return ""
    found = stated.get((row["question"], row["theme"]))
    return count_sentence({**row, "campaign": 0}, ()) + (found.clause if found else "")


def _label(row: Row) -> str:
    return show_controls(f"net: {row['label']}" if row["net"] else row["label"])


def _numbers(row: Row) -> list[str]:
    """Cited, of and share."""
    known = row["cited"] is not None and row["of"] is not None
    share = percent(row["cited"], row["of"]) if known else MARK
    return [_mark(row["cited"]), _mark(row["of"]), share]


def _mark(number: int | None) -> str:
    return MARK if number is None else str(number)


def _groups(rows: Sequence[Row], codebook: Codebook) -> Iterator[str]:
    """A table of themes by groups for each column."""
    labels = {entry.id: entry.label for entry in codebook.entries}
    for column in dict.fromkeys(row["column"] for row in rows):
        mine = [row for row in rows if row["column"] == column and not row["facet"]]
        values = list(dict.fromkeys(row["value"] for row in mine))
        for start in range(0, len(values), _MOST_GROUPS):
            shown = values[start : start + _MOST_GROUPS]
            yield "\n".join(_table(column, shown, mine, labels))


def _table(
    column: str, values: Sequence[str], rows: Sequence[Row], labels: Mapping[str, str]
) -> list[str]:
    cells: dict[str, dict[str, Row]] = {}
    for row in rows:
        cells.setdefault(row["theme"], {})[row["value"]] = row
    first = next(iter(cells.values()))
    table = [[f"by {column}", *map(show_controls, values)]]
    table.append(["of", *(_mark(first[value]["of"]) for value in values)])
    table += [
        [show_controls(labels[theme]), *(_cell(found[value]) for value in values)]
        for theme, found in cells.items()
    ]
    return fit_table(table)


def _cell(row: Row) -> str:
    cited, of, share = _numbers(row)
    return MARK if MARK in (cited, of) else f"{share} ({cited})"


def _people(people: Sequence[Row], codebook: Codebook) -> list[str]:
    labels = {entry.id: entry.label for entry in codebook.entries}
    table = [["respondents citing it in any question", "cited", "of", "share"]]
    table += [
        [show_controls(labels[row["theme"]]), *_numbers(row)] for row in people if not row["facet"]
    ]
    return ["\n".join(fit_table(table))] if len(table) > 1 else []


def _closed(rows: Iterable[Row]) -> Iterator[str]:
    """Each item, by the whole and by group."""
    items: dict[str, list[Row]] = {}
    for row in rows:
        items.setdefault(row["item"], []).append(row)
    yield "Closed questions (base: respondents who answered the item)"
    for found in items.values():
        table = [[found[0]["label"], "group", "cited", "of", "share"]]
        for row in found:
            group = f"{row['group']}: {row['group_value']}" if row["group"] else "all"
            table.append([show_controls(_answer(row)), show_controls(group), *_numbers(row)])
        yield "\n".join(fit_table(table, left=(0, 1)))


def _answer(row: Row) -> str:
    if row["measure"] != "number":
        return str(row["value"])
    return "a number" if row["mean"] is None else f"mean {row['mean']:.2f}"
