"""Do the intervals of an audited count hold the true count, and how wide are they?

    python benchmarks/audit_coverage.py [--runs 1000] [--seed 2026] [--exact]

Seven designs: responses, share with the theme, the machine's sensitivity and specificity, and how
many tagged and untagged responses are audited (all of a stratum that has fewer). Each run makes the
machine's errors and the draw anew. `--exact` also enumerates the audits of one finite population
of each design (the errors as expected, to the nearest response) and adds up the probability of
those whose joint interval holds the truth. Columns: coverage (mean width / number of responses).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from pipeline.statistics.audited import Stratum, difference_estimate, exact_interval
from pipeline.statistics.hypergeometric import Bounds, probabilities
from pipeline.statistics.joint import joint_interval

UNLIKELY = 1e-6
"""Audits less probable than this within their stratum are not enumerated, and count as missed."""


class Design(NamedTuple):
    size: int
    share: float
    sensitivity: float
    specificity: float
    tagged: int
    untagged: int


DESIGNS = (
    Design(105, 0.38, 0.90, 0.97, 40, 30),
    Design(105, 0.10, 0.80, 0.99, 20, 30),
    Design(500, 0.20, 0.85, 0.97, 50, 100),
    Design(2000, 0.20, 0.80, 0.92, 100, 100),
    Design(2000, 0.05, 0.70, 0.99, 100, 200),
    Design(10000, 0.10, 0.85, 0.97, 200, 300),
    Design(10000, 0.02, 0.60, 0.998, 100, 300),
)


class Round(NamedTuple):
    """What is true of a round: tagged with the theme, tagged without, missed, rightly untagged."""

    hits: int
    false: int
    missed: int
    rest: int

    @property
    def truth(self) -> int:
        return self.hits + self.missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--exact", action="store_true")
    options = parser.parse_args()
    print("| design | normal | exact | joint | narrower | ms |" + " enumerated |" * options.exact)
    print("|---|---|---|---|---|---|" + "---|" * options.exact)
    for design in DESIGNS:
        print(row(design, options.runs, options.seed, enumerate_it=options.exact), flush=True)


def row(design: Design, runs: int, seed: int, *, enumerate_it: bool) -> str:
    rng = np.random.default_rng(seed)
    audits = [audit(design, machine(design, rng), rng) for _ in range(runs)]
    normal = measured(design, audits, normal_interval)
    exact = measured(design, audits, exact_interval)
    start = time.perf_counter()
    joint = measured(design, audits, joint_interval)
    spent = (time.perf_counter() - start) * 1000 / runs
    cells = [f"{size_of(design)}", text(normal), text(exact), text(joint)]
    cells += [f"{1 - joint[1] / exact[1]:.0%}", f"{spent:.0f}"]
    if enumerate_it:
        cells.append(f"{enumerated(design):.4f}")
    return "| " + " | ".join(cells) + " |"


def size_of(design: Design) -> str:
    n, share, *rates, tagged, untagged = design
    return f"{n:,}, {share}, {rates[0]}, {rates[1]}, {tagged}+{untagged}"


def text(result: tuple[float, float]) -> str:
    return f"{result[0]:.3f} ({result[1]:.3f})"


def machine(design: Design, rng: np.random.Generator) -> Round:
    truth = round(design.size * design.share)
    hits = int(rng.binomial(truth, design.sensitivity))
    false = int(rng.binomial(design.size - truth, 1 - design.specificity))
    return Round(hits, false, truth - hits, design.size - truth - false)


def audit(
    design: Design, real: Round, rng: np.random.Generator
) -> tuple[int, tuple[Stratum, Stratum]]:
    tagged, untagged = real.hits + real.false, real.missed + real.rest
    n, m = min(design.tagged, tagged), min(design.untagged, untagged)
    found = int(rng.hypergeometric(real.hits, real.false, n))
    missed = int(rng.hypergeometric(real.missed, real.rest, m))
    return real.truth, (Stratum(tagged, n, found), Stratum(untagged, m, missed))


def measured(
    design: Design,
    audits: list[tuple[int, tuple[Stratum, Stratum]]],
    interval: Callable[[tuple[Stratum, Stratum]], Bounds | tuple[float, float]],
) -> tuple[float, float]:
    ends = [(truth, *interval(strata)) for truth, strata in audits]
    covered = np.mean([low <= truth <= high for truth, low, high in ends])
    return float(covered), float(np.mean([high - low for _, low, high in ends]) / design.size)


def normal_interval(strata: tuple[Stratum, Stratum]) -> tuple[float, float]:
    """What a normal interval would have been, also where `difference_estimate` gives none."""
    found = difference_estimate(strata)
    assert found is not None
    if found.interval is not None:
        return found.interval
    spread = sum(
        s.size**2
        * (1 - s.audited / s.size)
        * s.found
        * (s.audited - s.found)
        / (s.audited**2 * max(s.audited - 1, 1))
        for s in strata
    )
    half = 1.959964 * spread**0.5
    return found.estimate - half, found.estimate + half


def enumerated(design: Design) -> float:
    truth = round(design.size * design.share)
    hits = round(truth * design.sensitivity)
    false = round((design.size - truth) * (1 - design.specificity))
    real = Round(hits, false, truth - hits, design.size - truth - false)
    held = 0.0
    for chance, strata in possible(design, real):
        low, high = joint_interval(strata)
        held += chance * (low <= real.truth <= high)
    return held


def possible(design: Design, real: Round) -> Iterator[tuple[float, tuple[Stratum, Stratum]]]:
    tagged, untagged = real.hits + real.false, real.missed + real.rest
    n, m = min(design.tagged, tagged), min(design.untagged, untagged)
    one, other = chances(tagged, n, real.hits), chances(untagged, m, real.missed)
    for x in np.flatnonzero(np.array(one) > UNLIKELY):
        for y in np.flatnonzero(np.array(other) > UNLIKELY):
            yield one[x] * other[y], (Stratum(tagged, n, int(x)), Stratum(untagged, m, int(y)))


@lru_cache
def chances(size: int, audited: int, having: int) -> tuple[float, ...]:
    return tuple(float(p) for p in probabilities(size, audited, np.array([having]))[0])


if __name__ == "__main__":
    main()
