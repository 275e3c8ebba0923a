"""Why a machine finds a theme in a response in one run and not in the other."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.codebook.model import Rule
from pipeline.compare.data import Cause
from pipeline.compare.kept import Laid, Place


def why_rules(old: Laid, new: Laid, place: Place, *, now: bool) -> Cause:
    """Why the rules find the theme now and did not, or no longer do."""
    holder, other = (new, old) if now else (old, new)
    ways = _common(old, new, place, "codebook")
    if ways:
        return ways
    causes = _rule_causes(holder, other, place, now=now)
    answers = [side.answers.get(place[0]) for side in (old, new)]
    if answers[0] and answers[1] and answers[0].text != answers[1].text:
        causes = (Cause("text", "in changed texts"), *causes)
    return Cause.of(causes or (_why_same_rules(old, new, holder, place, other),))


def _rule_causes(holder: Laid, other: Laid, place: Place, *, now: bool) -> tuple[Cause, ...]:
    """The rules that fired and that the other codebook does not have; none where it has one of
    them, which then must have another reason not to fire there.
    """
    response_id, theme, facet = place
    mine, theirs = holder.rules_of(theme, facet), other.rules_of(theme, facet)
    fired = sorted({c["rule"] for c in holder.codings.get(place, ()) if c["rule"]}, key=_number)
    known = [rule for rule in fired if mine.get(rule) in theirs.values()]
    if known and facet:
        # The same rule of the facet had no quote of the theme to read before.
        return _rule_causes(holder, other, (response_id, theme, ""), now=now)
    if known:
        return ()
    kinds: dict[str, list[str]] = {}
    for rule in fired:
        changed = _is_changed(rule, mine, theirs)
        kinds.setdefault("changed" if changed else "new" if now else "removed", []).append(rule)
    return tuple(
        Cause(f"rule-{kind}", f"by the {kind} rule{'s' if names[1:] else ''} {' and '.join(names)}")
        for kind, names in kinds.items()
    )


def _is_changed(rule: str, mine: Mapping[str, Rule], theirs: Mapping[str, Rule]) -> bool:
    """Whether a rule of this number is in the other codebook and says something that no rule of
    this one does: rules are numbered by their place, so an inserted one moves those behind it.
    """
    same_place = [theirs[name] for name in theirs if _number(name) == _number(rule)]
    return any(content not in mine.values() for content in same_place)


def _number(rule: str) -> int:
    return int(rule.rpartition("/")[2])


def _why_same_rules(old: Laid, new: Laid, holder: Laid, place: Place, other: Laid) -> Cause:
    fired = {coding["rule"] for coding in holder.codings.get(place, ())}
    if any((place[0], rule) in other.timed_out for rule in fired):
        return Cause("timeout", "by a pattern that took too long in one run")
    books = old.kept.codebook, new.kept.codebook
    if old.wide_settings() != new.wide_settings():
        return Cause("codebook", "by the settings of the codebook")
    if "longest" in (books[0].overlap, books[1].overlap) and books[0].content != books[1].content:
        return Cause("overlap", "by longer quotes of other themes")
    if place[2] and books[0].facets != books[1].facets:
        return Cause("facets", "by the facets of the codebook")
    return _unexplained(old, new)


def why_model(old: Laid, new: Laid, place: Place, *, now: bool) -> Cause:
    """Why the classifier finds the theme now and did not, or no longer does."""
    ways = _common(old, new, place, "classifier")
    if ways:
        return ways
    answers = [side.answers.get(place[0]) for side in (old, new)]
    moved = answers[0] and answers[1] and answers[0].text != answers[1].text
    causes: tuple[Cause, ...] = (Cause("text", "in changed texts"),) if moved else ()
    if old.classifier != new.classifier:
        what = "the thresholds of the classifier" if _only_threshold(old, new) else ""
        kind = "threshold" if what else "classifier"
        causes = (*causes, Cause(kind, f"by {what or 'another classifier'}"))
    elif not moved and old.kept.codebook.content != new.kept.codebook.content:
        causes = (Cause("rules-read", "by what rules tell the classifier"),)
    return Cause.of(causes or (_unexplained(old, new),))


def _only_threshold(old: Laid, new: Laid) -> bool:
    """Whether the classifiers learnt the same and differ in what their thresholds aim at."""
    roles = ("train", "model", "decisions", "codebook", "source")
    settings = [dict(side.kept.manifest["settings"].get("classifier") or {}) for side in (old, new)]
    thresholds = [setting.pop("threshold", None) for setting in settings]
    same = settings[0] == settings[1] and all(old.input(r) == new.input(r) for r in roles)
    return same and thresholds[0] != thresholds[1]


def _common(old: Laid, new: Laid, place: Place, coder: str) -> Cause | None:
    """What keeps a machine coder from being tried at all in one of the runs."""
    heard = [coder in side.kept.coders for side in (old, new)]
    if heard[0] != heard[1]:
        return Cause("coders", f"by the {coder} {'in' if heard[1] else 'out of'} play")
    asked = next((s.answers[place[0]].question for s in (new, old) if place[0] in s.answers), "")
    if old.applies(place[1], asked) != new.applies(place[1], asked):
        return Cause("questions", "by the questions that the theme is for")
    return None


def _unexplained(old: Laid, new: Laid) -> Cause:
    made = [
        (side.kept.manifest.get("verbatims"), side.kept.manifest.get("libraries"))
        for side in (old, new)
    ]
    if made[0] != made[1]:
        return Cause("version", "by another version of verbatims or its libraries")
    return Cause.of(())
