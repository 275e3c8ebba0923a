"""A claim beside the figure it is about."""

from __future__ import annotations

from fractions import Fraction

from pipeline.claims.forms import Stated
from pipeline.claims.known import Known
from pipeline.wording import is_split, print_share, round_half_up


def compare(stated: Stated, known: Known) -> str:
    """Whether a figure supports all that is stated: "holds", "differs", or "base differs" when
    nothing but the base does; "" when the figure is of another kind than the claim.
    """
    checks = [check for check in _check_parts(stated, known) if check is not None]
    if not checks:
        return ""
    if not all(checks):
        return "differs"
    return "holds" if stated.of is None or stated.of == known.of else "base differs"


def _check_parts(stated: Stated, known: Known) -> list[bool | None]:
    share = share_of(known)
    checks: list[bool | None] = []
    if stated.count:
        low, high = stated.count
        checks.append(None if known.cited is None else low <= known.cited <= high)
    checks += [None if share is None else limits.holds(share) for limits in stated.share]
    if stated.triple:
        checks.append(_check_triple(stated.triple, known))
    if stated.split:
        checks.append(_check_split(known))
    return [] if None in checks else checks


def share_of(known: Known) -> Fraction | None:
    """The share of a figure, or its mean, in per cent; None without a base."""
    if known.mean is not None:
        return Fraction(known.mean)
    if known.cited is None or not known.of:
        return None
    return Fraction(100 * known.cited, known.of)


def _check_triple(printed: tuple[str, ...], known: Known) -> bool | None:
    if not known.triple or not known.of:
        return None
    return all(
        round_half_up(Fraction(100 * part, known.of), len(number.partition(".")[2]))
        == Fraction(number)
        for part, number in zip(known.triple, printed, strict=True)
    )


def _check_split(known: Known) -> bool | None:
    if not known.triple or not known.of:
        return None
    agree, _, disagree = (Fraction(100 * part, known.of) for part in known.triple)
    return is_split(agree, disagree)


def say_found(known: Known) -> str:
    """What was found, as a report would print it.

    >>> say_found(Known(subject="s", name="n", cited=47, of=105))
    '47 of 105 (44.8%)'
    """
    if known.mean is not None:
        return f"mean {known.mean:.2f} of {known.of}"
    if known.triple:
        of = known.of or 1
        shares = [round_half_up(Fraction(100 * part, of)) for part in known.triple]
        return f"{'/'.join(print_share(share) for share in shares)} of {known.of}"
    share = share_of(known)
    if share is None:
        return f"{known.cited}" if known.of is None else f"{known.cited} of {known.of}"
    return f"{known.cited} of {known.of} ({print_share(round_half_up(share, 1), 1)}%)"
