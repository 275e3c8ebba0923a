"""Why the verdict on a response and theme is another: found from what both runs kept of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from pipeline.compare.data import Cause
from pipeline.compare.found import why_model, why_rules
from pipeline.compare.kept import Answer, Laid, Place, Word
from pipeline.resolve import ACCEPTS

NEW_RESPONSE = Cause("response", "in new responses")
LOST_RESPONSE = Cause("response", "in responses that are gone")
TEXT = Cause("text", "in changed texts")
STALE_BY_TEXT = "decision-stale-by-text"
Said = Mapping[str, str]
_NONE = Word()


class _Inputs(NamedTuple):
    """What a verdict follows from; `kept` is False where an exclusive theme, or for a facet the
    theme itself, stands against it.
    """

    rule: bool
    model: bool
    human: str
    policy: str
    kept: bool

    @property
    def found(self) -> bool:
        """What the word of people, or else the policy, makes of it."""
        if self.human in ("present", "absent"):
            return self.human == "present"
        return ACCEPTS[self.policy](self.rule, self.model)

    @property
    def present(self) -> bool:
        return self.found and self.kept


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs, and what explains a difference between them."""

    old: Laid
    new: Laid

    def why(self, place: Place, *, gained: bool) -> Cause:
        """Why a response gained or lost a theme: the one thing that differs and matters, or several
        at once.
        """
        theme, facet = place[1], place[2]
        if theme not in (self.old if gained else self.new).themes:
            return Cause("theme", "as the theme is new" if gained else "as the theme is gone")
        if facet and facet not in (self.old if gained else self.new).facets:
            return Cause("facet", "as the facet is new" if gained else "as the facet is gone")
        if facet and self._goes_along(place, gained=gained):
            return self.why((place[0], theme, ""), gained=gained)
        gate = self.why_response(place[0], gained=gained)
        if gate:
            return Cause.of((gate, *(self._also_new(place) if gained else ())))
        old, new = self._inputs(place)
        explain: dict[str, Callable[[], Cause]] = {
            "rule": lambda: why_rules(self.old, self.new, place, now=new.rule),
            "model": lambda: why_model(self.old, self.new, place, now=new.model),
            "human": lambda: self._why_human(place),
            "policy": lambda: Cause("policy", f"by the policy {old.policy} -> {new.policy}"),
            "kept": lambda: self._why_kept(place, gained=gained),
        }
        causes = tuple(explain[name]() for name in _relevant(old, new))
        if TEXT in causes:
            # A text that changed is one change, whoever had a word on it before.
            causes = tuple(cause for cause in causes if cause.kind != STALE_BY_TEXT)
        return Cause.of(causes)

    def _goes_along(self, place: Place, *, gained: bool) -> bool:
        """Whether the theme of a facet came or went with it."""
        theme = (place[0], place[1], "")
        present = [side.words.get(theme, _NONE).present for side in (self.old, self.new)]
        return present == [not gained, gained]

    def why_response(self, response_id: str, *, gained: bool) -> Cause | None:
        """Why a response can be coded in one run only; None where it can in both, or in neither."""
        old, new = self.old.answers.get(response_id), self.new.answers.get(response_id)
        codable = [bool(answer and answer.status == "substantive") for answer in (old, new)]
        return self.why_screened(old, new, gained=gained) if codable[0] != codable[1] else None

    def why_screened(self, old: Answer | None, new: Answer | None, *, gained: bool) -> Cause:
        """Why a response came into what is counted, or fell out of it."""
        if old is None or new is None:
            if self.old.input("source") == self.new.input("source"):
                return Cause("settings", "by the settings of the round")
            return NEW_RESPONSE if gained else LOST_RESPONSE
        if old.text != new.text:
            return TEXT
        if old.status != new.status:
            return Cause("screening", f"by screening ({old.status} -> {new.status})")
        return Cause("settings", "by the setting of the base")

    def _also_new(self, place: Place) -> Iterator[Cause]:
        """A new rule or classifier without which a response that came would not have the theme, or
        may not: in the older run it was not tried.
        """
        word = self.new.words.get(place, _NONE)
        if word.human == "present" or (word.rule and word.model):
            return
        if word.rule:
            mine, theirs = (side.rules_of(place[1], place[2]) for side in (self.new, self.old))
            fired = {c["rule"] for c in self.new.codings.get(place, ()) if c["rule"]}
            if not any(mine.get(rule) in theirs.values() for rule in fired):
                yield why_rules(self.old, self.new, place, now=True)
        elif word.model and self.old.classifier != self.new.classifier:
            yield why_model(self.old, self.new, place, now=True)

    def _inputs(self, place: Place) -> tuple[_Inputs, _Inputs]:
        """The inputs of both verdicts. What stands against a theme shows only where it was found;
        where it was not, it is taken to be as in the other run.
        """
        words = [side.words.get(place, _NONE) for side in (self.old, self.new)]
        sides = [
            _Inputs(word.rule, word.model, word.human, side.policy(place[1], place[2]), kept=True)
            for word, side in zip(words, (self.old, self.new), strict=True)
        ]
        seen = [
            word.present if side.found else None for word, side in zip(words, sides, strict=True)
        ]
        old, new = seen
        old, new = (new if old is None else old), (old if new is None else new)
        return sides[0]._replace(kept=old is not False), sides[1]._replace(kept=new is not False)

    def _why_human(self, place: Place) -> Cause:
        old, new = (side.said.get(place, {}) for side in (self.old, self.new))
        for side, word in ((self.old, "in"), (self.new, "out of")):
            if side.kept.round.decisions and "human" not in side.kept.coders:
                return Cause("coders", f"by people's decisions {word} play")
        changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
        return Cause.of(tuple(self._why_said(place, name, old, new) for name in changed))

    def _why_said(self, place: Place, name: str, old: Said, new: Said) -> Cause:
        person = name.removeprefix("human:")
        if name in old and name in new:
            return Cause("decision-changed", f"by a changed decision of {person}")
        if name in new:
            return Cause("decision-new", f"by a decision of {person}")
        if self.old.meaning(place[1], place[2]) != self.new.meaning(place[1], place[2]):
            return Cause("decision-stale", f"by {person}'s decision, stale by a new definition")
        if self.old.answers[place[0]].text != self.new.answers[place[0]].text:
            return Cause(STALE_BY_TEXT, f"by {person}'s decision, stale by a changed text")
        return Cause("decision-gone", f"by a decision of {person} that is gone")

    def _why_kept(self, place: Place, *, gained: bool) -> Cause:
        response_id, theme, facet = place
        if facet:
            return self.why((response_id, theme, ""), gained=gained)
        holder = self.old if gained else self.new
        groups = [group for group in holder.kept.codebook.exclusive if theme in group]
        names = [holder.now.get(name, name) for group in groups for name in group]
        rivals = [n for n in names if holder.words.get((response_id, n, ""), _NONE).present]
        rivals = [name for name in dict.fromkeys(rivals) if name != theme]
        if not rivals:
            return Cause("exclusive", "by the exclusive groups")
        word = "no longer excluded" if gained else "excluded"
        return Cause("exclusive", f"as {word} by {' and '.join(rivals)}")


def _relevant(old: _Inputs, new: _Inputs) -> list[str]:
    """The inputs that differ and without which some of the others would make another verdict.

    An input whose change makes no difference, whatever else changes, is none of the causes.
    """
    differ = [name for name in old._fields if getattr(old, name) != getattr(new, name)]
    return [name for name in differ if _matters(name, differ, old, new)]


def _matters(name: str, differ: list[str], old: _Inputs, new: _Inputs) -> bool:
    others = [other for other in differ if other != name]
    for size in range(len(others) + 1):
        for chosen in combinations(others, size):
            without = old._replace(**{other: getattr(new, other) for other in chosen})
            if without.present != without._replace(**{name: getattr(new, name)}).present:
                return True
    return False
