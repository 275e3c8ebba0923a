"""How well text is coded: against a file of hand coding, or by cross-validation."""

from __future__ import annotations

from pipeline.evaluate.scores import CountError, Evaluation, Score, evaluate_verdicts

__all__ = ["CountError", "Evaluation", "Score", "evaluate_verdicts"]
