"""What may be published, as JSON: a hidden count is null."""

from __future__ import annotations

from typing import Any

from pipeline.disclosure.hide import Hidden
from pipeline.disclosure.text import rule_sentence, say
from pipeline.report.data import FORMAT
from pipeline.report.headlines import population_sentence
from pipeline.round import Round


def hidden_json(hidden: Hidden, the_round: Round, **facts: Any) -> dict[str, Any]:
    """The tables as one JSON object; `facts` say where they come from."""
    counts, crossings = hidden.figures.counts.to_pylist(), hidden.crossed.crossings.to_pylist()
    return {
        "format": FORMAT,
        "round": the_round.name,
        "title": the_round.title,
        "note": the_round.note,
        "population": {"sentence": population_sentence(the_round.population)},
        "suppress": {"rule": the_round.suppress, "sentence": rule_sentence(the_round)},
        **facts,
        "questions": [
            {
                "question": base["question"],
                "label": base["label"],
                "base": {k: v for k, v in base.items() if k not in ("question", "label")},
                "counts": [
                    _count(row, hidden) for row in counts if row["question"] == base["question"]
                ],
                "groups": [
                    _without(row, "question", "rest_cited", "rest_of", "difference", "low", "high")
                    for row in crossings
                    if row["question"] == base["question"]
                ],
            }
            for base in hidden.figures.bases.to_pylist()
        ],
        "people": hidden.crossed.people.to_pylist(),
        **({"closed": hidden.closed.to_pylist()} if hidden.closed else {}),
    }


def _count(row: dict[str, Any], hidden: Hidden) -> dict[str, Any]:
    sentence = {"sentence": say(row, hidden.stated) if not row["facet"] else ""}
    stated = None if row["facet"] else hidden.stated.get((row["question"], row["theme"]))
    return _without(row, "question") | ({"standing": stated.standing} if stated else {}) | sentence


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
