"""The pick-any test is the published one, and its adjustment is that of the brute-force covariance.

The people of the Kansas farmer survey are in the R package MRCV; what its documentation prints of
them are the item response tables below, which give X2_S, Pearson's statistics and Bonferroni's
p-value. The Rao-Scott adjustment needs the people themselves: it is held against the matrices of
the papers' appendices, enumerated over every pattern of answers, and against simulation.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.statistics.pickany import PickAny, pick_any, pick_any_pairs

FARMERS = [88, 16, 31, 113, 14]
# item.response.table(farmer1, I = 1, J = 5), MRCV 0.4: by education, those who use each source
SOURCES = [
    [19, 38, 29, 47, 40],
    [2, 6, 8, 8, 4],
    [1, 13, 10, 17, 14],
    [19, 29, 40, 53, 29],
    [3, 4, 8, 6, 6],
]
# item.response.table(farmer2, I = 3, J = 4), Koziol & Bilder 2014, The R Journal 6(1):144-150:
# both, only the contaminant, only the storage, neither
STORAGE = [
    [(27, 13, 116, 123), (16, 24, 64, 175), (2, 38, 83, 156), (2, 38, 11, 228)],
    [(22, 8, 121, 128), (12, 18, 68, 181), (1, 29, 84, 165), (1, 29, 12, 237)],
    [(19, 2, 124, 134), (6, 15, 74, 184), (1, 20, 84, 174), (0, 21, 13, 245)],
]


def answered(yes: int, of: int) -> np.ndarray:
    return np.arange(of) < yes


def test_each_source_against_education_is_the_published_one() -> None:
    """X2_S 30.84 of farmer1: Pearson's statistics depend on the item response table alone."""
    group = np.repeat(np.arange(5), FARMERS)
    items = np.concatenate(
        [
            np.stack([answered(yes, of) for yes in row], axis=1)
            for row, of in zip(SOURCES, FARMERS, strict=True)
        ]
    )
    found = pick_any(items, group)
    assert found is not None
    # MI.test(farmer1, I = 1, J = 5), MRCV 0.4
    assert found.each.round(2).tolist() == [5.96, 7.89, 4.62, 1.42, 10.95]
    assert round(found.statistic, 2) == 30.84
    assert round(found.bonferroni, 4) == 0.1357


def test_each_contaminant_against_each_storage_is_the_published_one() -> None:
    """Pearson's statistics of farmer2, pair by pair, a cell of 0 taken for one half."""
    each, each_p = [], []
    for row in STORAGE:
        for cells in row:
            first = np.repeat([True, True, False, False], cells)[:, None]
            second = np.repeat([True, False, True, False], cells)[:, None]
            found = pick_any_pairs(first, second)
            assert found is not None
            each.append(found.statistic)
            each_p.append(found.bonferroni)
    # MI.test(farmer2, I = 3, J = 4), Koziol & Bilder 2014
    assert np.round(each, 2).tolist() == (
        [4.93, 2.93, 14.29, 0.01, 6.56, 2.11, 11.68, 0.13, 13.98, 0.0, 7.08, 0.32]
    )
    assert round(sum(each), 2) == 64.03
    assert round(min(each_p) * 12, 4) == 0.0019


def patterns(count: int) -> np.ndarray:
    """All patterns of answers, the first item slowest, as the appendices order them."""
    return np.array(list(itertools.product([0, 1], repeat=count)))


def shares_of(answers: np.ndarray) -> np.ndarray:
    """The share of people with each pattern."""
    keys = answers @ (1 << np.arange(answers.shape[1])[::-1])
    return np.bincount(keys, minlength=2 ** answers.shape[1]) / len(answers)


def squares_of_groups(items: np.ndarray, group: np.ndarray) -> float:
    """Bilder, Loughin & Nettleton 2000, appendix A: the sum of squared eigenvalues."""
    size = np.bincount(group)
    r, c, n = len(size), items.shape[1], len(items)
    all_patterns = patterns(c)
    g = np.kron(np.eye(r), all_patterns.T)
    v = np.zeros((r * 2**c, r * 2**c))
    for i in range(r):
        tau, at = shares_of(items[group == i]), slice(i * 2**c, (i + 1) * 2**c)
        v[at, at] = (np.diag(tau) - np.outer(tau, tau)) * n / size[i]
    h = np.eye(r * c) - np.kron(np.ones((r, 1)) @ (size / n)[None, :], np.eye(c))
    share = items.mean(axis=0)
    d = np.kron(np.diag(n / size), np.diag(share * (1 - share)))
    eigenvalues = np.linalg.eigvals(np.linalg.inv(d) @ h @ g @ v @ g.T @ h.T)
    return float((eigenvalues.real**2).sum())


def squares_of_pairs(w: np.ndarray, y: np.ndarray) -> float:
    """Bilder & Loughin 2004, appendix A: the sum of squared eigenvalues."""
    one, two = w.shape[1], y.shape[1]
    g, h = patterns(one).T, patterns(two).T
    tau = shares_of(np.concatenate([w, y], axis=1))
    p, q = w.mean(axis=0)[:, None], y.mean(axis=0)[:, None]
    h_all = h @ np.kron(np.ones((1, 2**one)), np.eye(2**two))
    g_all = g @ np.kron(np.eye(2**one), np.ones((1, 2**two)))
    f = np.kron(g, h) - np.kron(p, h_all) - np.kron(g_all, q)
    sigma = f @ (np.diag(tau) - np.outer(tau, tau)) @ f.T
    d = np.diag((np.kron(p, q) * np.kron(1 - p, 1 - q)).ravel())
    return float((np.linalg.eigvals(np.linalg.inv(d) @ sigma).real ** 2).sum())


def check(found: PickAny, rank: int, squares: float) -> None:
    assert found.df == pytest.approx(rank**2 / squares)
    assert found.adjusted == pytest.approx(found.statistic * rank / squares)
    assert found.p == pytest.approx(stats.chi2.sf(found.adjusted, found.df))
    assert found.statistic == pytest.approx(np.nansum(found.each))


SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int, people: int, items: int) -> np.ndarray:
    """Answers that depend on each other within a person, none of them the same for all."""
    rng = np.random.default_rng(seed)
    answers = rng.normal(size=(people, items)) + rng.normal(size=(people, 1)) < 0
    answers[0], answers[1] = True, False
    return answers.astype(int)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(2, 4), st.integers(1, 4))
def test_the_adjustment_for_groups_is_that_of_every_pattern_enumerated(
    seed: int, groups: int, items: int
) -> None:
    answers = drawn(seed, 60, items)
    group = np.arange(60) % groups
    found = pick_any(answers.astype(bool), group)
    assert found is not None
    check(found, (groups - 1) * items, squares_of_groups(answers, group))


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(1, 3), st.integers(1, 3))
def test_the_adjustment_for_pairs_is_that_of_every_pattern_enumerated(
    seed: int, one: int, two: int
) -> None:
    both = drawn(seed, 80, one + two)
    w, y = both[:, :one], both[:, one:]
    found = pick_any_pairs(w.astype(bool), y.astype(bool))
    assert found is not None
    check(found, one * two, squares_of_pairs(w, y))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_of_one_item_the_test_is_pearsons(seed: int) -> None:
    answers, group = drawn(seed, 90, 1).astype(bool), np.arange(90) % 3
    found = pick_any(answers, group)
    assert found is not None
    table = [[(answers[group == g, 0] == said).sum() for said in (True, False)] for g in range(3)]
    pearson = stats.chi2_contingency(table, correction=False)
    assert found.statistic == pytest.approx(pearson.statistic)
    assert found.least == pytest.approx(pearson.expected_freq.min())


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_what_is_said_or_not_said_gives_the_same_test(seed: int) -> None:
    answers, group = drawn(seed, 60, 3).astype(bool), np.arange(60) % 3
    for one, other in (
        (pick_any(answers, group), pick_any(~answers, group)),
        (
            pick_any_pairs(answers[:, :1], answers[:, 1:]),
            pick_any_pairs(answers[:, :1], ~answers[:, 1:]),
        ),
    ):
        assert one is not None
        assert other is not None
        assert other.statistic == pytest.approx(one.statistic)
        assert other.p == pytest.approx(one.p)


def test_the_test_errs_about_as_often_as_it_says() -> None:
    """262 people in the farmers' groups, answers that depend on each other but not on the group."""
    rng = np.random.default_rng(20)
    group = np.repeat(np.arange(5), FARMERS)
    bar = stats.norm.ppf([0.17, 0.34, 0.36, 0.5, 0.36])
    wrong = 0
    for _ in range(400):
        leaning = rng.normal(size=(262, 1)) * 0.8
        found = pick_any(rng.normal(size=(262, 5)) * 0.6 + leaning < bar, group)
        assert found is not None
        wrong += found.p < 0.05
    assert abs(wrong / 400 - 0.05) < 3 * (0.05 * 0.95 / 400) ** 0.5


def test_what_nobody_or_everybody_says_is_left_out() -> None:
    answers, group = drawn(3, 40, 2).astype(bool), np.arange(40) % 2
    wider = np.column_stack([np.zeros(40, bool), answers, np.ones(40, bool)])
    found, same = pick_any(wider, group), pick_any(answers, group)
    assert found is not None
    assert same is not None
    assert np.isnan(found.each).tolist() == [True, False, False, True]
    assert (found.statistic, found.p) == pytest.approx((same.statistic, same.p))
    pairs = pick_any_pairs(wider, answers)
    assert pairs is not None
    assert pairs.each.shape == (4, 2)
    assert np.isnan(pairs.each).all(axis=1).tolist() == [True, False, False, True]


def test_there_is_no_test_without_groups_or_without_variation() -> None:
    none = np.zeros((6, 2), dtype=bool)
    some = np.array([[True], [False]] * 3)
    assert pick_any(none, np.arange(6) % 2) is None
    assert pick_any(some, np.zeros(6)) is None
    assert pick_any(np.zeros((0, 2), dtype=bool), np.zeros(0)) is None
    assert pick_any_pairs(none, some) is None


def test_groups_may_have_names_and_one_person() -> None:
    answers = drawn(5, 30, 3).astype(bool)
    group = np.array(["Adults"] * 29 + ["Housing"])
    found = pick_any(answers, group)
    assert found is not None
    assert 0 <= found.p <= found.bonferroni <= 1 or 0 <= found.bonferroni <= 1
    assert found.least < 1


def test_what_does_not_fit_is_refused() -> None:
    answers = np.array([[True], [False]])
    with pytest.raises(ValueError, match="3 groups were given for 2 people"):
        pick_any(answers, np.arange(3))
    with pytest.raises(ValueError, match="2 people cannot be the same as 1"):
        pick_any_pairs(answers, answers[:1])
    with pytest.raises(ValueError, match="yes-or-no"):
        pick_any(np.array([[2], [0]]), np.arange(2))
