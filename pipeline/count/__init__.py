"""Responses + verdicts + codebook -> counts, and the bases they are out of."""

from __future__ import annotations

from pipeline.count.base import account_bases, add_bases
from pipeline.count.closed import filter_groups, group_values, summarise_closed, uncrossed
from pipeline.count.counts import add_counts, count_themes

__all__ = [
    "account_bases",
    "add_bases",
    "add_counts",
    "count_themes",
    "filter_groups",
    "group_values",
    "summarise_closed",
    "uncrossed",
]
