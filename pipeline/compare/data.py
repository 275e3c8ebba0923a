"""What a comparison of two runs holds: every number and every cause, before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass

SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a response gained or lost a theme, or joined or left a base.

    `what` follows a count: "2 by the new rule slow/4". Of kind `several`, `parts` are the changes
    that had a part in it.
    """

    kind: str
    what: str
    parts: tuple[str, ...] = ()

    @classmethod
    def of(cls, causes: tuple[Cause, ...]) -> Cause:
        """The one cause, or `several` when there is more than one; of none, that it is unknown."""
        once = tuple(dict.fromkeys(causes))
        if not once:
            return cls("unknown", "for a cause that the evidence lacks")
        if len(once) == 1:
            return once[0]
        found = (part for cause in once for part in (cause.parts or (cause.what,)))
        parts = tuple(dict.fromkeys(found))
        return cls(SEVERAL, f"for several reasons ({'; '.join(parts)})", parts)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many responses moved for one cause."""

    number: int
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Side:
    """Which run it is, and what made it."""

    run: str
    round: str
    verbatims: str
    codebook: str
    classifier: str
    coders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """A file that decided a run: `state` is same, changed, added or removed."""

    role: str
    state: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting or a version that differs, as text."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseMove:
    """The base of a question in both runs, `new = old + gained - lost`; None where the question is
    not asked.
    """

    question: str
    label: str
    old: int | None
    new: int | None
    gained: int
    lost: int
    why_gained: tuple[Tally, ...]
    why_lost: tuple[Tally, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureMove:
    """A count in both runs, `new = old + gained - lost`, where a run that does not count it counts
    as 0; `was` are the old ids of the theme, where they are others.
    """

    question: str
    theme: str
    label: str
    facet: str
    net: bool
    was: tuple[str, ...]
    old: int | None
    new: int | None
    old_of: int | None
    new_of: int | None
    gained: int
    lost: int
    why_gained: tuple[Tally, ...]
    why_lost: tuple[Tally, ...]

    @property
    def moved(self) -> bool:
        """Whether any response came or went."""
        return bool(self.gained or self.lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A response that gained or lost a theme; `evidence` is what shows the cause."""

    response_id: str
    question: str
    theme: str
    facet: str
    gained: bool
    cause: Cause
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What moved between two runs of a round, and why; `identical` when not a byte of evidence or
    input differs.
    """

    old: Side
    new: Side
    identical: bool
    inputs: tuple[Input, ...]
    settings: tuple[Setting, ...]
    bases: tuple[BaseMove, ...]
    figures: tuple[FigureMove, ...]
    moves: tuple[Move, ...]

    @property
    def moved(self) -> bool:
        """Whether any count or base, or any response within them, did."""
        return any(base.gained or base.lost for base in self.bases) or any(
            figure.moved for figure in self.figures
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """A figure in two rounds. `difference` is of shares, the new less the old; `low` and `high` are
    its 95 % interval, `p` and `adjusted` (Holm) its test: None where the respondents are no sample
    or a base is 0.
    """

    question: str
    theme: str
    label: str
    facet: str
    net: bool
    was: tuple[str, ...]
    old: int
    old_of: int
    new: int
    new_of: int
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    adjusted: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waves:
    """What moved between two rounds of a codebook; `shared` respondents are in both."""

    old: Side
    new: Side
    sampled: bool
    shared: int
    settings: tuple[Setting, ...]
    questions: tuple[Setting, ...]
    """Wording by question, the same or not; empty on the side that does not ask it."""
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    """Themes that one codebook alone has."""
    figures: tuple[Wave, ...]

    @property
    def moved(self) -> bool:
        """Whether any share did."""
        return any(figure.difference for figure in self.figures)
