"""Agreement is what papers print of their own examples, and what plain loops over units give."""

from __future__ import annotations

import itertools
import math
import operator
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.agreement import (
    GAP,
    MEASURES,
    Measure,
    Ratings,
    brennan_prediger,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac1_error,
    kappa,
    krippendorff_alpha,
    masi_distance,
    nominal,
    raw_agreement,
    specific_agreement,
    tabulate,
)
from pipeline.statistics.resampled import measure_agreement

# Krippendorff 2011, "Computing Krippendorff's alpha-reliability": sections A, B, and C and D, whose
# 4 coders x 12 units irrCAC ships as raw_4raters. A letter a unit, a dot for a gap.
BINARY = ("0100000010", "1110010000")
NOMINAL = ("aabbdcccedda", "babbbccceddd")
FOUR = ("123321412...", "1233224125..", ".33323422513", "12332441251.")
# The encyclopaedia's article on alpha, 3 coders x 15 units
ARTICLE = (".....34121133.3", "1.213343.......", "..21344.21133.4")
# Fleiss' kappa in the same encyclopaedia: 10 subjects, 14 raters, 5 categories
SUBJECTS = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]
PARADOX = (118, 5, 2, 0)


def rate(coders: tuple[str, ...]) -> Ratings:
    letters = sorted(set("".join(coders)) - {"."})
    codes = {letter: number for number, letter in enumerate(letters)} | {".": GAP}
    rows = np.array([[codes[letter] for letter in coder] for coder in coders]).T
    return tabulate(rows, len(letters))


def table(both: int, first: int, second: int, neither: int) -> Ratings:
    rows = [(1, 1)] * both + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * neither
    return tabulate(np.array(rows).reshape(-1, 2), 2)


def value(measure: Measure, ratings: Ratings) -> float:
    return round(float(measure(ratings, ratings.times)[0]), 4)


def totals(ratings: Ratings) -> np.ndarray:
    return (ratings.times @ (ratings.counts * ratings.paired[:, None]))[0]


def interval(ratings: Ratings) -> np.ndarray:
    place = np.arange(ratings.categories, dtype=float)
    return (place[:, None] - place) ** 2


def ratio(ratings: Ratings) -> np.ndarray:
    place = np.arange(1.0, ratings.categories + 1)
    return ((place[:, None] - place) / (place[:, None] + place)) ** 2


def ordinal(ratings: Ratings) -> np.ndarray:
    of = totals(ratings)
    made = np.zeros((len(of), len(of)))
    for c, k in itertools.combinations(range(len(of)), 2):
        made[c, k] = made[k, c] = (of[c : k + 1].sum() - (of[c] + of[k]) / 2) ** 2
    return made


def alpha(ratings: Ratings) -> Measure:
    return krippendorff_alpha(nominal(ratings.categories))


@pytest.mark.parametrize(
    ("coders", "expected"), [(BINARY, 0.0952), (NOMINAL, 0.6920), (FOUR, 0.7434), (ARTICLE, 0.6914)]
)
def test_alpha_is_that_of_the_examples(coders: tuple[str, ...], expected: float) -> None:
    ratings = rate(coders)
    assert value(alpha(ratings), ratings) == expected


@pytest.mark.parametrize(
    ("coders", "distance", "expected"),
    [
        (FOUR, ordinal, 0.8154),
        (FOUR, interval, 0.8491),
        (FOUR, ratio, 0.7974),
        (ARTICLE, interval, 0.8108),
    ],
)
def test_alpha_takes_any_distance(coders: tuple[str, ...], distance, expected: float) -> None:
    ratings = rate(coders)
    assert value(krippendorff_alpha(distance(ratings)), ratings) == expected


def test_the_coefficients_of_four_coders_are_those_of_irrcac() -> None:
    # Gwet's irrCAC 1.0 (R) and 0.4 (Python), raw_4raters: AC1 0.77544 with SE 0.14295, Fleiss
    # 0.76117, Brennan-Prediger 0.77273, agreement 0.818; Conger 0.76281744 (the latter).
    ratings = rate(FOUR)
    assert value(raw_agreement, ratings) == 0.8182
    assert value(gwet_ac1, ratings) == 0.7754
    assert round(gwet_ac1_error(ratings) or 0, 5) == 0.14295
    assert value(fleiss_kappa, ratings) == 0.7612
    assert value(brennan_prediger, ratings) == 0.7727
    assert round(float(kappa(ratings, ratings.times)[0]), 8) == 0.76281744


def test_rare_absence_makes_kappa_and_alpha_small_and_not_ac1() -> None:
    # The paradox of Feinstein & Cicchetti 1990, with Gwet's table (118, 5; 2, 0)
    ratings = table(*PARADOX)
    expected = {"raw": 0.944, "kappa": -0.0234, "alpha": -0.0247, "ac1": 0.9408}
    assert {name: value(MEASURES[name], ratings) for name in expected} == expected
    assert value(MEASURES["positive"], ratings) == round(236 / 243, 4)
    assert value(MEASURES["negative"], ratings) == 0


def test_cohens_and_fleiss_kappa_are_those_of_the_textbooks() -> None:
    assert value(kappa, table(20, 5, 10, 15)) == 0.4
    rows = [[k for k, times in enumerate(row) for _ in range(times)] for row in SUBJECTS]
    assert value(fleiss_kappa, tabulate(np.array(rows), 5)) == 0.2099


def test_a_contingency_table_of_gwet_is_reproduced() -> None:
    # cont3x3abstractors in the vignette of irrCAC: 100 units, 2 raters
    cells = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
    rows = [(i, j) for i in range(3) for j in range(3) for _ in range(cells[i][j])]
    ratings = tabulate(np.array(rows), 3)
    assert value(kappa, ratings) == 0.7964
    assert value(fleiss_kappa, ratings) == 0.7962
    assert value(gwet_ac1, ratings) == 0.8493
    # There the variance of AC1 is over n, in the form for raw ratings over n - 1.
    assert round((gwet_ac1_error(ratings) or 0) * math.sqrt(99 / 100), 4) == 0.0432
    assert value(brennan_prediger, ratings) == 0.835
    assert value(alpha(ratings), ratings) == 0.7973


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("ab", "ab", 0),
        ("", "", 0),
        ("", "a", 1),
        ("a", "b", 1),
        ("a", "ab", 1 - 1 / 2 * 2 / 3),
        ("ab", "bc", 1 - 1 / 3 * 1 / 3),
        ("abcd", "ab", 1 - 1 / 2 * 2 / 3),
    ],
)
def test_masi_weighs_equal_held_overlapping_and_disjoint_sets(
    one: str, other: str, distance: float
) -> None:
    # Passonneau 2006, section 3: Jaccard times 1, 2/3, 1/3, 0
    found = masi_distance([frozenset(one), frozenset(other)])
    assert found[0, 1] == found[1, 0] == pytest.approx(distance)
    assert found[0, 0] == found[1, 1] == 0


@pytest.mark.parametrize("cells", [(9, 0, 0, 0), (0, 0, 0, 9), (1, 0, 0, 0)])
def test_without_variation_there_is_agreement_and_nothing_beyond_chance(cells) -> None:
    found = measure_agreement(table(*cells), MEASURES, seed=1)
    assert found["raw"].value == found["raw"].high == 1
    for name in ("kappa", "alpha", "ac1", "fleiss", "brennan_prediger"):
        assert found[name] == (None, None, None)
    assert gwet_ac1_error(table(*cells)) is None


def test_no_units_have_no_agreement() -> None:
    found = measure_agreement(table(0, 0, 0, 0), MEASURES, seed=1)
    assert set(found.values()) == {(None, None, None)}
    alone = tabulate(np.array([[1, GAP], [GAP, 0]]), 2)
    assert set(measure_agreement(alone, MEASURES, seed=1).values()) == {(None, None, None)}


codes = st.lists(st.tuples(*[st.sampled_from([GAP, 0, 1, 2])] * 3), min_size=1, max_size=9).map(
    np.array
)


@settings(max_examples=150, deadline=None)
@given(codes)
def test_every_measure_is_that_of_plain_loops(rows: np.ndarray) -> None:
    ratings = tabulate(rows, 3)
    for measure, twin in [
        (raw_agreement, _raw(rows)),
        (specific_agreement(1), _specific(rows, 1)),
        (kappa, _conger(rows)),
        (fleiss_kappa, _beyond(_raw(rows), sum(p * p for p in _shares(rows)))),
        (gwet_ac1, _beyond(_raw(rows), sum(p * (1 - p) for p in _shares(rows)) / 2)),
        (brennan_prediger, _beyond(_raw(rows), 1 / 3)),
        (krippendorff_alpha(nominal(3)), _alpha(rows)),
    ]:
        found = float(measure(ratings, ratings.times)[0])
        assert found == pytest.approx(twin, nan_ok=True)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=20))
def test_of_two_coders_kappa_is_cohens(rows: list[tuple[int, int]]) -> None:
    ratings = tabulate(np.array(rows), 2)
    found = float(kappa(ratings, ratings.times)[0])
    assert found == pytest.approx(_kappa(np.array(rows)), nan_ok=True)


def _kappa(rows: np.ndarray) -> float:
    first, second = rows.mean(axis=0)
    chance = first * second + (1 - first) * (1 - second)
    return _beyond(float((rows[:, 0] == rows[:, 1]).mean()), chance)


def _conger(rows: np.ndarray) -> float:
    """Chance is the mean over pairs of coders of the chance that their habits fall together."""
    habits = [
        [Fraction(codes.count(k), len(codes)) for k in range(3)]
        for coder in rows.T.tolist()
        if (codes := [code for code in coder if code != GAP])
    ]
    pairs = list(itertools.combinations(habits, 2))
    if not pairs:
        return math.nan
    chance = sum(sum(map(operator.mul, one, other)) for one, other in pairs) / len(pairs)
    return _beyond(_raw(rows), float(chance))


def _beyond(agreed: float, chance: float) -> float:
    return (agreed - chance) / (1 - chance) if abs(1 - chance) > 1e-9 else math.nan


def _given(rows: np.ndarray) -> list[list[int]]:
    return [[int(code) for code in row if code != GAP] for row in rows]


def _raw(rows: np.ndarray) -> float:
    each = []
    for codes in _given(rows):
        pairs = list(itertools.permutations(codes, 2))
        if pairs:
            each.append(sum(a == b for a, b in pairs) / len(pairs))
    return sum(each) / len(each) if each else math.nan


def _specific(rows: np.ndarray, category: int) -> float:
    pairs = [p for codes in _given(rows) for p in itertools.permutations(codes, 2)]
    said = [b for a, b in pairs if a == category]
    return said.count(category) / len(said) if said else math.nan


def _shares(rows: np.ndarray) -> list[float]:
    kept = [codes for codes in _given(rows) if codes]
    if not kept:
        return [math.nan] * 3
    return [sum(codes.count(k) / len(codes) for codes in kept) / len(kept) for k in range(3)]


def _alpha(rows: np.ndarray) -> float:
    kept = [codes for codes in _given(rows) if len(codes) > 1]
    observed = sum(
        (a != b) / (len(codes) - 1) for codes in kept for a, b in itertools.permutations(codes, 2)
    )
    every = Counter(code for codes in kept for code in codes)
    n = sum(every.values())
    apart = sum(every[a] * every[b] for a, b in itertools.permutations(every, 2))
    return 1 - (n - 1) * observed / apart if apart else math.nan
