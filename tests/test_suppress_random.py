"""Small numbers in 2,000 random tables: nothing can be worked out of any of them."""

import random
import time

import numpy as np
import pytest
from scipy.optimize import linprog

from pipeline.suppress.apply import Shown, recoverable, suppress
from pipeline.suppress.rule import Rule, parse_rule
from pipeline.suppress.system import Bound, Cell, Sum, System, Union, keys_of

RULES = ("threshold-3", "threshold-5", "threshold-10", "nhs-1-7-round5")
ALL = "all"


class Survey:
    """People with a group (in a region) and themes; every table of it that is published."""

    def __init__(self, seed: int, *, groups: int, themes: int, people: int) -> None:
        pick = random.Random(seed)
        self.names = [f"g{n}" for n in range(groups)]
        weights = [pick.choice((1, 3, 10)) for _ in self.names]
        rates = [pick.choice((0.02, 0.1, 0.3, 0.9)) for _ in range(themes)]
        group_of = pick.choices(self.names, weights, k=people)
        self.people = [(g, {t for t, p in enumerate(rates) if pick.random() < p}) for g in group_of]
        self.counts: dict[tuple[str, str], int] = {}
        self.relations: list[Sum | Union | Bound] = []
        self._count("base", lambda _: True)
        for theme in range(themes):
            self._cited(f"t{theme}", {theme})
        if themes > 1:
            self._cited("net", set(range(themes)))
            for group in (*self.names, ALL):
                parts = tuple((f"t{theme}", group) for theme in range(themes))
                self.relations.append(Union(("net", group), parts))

    def _cited(self, name: str, members: set[int]) -> None:
        self._count(name, lambda cited: bool(cited & members))
        self._count(f"not {name}", lambda cited: not cited & members)
        for group in (*self.names, ALL):
            pair = ((name, group), (f"not {name}", group))
            self.relations += [Sum(("base", group), pair), Bound(pair[0], ("base", group))]

    def _count(self, name: str, wanted) -> None:
        for group in self.names:
            self.counts[name, group] = sum(g == group and wanted(c) for g, c in self.people)
        self.counts[name, ALL] = sum(wanted(cited) for _, cited in self.people)
        self.relations.append(Sum((name, ALL), tuple((name, group) for group in self.names)))
        if len(self.names) > 3:
            self._regions(name)

    def _regions(self, name: str) -> None:
        halves = {"north": self.names[:2], "south": self.names[2:]}
        for region, groups in halves.items():
            self.counts[name, region] = sum(self.counts[name, group] for group in groups)
            parts = tuple((name, group) for group in groups)
            self.relations.append(Sum((name, region), parts))
        self.relations.append(Sum((name, ALL), tuple((name, region) for region in halves)))

    def system(self) -> System:
        return System([Cell(key=k, count=n) for k, n in self.counts.items()], self.relations)


def partition(seed: int) -> System:
    """A table of counts in which each person is in one row and one column."""
    pick = random.Random(seed)
    height, width = pick.randint(1, 3), pick.randint(2, 4)
    counts = {
        (r, c): pick.choice((0, 1, 2, 3, 5, 8, 13, 21, 34, 55))
        for r in range(height)
        for c in range(width)
    }
    relations = [Sum((r, ALL), tuple((r, c) for c in range(width))) for r in range(height)]
    relations += [Sum((ALL, c), tuple((r, c) for r in range(height))) for c in range(width)]
    relations.append(Sum((ALL, ALL), tuple((r, ALL) for r in range(height))))
    for relation in relations:
        counts[relation.total] = sum(counts[part] for part in relation.parts)
    relations.append(Sum((ALL, ALL), tuple((ALL, c) for c in range(width))))
    return System([Cell(key=k, count=n) for k, n in counts.items()], relations)


def random_system(seed: int) -> System:
    pick = random.Random(seed)
    if seed % 8:
        return partition(seed)
    groups, themes = (4, 3) if seed % 40 == 0 else (pick.randint(1, 3), pick.randint(1, 2))
    return Survey(seed, groups=groups, themes=themes, people=pick.choice((6, 25, 80, 300))).system()


def bounds_by_real_numbers(shown: Shown, system: System, key) -> tuple[float, float]:
    """The least and the greatest value of a cell, from the relations alone, by dense programs."""
    place = {cell.key: number for number, cell in enumerate(system.cells)}
    equal, at_most = [], []
    for relation in system.relations:
        whole, *parts = keys_of(relation)
        row = np.zeros(len(place))
        row[[place[part] for part in parts]] = 1
        if isinstance(relation, Sum):
            row[place[whole]] = -1
            equal.append(row)
            continue
        for part in parts:
            under = np.zeros(len(place))
            under[place[part]], under[place[whole]] = 1, -1
            at_most.append(under)
        if isinstance(relation, Union):
            row[place[whole]] = -1
            at_most.append(-row)
    ranges = [(0, None) if v is None else shown.rule.range_of(v) for v in shown.values.values()]
    ends = []
    for sign in (1, -1):
        goal = np.zeros(len(place))
        goal[place[key]] = sign
        found = linprog(
            goal,
            A_eq=np.array(equal) if equal else None,
            b_eq=np.zeros(len(equal)) if equal else None,
            A_ub=np.array(at_most) if at_most else None,
            b_ub=np.zeros(len(at_most)) if at_most else None,
            bounds=ranges,
        )
        ends.append(found.fun * sign if found.status == 0 else np.inf)
    return ends[0], ends[1]


@pytest.mark.parametrize("rule", RULES)
def test_of_500_random_tables_nothing_that_is_hidden_can_be_worked_out(rule: str) -> None:
    first = 500 * RULES.index(rule)
    for seed in range(first, first + 500):
        system = random_system(seed)
        shown = suppress(system, parse_rule(rule))
        assert recoverable(shown, system) == {}, seed
        assert all(shown.values[key] is None for key in shown.primary | shown.secondary)


@pytest.mark.parametrize("rule", ["threshold-5", "nhs-1-7-round5"])
def test_a_second_attack_written_apart_finds_nothing_either(rule: str) -> None:
    for seed in range(0, 500, 23):
        system = random_system(seed)
        shown = suppress(system, parse_rule(rule))
        for key in shown.primary:
            low, high = bounds_by_real_numbers(shown, system, key)
            assert left(shown.rule, low, high) >= shown.rule.open, (seed, key)


def left(rule: Rule, low: float, high: float) -> int:
    return rule.left_open(int(np.ceil(low - 1e-6)), int(min(np.floor(high + 1e-6), 10**6)))


def test_hiding_only_the_small_counts_is_often_not_enough() -> None:
    rule = parse_rule("threshold-5")
    leaks = 0
    for seed in range(60):
        system = random_system(seed)
        small = frozenset(cell.key for cell in system.cells if rule.is_small(cell.count))
        values = {cell.key: None if cell.key in small else cell.count for cell in system.cells}
        bare = Shown(rule=rule, values=values, primary=small, secondary=frozenset())
        leaks += bool(recoverable(bare, system))
    assert leaks > 30


def test_twenty_themes_in_ten_groups_with_nets_take_seconds() -> None:
    system = Survey(3, groups=10, themes=20, people=1000).system()
    began = time.process_time()
    shown = suppress(system, parse_rule("threshold-10"))
    assert time.process_time() - began < 20
    assert recoverable(shown, system) == {}
