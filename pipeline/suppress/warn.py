"""What the rule leaves open, said aloud."""

from __future__ import annotations

from pipeline.errors import Problem
from pipeline.suppress.apply import Shown
from pipeline.suppress.attack import attack
from pipeline.suppress.system import Bound, System


def warnings_of(shown: Shown, system: System) -> list[Problem]:
    """Groups that are shown to be all alike (W521); counts that stand on a secret (W522)."""
    if shown.rule.name == "none":
        return []
    return [*_all_alike(shown, system), *_told(shown, system)]


def _all_alike(shown: Shown, system: System) -> list[Problem]:
    alike = [
        relation
        for relation in system.relations
        if isinstance(relation, Bound)
        and shown.values[relation.part] is not None
        and shown.values[relation.whole] is not None
        and system.counts[relation.part] == system.counts[relation.whole] > 0
    ]
    return [
        Problem(
            code="W521",
            where=str(relation.whole),
            what=f"All of them are {relation.part}: what is known of all is known of each.",
            remedy="Merge the group with another, or leave the figure out.",
        )
        for relation in alike
    ]


def _told(shown: Shown, system: System) -> list[Problem]:
    intervals = attack(shown.values, system.relations, shown.rule, told=shown.primary)
    single = [key for key in shown.primary if intervals[key].low == intervals[key].high]
    if not single:
        return []
    return [
        Problem(
            code="W522",
            what=f"{len(single)} hidden counts could be worked out by a reader who guesses which "
            "of the hidden counts are the small ones.",
            remedy="Merge small groups.",
        )
    ]
