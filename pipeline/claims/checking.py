"""A claim beside the figure it is about."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pipeline.claims.forms import Stated
from pipeline.claims.known import Known
from pipeline.wording import is_split, print_share, round_half_up


def kinds_for(stated: Stated) -> frozenset[str]:
    """The kinds of figure that a claim can be compared with."""
    kinds = frozenset(("share", "count", "triple", "mean"))
    if stated.count:
        kinds &= {"share", "count"}
    if stated.share:
        kinds &= {"share", "mean"}
    if stated.triple or stated.split:
        kinds &= {"triple"}
    return kinds


def compare(stated: Stated, known: Known) -> str:
    """Whether a figure of a fitting kind supports all that is stated: "holds", "differs", or "base
    differs" when nothing but the base does.
    """
    if not all(_check_parts(stated, known)):
        return "differs"
    return "holds" if stated.of is None or stated.of == known.of else "base differs"


def _check_parts(stated: Stated, known: Known) -> Iterator[bool]:
    if stated.count:
        low, high = stated.count
        yield known.cited is not None and low <= known.cited <= high
    share = share_of(known)
    for limits in stated.share:
        yield share is not None and limits.holds(share)
    if stated.triple:
        yield _check_triple(stated.triple, known)
    if stated.split:
        yield _check_split(known)


def share_of(known: Known) -> Fraction | None:
    """The share of a figure, or its mean, in per cent; None without a base."""
    if known.mean is not None:
        return Fraction(known.mean)
    if known.cited is None or not known.of:
        return None
    return Fraction(100 * known.cited, known.of)


def _check_triple(printed: tuple[str, ...], known: Known) -> bool:
    parts = _parts_of(known)
    decimals = [len(number.partition(".")[2]) for number in printed]
    return len(parts) == len(printed) and all(
        round_half_up(part, places) == Fraction(number)
        for part, places, number in zip(parts, decimals, printed, strict=True)
    )


def _check_split(known: Known) -> bool:
    parts = _parts_of(known)
    return bool(parts) and is_split(parts[0], parts[2])


def _parts_of(known: Known) -> list[Fraction]:
    if not known.triple or not known.of:
        return []
    return [Fraction(100 * part, known.of) for part in known.triple]


def say_found(known: Known) -> str:
    """What was found, as a report would print it.

    >>> say_found(Known(subject="s", name="n", cited=47, of=105))
    '47 of 105 (44.8%)'
    """
    if known.mean is not None:
        return f"mean {known.mean:.2f} of {known.of}"
    if known.triple:
        shares = [print_share(round_half_up(part)) for part in _parts_of(known)]
        return f"{'/'.join(shares)} of {known.of}"
    share = share_of(known)
    if share is None:
        return f"{known.cited}" if known.of is None else f"{known.cited} of {known.of}"
    return f"{known.cited} of {known.of} ({print_share(round_half_up(share, 1), 1)}%)"
