"""Do groups differ in what they cite, when each person may cite several themes?

Each theme against the groups has Pearson's statistic; their sum, X2_S, is no chi-squared, for the
themes depend on each other within a person. It is adjusted to the mean and variance of one:
Rao-Scott of the second order, as Bilder, Loughin & Nettleton 2000 (doi:10.1080/03610910008813665)
and Bilder & Loughin 2004 (doi:10.1111/j.0006-341X.2004.00147.x) give it, and the R package MRCV
computes it (Koziol & Bilder 2014, doi:10.32614/RJ-2014-014). The method is asymptotic.

Cells of 0 become 0.5, as in MRCV. Themes that nobody or everybody cites say nothing about groups
and are left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics.tails import chi_squared_tail

Floats = NDArray[np.float64]


class PickAny(NamedTuple):
    """The test of all pairs, and of each.

    `statistic` is X2_S; `adjusted` is held against chi-squared with `df` degrees of freedom (a
    fraction) for `p`. `each` holds Pearson's statistic of each pair, NaN where it was left out, and
    `each_p` its p-value; `bonferroni`, the smallest of these times the number of pairs, at most 1.
    `least` is the smallest count that independence would lead to expect: under 5 or so, none of
    these p-values is to be relied on. Where nobody differs from her group in any item there is no
    covariance to adjust with: `adjusted`, `df` and `p` are NaN.
    """

    statistic: float
    adjusted: float
    df: float
    p: float
    bonferroni: float
    each: Floats
    each_p: Floats
    least: float


def pick_any(items: NDArray[np.bool_], group: NDArray[np.generic]) -> PickAny | None:
    """Items (people x items) against one group per person: multiple marginal independence.

    `each` is a row, one for each item, on `groups - 1` degrees of freedom. Covariances are those
    within each group. None where there are fewer than two groups, or no item varies.
    """
    answers = _answers(items)
    labels, member = np.unique(np.asarray(group), return_inverse=True)
    if len(member) != len(answers):
        raise ValueError(f"{len(member)} groups were given for {len(answers)} people.")
    each = [answers[member == number] for number in range(len(labels))]
    together = np.array([rows.T @ rows for rows in each])
    wide = answers.shape[1]
    return pick_any_counts(np.bincount(member), together.reshape(len(labels), wide, wide))


def pick_any_counts(size: NDArray[np.integer], together: NDArray[np.number]) -> PickAny | None:
    """`pick_any` from counts: the people of each group, and how many of them cite both of two items
    (groups x items x items), or on the diagonal the one. Groups of nobody are left out.
    """
    people = np.asarray(size, np.float64)
    joint = np.asarray(together, np.float64)[people > 0]
    people = people[people > 0]
    cited = np.diagonal(joint, axis1=1, axis2=2)
    total = cited.sum(axis=0)
    varies: NDArray[np.bool_] = (total > 0) & (total < people.sum())
    if len(people) < 2 or not varies.any():
        return None
    joint, cited = joint[:, varies][:, :, varies], cited[:, varies]
    tables = np.stack([cited.T, people - cited.T], axis=2)
    rank = (len(people) - 1) * len(tables)
    weights = _within(people, cited, joint)
    return _result(_pearson(tables), rank, float((weights**2).sum()), varies, len(people) - 1)


def pick_any_pairs(items: NDArray[np.bool_], others: NDArray[np.bool_]) -> PickAny | None:
    """Two sets of items of the same people against each other: simultaneous pairwise independence.

    `each` has a row for each of `items` and a column for each of `others`, on 1 degree of freedom.
    None where no item of a set varies.
    """
    first, second = _answers(items), _answers(others)
    if len(first) != len(second):
        raise ValueError(f"{len(first)} people cannot be the same as {len(second)}.")
    one, two = _varies(first), _varies(second)
    if not (one.any() and two.any()):
        return None
    w, y = first[:, one], second[:, two]
    tables = np.stack(
        [np.stack([a.T @ b for b in (y, 1 - y)], axis=-1) for a in (w, 1 - w)], axis=-2
    ).reshape(-1, 2, 2)
    found = _pearson(tables)
    spread = np.outer(w.var(axis=0), y.var(axis=0)).ravel()
    products = ((w - w.mean(axis=0))[:, :, None] * (y - y.mean(axis=0))[:, None, :]).reshape(
        len(w), -1
    )
    covariance = np.cov(products.T, ddof=0).reshape(len(spread), len(spread))
    weights = covariance / np.sqrt(np.outer(spread, spread))
    return _result(found, len(spread), float((weights**2).sum()), np.outer(one, two), 1)


def _result(
    found: tuple[Floats, float], rank: int, squares: float, kept: NDArray[np.bool_], each_df: int
) -> PickAny:
    """The test, from the statistics kept and the sum of the squared eigenvalues.

    The eigenvalues add up to `rank` under independence, so MRCV takes that for their sum.
    """
    statistics, least = found
    total = float(statistics.sum())
    df = rank**2 / squares if squares > 0 else float("nan")
    adjusted = total * df / rank
    each = np.full(kept.shape, np.nan)
    each[kept] = statistics
    each_p = np.full(kept.shape, np.nan)
    each_p[kept] = [chi_squared_tail(float(value), each_df) for value in statistics]
    p = chi_squared_tail(adjusted, df) if squares > 0 else float("nan")
    bonferroni = min(1.0, float(np.nanmin(each_p)) * len(statistics))
    return PickAny(total, adjusted, df, p, bonferroni, each, each_p, least)


def _pearson(tables: Floats) -> tuple[Floats, float]:
    """Pearson's statistic of each table, zeros as one half, and the least count expected."""
    counts = np.where(tables == 0, 0.5, tables)
    rows, columns = counts.sum(axis=2, keepdims=True), counts.sum(axis=1, keepdims=True)
    expected = rows * columns / counts.sum(axis=(1, 2), keepdims=True)
    return ((counts - expected) ** 2 / expected).sum(axis=(1, 2)), float(expected.min())


def _within(size: Floats, cited: Floats, joint: Floats) -> Floats:
    """The covariance of what each group cites less what all cite, over the variances expected."""
    groups, items = cited.shape
    n, shares = size.sum(), cited / size[:, None]
    each = np.zeros((groups, items, groups, items))
    for g in range(groups):
        covariance = joint[g] / size[g] - np.outer(shares[g], shares[g])
        each[g, :, g, :] = covariance * n / size[g]
    centre = np.eye(groups) - np.tile(size / n, (groups, 1))
    centred = np.einsum("ag,gjhk,bh->ajbk", centre, each, centre, optimize=True)
    share = cited.sum(axis=0) / n
    scale = np.sqrt(np.outer(n / size, share * (1 - share))).ravel()
    weights: Floats = centred.reshape(groups * items, -1) / np.outer(scale, scale)
    return weights


def _answers(items: NDArray[np.bool_]) -> Floats:
    answers = np.asarray(items, dtype=np.float64)
    if answers.ndim != 2 or not np.isin(answers, (0, 1)).all():
        raise ValueError("Items are a table of people by yes-or-no answers.")
    return answers


def _varies(answers: Floats) -> NDArray[np.bool_]:
    cited = answers.sum(axis=0)
    varies: NDArray[np.bool_] = (cited > 0) & (cited < len(answers))
    return varies
