"""A published figure beside what was found, whatever it is a figure of."""

from __future__ import annotations

from typing import Any, Protocol


class CheckedFigure(Protocol):
    """What every checked figure can say of itself."""

    @property
    def id(self) -> str:
        """The figure's id."""

    @property
    def source(self) -> str:
        """Where it was published."""

    @property
    def coders(self) -> tuple[str, ...] | None:
        """On whose word: empty for all that the round has, None where nobody coded anything."""

    @property
    def printed(self) -> str:
        """What was published."""

    @property
    def found(self) -> str:
        """What was found."""

    @property
    def holds(self) -> bool:
        """Whether what was found is as published."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know besides: that no whole number of people gives it, say."""

    def as_json(self) -> dict[str, Any]:
        """The figure as JSON."""
