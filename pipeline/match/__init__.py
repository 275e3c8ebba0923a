"""Responses + codebook -> codings by rule, with spans."""

from __future__ import annotations

from pipeline.match.matcher import Matched, Matcher, match_responses

__all__ = ["Matched", "Matcher", "match_responses"]
