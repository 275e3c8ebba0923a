"""Two codebooks, and which theme of the old one each of the new one goes on from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.codebook.model import Codebook
from pipeline.errors import InputError, near


@dataclass(frozen=True, slots=True)
class Frames:
    """Two codebooks, and what each entry of the old one is called now; one that is gone keeps its
    id.
    """

    old: Codebook
    new: Codebook
    now: Mapping[str, str]
    was: Mapping[str, tuple[str, ...]]
    order: Mapping[str, int]
    """Each theme's place in the new codebook; those that are gone come after it."""

    @classmethod
    def of(cls, old: Codebook, new: Codebook) -> Frames:
        """The entries of two codebooks, by id and `was`."""
        ids = {entry.id for entry in new.entries}
        heirs = {name: entry.id for entry in new.entries for name in entry.was}
        now = {
            entry.id: entry.id if entry.id in ids else heirs.get(entry.id, entry.id)
            for entry in old.entries
        }
        was: dict[str, tuple[str, ...]] = {}
        for name, heir in now.items():
            was[heir] = (*was.get(heir, ()), name)
        names = dict.fromkeys((*(entry.id for entry in new.entries), *now.values()))
        return cls(old, new, now, was, {name: place for place, name in enumerate(names)})

    def merged(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every theme that several became, with all their old members."""
        entries = {entry.id: entry for entry in self.old.entries}
        for heir, names in self.was.items():
            if len(names) > 1:
                below = (self.old.members(entries[name]) for name in names)
                yield heir, tuple({member for members in below for member in members})

    def members(self, theme: str) -> set[str]:
        """The themes that a count of this one holds, by either codebook."""
        members = {theme}
        for codebook, names in ((self.new, (theme,)), (self.old, self.was.get(theme, ()))):
            entries = [entry for entry in codebook.entries if entry.id in names]
            below = (member for entry in entries for member in codebook.members(entry))
            members |= {self.now.get(member, member) for member in below}
        return members


def choose_theme(name: str, frames: Frames) -> str:
    """What a theme of either codebook is called now; InputError (E701) for one that neither has."""
    ids = {entry.id for entry in frames.new.entries}
    if name in ids:
        return name
    if name in frames.now:
        return frames.now[name]
    what = f"neither codebook has a theme '{name}'."
    raise InputError.because(code="E701", what=what, remedy=near(name, (*ids, *frames.now)))
