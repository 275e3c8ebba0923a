"""Base accounting: where every response that was asked for went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.round import Round
from pipeline.tables import BASES, IN_BASE, STATUSES, rows

_SUMMED = ("asked", *STATUSES, "with_theme", "no_theme", "campaign", "of")


def account_bases(responses: pa.Table, verdicts: pa.Table, the_round: Round) -> pa.Table:
    """**bases**: per question, asked = blank + filler + duplicate + excluded + unprocessed +
    substantive, and substantive = with a theme + with none.

    The base is the substantive responses; with `base: answered` all that were asked less blank,
    duplicate and excluded; with `base: respondents` the blank ones too.
    """
    statuses: dict[str, Counter[str]] = {q.id: Counter() for q in the_round.source.questions}
    for question in pc.unique(responses["question"]).to_pylist():
        statuses.setdefault(question, Counter())
    by_status = responses.group_by(["question", "status"]).aggregate([([], "count_all")])
    for question, status, number in rows(by_status, "question", "status", "count_all"):
        statuses[question][status] = number
    campaigns = _by_question(responses.filter(pc.not_equal(responses["campaign"], "")))
    own = pc.and_(verdicts["present"], pc.equal(verdicts["facet"], ""))
    places = verdicts.filter(own).select(["question", "response_id"])
    themed = _by_question(places.group_by(["question", "response_id"]).aggregate([]))
    return BASES.build(
        _base(the_round, question, counted, themed[question], campaigns[question])
        for question, counted in statuses.items()
    )


def _by_question(table: pa.Table) -> Counter[str]:
    """The number of rows of each question."""
    counted = table.group_by("question").aggregate([([], "count_all")])
    return Counter(dict(rows(counted, "question", "count_all")))


def _base(
    the_round: Round, question: str, counted: Counter[str], themed: int, campaign: int
) -> dict[str, Any]:
    substantive = counted["substantive"]
    return {
        "question": question,
        "label": the_round.question(question).label,
        "asked": counted.total(),
        **{status: counted[status] for status in STATUSES},
        "with_theme": themed,
        "no_theme": substantive - themed,
        "campaign": campaign,
        "base": the_round.base,
        "of": sum(counted[status] for status in IN_BASE[the_round.base]),
    }


def add_bases(parts: Iterable[pa.Table]) -> pa.Table:
    """The bases of a whole from those of its batches; every response is in one batch.

    Raises ValueError if the sum does not add up, which would be a bug.
    """
    total: dict[str, dict[str, Any]] = {}
    for part in parts:
        for base in part.to_pylist():
            known = total.setdefault(base["question"], {**base, **dict.fromkeys(_SUMMED, 0)})
            for column in _SUMMED:
                known[column] += base[column]
    for base in total.values():
        if base["asked"] != sum(base[status] for status in STATUSES) or base["no_theme"] < 0:
            raise ValueError(f"the base of '{base['question']}' does not add up: {base}")
    return BASES.build(total.values())
