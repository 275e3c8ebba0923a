"""The attack on small numbers beside its twin: every table of whole numbers that fits, counted."""

import random

import numpy as np
import pytest

from pipeline.suppress.apply import Shown, recoverable, suppress
from pipeline.suppress.attack import Interval, attack
from pipeline.suppress.rule import parse_rule
from pipeline.suppress.system import Bound, Cell, Key, Sum, System, Union, keys_of

RULES = ("threshold-3", "threshold-4", "nhs-1-7-round5")


def every_table(shown: Shown, system: System) -> dict[Key, Interval]:
    """The intervals of the hidden counts over all tables up to a ceiling, one by one."""
    ceiling = max(system.counts.values()) + 2 * shown.rule.small + 2
    ranges = [
        np.arange(ceiling + 1)
        if value is None
        else np.arange(shown.rule.range_of(value)[0], shown.rule.range_of(value)[1] + 1)
        for value in shown.values.values()
    ]
    grid = dict(zip(shown.values, np.meshgrid(*ranges, indexing="ij", sparse=True), strict=True))
    fits = np.ones([len(values) for values in ranges], dtype=bool)
    for relation in system.relations:
        whole, *parts = (grid[key] for key in keys_of(relation))
        if isinstance(relation, Sum):
            fits &= whole == sum(parts)
        elif isinstance(relation, Bound):
            fits &= parts[0] <= whole
        else:
            fits &= whole <= sum(parts)
            for part in parts:
                fits &= part <= whole
    found = {}
    for axis, (key, value) in enumerate(shown.values.items()):
        if value is None:
            others = tuple(number for number in range(fits.ndim) if number != axis)
            possible = ranges[axis][fits.any(axis=others)]
            found[key] = Interval(int(possible.min()), int(possible.max()))
    return found


def tiny(seed: int) -> System:
    pick = random.Random(seed)
    a, b, c = (pick.choice((0, 1, 2, 3, 4, 5, 8)) for _ in range(3))
    counts = {"a": a, "b": b}
    kind = pick.choice(("sum", "net", "base", "tree"))
    if kind == "sum":
        counts |= {"c": c, "all": a + b + c}
        relations = [Sum("all", ("a", "b", "c"))]
    elif kind == "net":
        counts |= {"net": pick.randint(max(a, b), a + b)}
        counts |= {"base": counts["net"] + c}
        relations = [Union("net", ("a", "b")), Bound("net", "base")]
    elif kind == "base":
        counts |= {"net": pick.randint(max(a, b), a + b), "not": c}
        counts |= {"base": counts["net"] + c}
        relations = [Union("net", ("a", "b")), Sum("base", ("net", "not"))]
    else:
        counts |= {"half": a + b, "c": c, "all": a + b + c}
        relations = [Sum("half", ("a", "b")), Sum("all", ("half", "c"))]
    return System([Cell(key=key, count=count) for key, count in counts.items()], relations)


def bare(system: System, rule) -> Shown:
    small = frozenset(cell.key for cell in system.cells if rule.is_small(cell.count))
    values = {c.key: None if c.key in small else rule.show(c.count) for c in system.cells}
    return Shown(rule=rule, values=values, primary=small, secondary=frozenset())


@pytest.mark.parametrize("name", RULES)
def test_the_attack_leaves_open_what_the_count_of_all_tables_does(name: str) -> None:
    rule = parse_rule(name)
    compared = 0
    for seed in range(80):
        system = tiny(seed)
        for shown in (bare(system, rule), suppress(system, rule)):
            truth = every_table(shown, system)
            found = attack(shown.values, system.relations, rule)
            assert found.keys() == truth.keys()
            for key, interval in found.items():
                true_left = rule.left_open(truth[key].low, truth[key].high)
                left = rule.left_open(interval.low, interval.high)
                assert min(left, rule.open) == min(true_left, rule.open), (seed, key)
                alone = interval.low == interval.high
                assert alone == (truth[key].low == truth[key].high), (seed, key)
                compared += 1
    assert compared > 100


@pytest.mark.parametrize("name", RULES)
def test_counting_all_tables_recovers_nothing_from_what_is_shown(name: str) -> None:
    rule = parse_rule(name)
    for seed in range(80, 160):
        system = tiny(seed)
        shown = suppress(system, rule)
        for key, interval in every_table(shown, system).items():
            assert interval.low < interval.high, (seed, key)
            if key in shown.primary:
                assert rule.left_open(interval.low, interval.high) >= rule.open, (seed, key)


@pytest.mark.parametrize("name", RULES)
def test_hiding_only_small_counts_leaks_and_both_ways_of_attack_see_the_same_leaks(name) -> None:
    rule = parse_rule(name)
    leaks = 0
    for seed in range(160, 240):
        system = tiny(seed)
        shown = bare(system, rule)
        truth = every_table(shown, system)
        lost = {
            key
            for key in shown.primary
            if rule.left_open(truth[key].low, truth[key].high) < rule.open
            or truth[key].low == truth[key].high
        }
        assert set(recoverable(shown, system)) == lost, seed
        leaks += bool(lost)
    assert leaks > 10 or name.startswith("nhs")
