"""Codings + decisions + each theme's policy -> verdicts: a person's word first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.tables import ADJUDICATOR, VERDICTS, keep, rows

Place = tuple[str, str, str]
"""response, theme, facet"""

ACCEPTS: dict[str, Callable[[bool, bool], bool]] = {
    "either": lambda rule, model: rule or model,
    "rule": lambda rule, model: rule,
    "model": lambda rule, model: model,
    "both": lambda rule, model: rule and model,
}
"""Whether a theme's policy takes what the rules and the model say."""


def resolve_verdicts(
    responses: pa.Table, codings: pa.Table, decisions: pa.Table, codebook: Codebook
) -> pa.Table:
    """**verdicts**: a row for each substantive response x theme that any coder found or read, and
    for each facet of it.

    A person's latest reading stands for that person, and an adjudicator's for all. People who
    disagree leave the response `disputed`, and the machine's verdict is kept. Where nobody decided,
    the theme's policy does; of a group of exclusive themes a response keeps the first. A facet
    needs its theme to be present.
    """
    substantive = keep(responses, "status", "substantive")
    questions: dict[str, str] = dict(rows(substantive, "response_id", "question"))
    found = _machine_finds(codings)
    said = people_say(decisions, questions)
    policies = {theme.id: theme.policy for theme in codebook.themes}
    order = {response_id: number for number, response_id in enumerate(questions)}
    rank = {theme.id: number for number, theme in enumerate(codebook.themes)}
    facet_rank = {"": -1, **{facet.id: number for number, facet in enumerate(codebook.facets)}}
    places = [place for place in found.keys() | said.keys() if place[0] in questions]
    places.sort(key=lambda place: (order[place[0]], rank[place[1]], facet_rank[place[2]]))
    verdicts = {
        place: _verdict(
            place, questions[place[0]], found.get(place, set()), said.get(place, ""), policies
        )
        for place in places
    }
    _keep_first(verdicts, codebook.exclusive)
    _drop_stray_facets(verdicts)
    return VERDICTS.build(verdicts.values())


def _keep_first(
    verdicts: Mapping[Place, dict[str, Any]], exclusive: Sequence[tuple[str, ...]]
) -> None:
    """Of each group, one theme of a response stays present: those that people gave it, or else the
    first.
    """
    for group in exclusive:
        present: dict[str, list[str]] = {}
        for (response_id, theme, facet), verdict in verdicts.items():
            if theme in group and not facet and verdict["present"]:
                present.setdefault(response_id, []).append(theme)
        for response_id, themes in present.items():
            rows_of = {theme: verdicts[response_id, theme, ""] for theme in themes}
            kept = [theme for theme, row in rows_of.items() if row["human"] == "present"]
            kept = kept or [min(themes, key=group.index)]
            for theme, row in rows_of.items():
                row["present"] = theme in kept


def _drop_stray_facets(verdicts: Mapping[Place, dict[str, Any]]) -> None:
    for (response_id, theme, facet), verdict in verdicts.items():
        if facet and verdict["present"]:
            own = verdicts.get((response_id, theme, ""))
            verdict["present"] = bool(own and own["present"])


def _verdict(
    place: Place, question: str, machine: set[str], human: str, policies: dict[str, str]
) -> dict[str, Any]:
    rule, model = "codebook" in machine, "classifier" in machine
    policy = "either" if place[2] else policies[place[1]]
    present = ACCEPTS[policy](rule, model)
    by = "codebook" if rule and not (model and policy == "model") else "classifier" if model else ""
    if human in ("present", "absent"):
        present, by = human == "present", "human"
    return {
        "response_id": place[0],
        "question": question,
        "theme": place[1],
        "facet": place[2],
        "present": present,
        "by": by,
        "codebook": rule,
        "classifier": model,
        "human": human,
    }


def _machine_finds(codings: pa.Table) -> dict[Place, set[str]]:
    found: dict[Place, set[str]] = {}
    for *place, coder in rows(codings, "response_id", "theme", "facet", "coder"):
        found.setdefault(tuple(place), set()).add(coder.partition(":")[0])
    return found


def people_say(decisions: pa.Table, known: Iterable[str]) -> dict[Place, str]:
    """present, absent or disputed, by the latest reading of each person who was not unsure; the
    word of whoever adjudicated last, if it is not unsure, beats all others.
    """
    latest: dict[Place, dict[str, tuple[int, str]]] = {}
    for reading, response_id, theme, facet, coder, decision in rows(
        decisions, "reading", "response_id", "theme", "facet", "coder", "decision"
    ):
        people = latest.setdefault((response_id, theme, facet), {})
        people[coder] = max(people.get(coder, (0, "")), (reading, decision))
    said: dict[Place, str] = {}
    for place, people in latest.items():
        sure = {coder: word for coder, word in people.items() if word[1] != "unsure"}
        settled = [word for coder, word in sure.items() if coder.startswith(ADJUDICATOR)]
        words = {decision for _, decision in ([max(settled)] if settled else sure.values())}
        if words and place[0] in known:
            said[place] = words.pop() if len(words) == 1 else "disputed"
    return said
