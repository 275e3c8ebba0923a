"""Probabilities out of fold -> how a theme is decided: its policy, and thresholds by question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

NEVER = np.inf
"""A threshold that no probability reaches."""
OWN = 5
"""From so many coded examples on, their number is wanted; below, the number that is expected."""
MARGIN = 0.02
"""A theme leaves the policy `either` for one whose F1 is better by so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One theme's examples: probabilities out of fold, labels (NaN: nobody decided), what the rules
    find, the number of the question, and the threshold that serves the aim over all themes.
    """

    probabilities: np.ndarray
    labels: np.ndarray
    ruled: np.ndarray
    questions: np.ndarray
    common: float = NEVER

    def take(self, rows: np.ndarray) -> Theme:
        """Some of the examples."""
        return Theme(
            probabilities=self.probabilities[rows],
            labels=self.labels[rows],
            ruled=self.ruled[rows],
            questions=self.questions[rows],
            common=self.common,
        )


class Policy(NamedTuple):
    """Which examples the threshold is for, and which are tagged without it."""

    open: Callable[[np.ndarray], np.ndarray]
    sure: Callable[[np.ndarray], np.ndarray]


def _all(ruled: np.ndarray) -> np.ndarray:
    return np.ones(len(ruled), bool)


def _none(ruled: np.ndarray) -> np.ndarray:
    return np.zeros(len(ruled), bool)


def _ruled(ruled: np.ndarray) -> np.ndarray:
    return ruled


def _not_ruled(ruled: np.ndarray) -> np.ndarray:
    return ~ruled


POLICIES = {
    "either": Policy(_not_ruled, _ruled),
    "model": Policy(_all, _none),
    "both": Policy(_ruled, _none),
    "rule": Policy(_none, _ruled),
}

Aim = Callable[[Theme, Policy], float]


def counts(theme: Theme, policy: Policy) -> float:
    """As many are tagged as were coded with the theme; where those are few, as are expected."""
    present = np.nansum(theme.labels)
    wanted = present if present >= OWN else theme.probabilities.sum()
    sure = policy.sure(theme.ruled)
    return _reached_by(theme.probabilities[policy.open(theme.ruled)], round(wanted) - sure.sum())


def f1(theme: Theme, policy: Policy) -> float:
    """The best expected F1, halfway to what is best for all themes together.

    The number expected of those at or over a threshold is the sum of their probabilities: that
    wavers less than the coded number does.
    """
    sure, free = policy.sure(theme.ruled), policy.open(theme.ruled)
    inside = np.sort(theme.probabilities[free])[::-1]
    if not len(inside):
        return NEVER
    right = theme.probabilities[sure].sum() + np.concatenate(([0.0], np.cumsum(inside)))
    tagged = sure.sum() + np.arange(len(inside) + 1)
    best = int(np.argmax(2 * right / (tagged + theme.probabilities.sum())))
    own = _reached_by(inside, best)
    return own if not np.isfinite(theme.common) else (min(own, 1.0) + theme.common) / 2


def precision(wanted: float) -> Aim:
    """The lowest threshold over which so large a share has the theme, as coded and as expected."""

    def aim(theme: Theme, policy: Policy) -> float:
        free = policy.open(theme.ruled) & ~np.isnan(theme.labels)
        order = np.argsort(-theme.probabilities[free], kind="stable")
        inside = theme.probabilities[free][order]
        number = np.arange(1, len(inside) + 1)
        share = np.cumsum(theme.labels[free][order]) / number
        expected = np.cumsum(inside) / number
        last_alike = np.append(inside[1:] != inside[:-1], True)
        enough = np.flatnonzero(last_alike & (np.minimum(share, expected) >= wanted))
        return _reached_by(inside, int(enough[-1]) + 1) if len(enough) else NEVER

    return aim


def fixed(threshold: float) -> Aim:
    """The same for every theme."""
    return lambda theme, policy: threshold


def _reached_by(probabilities: np.ndarray, number: int) -> float:
    """A threshold that so many reach, halfway to the next; of responses that are alike all do or
    none, whichever comes nearer.
    """
    ordered = np.sort(probabilities)[::-1]
    number = min(number, len(ordered))
    if 0 < number < len(ordered) and ordered[number - 1] == ordered[number]:
        alike = np.flatnonzero(ordered == ordered[number])
        fewer, more = int(alike[0]), int(alike[-1]) + 1
        number = fewer if number - fewer <= more - number else more
    if number <= 0:
        return NEVER
    below = ordered[number] if number < len(ordered) else 0.0
    return float(ordered[number - 1] + below) / 2


def common_threshold(probabilities: np.ndarray) -> float:
    """The threshold of the best expected F1 over all themes together."""
    flat = np.sort(probabilities.ravel())[::-1]
    right = np.concatenate(([0.0], np.cumsum(flat)))
    scores = 2 * right / (np.arange(len(flat) + 1) + flat.sum())
    return _reached_by(flat, int(np.argmax(scores)))


def by_question(aim: Aim, theme: Theme, policy: str, asked: int) -> np.ndarray:
    """A threshold for each question, and a last one for any other question."""
    found = np.full(asked + 1, aim(theme, POLICIES[policy]))
    for question in range(asked):
        rows = theme.questions == question
        if rows.any():
            found[question] = aim(theme.take(rows), POLICIES[policy])
    return found


def choose_policy(aim: Aim, theme: Theme) -> str:
    """The policy of the best F1 out of fold; `either` unless another is better by MARGIN."""
    scores = {name: _f1_of(aim, theme, policy) for name, policy in POLICIES.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > scores["either"] + MARGIN else "either"


def _f1_of(aim: Aim, theme: Theme, policy: Policy) -> float:
    reached = theme.probabilities >= aim(theme, policy)
    tagged = policy.sure(theme.ruled) | (policy.open(theme.ruled) & reached)
    known = ~np.isnan(theme.labels)
    present = theme.labels == 1
    total = int(tagged[known].sum() + present.sum())
    return 2 * int((tagged & present).sum()) / total if total else 0.0
