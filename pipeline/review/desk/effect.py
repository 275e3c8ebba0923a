"""What a rule would do to a held round, before it is kept: counts, responses, examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook, Theme
from pipeline.refine.answers import sentence_span
from pipeline.refine.check.examples import Example, compare_examples
from pipeline.review.desk.machine import find_modelled, find_ruled, find_rules, judge, places_of
from pipeline.review.desk.material import Material
from pipeline.text import cut_quote

MOST_QUOTED = 20
_CONTEXT = 150
"""So many characters on either side of a quote: a text without a full stop is one sentence."""


class CountMove(NamedTuple):
    """A theme's count in a question, of the responses that its reader may see the codings of."""

    question: str
    before: int
    after: int
    of: int


class Moved(NamedTuple):
    """A response that gains or loses a theme, with the words it is for, in their sentence."""

    place: int
    response_id: str
    theme: str
    left: str
    quote: str
    right: str


class ExampleMove(NamedTuple):
    """An example whose test comes out otherwise; `rules` are those that find it now."""

    theme: str
    counter: bool
    text: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a new rule does. `found` responses have it fire, `gained` and `lost` are those whose
    codings change, of which the first few are quoted; `hidden` were left out.
    """

    counts: tuple[CountMove, ...]
    found: int
    gained: int
    lost: int
    gains: tuple[Moved, ...]
    losses: tuple[Moved, ...]
    broken: tuple[ExampleMove, ...]
    mended: tuple[ExampleMove, ...]
    hidden: int


def try_rule(material: Material, new: Codebook, theme: str, hidden: np.ndarray) -> Effect:
    """What the last rule of a theme does, the rest of the codebook being as the round was held
    with.

    Nothing of the hidden responses is in it, not even their number among those found.
    """
    new = keep_policies(material, new)
    (changed,) = (one for one in new.themes if one.id == theme)
    alone = replace(changed, rules=changed.rules[-1:])
    codings = find_rules(material.responses, new, [alone])
    found = places_of(codings, material)
    ruled = find_ruled(material, new, theme, found)
    after = judge(ruled, find_modelled(material), new)
    before, seen = material.gathered.machine, ~hidden
    gains, losses = after & ~before & seen[:, None], before & ~after & seen[:, None]
    tested = compare_examples(material.codebook, new)
    return Effect(
        counts=tuple(_counts(material, new, changed, (before, after), seen)),
        found=int(seen[np.unique(found)].sum()),
        gained=int(gains.any(axis=1).sum()),
        lost=int(losses.any(axis=1).sum()),
        gains=_quote(gains, material, new, codings, found),
        losses=_quote(losses, material, new),
        broken=tuple(_example(one) for one in tested.broken),
        mended=tuple(_example(one) for one in tested.mended),
        hidden=int(hidden.sum()),
    )


def keep_policies(material: Material, new: Codebook) -> Codebook:
    """A codebook with the policies that the round was held with: a classifier may choose some."""
    return new.with_policies({theme.id: theme.policy for theme in material.codebook.themes})


def _counts(
    material: Material,
    codebook: Codebook,
    theme: Theme,
    machines: tuple[np.ndarray, np.ndarray],
    seen: np.ndarray,
) -> list[CountMove]:
    columns = [material.columns[member] for member in codebook.members(theme)]
    cited = [machine[:, columns].any(axis=1) & seen for machine in machines]
    moves = []
    for question, label in material.asked().items():
        here = material.questions == question
        of = int((here & seen).sum())
        if of and theme.applies_to(question):
            before, after = (int((here & one).sum()) for one in cited)
            moves.append(CountMove(label, before, after, of))
    return moves


def _quote(
    moved: np.ndarray,
    material: Material,
    codebook: Codebook,
    codings: pa.Table | None = None,
    found: np.ndarray | None = None,
) -> tuple[Moved, ...]:
    """The first responses that moved, each theme's with the words that the codings have for it."""
    quoted = []
    for place, column in np.argwhere(moved)[:MOST_QUOTED].tolist():
        theme = codebook.themes[column]
        span = _find_span(place, theme.id, material)
        if codings is not None and found is not None:
            rows = np.flatnonzero(found == place)
            if rows.size and codings["theme"][int(rows[0])].as_py() == theme.id:
                row = codings.slice(int(rows[0]), 1).to_pylist()[0]
                span = (row["start"], row["end"])
        quoted.append(_in_context(place, theme.label, span, material))
    return tuple(quoted)


def _find_span(place: int, theme: str, material: Material) -> tuple[int, int]:
    spans = (
        (coding["start"], coding["end"])
        for coding in material.codings_of(place)
        if coding["theme"] == theme and coding["start"] is not None
    )
    return next(spans, (0, 0))


def _in_context(place: int, label: str, span: tuple[int, int], material: Material) -> Moved:
    text = material.gathered.texts[place]
    start, end = span
    first, last = sentence_span(text, start, end) if end else (0, min(len(text), _CONTEXT))
    return Moved(
        place,
        material.gathered.ids[place],
        label,
        cut_quote(text, max(first, start - _CONTEXT), start),
        cut_quote(text, start, end),
        cut_quote(text, end, min(last, end + _CONTEXT)),
    )


def _example(example: Example) -> ExampleMove:
    rules = tuple(example.fired.get(example.theme.id, ()))
    return ExampleMove(example.theme.label, example.key == "counter_examples", example.text, rules)
