"""Agreement so far on the review page: whose, of what, and who must not see it yet."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.agreement import Quick, agree_so_far, hear_coders
from pipeline.readings.store import Store, open_store
from pipeline.review.desk.desk import Desk
from pipeline.review.desk.disputes import plain_name
from pipeline.review.desk.posted import Posted
from tests.reviewpage import Reader, hold
from tests.test_review_desk import ANA, BEN, NO, UNSURE, YES, ids, place_of, read, sample_of
from tests.test_review_settle import CARA, EVE, settle


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "decisions.db", create=True) as opened:
        yield opened


@pytest.fixture
def desk(make_round: Callable[..., Path], store: Store) -> Desk:
    desk = Desk(hold(make_round()), store)
    for name, ana, ben in (
        *(("R1/barriers", YES, YES), ("R2/barriers", YES, NO), ("R3/barriers", NO, NO)),
        ("R6/barriers", NO, UNSURE),
    ):
        read(desk, name, ANA, slow=ana, wifi=NO)
        read(desk, name, BEN, slow=ben, wifi=NO)
    return desk


def test_each_pair_of_people_has_its_figures(desk: Desk) -> None:
    read(desk, "R1/barriers", CARA, slow=YES, wifi=YES)
    found = desk.agreement(EVE)
    assert found is not None
    assert not found.withheld
    assert [(p.first, p.second) for p in found.pairs] == [
        ("ana", "ben"),
        ("ana", "cara"),
        ("ben", "cara"),
    ]
    pair = found.pairs[0]
    assert [label for label, _ in pair.themes] == ["Slow systems", "Wifi"]
    slow, wifi = (quick for _, quick in pair.themes)
    # present-present, present-absent, absent-absent: by hand, kappa is (2/3 - 4/9) / (1 - 4/9).
    assert [slow.n, slow.raw, slow.kappa] == pytest.approx([3, 2 / 3, 0.4])
    assert (wifi.n, wifi.raw, wifi.kappa, wifi.ac1) == (4, 1.0, None, None)
    assert [pair.overall.n, pair.overall.raw] == pytest.approx([4, 6 / 7])


def test_it_is_that_of_the_words_that_stand(desk: Desk) -> None:
    before = desk.agreement(EVE)
    read(desk, "R2/barriers", BEN, slow=YES, wifi=NO)
    after = desk.agreement(EVE)
    assert before
    assert after
    assert (before.pairs[0].overall.apart, after.pairs[0].overall.apart) == (1, 0)
    desk.undo(BEN)
    assert desk.agreement(EVE) == before


def test_what_is_settled_changes_nothing_of_it(desk: Desk) -> None:
    before = desk.agreement(EVE)
    settle(desk, "R2/barriers", slow=NO)
    assert desk.agreement(EVE) == before


def test_of_a_double_sample_it_is_left_out_before_all_are_done(desk: Desk, store: Store) -> None:
    names = ("R1/barriers", "R4/improve")
    store.add_sample(sample_of(desk, "double", *names, coders=["ana", "ben"]))
    desk = Desk(desk.material, store)
    for coder in (ANA, EVE):
        found = desk.agreement(coder)
        assert found
        assert (found.pairs[0].overall.n, found.withheld) == (3, True)
    page = Reader(desk, "eve").get("/?all").text
    assert "ana and ben: 3 responses" in page
    assert "still read blind are left out" in page
    for coder in (ANA, BEN):
        read(desk, "R4/improve", coder, queue="sample:drawn")
    found = desk.agreement(EVE)
    assert found
    assert (found.pairs[0].overall.n, found.withheld) == (5, False)


def test_blind_it_is_not_shown(desk: Desk, store: Store) -> None:
    blind = Desk(desk.material, store, blind=True)
    assert blind.agreement(EVE) is None
    assert "Agreement" not in Reader(blind, "eve").get("/?all").text


def test_the_list_of_queues_and_the_end_of_settling_show_it(desk: Desk) -> None:
    eve = Reader(desk, "eve")
    page = eve.get("/?all").text
    assert "ana and ben: 4 responses, raw 0.86" in page
    row = "<td>3</td><td>0.67</td><td>0.40</td>"
    assert row in page
    assert "<td>no variation</td>" in page
    settle(desk, "R2/barriers", slow=NO)
    assert ids(desk, "settle", EVE) == []
    assert row in eve.get("/settle?queue=settle").text


def test_without_two_who_read_the_same_nothing_is_said(
    make_round: Callable[..., Path], store: Store
) -> None:
    desk = Desk(hold(make_round()), store)
    read(desk, "R1/barriers", ANA, slow=YES, wifi=NO)
    read(desk, "R6/barriers", BEN)
    assert "Agreement" not in Reader(desk, "eve").get("/?all").text


@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_the_store_says_of_any_readings(
    make_round: Callable[..., Path], store: Store, seed: int
) -> None:
    """Against all the store's decisions, read anew and sorted into coders by another way."""
    desk, draw = Desk(hold(make_round()), store), random.Random(seed)
    for _ in range(40):
        name = draw.choice(desk.material.gathered.ids)
        coder = draw.choice((ANA, BEN, CARA))
        shown = desk.screen(place_of(desk, name), desk.queue("all", coder), coder)
        said = {row.theme: draw.choice((YES, NO, UNSURE)) for row in shown.rows}
        seen = shown.seen
        desk.record(Posted(queue="all", place=shown.place, said=said, seen=seen), coder)
        desk.agreement(EVE)
    heard = hear_coders(store.read_decisions())
    pairs: dict[tuple[str, str], Quick] = {}
    for one, other in itertools.combinations((ANA, BEN, CARA), 2):
        both = {
            name: {
                theme: {c: heard[c][name][theme] for c in (one, other)}
                for theme in heard[one][name]
                if theme in heard[other][name]
            }
            for name in set(heard[one]) & set(heard[other])
        }
        pairs[plain_name(one), plain_name(other)] = agree_so_far(both).overall
    found = desk.agreement(EVE)
    assert found
    assert {(p.first, p.second): p.overall for p in found.pairs} == pairs
