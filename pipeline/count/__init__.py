"""Responses + verdicts + codebook -> counts, and the bases they are out of."""

from __future__ import annotations

from pipeline.count.base import account_bases, add_bases
from pipeline.count.closed import filter_groups, group_values, summarise_closed, uncrossed
from pipeline.count.counts import add_counts, count_tally, count_themes
from pipeline.count.crossed import count_by_group
from pipeline.count.tally import Tally, add_tallies, tally_responses

__all__ = [
    "Tally",
    "account_bases",
    "add_bases",
    "add_counts",
    "add_tallies",
    "count_by_group",
    "count_tally",
    "count_themes",
    "filter_groups",
    "group_values",
    "summarise_closed",
    "tally_responses",
    "uncrossed",
]
