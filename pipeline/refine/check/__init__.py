"""A codebook -> every problem in it."""

from __future__ import annotations

from pipeline.refine.check.problems import check_codebook, list_problems

__all__ = ["check_codebook", "list_problems"]
