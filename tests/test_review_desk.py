"""The desk: queues, what is shown and hidden, what is kept, undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.readings.records import Member, Sample, hash_text
from pipeline.readings.store import Store, open_store
from pipeline.review.desk.desk import Desk
from pipeline.review.desk.marks import Mark, cut_text
from pipeline.review.desk.people import UNDONE
from pipeline.review.desk.posted import Posted, Said, parse_posted
from tests.conftest import TINY_CODEBOOK
from tests.reviewpage import hold, last_words

ANA, BEN = "human:ana", "human:ben"
YES, NO, UNSURE = Said(decision="present"), Said(decision="absent"), Said(decision="unsure")
# The places of the tiny round: R1/barriers, R1/improve, R2/barriers, R2/improve, R3/barriers,
# R4/improve, R5/improve, R6/barriers, R6/improve.


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "decisions.db", create=True) as opened:
        yield opened


@pytest.fixture
def desk(make_round: Callable[..., Path], store: Store) -> Desk:
    return Desk(hold(make_round()), store)


def place_of(desk: Desk, name: str) -> int:
    return desk.material.places[name]


def read(desk: Desk, name: str, coder: str = ANA, queue: str = "all", **said: Said) -> None:
    place = place_of(desk, name)
    shown = desk.screen(place, desk.queue(queue, coder), coder)
    desk.record(Posted(queue=queue, place=place, said=said, seen=shown.seen), coder)


def ids(desk: Desk, key: str, coder: str = ANA) -> list[str]:
    return [desk.material.gathered.ids[p] for p in desk.open_queue(key, coder).places]


def sample_of(desk: Desk, purpose: str, *names: str, **settings: Any) -> Sample:
    texts, questions = desk.material.gathered.texts, desk.material.gathered.questions
    members = tuple(
        Member(
            response_id=name,
            question=questions[place_of(desk, name)],
            stratum="",
            probability=0.5,
            text_hash=hash_text(texts[place_of(desk, name)]),
        )
        for name in names
    )
    return Sample(id="drawn", purpose=purpose, seed=1, members=members, settings=settings)


def test_each_queue_holds_what_its_name_says(desk: Desk) -> None:
    assert ids(desk, "all") == [
        *("R1/barriers", "R1/improve", "R2/barriers", "R2/improve", "R3/barriers"),
        *("R4/improve", "R5/improve", "R6/barriers", "R6/improve"),
    ]
    assert ids(desk, "theme:slow") == ["R1/barriers", "R2/barriers", "R5/improve"]
    assert ids(desk, "question:barriers") == [n for n in ids(desk, "all") if "barriers" in n]
    assert ids(desk, "uncoded") == ["R3/barriers", "R4/improve", "R6/barriers"]
    assert ids(desk, "search:KETTLE") == ["R4/improve"]
    assert ids(desk, "search:") == []
    assert ids(desk, "disputed") == ids(desk, "stale") == []
    assert sorted(ids(desk, "doubt")) == ids(desk, "all")
    (codebook,) = desk.material.gathered.coders
    assert set(ids(desk, f"coder:{codebook}")) == set(ids(desk, "all")) - set(ids(desk, "uncoded"))


@pytest.mark.parametrize(
    "key", ["", "nothing", "theme:nothing", "theme:systems", "question:x", "coder:x", "sample:x"]
)
def test_a_queue_that_is_not_there_is_refused(desk: Desk, key: str) -> None:
    with pytest.raises(InputError, match="E592"):
        desk.open_queue(key, ANA)


def test_a_reading_records_absent_what_was_in_view_and_not_marked(desk: Desk, store: Store) -> None:
    read(desk, "R1/barriers", slow=YES, wifi=NO)
    # Training is not coded in this question, so it was not in view.
    assert last_words(store) == {"slow": "present", "wifi": "absent"}
    read(desk, "R4/improve", training=YES)
    assert last_words(store) == {"slow": "absent", "wifi": "absent", "training": "present"}
    (first, _) = store.readings()
    assert (first.coder, first.question, first.sample) == (ANA, "barriers", "")
    assert first.text_hash == hash_text("The wifi is slow 😀")


def test_in_a_queue_of_one_theme_nothing_else_is_said(desk: Desk, store: Store) -> None:
    read(desk, "R1/barriers", queue="theme:slow", slow=NO)
    assert last_words(store) == {"slow": "absent"}
    queue = desk.queue("theme:slow", ANA)
    shown = desk.screen(place_of(desk, "R1/barriers"), queue, ANA)
    assert [row.theme for row in shown.rows] == ["slow"]
    assert desk.next_open(queue, ANA) == place_of(desk, "R2/barriers")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"slow": YES}, "undecided: Wifi"),
        ({"slow": YES, "wifi": YES, "nothing": YES}, "no theme 'nothing'"),
        ({"slow": YES, "wifi": Said(decision="perhaps")}, "no decision"),
        ({"slow": YES, "wifi": YES, "training": YES}, "not coded in this question"),
        ({"slow": YES, "wifi": Said(decision="present", span=(4, 19))}, "not in the text"),
        ({"slow": YES, "wifi": Said(decision="present", span=(4, 4))}, "not in the text"),
        ({"slow": YES, "wifi": Said(decision="present", span=(-1, 4))}, "not in the text"),
        ({"slow": YES, "wifi": Said(decision="absent", span=(4, 8))}, "where the theme is present"),
        ({"slow": YES, "wifi": Said(decision="absent", note=UNDONE)}, "undone"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    desk: Desk, store: Store, said: dict[str, Said], why: str
) -> None:
    with pytest.raises(InputError, match=why):
        read(desk, "R1/barriers", **said)
    assert store.readings() == []


@pytest.mark.parametrize(
    "body",
    [
        *(None, [], 3, "x", {}, {"place": "0"}, {"place": True}, {"place": 1.0}, {"place": 10**40}),
        {"place": 0, "said": []},
        {"place": 0, "said": {"slow": "present"}},
        {"place": 0, "said": {"slow": {"decision": 1}}},
        {"place": 0, "said": {"slow": {"decision": "present", "span": [1]}}},
        {"place": 0, "said": {"slow": {"decision": "present", "span": ["1", 2]}}},
        {"place": 0, "said": {}, "memo": "a\0b"},
        {"place": 0, "said": {}, "memo": "\ud800"},
    ],
)
def test_anything_else_that_is_sent_is_refused(desk: Desk, body: object) -> None:
    with pytest.raises(InputError, match=r"E59[23]"):
        desk.record(parse_posted(body), ANA)


def test_a_span_is_kept_in_code_points_and_shown_again(desk: Desk, store: Store) -> None:
    read(
        desk, "R1/barriers", slow=Said(decision="present", span=(12, 18), note="[0,1) odd"), wifi=NO
    )
    kept = {d.theme: (d.span, d.memo) for d in store.readings()[0].decisions}
    assert kept == {"slow": ((12, 18), "[0,1) odd"), "wifi": ((), "")}
    shown = desk.screen(0, desk.queue("all", ANA), ANA)
    slow = next(row for row in shown.rows if row.theme == "slow")
    assert (slow.quote, slow.note, slow.decision) == ("slow 😀", "[0,1) odd", "present")
    assert [piece.text for piece in shown.segments if slow.number in piece.over] == ["slow", " 😀"]


def test_a_memo_from_before_spans_had_columns_is_shown_as_a_note(desk: Desk, store: Store) -> None:
    read(desk, "R1/barriers", slow=Said(decision="present", note="[12,16) so she says"), wifi=NO)
    slow = Desk(desk.material, store).screen(0, desk.queue("all", ANA), ANA).rows[0]
    assert (slow.note, slow.quote, slow.span) == ("[12,16) so she says", "", ())


def test_the_screen_shows_the_evidence_and_the_context(desk: Desk) -> None:
    shown = desk.screen(0, desk.queue("all", ANA), ANA)
    assert [(row.theme, row.evidence[0].quote) for row in shown.rows] == [
        ("slow", "slow"),
        ("wifi", "wifi"),
    ]
    assert shown.question == "What gets in the way?"
    assert shown.groups == {"team": "North"}
    assert shown.others == [("What should improve?", "training on the new system")]
    assert shown.addable == []
    assert "".join(piece.text for piece in shown.segments) == shown.text


def test_undo_is_a_new_reading_and_nothing_said_stands(desk: Desk, store: Store) -> None:
    read(desk, "R1/barriers", slow=YES, wifi=NO)
    assert desk.undo(ANA) == ("all", 0)
    first, second = store.readings()
    assert {d.decision for d in second.decisions} == {"unsure"}
    assert (second.memo, first.memo) == (UNDONE, "")
    again = Desk(desk.material, store)
    for here in (desk, again):
        assert not here.view(ANA).people.read(ANA).any()
        assert here.view(ANA).people.own(0, ANA) == {}
        assert [row.decision for row in here.screen(0, here.queue("all", ANA), ANA).rows] == [
            "",
            "",
        ]
    with pytest.raises(InputError, match="nothing to undo"):
        desk.undo(ANA)


def test_undo_goes_back_to_what_was_said_before(desk: Desk, store: Store) -> None:
    read(desk, "R1/barriers", slow=Said(decision="present", span=(12, 16)), wifi=NO)
    read(desk, "R1/barriers", slow=NO, wifi=YES)
    desk.undo(ANA)
    assert last_words(store) == {"slow": "present", "wifi": "absent"}
    assert desk.screen(0, desk.queue("all", ANA), ANA).rows[0].quote == "slow"
    assert desk.view(ANA).people.read(ANA)[0]
    desk.undo(ANA)
    assert set(last_words(store).values()) == {"unsure"}


def test_two_windows_of_one_person_do_not_overwrite_each_other(desk: Desk, store: Store) -> None:
    seen = desk.screen(0, desk.queue("all", ANA), ANA).seen
    posted = Posted(queue="all", place=0, said={"slow": YES, "wifi": YES}, seen=seen)
    desk.record(posted, ANA)
    with pytest.raises(InputError, match="E595"):
        desk.record(posted, ANA)
    assert len(store.readings()) == 1
    desk.record(posted, BEN)
    assert [reading.coder for reading in store.readings()] == [ANA, BEN]


def test_a_new_definition_makes_stale_and_one_word_confirms(
    desk: Desk, store: Store, make_round: Callable[..., Path]
) -> None:
    read(desk, "R1/barriers", slow=YES, wifi=NO)
    changed = TINY_CODEBOOK.replace("label: Slow systems", "label: Slow\n    definition: Time lost")
    desk = Desk(hold(make_round("changed", codebook=changed)), store)
    assert ids(desk, "stale") == ["R1/barriers"]
    assert ids(desk, "stale", BEN) == []
    (row,) = desk.screen(0, desk.queue("stale", ANA), ANA).rows
    assert (row.theme, row.decision, row.stale[:10]) == ("slow", "", "present on")
    read(desk, "R1/barriers", queue="stale", slow=YES)
    assert last_words(store) == {"slow": "present"}
    assert desk.next_open(desk.queue("stale", ANA), ANA) is None
    assert ids(desk, "stale") == []
    desk.undo(ANA)
    assert [d.memo for d in store.readings()[-1].decisions] == [UNDONE]


def test_people_who_disagree_come_before_those_who_differ_from_the_machine(desk: Desk) -> None:
    read(desk, "R1/barriers", slow=NO, wifi=YES)
    read(desk, "R2/barriers", slow=YES, wifi=YES)
    read(desk, "R2/barriers", BEN, slow=YES, wifi=NO)
    assert ids(desk, "disputed") == ["R2/barriers", "R1/barriers"]
    (row,) = desk.screen(2, desk.queue("disputed", ANA), ANA).rows
    assert (row.theme, row.others) == ("wifi", ("human:ben: absent",))
    assert ids(desk, "coder:human:ben") == ["R2/barriers"]


def test_an_audit_is_read_bare_in_drawn_order_until_all_of_it_is_read(
    desk: Desk, store: Store
) -> None:
    names = ("R5/improve", "R1/barriers")
    store.add_sample(sample_of(desk, "audit", *names))
    desk = Desk(desk.material, store)
    assert ids(desk, "sample:drawn") == list(names)
    assert ids(desk, "theme:slow") == ["R2/barriers"]
    shown = desk.screen(0, desk.queue("all", ANA), ANA)
    assert shown.bare
    assert (shown.rows, [piece.over for piece in shown.segments]) == ([], [()])
    read(desk, "R5/improve", queue="sample:drawn", slow=YES)
    assert store.readings()[-1].sample == "drawn"
    assert desk.screen(6, desk.queue("all", ANA), ANA).bare
    read(desk, "R1/barriers", queue="sample:drawn")
    assert last_words(store) == {"slow": "absent", "wifi": "absent"}
    assert not desk.screen(0, desk.queue("all", ANA), ANA).bare
    assert desk.screen(0, desk.queue("all", BEN), BEN).bare


def test_an_audit_of_one_theme_asks_for_that_theme_alone(desk: Desk, store: Store) -> None:
    store.add_sample(sample_of(desk, "audit", "R5/improve", theme="wifi"))
    desk = Desk(desk.material, store)
    (row,) = desk.screen(6, desk.queue("sample:drawn", ANA), ANA).rows
    assert (row.theme, row.evidence) == ("wifi", ())


@pytest.mark.parametrize("settings", [{}, {"coders": ["ana", "ben"]}])
def test_of_two_coders_neither_sees_the_other_before_both_are_done(
    desk: Desk, store: Store, settings: dict[str, Any]
) -> None:
    store.add_sample(sample_of(desk, "double", "R1/barriers", **settings))
    desk = Desk(desk.material, store)
    read(desk, "R1/barriers", ANA, queue="sample:drawn", slow=YES)
    for coder in (ANA, BEN):
        shown = desk.screen(0, desk.queue("all", coder), coder)
        assert shown.bare
        assert not any(row.others or row.evidence for row in shown.rows)
        assert ids(desk, "disputed", coder) == []
    read(desk, "R1/barriers", BEN, queue="sample:drawn")
    for coder in (ANA, BEN):
        assert not desk.screen(0, desk.queue("all", coder), coder).bare
        assert ids(desk, "disputed", coder) == ["R1/barriers"]


def test_blind_nothing_tells_what_was_found(desk: Desk, store: Store) -> None:
    read(desk, "R1/barriers", BEN, slow=YES, wifi=NO)
    blind = Desk(desk.material, store, blind=True)
    keys = [entry.key for entry in blind.entries(ANA)]
    assert keys == ["all", "question:barriers", "question:improve", "stale"]
    for key in ("theme:slow", "doubt", "disputed", "uncoded", "coder:human:ben"):
        assert ids(blind, key) == []
    for place in range(len(blind.material)):
        shown = blind.screen(place, blind.queue("all", ANA), ANA)
        assert (shown.rows, [piece.over for piece in shown.segments]) == ([], [()])


def test_progress_and_pace_count_this_persons_readings(
    make_round: Callable[..., Path], store: Store
) -> None:
    ticks = iter(range(0, 1000, 6))
    desk = Desk(hold(make_round()), store, clock=lambda: next(ticks))
    for name in ids(desk, "all")[:6]:
        shown = desk.screen(place_of(desk, name), desk.queue("all", ANA), ANA)
        read(desk, name, **{row.theme: YES for row in shown.rows})
    queue = desk.queue("all", ANA)
    assert desk.progress(5, queue, ANA) == (6, 6, 9, 10.0)
    assert desk.progress(5, queue, BEN) == (6, 0, 9, None)
    assert desk.next_open(queue, ANA, 8) == 6
    assert (desk.step(0, queue, -1), desk.step(8, queue, 1), desk.step(3, queue, 1)) == (
        None,
        None,
        4,
    )


@given(st.text(max_size=12), st.lists(st.tuples(st.integers(-2, 14), st.integers(-2, 14))))
def test_the_pieces_are_the_text_and_each_is_under_the_marks_over_it(
    text: str, spans: list[tuple[int, int]]
) -> None:
    marks = [Mark(start, end, number) for number, (start, end) in enumerate(spans)]
    pieces = cut_text(text, marks)
    assert "".join(piece.text for piece in pieces) == text
    by_letter = [piece.over for piece in pieces for _ in piece.text]
    kept = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    assert by_letter == [
        tuple(sorted(m.number for m in kept if m.start <= at < m.end)) for at in range(len(text))
    ]
    assert sorted(n for piece in pieces for n in piece.starting) == [m.number for m in kept]
