"""Ridge regression of many themes at once, with every response scored by the rest of the data."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy.linalg
import scipy.sparse as sp

DENSE = 6000
"""Up to so many responses the fit is solved exactly, in one step for all themes and folds."""
PENALTY = 1.5


class Fit(NamedTuple):
    """Coefficients (features x themes) and scores (responses x themes), each response's from a fit
    without its fold. Scores are near 1 where a theme is likely present, near 0 where not.
    """

    coefficients: np.ndarray
    out_of_fold: np.ndarray


def fit_ridge(
    features: sp.csr_matrix,
    labels: np.ndarray,
    folds: np.ndarray,
    dense: np.ndarray | None = None,
) -> Fit:
    """Labels (responses x themes) are 1, 0, or NaN where nobody decided; `dense` are features that
    every response has, whose coefficients come last.

    Minimises the squared error + PENALTY x the squared coefficients. What a fit without a fold
    would predict there follows from the whole fit (the leave-out identity of linear smoothers; Cook
    and Weisberg, Residuals and Influence in Regression, 1982, section 2.2), so folds cost nothing.
    Above DENSE responses scikit-learn solves it by conjugate gradients, fold by fold.
    """
    if features.shape[0] > DENSE:
        return _fit_many(_beside(features, dense), labels, folds)
    kernel = (features @ features.T).toarray()
    if dense is not None:
        kernel += dense @ dense.T
    kernel[np.diag_indices_from(kernel)] += PENALTY
    inverse = _invert(kernel)
    known = ~np.isnan(labels)
    filled = np.where(known, labels, 0.0)
    for theme in np.flatnonzero(~known.all(axis=0)):
        filled[:, theme] = _left_out(inverse, filled[:, theme], known[:, theme])
    dual = inverse @ filled
    out_of_fold = np.empty_like(filled)
    patterns, pattern_of = np.unique(known, axis=1, return_inverse=True)
    for number, pattern in enumerate(patterns.T):
        themes = np.flatnonzero(pattern_of.ravel() == number)
        for fold in np.unique(folds):
            inside = folds == fold
            # Who has no label takes no part: what stands for it came from all the others.
            out = np.flatnonzero(inside | ~pattern)
            block = inverse[np.ix_(out, out)]
            errors = scipy.linalg.solve(block, dual[np.ix_(out, themes)], assume_a="pos")
            left = filled[np.ix_(out, themes)] - errors
            out_of_fold[np.ix_(np.flatnonzero(inside), themes)] = left[inside[out]]
    coefficients = np.asarray(features.T @ dual)
    if dense is not None:
        coefficients = np.vstack((coefficients, dense.T @ dual))
    return Fit(coefficients, out_of_fold)


def _beside(features: sp.csr_matrix, dense: np.ndarray | None) -> sp.csr_matrix:
    return features if dense is None else sp.hstack([features, sp.csr_matrix(dense)]).tocsr()


def _invert(kernel: np.ndarray) -> np.ndarray:
    factor, _ = scipy.linalg.lapack.dpotrf(kernel, lower=1, overwrite_a=1)
    inverse, _ = scipy.linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
    inverse = np.tril(inverse)
    found: np.ndarray = inverse + np.tril(inverse, -1).T
    return found


def _left_out(inverse: np.ndarray, labels: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Labels with which a response that has none takes no part: those that the others predict."""
    missing = np.flatnonzero(~known)
    block = inverse[np.ix_(missing, missing)]
    filled = labels.copy()
    filled[missing] = -scipy.linalg.solve(
        block, inverse[missing] @ np.where(known, labels, 0.0), assume_a="pos"
    )
    return filled


def _fit_many(features: sp.csr_matrix, labels: np.ndarray, folds: np.ndarray) -> Fit:
    out_of_fold = np.zeros(labels.shape)
    for fold in np.unique(folds):
        inside = folds == fold
        coefficients = _solve(features[~inside], labels[~inside])
        out_of_fold[inside] = features[inside] @ coefficients
    return Fit(_solve(features, labels), out_of_fold)


def _solve(features: sp.csr_matrix, labels: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import Ridge  # noqa: PLC0415 - a second to import

    def solve(rows: np.ndarray, columns: np.ndarray) -> Any:
        ridge = Ridge(alpha=PENALTY, fit_intercept=False, solver="sparse_cg", tol=1e-4)
        return ridge.fit(features[rows], labels[np.ix_(rows, columns)]).coef_.reshape(
            len(columns), -1
        )

    known = ~np.isnan(labels)
    coefficients = np.zeros((features.shape[1], labels.shape[1]))
    whole = np.flatnonzero(known.all(axis=0))
    everyone = np.arange(len(labels))
    if len(whole):
        coefficients[:, whole] = solve(everyone, whole).T
    for theme in np.flatnonzero(~known.all(axis=0)):
        coefficients[:, [theme]] = solve(np.flatnonzero(known[:, theme]), np.array([theme])).T
    return coefficients
