"""What the store keeps: readings with their decisions, and samples with their members."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pipeline.codebook.model import Codebook, Facet, Theme
from pipeline.digest import canonical_json
from pipeline.errors import InputError

SAID = ("present", "absent", "unsure")
PURPOSES = ("learning", "audit", "double")
KINDS = ("human:", "import:")
Span = tuple[int, int] | tuple[()]


def span_of(start: int | None, end: int | None) -> Span:
    """The span of two cells of a table, empty where they are."""
    return () if start is None or end is None else (start, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a reading says of one theme in view, or of one facet of it.

    `start` and `end` are of the words that the person marked, where the theme is present: both or
    neither.
    """

    theme: str
    decision: str
    facet: str = ""
    memo: str = ""
    theme_hash: str = ""
    start: int | None = None
    end: int | None = None

    @property
    def span(self) -> Span:
        """The words that were marked for it, half-open in code points of the untouched text."""
        return span_of(self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReading:
    """One person's coding of one response: a decision on every theme and facet that was in view.

    `time` is UTC as `utc` writes it; `sample` the sample it was read for, empty for none.
    """

    response_id: str
    question: str
    coder: str
    time: str
    text_hash: str
    decisions: tuple[Decision, ...]
    sample: str = ""
    memo: str = ""

    @property
    def content(self) -> str:
        """The hash of what was read and said, whenever it was and whatever the themes then meant:
        by it an import knows what it has brought before.
        """
        # A span is in the hash only where there is one: without, hashes are as before there were.
        said = sorted([d.theme, d.facet, d.decision, d.memo, *d.span] for d in self.decisions)
        own = [self.response_id, self.question, self.coder, self.text_hash, self.sample, self.memo]
        return hash_of([*own, said])

    @property
    def digest(self) -> str:
        """The hash of all of it: what identifies the reading, here and in any other store."""
        return hash_of([self.time, self.content, [d.theme_hash for d in self.decisions]])


class StoredDecision(NamedTuple):
    """A decision as the store has it, with what is known of its reading."""

    reading: int
    response_id: str
    question: str
    coder: str
    time: str
    sample: str
    text_hash: str
    theme: str
    facet: str
    decision: str
    memo: str
    theme_hash: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A response of a sample: `machine` is what the machine said of each theme at the draw."""

    response_id: str
    question: str
    stratum: str
    probability: float
    text_hash: str
    machine: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A drawn set of responses, frozen at the draw; `settings` are plain JSON values.

    Without an `id` the store names it PURPOSE-HASH8.
    """

    purpose: str
    seed: int
    members: tuple[Member, ...]
    id: str = ""
    drawn: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The hash of what was drawn and how; neither its name nor the time."""
        members = [
            [m.response_id, m.question, m.stratum, m.probability, m.text_hash, dict(m.machine)]
            for m in self.members
        ]
        return hash_of([self.purpose, self.seed, dict(self.settings), members])


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A person's word that a figure is right: the figure as it was, and what it rested on, as
    hashes: its base, its responses' verdicts, what its theme means.

    `by` is who says to have signed: a name is a claim. `time` is UTC as `utc` writes it.
    """

    question: str
    theme: str
    by: str
    time: str
    cited: int
    of: int
    base: str
    verdicts: str
    meaning: str
    memo: str = ""

    @property
    def digest(self) -> str:
        """The hash of all of it, which identifies it, here and in any other store."""
        return hash_of(list(asdict(self).values()))


def hash_of(value: object) -> str:
    """The sha256 of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def hash_text(text: str) -> str:
    """The sha256 of an untouched text in UTF-8, in hexadecimal.

    >>> hash_text("slow")[:12]
    '5e0cf7bd1dfa'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def hash_theme(theme: Theme, facet: Facet | None = None) -> str:
    """The hash of what a theme means: its definition, include and exclude, with the definition of
    the facet if it is about one. Not of its id, label, examples or rules.
    """
    own = [theme.definition, theme.include, theme.exclude]
    return hash_of(own if facet is None else [*own, facet.definition])


def hash_rules(theme: Theme, codebook: Codebook) -> str:
    """The hash of how the codebook finds a theme: its rules without their numbers, where they are
    tried, its policy if it states one, the codebook's own settings; and those of the themes with
    which it is exclusive.
    """
    rivals = {name for group in codebook.exclusive if theme.id in group for name in group}
    return hash_of(
        [
            [_rules_of(entry) for entry in codebook.themes if entry.id in {theme.id, *rivals}],
            [group for group in codebook.exclusive if theme.id in group],
            [codebook.overlap, codebook.possessives, codebook.hyphens, codebook.language],
        ]
    )


def _rules_of(theme: Theme) -> list[object]:
    rules = [{**asdict(rule), "id": ""} for rule in theme.rules]
    policy = theme.policy if theme.policy_stated else ""
    return [rules, theme.questions, policy, theme.classifier_only]


def utc(time: datetime | str) -> str:
    """A time in the one form that the store keeps, which sorts as text.

    Raises InputError (E412) for text that is no time, or that does not name its offset.

    >>> utc("2026-03-01T10:00:00+01:00")
    '2026-03-01T09:00:00.000000Z'
    """
    try:
        moment = datetime.fromisoformat(time) if isinstance(time, str) else time
        if moment.tzinfo is None:
            raise ValueError
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError.because(
            code="E412",
            what=f"'{time}' is not a time with its offset.",
            remedy="Write it as 2026-03-01T10:00:00Z.",
        ) from error
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def now() -> str:
    """The time now, as the store keeps it."""
    return utc(datetime.now(UTC))
