"""Scores -> probabilities: of all responses with one, so many have the theme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STEPS = 25
"""Newton's method is done long before."""
TOWARD_ALL = 0.02
"""How strongly a theme's slope is held to that of all themes: rare ones tell little of it."""
TOWARD_NONE = 1.0
"""How strongly a question's own level is held to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The log odds of a theme are slope x score + level + the level of its question.

    `levels` are questions x themes; a question that is not known has none.
    """

    slopes: np.ndarray
    intercepts: np.ndarray
    levels: np.ndarray

    def probabilities(self, scores: np.ndarray, questions: np.ndarray) -> np.ndarray:
        """Scores (responses x themes) -> probabilities; `questions` are numbers, -1 if unknown."""
        levels = np.vstack((self.levels, np.zeros((1, self.levels.shape[1]))))
        odds = scores * self.slopes + self.intercepts + levels[questions]
        found: np.ndarray = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        return found

    def rounded(self, decimals: int) -> Calibration:
        """The same to so many decimals."""
        return Calibration(
            slopes=np.round(self.slopes, decimals),
            intercepts=np.round(self.intercepts, decimals),
            levels=np.round(self.levels, decimals),
        )


def calibrate(
    scores: np.ndarray, labels: np.ndarray, questions: np.ndarray, asked: int
) -> Calibration:
    """Logistic regression of each theme's labels on its scores out of fold and on its question.

    Platt's method (Probabilistic Outputs for Support Vector Machines, 1999) with his targets short
    of 0 and 1, slopes held to a common one and questions to none. Labels that are NaN count for
    nothing; `asked` is the number of questions.
    """
    known = ~np.isnan(labels)
    labels = _targets(labels)
    common = _fit(
        _Design(scores[known][:, None], labels[known], np.zeros(2), np.array([1e-6, 1e-6]))
    )
    fitted = np.empty((scores.shape[1], 2 + asked))
    for theme in range(scores.shape[1]):
        rows = known[:, theme]
        of_question = questions[rows][:, None] == np.arange(asked)
        columns = np.column_stack((scores[rows, theme], of_question))
        toward = np.array([common[0], common[1], *np.zeros(asked)])
        held = np.array([TOWARD_ALL, 1e-3, *np.full(asked, TOWARD_NONE)])
        fitted[theme] = _fit(_Design(columns, labels[rows, theme], toward, held))
    return Calibration(
        slopes=fitted[:, 0], intercepts=fitted[:, 1], levels=np.ascontiguousarray(fitted[:, 2:].T)
    )


def _targets(labels: np.ndarray) -> np.ndarray:
    """As if of each theme one more response were present and one absent."""
    present, absent = (labels == 1).sum(axis=0), (labels == 0).sum(axis=0)
    found: np.ndarray = np.where(labels == 1, (present + 1) / (present + 2), 1 / (absent + 2))
    return np.where(np.isnan(labels), np.nan, found)


@dataclass(frozen=True, slots=True)
class _Design:
    """Columns and labels; coefficients (the level second) are held to `toward` by `held`."""

    columns: np.ndarray
    labels: np.ndarray
    toward: np.ndarray
    held: np.ndarray


def _fit(design: _Design) -> np.ndarray:
    rows = np.column_stack(
        (design.columns[:, :1], np.ones(len(design.columns)), design.columns[:, 1:])
    )
    found = design.toward.astype(np.float64)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (design.labels - chance) - design.held * (found - design.toward)
        weight = chance * (1 - chance)
        bend = (rows * weight[:, None]).T @ rows + np.diag(design.held)
        step = np.linalg.solve(bend, slope)
        found = found + step * min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))
        if float(np.abs(step).max()) < 1e-8:
            break
    return found
