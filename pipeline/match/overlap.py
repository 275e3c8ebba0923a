"""Of quotes within one another, the longest."""

from __future__ import annotations

import numpy as np

from pipeline.match.fire import Found
from pipeline.match.ordering import order_by, starts_group


def keep_longest(found: Found, theme: np.ndarray, *, across: bool) -> np.ndarray:
    """A mask of what stays: no quote within another of its theme, nor the same twice.

    With `across` a quote within a longer one of any theme goes too; the same words may still earn
    two themes. `found` is in the order of row and rule, which is that of row and theme.
    """
    group = np.cumsum(starts_group(found.row, theme))
    several = np.flatnonzero(np.bincount(group)[group] > 1) if len(found) else group
    kept = np.ones(len(found), bool)
    kept[several] = _is_outermost(found.take(several), group[several])
    if across:
        spans = np.column_stack((found.row, found.start, found.end))
        _, first, inverse = np.unique(spans, axis=0, return_index=True, return_inverse=True)
        kept &= _is_outermost(found.take(first), found.row[first])[inverse.reshape(-1)]
    return kept


def _is_outermost(found: Found, group: np.ndarray) -> np.ndarray:
    """Whether each is within no other of its group; of equal ones the first is."""
    furthest = int(found.end.max(initial=0)) + 1
    order = order_by(group, found.start, furthest - found.end)
    fresh = starts_group(group[order])
    ends = np.cumsum(fresh) * furthest + found.end[order]
    reach = np.maximum.accumulate(ends)
    outermost = np.ones(len(found), bool)
    outermost[order[1:]] = fresh[1:] | (ends[1:] > reach[:-1])
    return outermost
