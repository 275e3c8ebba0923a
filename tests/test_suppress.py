"""Small numbers: what is hidden, and that none of it can be worked out."""

import subprocess
import sys
from fractions import Fraction

import pytest

from pipeline.errors import CheckFailed, InputError
from pipeline.suppress.apply import Shown, check_hidden, next_to, recoverable, suppress
from pipeline.suppress.attack import Interval, attack
from pipeline.suppress.rule import parse_rule
from pipeline.suppress.system import Bound, Cell, Sum, System, Union
from pipeline.suppress.warn import warnings_of

TEN = parse_rule("threshold-10")
NHS = parse_rule("nhs-1-7-round5")


def crosstab(rows: list[list[int]]) -> System:
    """A table with its margins; cells are (row, column), 'all' where they are added up."""
    named = {(r, c): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    height, width = len(rows), len(rows[0])
    across = [Sum((r, "all"), tuple((r, c) for c in range(width))) for r in range(height)]
    down = [Sum(("all", c), tuple((r, c) for r in range(height))) for c in range(width)]
    last = Sum(("all", "all"), tuple((r, "all") for r in range(height)))
    also = Sum(("all", "all"), tuple(("all", c) for c in range(width)))
    for relation in (*across, *down, last):
        named[relation.total] = sum(named[part] for part in relation.parts)
    cells = [Cell(key=key, count=count) for key, count in named.items()]
    return System(cells, [*across, *down, last, also])


def system_of(counts: dict[str, int], *relations: Sum | Union | Bound) -> System:
    return System([Cell(key=key, count=count) for key, count in counts.items()], relations)


def primary_only(system: System, rule) -> Shown:
    small = frozenset(cell.key for cell in system.cells if rule.is_small(cell.count))
    values = {c.key: None if c.key in small else rule.show(c.count) for c in system.cells}
    return Shown(rule=rule, values=values, primary=small, secondary=frozenset())


def hidden(shown: Shown) -> set:
    return {key for key, value in shown.values.items() if value is None}


@pytest.mark.parametrize(
    "name", ["", "all", "threshold", "threshold-0", "threshold-2", "threshold-07", "NHS", "none "]
)
def test_a_rule_that_is_not_known_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(InputError, match=r"\[E521\].*nhs-1-7-round5"):
        parse_rule(name)


@pytest.mark.parametrize(
    ("rule", "count", "shown"),
    [
        ("none", 3, 3),
        ("threshold-5", 0, 0),
        ("threshold-5", 1, None),
        ("threshold-5", 4, None),
        ("threshold-5", 5, 5),
        ("nhs-1-7-round5", 0, 0),
        ("nhs-1-7-round5", 1, None),
        ("nhs-1-7-round5", 7, None),
        ("nhs-1-7-round5", 8, 10),
        ("nhs-1-7-round5", 12, 10),
        ("nhs-1-7-round5", 13, 15),
    ],
)
def test_a_count_alone_is_shown_as_its_rule_says(rule: str, count: int, shown: int | None) -> None:
    assert suppress(system_of({"a": count}), parse_rule(rule)).values == {"a": shown}


@pytest.mark.parametrize("name", ["nhs-1-7-round5", "threshold-10", "none"])
def test_what_is_shown_comes_from_the_range_that_it_is_read_as(name: str) -> None:
    rule = parse_rule(name)
    for count in (n for n in range(200) if not rule.is_small(n)):
        low, high = rule.range_of(rule.show(count))
        assert low <= count <= high
        assert all(rule.show(n) == rule.show(count) for n in range(low, high + 1))


def test_one_small_count_of_a_3_by_3_table_takes_three_more_at_the_corners_of_a_square() -> None:
    shown = suppress(crosstab([[3, 20, 31], [25, 40, 17], [30, 22, 28]]), TEN)
    assert shown.primary == {(0, 0)}
    assert shown.secondary == {(0, 1), (2, 0), (2, 1)}


def test_two_small_counts_of_a_row_do_not_protect_each_other_if_their_sum_is_small() -> None:
    system = system_of({"a": 1, "b": 2, "c": 40, "all": 43}, Sum("all", ("a", "b", "c")))
    assert attack(primary_only(system, TEN).values, system.relations, TEN)["a"] == Interval(0, 3)
    assert hidden(suppress(system, TEN)) == {"a", "b", "c"}


def test_the_complement_is_hidden_with_the_count() -> None:
    system = system_of({"base": 105, "yes": 3, "no": 102}, Sum("base", ("yes", "no")))
    shown = suppress(system, TEN)
    assert hidden(shown) == {"yes", "no"}
    assert shown.share("yes", "base") is None
    assert shown.share("no", "base") is None


def test_a_few_who_did_not_cite_are_protected_too() -> None:
    system = system_of({"base": 105, "yes": 103, "no": 2}, Sum("base", ("yes", "no")))
    assert suppress(system, TEN).values["yes"] is None


def test_a_complement_that_is_not_printed_is_protected_and_marks_nothing() -> None:
    cells = [
        Cell(key="base", count=105),
        Cell(key="yes", count=103, forms=("count", "share", "quotes")),
        Cell(key="no", count=2, forms=("count",), printed=False),
    ]
    system = System(cells, [Sum("base", ("yes", "no"))])
    shown = suppress(system, TEN)
    assert shown.values["yes"] is None
    assert list(shown.hidden_forms(system)) == [
        ("yes", "count"),
        ("yes", "share"),
        ("yes", "quotes"),
    ]


def test_a_net_that_is_as_great_as_its_other_member_bounds_the_small_one() -> None:
    net = Union("net", ("a", "b"))
    system = system_of({"net": 45, "a": 40, "b": 5}, net)
    assert attack(primary_only(system, TEN).values, [net], TEN) == {"b": Interval(5, 45)}
    shown = suppress(system, TEN)
    assert len(shown.secondary) == 1
    assert recoverable(shown, system) == {}


def test_a_net_with_room_gives_nothing_away() -> None:
    system = system_of({"net": 60, "a": 40, "b": 30, "c": 3}, Union("net", ("a", "b", "c")))
    assert hidden(suppress(system, TEN)) == {"c"}


def test_a_hierarchy_of_two_levels_is_protected_at_both() -> None:
    system = system_of(
        {"all": 120, "north": 60, "south": 60, "n1": 4, "n2": 56, "s1": 30, "s2": 30},
        Sum("all", ("north", "south")),
        Sum("north", ("n1", "n2")),
        Sum("south", ("s1", "s2")),
    )
    assert hidden(suppress(system, TEN)) == {"n1", "n2"}


def test_a_small_part_total_is_protected_above_and_below() -> None:
    system = system_of(
        {"all": 68, "north": 8, "south": 60, "n1": 4, "n2": 4, "s1": 30, "s2": 30},
        Sum("all", ("north", "south")),
        Sum("north", ("n1", "n2")),
        Sum("south", ("s1", "s2")),
    )
    shown = suppress(system, TEN)
    assert hidden(shown) == {"all", "north", "n1", "n2"}
    assert recoverable(shown, system) == {}


def test_rounding_alone_can_give_a_hidden_count_away_and_then_more_is_hidden() -> None:
    """12 + 12 + 12 + 7 = 43 is shown as 10 + 10 + 10 + [c] = 45: at most 36, at least 43."""
    system = system_of(
        {"a": 12, "b": 12, "c": 12, "d": 7, "all": 43}, Sum("all", ("a", "b", "c", "d"))
    )
    bare = primary_only(system, NHS)
    assert attack(bare.values, system.relations, NHS)["d"].low == 7
    assert list(recoverable(bare, system)) == ["d"]
    shown = suppress(system, NHS)
    assert len(shown.secondary) == 1
    assert recoverable(shown, system) == {}


def test_shares_are_of_the_rounded_counts_and_never_above_one() -> None:
    system = system_of({"base": 23, "yes": 23, "no": 0}, Sum("base", ("yes", "no")))
    shown = suppress(system, NHS)
    assert shown.share("yes", "base") == 1
    assert suppress(system_of({"a": 12, "of": 48}), NHS).share("a", "of") == Fraction(1, 5)
    assert shown.share("base", "no") is None


def test_the_check_fails_where_only_the_small_counts_are_hidden() -> None:
    system = crosstab([[3, 20, 31], [25, 40, 17], [30, 22, 28]])
    bare = primary_only(system, TEN)
    assert recoverable(bare, system) == {(0, 0): Interval(3, 3)}
    with pytest.raises(CheckFailed, match=r"\[E523\] 1 of the hidden counts"):
        check_hidden(bare, system)


def test_the_check_does_not_rely_on_the_true_counts() -> None:
    with pytest.raises(CheckFailed, match="E524"):
        attack({"a": 10, "b": 20, "all": 50, "c": 12}, [Sum("all", ("a", "b", "c"))], TEN)


def test_the_message_of_the_check_has_no_count_in_it() -> None:
    system = system_of({"base": 105, "yes": 3, "no": 102}, Sum("base", ("yes", "no")))
    with pytest.raises(CheckFailed) as failed:
        check_hidden(primary_only(system, TEN), system)
    assert "yes" not in str(failed.value)
    assert "102" not in str(failed.value)


def test_the_cost_of_hiding_chooses_what_is_hidden() -> None:
    cells = [
        Cell(key="small", count=4),
        Cell(key="dear", count=20, cost=9),
        Cell(key="cheap", count=90, cost=1),
        Cell(key="all", count=114, cost=9),
    ]
    system = System(cells, [Sum("all", ("small", "dear", "cheap"))])
    assert suppress(system, TEN).secondary == {"cheap"}


def test_without_a_rule_everything_printed_is_shown() -> None:
    system = crosstab([[3, 0], [1, 9]])
    shown = suppress(system, parse_rule("none"))
    assert shown.values == system.counts
    assert recoverable(shown, system) == {}
    assert warnings_of(shown, system) == []


def test_a_group_that_all_cite_is_warned_of() -> None:
    system = system_of({"IT": 12, "cited": 12}, Bound("cited", "IT"))
    assert [problem.code for problem in warnings_of(suppress(system, TEN), system)] == ["W521"]


def test_counts_that_stand_only_on_not_knowing_which_are_small_are_warned_of() -> None:
    """4 + 4 = 8: whoever guesses that both are below 5 knows both."""
    five = parse_rule("threshold-5")
    system = system_of({"a": 4, "b": 4, "all": 8}, Sum("all", ("a", "b")))
    shown = suppress(system, five)
    assert hidden(shown) == {"a", "b"}
    assert recoverable(shown, system) == {}
    assert [problem.code for problem in warnings_of(shown, system)] == ["W522"]


@pytest.mark.parametrize(
    ("counts", "relations", "what"),
    [
        ({"a": -1}, [], "is -1"),
        ({"a": 1}, [Bound("a", "b")], "names b"),
        ({"a": 1, "b": 1, "all": 3}, [Sum("all", ("a", "b"))], "do not fit"),
        ({"a": 5, "net": 4}, [Union("net", ("a",))], "do not fit"),
        ({"a": 1, "b": 3, "net": 5}, [Union("net", ("a", "b"))], "do not fit"),
        ({"a": 5, "b": 4}, [Bound("a", "b")], "do not fit"),
        ({"a": 2, "all": 4}, [Sum("all", ("a", "a"))], "twice"),
    ],
)
def test_counts_that_do_not_fit_their_relations_are_refused(counts, relations, what) -> None:
    with pytest.raises(InputError, match=rf"\[E522\].*{what}"):
        system_of(counts, *relations)


def test_a_count_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match="E522"):
        System([Cell(key="a", count=1), Cell(key="a", count=1)], [])


def test_no_table_at_all_is_nothing_to_hide() -> None:
    assert suppress(System([], []), TEN).values == {}


def test_the_same_system_gives_the_same_answer() -> None:
    rows = [[3, 20, 31, 2], [25, 4, 17, 60], [30, 22, 28, 11]]
    assert suppress(crosstab(rows), TEN) == suppress(crosstab(rows), TEN)


def test_where_the_choice_was_not_enough_the_cheapest_relation_goes_next_till_none_is_left() -> (
    None
):
    system = system_of(
        {"all": 70, "north": 30, "south": 40, "n1": 3, "n2": 27},
        Sum("all", ("north", "south")),
        Sum("north", ("n1", "n2")),
    )
    values: dict = {key: None if key == "n1" else count for key, count in system.counts.items()}
    order = []
    while True:
        shown = Shown(rule=TEN, values=values, primary=frozenset({"n1"}), secondary=frozenset())
        further = next_to(system, shown, ["n1"])
        if not further:
            break
        order += further
        values |= dict.fromkeys(further)
    assert order == ["n2", "north", "south", "all"]


def test_when_a_group_is_small_itself_its_column_and_another_are_hidden() -> None:
    counts = {"base a": 4, "base b": 50, "base c": 60, "base": 114}
    counts |= {"yes a": 1, "yes b": 20, "yes c": 30, "yes": 51}
    counts |= {"no a": 3, "no b": 30, "no c": 30, "no": 63}
    rows = [Sum(name, tuple(f"{name} {g}" for g in "abc")) for name in ("base", "yes", "no")]
    columns = [Sum(f"base{g}", (f"yes{g}", f"no{g}")) for g in (" a", " b", " c", "")]
    system = system_of(counts, *rows, *columns)
    shown = suppress(system, TEN)
    assert shown.primary == {"base a", "yes a", "no a"}
    assert len(shown.secondary) == 3
    check_hidden(shown, system)


def test_what_the_solver_prints_does_not_reach_stdout() -> None:
    code = (
        "import ctypes; from pipeline.suppress.solver import _silent\n"
        "with _silent(): ctypes.CDLL(None).puts(b'noise')\n"
        "print('data')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert (done.stdout, done.returncode) == ("data\n", 0)
