"""Several programs on one store: what one adds the others see, and who was overtaken is told."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.readings.records import Decision, StoredReading, hash_theme, utc
from pipeline.readings.store import open_store
from pipeline.review.desk.desk import Desk
from pipeline.review.desk.material import Material
from pipeline.review.desk.people import UNDONE, People
from pipeline.review.desk.posted import Posted, Said
from pipeline.round.place import Place
from tests.reviewpage import Reader, hold
from tests.test_review_desk import ANA, BEN, NO, YES, ids, read, sample_of
from tests.test_review_settle import CARA, EVE, settle


@pytest.fixture(scope="module")
def material(
    tmp_path_factory: pytest.TempPathFactory, write_round: Callable[..., Path]
) -> Material:
    return hold(write_round(tmp_path_factory.mktemp("desks")))


@pytest.fixture
def desks(material: Material, place: Place) -> Iterator[tuple[Desk, Desk]]:
    """Two programs, as two 'review serve' are: each has a connection of its own."""
    with open_store(place, create=True) as one, open_store(place) as other:
        yield Desk(material, one), Desk(material, other)


@pytest.fixture
def two(material: Material, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    path = tmp_path / "decisions.db"
    with open_store(path, create=True) as one, open_store(path) as other:
        yield Desk(material, one), Desk(material, other)


def show(desk: Desk, place: int, coder: str, queue: str = "all") -> Callable[..., StoredReading]:
    """The response before a person; what is called later is what her page then sends."""
    screen = desk.screen(place, desk.queue(queue, coder), coder)

    def send(**said: Said) -> StoredReading:
        seen, known = screen.seen, screen.known
        posted = Posted(queue=queue, place=place, said=said, seen=seen, known=known)
        return desk.record(posted, coder)

    return send


def test_what_one_program_keeps_the_other_shows(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    read(here, "R2/barriers", ANA, slow=YES, wifi=YES)
    read(there, "R2/barriers", BEN, slow=YES, wifi=NO)
    assert ids(here, "disputed") == ids(there, "settle", EVE) == ["R2/barriers"]
    row = here.screen(2, here.queue("disputed", ANA), ANA).rows[0]
    assert row.others == ("human:ben: absent",)
    settle(here, "R2/barriers", EVE, wifi=NO)
    assert ids(there, "settle", CARA) == []
    here.undo(EVE)
    assert ids(there, "settle", CARA) == ["R2/barriers"]
    agreeing = there.agreement(CARA)
    assert agreeing
    assert agreeing.pairs[0].overall.apart == 1


def test_who_was_overtaken_is_told_on_the_next_page(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    ana, ben = show(here, 0, ANA), show(there, 0, BEN)
    ben(slow=NO, wifi=YES)
    ana(slow=YES, wifi=YES)
    sentence = "While you read R1/barriers, ben said: Slow systems – absent, Wifi – present."
    assert (here.told(ANA), there.told(BEN)) == ([sentence], [])
    assert here.told(ANA) == []
    show(there, 0, BEN)(slow=YES, wifi=YES)
    assert there.told(BEN) == []


@pytest.mark.parametrize(
    ("before", "said", "told"),
    [
        ({}, {"slow": NO, "wifi": NO}, "ben read it too, and found none of the themes"),
        ({}, {"slow": YES, "wifi": NO}, "ben said: Slow systems – present"),
        ({"slow": YES, "wifi": NO}, "undo", "ben took back what was said"),
    ],
)
def test_it_is_told_in_words(
    two: tuple[Desk, Desk], before: dict[str, Said], said: dict[str, Said] | str, told: str
) -> None:
    here, there = two
    if before:
        show(there, 0, BEN)(**before)
    ana = show(here, 0, ANA)
    if isinstance(said, str):
        there.undo(BEN)
    else:
        show(there, 0, BEN)(**said)
    ana(slow=NO, wifi=NO)
    assert here.told(ANA) == [f"While you read R1/barriers, {told}."]


def test_the_page_tells_it_once(two: tuple[Desk, Desk]) -> None:
    here, there = two
    ana = Reader(here)
    body = {"queue": "all", "place": 0, "seen": "", "known": 0}
    show(there, 0, BEN)(slow=YES, wifi=NO)
    answer = ana.post(
        "/readings",
        {**body, "said": {"slow": {"decision": "present"}, "wifi": {"decision": "absent"}}},
    )
    page = ana.get(answer.json["next"])
    assert "While you read R1/barriers, ben said: Slow systems – present." in page.text
    assert "While you read" not in ana.get(answer.json["next"]).text


def test_blind_and_in_a_sample_that_is_not_done_nothing_is_told(
    two: tuple[Desk, Desk], material: Material, tmp_path: Path
) -> None:
    here, there = two
    with open_store(tmp_path / "decisions.db") as store:
        store.add_sample(
            sample_of(here, "double", "R1/barriers", "R6/barriers", coders=["ana", "ben"])
        )
        blind = Desk(material, store, blind=True)
        own = Desk(material, store)
        for desk, coder in ((own, ANA), (blind, CARA)):
            send = show(desk, 0, coder)
            show(there, 0, BEN)(slow=YES, wifi=YES)
            send(slow=NO, wifi=NO)
            assert desk.told(coder) == []


def test_a_sample_that_is_drawn_meanwhile_is_in_the_list_and_read_blind(
    desks: tuple[Desk, Desk],
) -> None:
    here, there = desks
    read(there, "R2/barriers", BEN, slow=YES, wifi=NO)
    keys = [entry.key for entry in here.entries(ANA)]
    assert not any(key.startswith("sample:") for key in keys)
    shown = here.screen(2, here.queue("all", ANA), ANA)
    assert not shown.bare
    with open_store(_path(there)) as store:
        store.add_sample(sample_of(here, "double", "R2/barriers", coders=["ana", "cara"]))
    assert next(entry.key for entry in here.entries(ANA)) == "sample:drawn"
    assert "sample:drawn" in Reader(there).get("/?all").text.replace("%3A", ":")
    assert here.screen(2, here.queue("all", ANA), ANA).bare
    read(here, "R2/barriers", ANA, queue="sample:drawn", slow=NO, wifi=NO)
    assert there.screen(2, there.queue("all", CARA), CARA).bare
    read(there, "R2/barriers", CARA, queue="sample:drawn")
    assert not here.screen(2, here.queue("all", ANA), ANA).bare
    assert ids(here, "settle:drawn", EVE) == ["R2/barriers"]


def test_the_same_person_elsewhere_is_noticed_in_another_program_too(
    desks: tuple[Desk, Desk],
) -> None:
    here, there = desks
    ana = show(here, 0, ANA)
    show(there, 0, ANA)(slow=YES, wifi=YES)
    with pytest.raises(InputError, match="E595"):
        ana(slow=NO, wifi=NO)
    show(here, 0, ANA)(slow=NO, wifi=NO)
    with pytest.raises(InputError, match=r"E595.*not undone"):
        there.undo(ANA)
    with pytest.raises(InputError, match="nothing to undo"):
        there.undo(ANA)
    assert there.view(ANA).people.own(0, ANA)["slow"].decision == "absent"


def test_an_import_of_older_readings_does_not_replace_a_later_word(
    two: tuple[Desk, Desk], material: Material
) -> None:
    here, there = two
    reading = show(here, 0, ANA)(slow=YES, wifi=NO)
    older = replace(reading, time=utc("2020-01-01T00:00:00Z"), memo="long ago")
    with open_store(_path(there), create=False) as store:
        store.add_readings([older, replace(older, coder=BEN), replace(older, response_id="gone")])
    assert there.view(ANA).people.last(ANA, 0) == reading
    assert there.view(ANA).people.last(BEN, 0) == replace(older, coder=BEN)
    assert show(there, 0, ANA)(slow=NO, wifi=NO)


def _path(desk: Desk) -> Place:
    return desk._store.path


def words_of(people: People, size: int) -> list[dict[str, dict[str, object]]]:
    return [
        {theme: dict(said) for theme, said in people.words(place).items() if said}
        for place in range(size)
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, str, str, int, bool]]:
    """place, coder, decision, the minute of it, and whether it takes the last back."""
    one = st.tuples(
        st.integers(0, 2),
        st.sampled_from([ANA, BEN]),
        st.sampled_from(["present", "absent", "unsure"]),
        st.integers(0, 5),
        st.booleans(),
    )
    return draw(st.lists(one, max_size=10))


@given(history=histories(), cut=st.integers(0, 10))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_readings_heard_in_parts_are_the_same_as_heard_at_once(
    material: Material, history: list[tuple[int, str, str, int, bool]], cut: int
) -> None:
    model = _model(material)
    readings = [
        replace(
            model,
            response_id=material.gathered.ids[place],
            question=material.gathered.questions[place],
            coder=coder,
            time=utc(f"2026-01-01T00:{minute:02}:00Z"),
            memo=UNDONE if undone else "",
            decisions=tuple(
                replace(d, decision=word, memo=UNDONE if undone else "") for d in model.decisions
            ),
        )
        for place, coder, word, minute, undone in history
    ]
    whole, parts = People(material, readings), People(material, readings[:cut])
    for reading in readings[cut:]:
        parts.decided(ANA, "slow")
        parts.hear([reading])
    size = len(material)
    assert words_of(parts, size) == words_of(whole, size)
    for coder in (ANA, BEN):
        assert parts.read(coder).tolist() == whole.read(coder).tolist()
        assert parts.decided(coder, "slow").tolist() == whole.decided(coder, "slow").tolist()
        for place in range(size):
            found = [people.last(coder, place) for people in (parts, whole)]
            assert found[0] == found[1]


def _model(material: Material) -> StoredReading:
    decisions = tuple(
        Decision(theme=theme.id, decision="absent", theme_hash=hash_theme(theme))
        for theme in material.codebook.themes
        if theme.id in ("slow", "wifi")
    )
    named = {"response_id": "", "question": "", "coder": ANA, "time": "", "text_hash": "0" * 64}
    return StoredReading(**named, decisions=decisions)


def read_forty(desk: Desk, name: str) -> list[tuple[int, StoredReading]]:
    """Readings of the first three responses, each with the last that its page knew of."""
    draw, sent = random.Random(name), []
    for _ in range(40):
        place = draw.randrange(3)
        said = {theme: draw.choice((YES, NO)) for theme in ("slow", "wifi")}
        said |= {"training": YES} if place == 1 else {}
        screen = desk.screen(place, desk.queue("all", name), name)
        seen, known = screen.seen, screen.known
        posted = Posted(queue="all", place=place, said=said, seen=seen, known=known)
        sent.append((known, desk.record(posted, name)))
    return sent


def test_of_many_who_read_at_once_each_is_told_of_those_who_came_between(
    material: Material, place: Place
) -> None:
    """Four programs, one person in each, forty readings each of three responses."""
    names = [f"human:p{number}" for number in range(4)]
    with ExitStack() as stack:
        stores = [stack.enter_context(open_store(place, create=True)) for _ in names]
        desks = [Desk(material, store) for store in stores]
        with ThreadPoolExecutor(len(names)) as pool:
            sent = list(pool.map(read_forty, desks, names))
        kept = stores[0].readings()
        assert len(kept) == 160
        assert stores[0].verify() == []
        told = [len(desk.told(name)) for desk, name in zip(desks, names, strict=True)]
        shown = [words_of(desk.view(EVE).people, 3) for desk in desks]
    assert shown == [words_of(People(material, kept), 3)] * 4
    number = {reading.digest: at for at, reading in enumerate(kept, start=1)}
    between = [
        sum(
            other.response_id == reading.response_id and other.coder != reading.coder
            for known, reading in of_one
            for other in kept[known : number[reading.digest] - 1]
        )
        for of_one in sent
    ]
    assert sum(between) > 0
    assert told == between


def test_to_look_whether_anything_came_takes_less_than_a_millisecond(
    two: tuple[Desk, Desk],
) -> None:
    here, _ = two
    took = []
    for _ in range(200):
        started = time.perf_counter()
        here._store.last()
        took.append(time.perf_counter() - started)
    assert median(took) < 0.001
