"""The random sample that corrects counts: drawn in strata, blind, with known probabilities.

**Strata** are each question's responses by the machine's verdicts before any human, frozen at the
draw. For one theme: tagged with it, and untagged. For all themes at once a response cannot be in a
stratum of each theme's own: with T themes there are 2**T combinations. Three strata a question do:

- `untagged`: no theme was found in it;
- `rare`: a theme was found of which proportional sampling would expect fewer than `ENOUGH` tagged
  responses in the sample;
- `tagged`: only other themes were found.

Within each stratum the draw is a simple random sample without replacement, of a size fixed before.
So (a) the inclusion probability of every response of the frame is known exactly, `drawn / size` of
its stratum. (b) For any theme, the responses of a stratum that are tagged with it, and those that
are not, are themselves simple random samples given how many of each were drawn; the numbers they
are out of are frozen too. Exact hypergeometric bounds hold in each of these cells, at most two
tagged and three untagged a question (one tagged, for a rare theme). Poisson or systematic sampling
with a probability per response has (a) without (b); a stratum for each theme has both, and so many
cells that every bound is wide.

**Sizes**: with a total only, strata get shares that grow with the square root of their size, the
compromise between the whole and its parts of Bankier 1988 (The American Statistician 42:174-177,
doi:10.1080/00031305.1988.10475556). Untagged strata get `LEAST` first, or all they have: their
missed responses decide how wide an interval is.

**Apart** from the strata, with probability 0, are responses that a draw could not be fair to: those
read already (their decisions are known and added to a count as they are, never as a sample), copies
of their texts, and those of learning samples that wait to be read. The frame is all substantive
responses, so all of these are counted in what is frozen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

LEAST = 30
"""Advised for each untagged stratum: fewer leave room for many missed responses."""
ENOUGH = 10
"""A theme of which proportional sampling would expect fewer tagged responses is rare."""
APART = ("read", "copy", "learning")
"""Why a response is not drawn: it was read, it has the text of one that was, or it waits in a
learning sample."""
PRESENT, ABSENT, UNKNOWN = 1, 0, -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """All substantive responses of a round.

    `machine` (responses x themes, bool) are the machine's verdicts; `apart` says for each response
    why it is not drawn, or is empty; `known` (responses x themes) are PRESENT, ABSENT or UNKNOWN,
    what people decided about those apart. `applies` (responses x themes, bool) says whether a theme
    is looked for in the question. `nets` are the columns that each net holds, and each parent.
    """

    ids: Sequence[str]
    questions: Sequence[str]
    themes: tuple[str, ...]
    machine: np.ndarray
    applies: np.ndarray
    apart: Sequence[str]
    known: np.ndarray
    nets: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """A draw: places in the frame, in the order to read them, with stratum and probability.

    `settings` is what is frozen beside the members, of plain JSON values.
    """

    places: tuple[int, ...]
    strata: tuple[str, ...]
    probabilities: tuple[float, ...]
    settings: dict[str, Any]


def strata_of_theme(frame: Frame, theme: str) -> np.ndarray:
    """The stratum of each response for an audit of one theme; empty for those not drawn."""
    column = frame.themes.index(theme)
    tagged = frame.machine[:, column]
    drawable = _drawable(frame) & frame.applies[:, column]
    names = np.where(tagged, "tagged", "untagged")
    return _label(frame, names, drawable)


def strata_of_all(frame: Frame, size: int) -> np.ndarray:
    """The stratum of each response for an audit of all themes of about `size` responses."""
    drawable = _drawable(frame)
    names = np.full(len(frame.ids), "untagged", dtype=object)
    names[frame.machine.any(axis=1)] = "tagged"
    share = size / max(int(drawable.sum()), 1)
    questions = np.asarray(frame.questions, dtype=object)
    for question in dict.fromkeys(frame.questions):
        here = drawable & (questions == question)
        expected = frame.machine[here].sum(axis=0) * share
        names[here & frame.machine[:, expected < ENOUGH].any(axis=1)] = "rare"
    return _label(frame, names, drawable)


def _drawable(frame: Frame) -> np.ndarray:
    return np.array([not why for why in frame.apart], dtype=bool)


def _label(frame: Frame, names: np.ndarray, drawable: np.ndarray) -> np.ndarray:
    labels = [f"{q}: {name}" for q, name in zip(frame.questions, names, strict=True)]
    return np.where(drawable, np.array(labels, dtype=object), "")


def count_strata(strata: np.ndarray) -> dict[str, int]:
    """How many responses each stratum holds, by name."""
    names, sizes = np.unique(strata[strata != ""].astype(str), return_counts=True)
    return dict(zip(names.tolist(), sizes.tolist(), strict=True))


def allocate(
    sizes: Mapping[str, int],
    total: int,
    *,
    power: float = 0.5,
    least: int = 1,
    least_untagged: int = LEAST,
) -> dict[str, int]:
    """How many to draw of each stratum: in all `total`, or everything there is.

    Every stratum gets `least` (else what it holds would have probability 0) and untagged ones
    `least_untagged` as far as the total goes; the rest in proportion to `size ** power`. Raises
    ValueError when the total is less than `least` of each.

    >>> allocate({"q: untagged": 400, "q: tagged": 100}, 60)
    {'q: tagged': 20, 'q: untagged': 40}
    """
    names = sorted(sizes)
    given = {name: min(least, sizes[name]) for name in names}
    if sum(given.values()) > total:
        raise ValueError(f"{total} is less than {least} for each of {len(names)} strata")
    floors = {n: min(least_untagged if is_untagged(n) else least, sizes[n]) for n in names}
    if sum(floors.values()) <= total:
        given = floors
    want = min(total, sum(sizes.values()))
    weights = {name: sizes[name] ** power for name in names}
    # One at a time, to the stratum that has least of its share (Webster's method of rounding).
    while sum(given.values()) < want:
        open_names = [name for name in names if given[name] < sizes[name]]
        given[max(open_names, key=lambda n: (weights[n] / (given[n] + 0.5), n))] += 1
    return given


def is_untagged(stratum: str) -> bool:
    """Whether a stratum is of responses in which the machine did not find what is audited."""
    return stratum.endswith(": untagged")


def draw(frame: Frame, strata: np.ndarray, sizes: Mapping[str, int], seed: int) -> Drawn:
    """A simple random sample of each stratum; the same whatever the order of the frame."""
    rng = np.random.default_rng(seed)
    populations = count_strata(strata)
    order = sorted(range(len(frame.ids)), key=lambda place: frame.ids[place])
    members: dict[str, list[int]] = {name: [] for name in populations}
    for place in order:
        if strata[place]:
            members[strata[place]].append(place)
    chosen: list[int] = []
    for name in sorted(members):
        drawn = rng.choice(len(members[name]), size=sizes[name], replace=False)
        chosen.extend(members[name][number] for number in drawn)
    # Mixed, so that the reader of a list cannot tell the strata by their place.
    chosen = [chosen[number] for number in rng.permutation(len(chosen))]
    return Drawn(
        places=tuple(chosen),
        strata=tuple(str(strata[place]) for place in chosen),
        probabilities=tuple(sizes[strata[place]] / populations[strata[place]] for place in chosen),
        settings={
            "strata": _freeze_strata(frame, strata, populations, sizes),
            "apart": _freeze_apart(frame),
        },
    )


def _freeze_strata(
    frame: Frame, strata: np.ndarray, populations: Mapping[str, int], sizes: Mapping[str, int]
) -> dict[str, Any]:
    """Of each stratum its size, how many are drawn, and how many are tagged with each theme."""
    return {
        name: {
            "question": name.rpartition(": ")[0],
            "size": population,
            "drawn": sizes[name],
            "tagged": _by_theme(frame.themes, frame.machine[strata == name]),
            **_any({"tagged": _by_net(frame, frame.machine[strata == name])}, frame),
        }
        for name, population in populations.items()
    }


def _freeze_apart(frame: Frame) -> dict[str, Any]:
    """Of each question the responses that are not drawn, and what people said of them."""
    apart = np.asarray(frame.apart, dtype=object)
    questions = np.asarray(frame.questions, dtype=object)
    frozen: dict[str, Any] = {}
    for question in sorted(set(frame.questions)):
        for why in APART:
            here = (apart == why) & (questions == question)
            if here.any():
                known = frame.known[here]
                frozen[f"{question}: {why}"] = {
                    "question": question,
                    "size": int(here.sum()),
                    "tagged": _by_theme(frame.themes, frame.machine[here]),
                    "present": _by_theme(frame.themes, known == PRESENT),
                    "unknown": _by_theme(frame.themes, (known == UNKNOWN) & frame.applies[here]),
                    **_any(_freeze_nets(frame, here), frame),
                }
    return frozen


def _any(frozen: dict[str, dict[str, int]], frame: Frame) -> dict[str, Any]:
    return {"any": frozen} if frame.nets else {}


def _freeze_nets(frame: Frame, here: np.ndarray) -> dict[str, dict[str, int]]:
    """Of responses apart, how many the machine and people found any theme of a net in. Where they
    found none and do not know of all, that is not known.
    """
    known, nets = frame.known[here], frame.nets
    unknown = (known == UNKNOWN) & frame.applies[here]
    not_known = [
        unknown[:, columns].any(axis=1) & ~(known[:, columns] == PRESENT).any(axis=1)
        for columns in map(list, nets.values())
    ]
    return {
        "tagged": _by_net(frame, frame.machine[here]),
        "present": _by_net(frame, known == PRESENT),
        "unknown": {net: int(n.sum()) for net, n in zip(nets, not_known, strict=True) if n.any()},
    }


def _by_net(frame: Frame, marks: np.ndarray) -> dict[str, int]:
    """How many of the rows have any theme of each net; nets that none has are left out."""
    found = {net: marks[:, list(columns)].any(axis=1).sum() for net, columns in frame.nets.items()}
    return {net: int(count) for net, count in found.items() if count}


def _by_theme(themes: Sequence[str], marks: np.ndarray) -> dict[str, int]:
    """How many of the rows have each theme; themes that none has are left out."""
    counts = marks.sum(axis=0).tolist()
    return {theme: int(n) for theme, n in zip(themes, counts, strict=True) if n}
