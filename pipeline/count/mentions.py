"""Mentions: how many places cite a theme, where responses are counted once."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.codebook.model import Codebook
from pipeline.tables import COUNTS, rows

_PLACE = ("response_id", "theme", "facet")


def count_mentions(
    counts: pa.Table, verdicts: pa.Table, codings: pa.Table, codebook: Codebook
) -> pa.Table:
    """The **counts** with their `mentions`: the different quotes of a response that is counted, and
    one for a response without any, whose word is the classifier's or a person's. Of a net or parent
    those of its members.
    """
    found: Counter[tuple[str, str, str]] = Counter()
    for question, theme, facet, number in rows(
        _quoted(verdicts, codings), "question", "theme", "facet", "quotes_sum"
    ):
        found[question, theme, facet] = number
    members = {entry.id: codebook.members(entry) for entry in codebook.entries}
    mentions = [
        sum(found[question, member, facet] for member in members[theme])
        for question, theme, facet in rows(counts, "question", "theme", "facet")
    ]
    place = counts.schema.get_field_index("mentions")
    field = COUNTS.schema.field("mentions")
    return counts.set_column(place, field, pa.array(mentions, pa.int64()))


def _quoted(verdicts: pa.Table, codings: pa.Table) -> pa.Table:
    """The quotes of each question, theme and facet among the verdicts that are present."""
    plain = pa.table({name: codings[name].cast(pa.string()) for name in _PLACE})
    for name in ("start", "end"):
        plain = plain.append_column(name, codings[name])
    quotes = plain.filter(pc.is_valid(plain["start"])).group_by([*_PLACE, "start", "end"])
    each = quotes.aggregate([]).group_by(list(_PLACE)).aggregate([([], "count_all")])
    present = verdicts.filter(verdicts["present"]).select(["question", *_PLACE])
    joined = present.join(each, keys=list(_PLACE), join_type="left outer")
    counted = joined.append_column("quotes", pc.fill_null(joined["count_all"], 1))
    return counted.group_by(["question", "theme", "facet"]).aggregate([("quotes", "sum")])
