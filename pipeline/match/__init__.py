"""Responses + codebook -> codings by rule, with spans."""

from __future__ import annotations

from pipeline.match.matcher import Finding, Matcher
from pipeline.match.stage import Matched, match_batches, match_responses

__all__ = ["Finding", "Matched", "Matcher", "match_batches", "match_responses"]
