"""What shows why a response moved: quotes, scores, people's words, screening, texts."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.compare.kept import Answer, Laid, Place


def show_evidence(old: Laid, new: Laid, place: Place, *, gained: bool) -> tuple[str, ...]:
    """Lines that show the move: what earned the theme where it is present, then what differs."""
    holder = new if gained else old
    lines = [*_found(holder, place), *_said(old, new, place)]
    before, after = old.answers.get(place[0]), new.answers.get(place[0])
    if before and after:
        lines += _screened(before, after)
    return tuple(dict.fromkeys(lines))


def _found(holder: Laid, place: Place) -> Iterator[str]:
    for coding in holder.codings.get(place, ()):
        if coding["rule"]:
            quote = " ".join(coding["quote"].split())
            yield f'{coding["rule"]} "{quote}"'
        else:
            terms = ", ".join(f"{term['term']} {term['weight']:+.2f}" for term in coding["terms"])
            yield f"classifier {coding['score']:.2f}" + (f" ({terms})" if terms else "")


def _said(old: Laid, new: Laid, place: Place) -> Iterator[str]:
    before, after = (side.said.get(place, {}) for side in (old, new))
    for name in sorted({*before, *after}):
        was, says = (said.get(name, "none") for said in (before, after))
        person = name.removeprefix("human:")
        yield f"{person}: {says}" if was == says else f"{person}: {was} -> {says}"


def _screened(before: Answer, after: Answer) -> Iterator[str]:
    if before.status != after.status:
        reasons = (f"{a.status} ({a.reason})" if a.reason else a.status for a in (before, after))
        yield " -> ".join(reasons)
    if before.text != after.text:
        yield f'text was "{" ".join(before.text.split())}"'
        yield f'text is "{" ".join(after.text.split())}"'
