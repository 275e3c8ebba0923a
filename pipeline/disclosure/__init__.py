"""Figures -> what may be published of them: small numbers hidden, with all that would tell them."""

from __future__ import annotations

from pipeline.disclosure.hide import Hidden, hide_small

__all__ = ["Hidden", "hide_small"]
