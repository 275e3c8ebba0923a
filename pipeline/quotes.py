"""From a figure of a run to the responses behind it, and to the rest of its base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.codebook.model import Facet, Theme
from pipeline.count.cited import WORD_ORDER
from pipeline.errors import InputError, near
from pipeline.report.facets import group_readings, order_themes
from pipeline.report.quotetable import Quote, QuoteRow, QuoteTable
from pipeline.tables import IN_BASE, keep, rows
from pipeline.verify import KeptRun

Cells = dict[tuple[str, str], dict[str, list[Quote]]]
"""theme and facet -> response -> what it says"""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A response of a figure's base; `by` and `reasons` say why it cites the theme."""

    response_id: str
    text: str
    by: str
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "response_id": self.response_id,
            "text": self.text,
            "by": self.by,
            "reasons": list(self.reasons),
        }


def quote_figure(
    kept: KeptRun, question: str, theme: str, facet: str = ""
) -> tuple[list[Quoted], list[Quoted]]:
    """The responses of a figure that cite the theme (with the facet, if one is given), and those
    of its base that do not.

    Raises InputError (E701) for a question, theme or facet that the run does not have.
    """
    members = kept.codebook.members(_theme(kept, theme))
    _check_question(kept, question)
    if not any(t.applies_to(question) for t in kept.codebook.themes if t.id in members):
        what = f"the theme '{theme}' is not looked for in '{question}'."
        raise InputError.because(code="E701", what=what, remedy="See its 'questions:'.")
    if facet:
        _check_facet(kept, facet, question)
    words = _words(kept, members, facet)
    reasons = _reasons(kept, members, facet)
    counted = IN_BASE[kept.round.base]
    cited, rest = [], []
    for response in kept.evidence.responses.to_pylist():
        if response["question"] != question or response["status"] not in counted:
            continue
        key = response["response_id"]
        if key in words and response["status"] == "substantive":
            cited.append(Quoted(key, response["text"], words[key], tuple(reasons.get(key, ()))))
        else:
            rest.append(Quoted(key, response["text"], "", ()))
    return cited, rest


def _theme(kept: KeptRun, theme: str) -> Theme:
    entries = {entry.id: entry for entry in kept.codebook.entries}
    if theme not in entries:
        what = f"there is no theme '{theme}'."
        raise InputError.because(code="E701", what=what, remedy=near(theme, entries))
    return entries[theme]


def _check_question(kept: KeptRun, question: str) -> None:
    questions = kept.evidence.responses["question"].unique().to_pylist()
    if question not in questions:
        what = f"there is no question '{question}'."
        raise InputError.because(code="E701", what=what, remedy=near(question, questions))


def _check_facet(kept: KeptRun, facet: str, question: str) -> None:
    facets = {known.id: known for known in kept.codebook.facets}
    if facet not in facets:
        what = f"there is no facet '{facet}'."
        raise InputError.because(code="E701", what=what, remedy=near(facet, facets))
    if not facets[facet].applies_to(question):
        what = f"the facet '{facet}' is not looked for in '{question}'."
        raise InputError.because(code="E701", what=what, remedy="See its 'questions:'.")


def _words(kept: KeptRun, members: tuple[str, ...], facet: str) -> dict[str, str]:
    """Whose word each response stands on; in a net or parent the same as the count's."""
    words: dict[str, str] = {}
    for verdict in kept.verdicts.to_pylist():
        if verdict["present"] and verdict["theme"] in members and verdict["facet"] == facet:
            known = words.get(verdict["response_id"], verdict["by"])
            words[verdict["response_id"]] = min(known, verdict["by"], key=WORD_ORDER.index)
    return words


def _reasons(kept: KeptRun, members: tuple[str, ...], facet: str) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for coding in kept.evidence.codings.to_pylist():
        in_play = coding["coder"].partition(":")[0] in kept.coders
        if in_play and coding["theme"] in members and coding["facet"] == facet:
            reasons.setdefault(coding["response_id"], []).append(_reason(coding))
    return reasons


def _reason(coding: dict[str, Any]) -> str:
    if coding["rule"]:
        return f'{coding["rule"]}: "{coding["quote"]}"'
    terms = ", ".join(f"{term['term']} {term['weight']:+.2f}" for term in coding["terms"])
    return f"{coding['theme']} by {coding['coder']}: {coding['score']:.2f} ({terms})"


def tabulate_quotes(
    kept: KeptRun, question: str = "", theme: str = "", reading: str = "", *, whole: bool = False
) -> list[QuoteTable]:
    """A table for each reading, or the one named: its facets and themes with the quotes of both.

    Over all questions, or the one named; of all themes, or the one named and what it holds. With
    `whole`, quotes are whole answers. Raises InputError (E701) for what the run does not have.
    """
    readings = group_readings(kept.codebook.facets)
    if not readings:
        what = "the codebook of this run has no facets."
        raise InputError.because(code="E701", what=what, remedy="See 'facets:' of a codebook.")
    if reading and reading not in readings:
        what = f"there is no reading '{reading}'."
        raise InputError.because(code="E701", what=what, remedy=near(reading, readings))
    if question:
        _check_question(kept, question)
    entries = kept.codebook.entries
    held = kept.codebook.members(_theme(kept, theme)) if theme else ()
    shown = {entry.id for entry in entries if not theme or entry.id in (theme, *held)}
    cells = _gather_cells(kept, question, whole=whole)
    return [
        QuoteTable(name, {f.id: f.label for f in facets}, _quote_rows(kept, facets, cells, shown))
        for name, facets in readings.items()
        if reading in ("", name)
    ]


def _gather_cells(kept: KeptRun, question: str, *, whole: bool) -> Cells:
    """theme and facet -> response -> what it says, of the verdicts that are present."""
    said = _answers(kept) if whole else _rule_quotes(kept)
    cells: Cells = {}
    present = kept.verdicts.filter(kept.verdicts["present"])
    for theme, facet, response_id, asked, by in rows(
        present, "theme", "facet", "response_id", "question", "by"
    ):
        if question in ("", asked):
            place = (response_id,) if whole else (theme, facet, response_id)
            texts = _distinct(said.get(place, [])) or [""]
            quotes = [Quote(response_id, text, by) for text in texts]
            cells.setdefault((theme, facet), {})[response_id] = quotes
    return cells


def _answers(kept: KeptRun) -> dict[tuple[str, ...], list[str]]:
    substantive = keep(kept.evidence.responses, "status", "substantive")
    return {(name,): [text] for name, text in rows(substantive, "response_id", "text")}


def _rule_quotes(kept: KeptRun) -> dict[tuple[str, ...], list[str]]:
    """theme, facet and response -> the quotes of the coders in play."""
    quoted: dict[tuple[str, ...], list[str]] = {}
    for *place, quote, coder in rows(
        kept.evidence.codings, "theme", "facet", "response_id", "quote", "coder"
    ):
        if quote and coder.partition(":")[0] in kept.coders:
            quoted.setdefault(tuple(place), []).append(quote)
    return quoted


def _distinct(quotes: list[str]) -> list[str]:
    """Each quote once, and none that is a part of another."""
    once = list(dict.fromkeys(quotes))
    return [q for q in once if not any(q in other and q != other for other in once)]


def _quote_rows(
    kept: KeptRun, facets: list[Facet], cells: Cells, shown: set[str]
) -> tuple[QuoteRow, ...]:
    cited = {
        entry.id: [
            len(
                {
                    name
                    for member in kept.codebook.members(entry)
                    for name in cells.get((member, f), ())
                }
            )
            for f in ("", *(facet.id for facet in facets))
        ]
        for entry in kept.codebook.entries
        if entry.id in shown
    }
    counts = [
        {
            "theme": entry.id,
            "net": bool(entry.net),
            "cited": cited[entry.id][0],
            "label": entry.label,
        }
        for entry in kept.codebook.entries
        if entry.id in shown and cited[entry.id][0]
    ]
    return tuple(
        QuoteRow(
            theme=count["theme"],
            label=count["label"],
            net=count["net"],
            depth=depth,
            cited=count["cited"],
            counts=tuple(cited[count["theme"]][1:]),
            quotes=tuple(
                tuple(
                    q for said in cells.get((count["theme"], facet.id), {}).values() for q in said
                )
                for facet in facets
            ),
        )
        for count, depth in order_themes(counts, kept.codebook)
    )
