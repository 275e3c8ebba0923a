"""Do the intervals of agreement hold the true value, and how wide are they?

    python benchmarks/agreement_coverage.py [--runs 500] [--seed 2026]

Each run draws n responses from a design and measures them as `review agree` does; beside it stands
the plain percentile bootstrap. The true value is that of the design itself. The first four designs
are those on which the percentile bootstrap was first measured; the method was chosen with them in
view. The others were not looked at until it was settled: a frequent theme on which one coder says
more than the other, a theme rarer than the intervals are meant for, and three coders with gaps, who
find a theme of 8% with sensitivity .80 and specificity .97 and leave out a fifth. `pooled` is the
row of all themes: ten themes of one response, hard or easy together.

Columns: coverage (mean width). Runs without variation have no coefficient and are left out of its
coverage; raw agreement has all.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np

from pipeline.statistics.agreement import GAP, MEASURES, Ratings, count_rows, point_values, tabulate
from pipeline.statistics.resampled import Measured, measure_agreement, measure_by_percentiles

NAMES = ("raw", "positive", "kappa", "alpha", "ac1")
SIZES = (50, 150, 400)
CELLS = np.array([(1, 1), (1, 0), (0, 1), (0, 0)])
MANY = 10**8
THEMES, HARD = 10, 0.2


class Design(NamedTuple):
    """Rows and the chance of each; or, pooled, of each theme in a hard and an easy response."""

    name: str
    rows: np.ndarray
    chances: np.ndarray
    hard: np.ndarray | None = None

    def truth(self) -> dict[str, float | None]:
        chances = self.chances
        if self.hard is not None:
            chances = HARD * self.hard + (1 - HARD) * chances
        times = np.round(chances * MANY).astype(int)
        return point_values(count_rows(self.rows, times), MEASURES)

    def draw(self, n: int, chance: np.random.Generator) -> Ratings:
        if self.hard is None:
            return tabulate(np.repeat(self.rows, chance.multinomial(n, self.chances), axis=0), 2)
        hard = chance.random(n) < HARD
        made = [
            chance.choice(4, size=THEMES, p=self.hard if each else self.chances) for each in hard
        ]
        return tabulate(self.rows[np.concatenate(made)], 2, np.repeat(np.arange(n), THEMES))


def two(both: float, one: float, other: float, name: str = "") -> Design:
    told = name or f"{both:.2f}, {one:.2f}, {other:.2f}"
    return Design(told, CELLS, np.array([both, one, other, 1 - both - one - other]))


def three() -> Design:
    """Coders err each for themselves, given whether the theme is there."""
    rows = [row for row in product((GAP, 0, 1), repeat=3) if row.count(GAP) < 2]
    chances = np.zeros(len(rows))
    for share, found in ((0.08, 0.80), (0.92, 0.03)):
        says = {GAP: 0.2, 1: 0.8 * found, 0: 0.8 * (1 - found)}
        chances += [share * np.prod([says[word] for word in row]) for row in rows]
    return Design("three coders, gaps", np.array(rows), chances / chances.sum())


def pooled() -> Design:
    easy, hard = np.array([0.08, 0.01, 0.01, 0.90]), np.array([0.10, 0.08, 0.08, 0.74])
    return Design("pooled, 10 themes", CELLS, easy, hard)


DESIGNS = (
    two(0.38, 0.05, 0.05),
    two(0.20, 0.15, 0.05),
    two(0.08, 0.02, 0.02),
    two(0.03, 0.02, 0.02),
    two(0.70, 0.02, 0.08),
    two(0.012, 0.004, 0.004, ".012, .004, .004"),
    three(),
    pooled(),
)


class Tally(NamedTuple):
    """How many intervals there are, how many hold the truth, and their widths added up."""

    of: int = 0
    held: int = 0
    width: float = 0.0

    def add(self, found: Measured, true: float | None) -> Tally:
        if found.low is None or found.high is None or true is None:
            return self
        held = found.low <= true <= found.high
        return Tally(self.of + 1, self.held + held, self.width + found.high - found.low)

    def __str__(self) -> str:
        if not self.of:
            return "-"
        return f"{self.held / self.of:.2f} ({self.width / self.of:.2f})".replace("0.", ".")


def measure(design: Design, n: int, runs: int, seed: int) -> dict[str, list[Tally]]:
    true = design.truth()
    ways: dict[str, Callable[..., dict[str, Measured]]] = {
        "now": measure_agreement,
        "percentile": measure_by_percentiles,
    }
    chance = np.random.default_rng([seed, n])
    measures = {name: MEASURES[name] for name in NAMES}
    tallies = {way: [Tally()] * len(NAMES) for way in ways}
    for _ in range(runs):
        ratings = design.draw(n, chance)
        for way, interval in ways.items():
            found = interval(ratings, measures, seed=1)
            tallies[way] = [
                tally.add(found[name], true[name])
                for tally, name in zip(tallies[way], NAMES, strict=True)
            ]
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    began = time.perf_counter()
    print("design", "n", "interval", *NAMES, sep=" | ")
    for design, n in product(DESIGNS, SIZES):
        for way, tallies in measure(design, n, options.runs, options.seed).items():
            print(design.name, n, way, *tallies, sep=" | ", flush=True)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
