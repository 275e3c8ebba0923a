"""Like texts into groups, the same every time; beside the classifier the only user of scikit-learn.

The similarity of two texts is the cosine of their TF-IDF weights. As in Buckshot (Cutting and
others 1992, https://doi.org/10.1145/133160.133214) groups first grow by average linkage; then each
text moves to the group whose mean it is nearest to until none moves, and stays out when it is near
none. Linkage takes memory by the square, so of a large corpus it sees a fixed sample, chosen by a
hash of the texts; the moves see every text.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

STOP_WORDS: frozenset[str] = frozenset(ENGLISH_STOP_WORDS)
"""scikit-learn's list: it is there anyway, so there is none of our own to keep."""
SAMPLE = 3000
JOIN = 0.05
"""The mean cosine of their texts down to which two groups still join."""
NEAR = 0.15
"""The cosine of a text and the mean of a group from which it belongs to the group."""
MIN_SIZE = 3
MIN_SHARE = 0.01
"""Below this share of the texts a group is too small to be a theme."""
ROUNDS = 10
_PLACES = 6
"""Cosines are rounded, as machines differ in the last bits of a logarithm."""
_NONE = -1


def group_alike(texts: Sequence[Sequence[str]]) -> list[tuple[int, ...]]:
    """Groups of like texts, each given as its terms: places in `texts`, the most typical first.

    The largest group comes first. A text that is like no others is in none.
    """
    shared = Counter(term for terms in texts for term in set(terms))
    if not any(count > 1 for count in shared.values()):
        return []
    vectoriser = TfidfVectorizer(analyzer=list, min_df=2, sublinear_tf=True)
    matrix = vectoriser.fit_transform(texts)
    sample = _sample(texts, np.flatnonzero(matrix.getnnz(axis=1)))
    if len(sample) < MIN_SIZE:
        return []
    labels = _link(matrix[sample])
    least = max(MIN_SIZE, round(MIN_SHARE * len(sample)))
    labels[np.bincount(labels)[labels] < least] = _NONE
    home = np.full(len(texts), _NONE)
    home[sample] = labels
    home, nearness = _settle(matrix, home)
    least = max(MIN_SIZE, round(MIN_SHARE * len(texts)))
    groups = []
    for label in np.unique(home[home != _NONE]).tolist():
        places = np.flatnonzero(home == label)
        if len(places) >= least:
            order = np.lexsort((places, -nearness[places]))
            groups.append(tuple(places[order].tolist()))
    return sorted(groups, key=lambda group: (-len(group), group))


def _sample(texts: Sequence[Sequence[str]], spoken: np.ndarray) -> np.ndarray:
    """SAMPLE of the texts that have terms; of equal texts each has its own chance."""
    if len(spoken) <= SAMPLE:
        return spoken
    seen: Counter[str] = Counter()
    digests = []
    for place in spoken.tolist():
        text = "\0".join(texts[place])
        seen[text] += 1
        digests.append(hashlib.blake2b(f"{seen[text]}\0{text}".encode()).digest()[:8])
    chosen = sorted(range(len(spoken)), key=lambda number: (digests[number], number))[:SAMPLE]
    return np.sort(spoken[chosen])


def _link(matrix: Any) -> np.ndarray:
    distances = 1 - np.round((matrix @ matrix.T).toarray(), _PLACES)
    np.fill_diagonal(distances, 0)
    model = AgglomerativeClustering(
        n_clusters=None,
        metric="precomputed",
        linkage="average",
        distance_threshold=1 - JOIN,
    )
    labels: np.ndarray = model.fit_predict(distances.clip(0))
    return labels


def _settle(matrix: Any, home: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The group of each text after the moves, and how near its mean it is."""
    nearness = np.zeros(len(home))
    for _ in range(ROUNDS):
        labels = np.unique(home[home != _NONE])
        if not len(labels):
            break
        # Sums in the order of the rows: the same bits on one thread or many.
        means = np.vstack([np.asarray(matrix[home == label].mean(axis=0)) for label in labels])
        means /= np.sqrt((means * means).sum(axis=1, keepdims=True))
        near = np.round(matrix @ means.T, _PLACES)
        nearness = near.max(axis=1)
        moved = np.where(nearness >= NEAR, labels[near.argmax(axis=1)], _NONE)
        if (moved == home).all():
            break
        home = moved
    return home, nearness
