"""Settling: what is shown side by side, who may see it, what is kept, and the page of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app as commands
from pipeline.errors import InputError
from pipeline.readings.records import Decision, StoredReading
from pipeline.readings.store import Store, open_store
from pipeline.review.desk.desk import Desk
from pipeline.review.desk.people import UNDONE
from pipeline.review.desk.posted import Posted, Said
from pipeline.review.desk.settling import Settling
from tests.conftest import TINY_CODEBOOK
from tests.hostile import HOSTILE
from tests.reviewpage import Reader, hold, last_words
from tests.test_review_desk import ANA, BEN, NO, UNSURE, YES, ids, place_of, read, sample_of

EVE, CARA = "human:eve", "human:cara"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "decisions.db", create=True) as opened:
        yield opened


@pytest.fixture
def desk(make_round: Callable[..., Path], store: Store) -> Desk:
    """Ana and Ben differ on both themes of R1/barriers, on one of R2/barriers, not on R4."""
    desk = Desk(hold(make_round()), store)
    marked = Said(decision="present", span=(12, 16), note="very")
    read(desk, "R1/barriers", ANA, slow=marked, wifi=NO)
    read(desk, "R1/barriers", BEN, slow=NO, wifi=Said(decision="present", span=(4, 16)))
    read(desk, "R2/barriers", ANA, slow=YES, wifi=YES)
    read(desk, "R2/barriers", BEN, slow=YES, wifi=NO)
    for coder in (ANA, BEN):
        read(desk, "R4/improve", coder, training=UNSURE)
    return desk


def shown(desk: Desk, name: str, coder: str = EVE) -> Settling:
    return desk.settling(place_of(desk, name), coder)


def settle(
    desk: Desk, name: str, coder: str = EVE, queue: str = "settle", together: str = "", **said: Said
) -> StoredReading:
    screen = shown(desk, name, coder)
    own: dict[str, Any] = {"seen": screen.seen, "known": screen.known, "together": together}
    return desk.settle(Posted(queue=queue, place=screen.place, said=said, **own), coder)


def test_what_people_differ_on_is_shown_side_by_side(desk: Desk) -> None:
    assert ids(desk, "settle", EVE) == ["R1/barriers", "R2/barriers"]
    screen = shown(desk, "R1/barriers")
    assert [(c.letter, c.name) for c in screen.columns] == [("A", "ana"), ("B", "ben")]
    assert "".join(piece.text for piece in screen.pieces) == screen.text
    assert [(p.text, p.by, p.starting) for p in screen.pieces if p.by] == [
        ("wifi is ", "B", "B"),
        ("slow", "A B", "A"),
    ]
    styles = [piece.style for piece in screen.pieces if piece.by]
    assert len(set(styles)) == 2
    slow, wifi = screen.differing
    assert [row.number for row in screen.differing] == [1, 2]
    assert slow.cells == (("present", "slow", "very", False), ("absent", "", "", False))
    assert wifi.cells[1].quote == "wifi is slow"
    assert (slow.open, slow.decision, slow.standing, screen.alike) == (True, "", (), [])


def test_on_what_nobody_differs_nothing_is_to_be_settled(desk: Desk) -> None:
    screen = shown(desk, "R2/barriers")
    assert [row.theme for row in screen.differing] == ["wifi"]
    assert [(row.theme, row.number) for row in screen.alike] == [("slow", 0)]
    with pytest.raises(InputError, match=r"E585.*differ on 'Slow systems'"):
        settle(desk, "R2/barriers", slow=NO)
    for name in ("R4/improve", "R6/barriers"):
        with pytest.raises(InputError, match="E585"):
            shown(desk, name)


@pytest.mark.parametrize(
    ("ana", "ben", "differs"),
    [
        *(("present", "absent", True), ("absent", "present", True)),
        *(("present", "present", False), ("absent", "absent", False)),
        *(("present", "unsure", False), ("absent", "unsure", False), ("unsure", "unsure", False)),
    ],
)
def test_people_differ_where_one_says_present_and_another_absent(
    make_round: Callable[..., Path], store: Store, ana: str, ben: str, differs: bool
) -> None:
    desk = Desk(hold(make_round()), store)
    for coder, word in ((ANA, ana), (BEN, ben)):
        read(desk, "R6/barriers", coder, slow=Said(decision=word))
    assert ids(desk, "settle", EVE) == (["R6/barriers"] if differs else [])


def test_what_is_settled_is_an_adjudicators_reading_of_that_alone(desk: Desk, store: Store) -> None:
    noted = Said(decision="present", note="as ana says")
    reading = settle(desk, "R1/barriers", together=" ana,  ben ", slow=noted, wifi=NO)
    assert reading == store.readings()[-1]
    assert (reading.coder, reading.memo, reading.sample) == (
        "human:adjudicator:eve",
        "together with ana, ben",
        "",
    )
    assert last_words(store) == {"slow": "present", "wifi": "absent"}
    assert reading.decisions[0].memo == "as ana says"
    settle(desk, "R2/barriers", wifi=YES)
    assert last_words(store) == {"wifi": "present"}
    assert ids(desk, "settle", EVE) == []
    # What they said themselves stays, and they did not read it again.
    assert desk.view(EVE).people.own(0, BEN)["slow"].decision == "absent"
    assert not desk.view(EVE).people.read(EVE).any()


def test_settled_ones_leave_the_queues_and_can_be_looked_at_again(desk: Desk) -> None:
    queue = desk.open_queue("settle", EVE)
    assert desk.settled(queue, EVE) == (0, 2)
    assert desk.next_open(queue, EVE) == 0
    settle(desk, "R1/barriers", slow=YES, wifi=NO)
    assert desk.next_open(queue, EVE, 0) == place_of(desk, "R2/barriers")
    assert desk.settled(queue, EVE) == (1, 2)
    assert ids(desk, "settle", CARA) == ["R2/barriers"]
    assert ids(desk, "disputed", CARA) == ["R2/barriers"]
    assert ids(desk, "settled", CARA) == ["R1/barriers"]
    screen = shown(desk, "R1/barriers")
    assert [(row.decision, row.open) for row in screen.differing] == [
        ("present", False),
        ("absent", False),
    ]
    assert screen.differing[0].standing[0].startswith("eve: present, ")
    assert [(e.key, e.done, e.total) for e in desk.entries(CARA) if "settle" in e.key] == [
        ("settle", 1, 2),
        ("settled", 0, 1),
    ]
    settle(desk, "R1/barriers", queue="settled", slow=NO)
    assert shown(desk, "R1/barriers").differing[0].decision == "absent"


def test_what_she_is_not_sure_of_is_passed_over_and_stays_to_be_settled(desk: Desk) -> None:
    queue = desk.open_queue("settle", EVE)
    settle(desk, "R1/barriers", slow=UNSURE, wifi=NO)
    settle(desk, "R2/barriers", wifi=UNSURE)
    assert desk.next_open(queue, EVE) is None
    assert desk.settled(queue, EVE) == (0, 2)
    assert ids(desk, "settle", CARA) == ["R1/barriers", "R2/barriers"]
    assert [row.open for row in shown(desk, "R1/barriers", CARA).differing] == [True, False]


def test_undo_is_a_new_reading_of_the_adjudicators(desk: Desk, store: Store) -> None:
    settle(desk, "R2/barriers", wifi=YES)
    settle(desk, "R2/barriers", queue="settled", wifi=NO)
    assert desk.undo(EVE) == ("settled", 2)
    assert last_words(store) == {"wifi": "present"}
    assert desk.undo(EVE) == ("settle", 2)
    last = store.readings()[-1]
    assert (last.coder, last.decisions[0].memo) == ("human:adjudicator:eve", UNDONE)
    assert ids(desk, "settle", EVE) == ["R1/barriers", "R2/barriers"]
    assert desk.next_open(desk.queue("settle", EVE), EVE, 0) == 2
    assert ids(Desk(desk.material, store), "settle", EVE) == ["R1/barriers", "R2/barriers"]


def test_of_two_adjudicators_at_once_both_are_kept_and_the_later_is_told(
    desk: Desk, store: Store
) -> None:
    before = {name: shown(desk, "R2/barriers", name) for name in (EVE, CARA)}
    for name, word in ((EVE, YES), (CARA, NO)):
        screen = before[name]
        own: dict[str, Any] = {"seen": screen.seen, "known": screen.known}
        desk.settle(Posted(queue="settle", place=2, said={"wifi": word}, **own), name)
    assert [r.coder for r in store.readings()[-2:]] == [
        "human:adjudicator:eve",
        "human:adjudicator:cara",
    ]
    assert desk.told(EVE) == []
    assert desk.told(CARA) == [
        "While you settled R2/barriers, eve settled: Wifi – present. Both are kept; yours came "
        "later and stands."
    ]
    assert desk.told(CARA) == []
    standing = shown(desk, "R2/barriers", CARA).differing[0].standing
    assert ["a later word stands" in told for told in standing] == [True, False]


def test_two_windows_of_one_adjudicator_do_not_overwrite_each_other(desk: Desk) -> None:
    screen = shown(desk, "R2/barriers")
    settle(desk, "R2/barriers", wifi=YES)
    with pytest.raises(InputError, match="E595"):
        desk.settle(Posted(queue="settle", place=2, said={"wifi": NO}, seen=screen.seen), EVE)


def test_who_has_coded_it_may_settle_it_and_the_page_says_so(desk: Desk) -> None:
    assert shown(desk, "R2/barriers", ANA).own_words
    assert not shown(desk, "R2/barriers", EVE).own_words
    assert settle(desk, "R2/barriers", ANA, together="ben", wifi=YES).coder == (
        "human:adjudicator:ana"
    )
    # Whom she settled with last is filled in; of what was settled, who settled that.
    assert shown(desk, "R1/barriers", ANA).together == "ben"
    settle(desk, "R1/barriers", ANA, together="cara", slow=YES, wifi=YES)
    assert shown(desk, "R2/barriers", ANA).together == "ben"


def test_a_double_sample_is_settled_only_when_all_its_coders_are_done(
    desk: Desk, store: Store
) -> None:
    names = ("R2/barriers", "R6/barriers", "R1/barriers")
    store.add_sample(sample_of(desk, "double", *names, coders=["ana", "ben"]))
    desk = Desk(desk.material, store)
    for coder in (ANA, EVE):
        assert ids(desk, "settle", coder) == []
        assert "settle" not in [entry.key for entry in desk.entries(coder)]
        for refused in (
            lambda coder=coder: desk.open_queue("settle:drawn", coder),
            lambda coder=coder: shown(desk, "R1/barriers", coder),
            lambda coder=coder: desk.settle(
                Posted(queue="settle", place=0, said={"slow": YES}), coder
            ),
        ):
            with pytest.raises(InputError, match="E585"):
                refused()
    assert not any("adjudicator" in reading.coder for reading in store.readings())
    for coder in (ANA, BEN):
        read(desk, "R6/barriers", coder, queue="sample:drawn")
    assert ids(desk, "settle:drawn", EVE) == ["R2/barriers", "R1/barriers"]
    keys = [entry.key for entry in desk.entries(EVE)]
    assert keys.index("settle:drawn") == keys.index("settle") + 1
    settle(desk, "R2/barriers", queue="settle:drawn", wifi=NO)
    assert desk.settled(desk.queue("settle:drawn", EVE), EVE) == (1, 2)


def test_blind_nothing_can_be_settled(desk: Desk, store: Store) -> None:
    blind = Desk(desk.material, store, blind=True)
    assert not [entry for entry in blind.entries(EVE) if "settle" in entry.key]
    for key in ("settle", "settled"):
        with pytest.raises(InputError, match=r"E585.*--blind"):
            blind.open_queue(key, EVE)
    with pytest.raises(InputError, match="E585"):
        shown(blind, "R1/barriers")


def test_a_stale_word_is_told_and_is_no_side_of_a_difference(
    desk: Desk, store: Store, make_round: Callable[..., Path]
) -> None:
    settle(desk, "R2/barriers", wifi=YES)
    changed = TINY_CODEBOOK.replace("label: Wifi", "label: Wifi\n    definition: No signal")
    desk = Desk(hold(make_round("changed", codebook=changed)), store)
    assert ids(desk, "settle", EVE) == ["R1/barriers"]
    assert ids(desk, "settled", EVE) == []
    screen = shown(desk, "R1/barriers")
    assert [row.theme for row in screen.differing] == ["slow"]
    assert [cell.stale for cell in screen.alike[0].cells] == [True, True]


def test_an_imported_coder_is_shown_and_makes_nothing_to_settle(desk: Desk, store: Store) -> None:
    first = store.readings()[0]
    decision = Decision(theme="wifi", decision="present", theme_hash=first.decisions[1].theme_hash)
    store.add_readings([replace(first, coder="import:llm", decisions=(decision,))])
    desk = Desk(desk.material, store)
    screen = shown(desk, "R1/barriers")
    assert [column.name for column in screen.columns] == ["ana", "ben", "import:llm"]
    assert screen.differing[0].cells[2].decision == ""
    assert screen.differing[1].cells[2].decision == "present"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "E593"),
        ({"slow": {"decision": "perhaps"}}, "E593"),
        ({"nothing": {"decision": "present"}}, "E593"),
        ({"wifi": {"decision": "present", "note": UNDONE}}, "E593"),
        ({"slow": {"decision": "present"}}, "E585"),
    ],
)
def test_what_cannot_be_settled_is_refused_and_nothing_is_kept(
    desk: Desk, store: Store, said: dict[str, Any], code: str
) -> None:
    eve, before = Reader(desk, "eve"), len(store.readings())
    answer = eve.post("/settlings", {"queue": "settle", "place": 2, "said": said})
    assert answer.json["code"] == code
    assert len(store.readings()) == before


@pytest.mark.parametrize(
    ("path", "queue"), [("/readings", "settle"), ("/settlings", "all"), ("/settlings", "disputed")]
)
def test_each_queue_is_answered_on_its_own_page(desk: Desk, path: str, queue: str) -> None:
    eve = Reader(desk, "eve")
    body = {"queue": queue, "place": 2, "said": {"wifi": {"decision": "present"}}}
    assert eve.post(path, body).json["code"] == "E593"


def test_the_page_from_the_list_of_queues_to_the_end(desk: Desk, store: Store) -> None:
    eve = Reader(desk, "eve")
    assert 'href="/settle?queue=settle"' in eve.get("/?all").text
    for address in ("/settle?queue=settle", "/read?queue=settle&place=0"):
        assert eve.get(address).status == 303
    place = eve.get("/settle?queue=settle").headers["location"]
    while True:
        page = eve.get(place)
        assert "of 2 settled" in page.text
        body = {**json.loads(_page_of(page.text)), "together": "ana"}
        number = body["place"]
        said = {row.theme: {"decision": "absent"} for row in desk.settling(number, EVE).differing}
        place = eve.post("/settlings", {**body, "said": said}).json["next"]
        if "place" not in place:
            break
    assert "All 2 responses on which people differed are settled" in eve.get(place).text
    assert [r.response_id for r in store.readings()[-2:]] == ["R1/barriers", "R2/barriers"]
    again = eve.get("/settle?queue=settled").headers["location"]
    assert again == "/settle?queue=settled&place=0"
    assert eve.post("/undo", {}).json == {"next": "/settle?queue=settle&place=2"}
    assert eve.get("/settle?queue=all").headers["location"] == "/read?queue=all"


def _page_of(markup: str) -> str:
    return unescape(markup.split('data-page="')[1].split('"')[0])


def test_hostile_notes_and_names_are_shown_as_themselves(desk: Desk) -> None:
    eve = Reader(desk, "eve")
    for text in HOSTILE[::3]:
        note = text.replace("\0", "")[:200]
        if note.strip() in ("", UNDONE):
            continue
        wifi = Said(decision="absent", note=note)
        read(desk, "R2/barriers", BEN, slow=YES, wifi=wifi)
        settle(desk, "R2/barriers", queue="settled", together=note, wifi=wifi)
        page = eve.get("/settle?queue=settled&place=2").text
        assert page.count("<script") == 1
        assert desk.settling(2, EVE).differing[0].note == note.removeprefix(" ")


def test_the_page_keeps_what_an_import_of_an_adjudicators_csv_would(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_round(extra="decisions: decisions.db\n")
    with open_store(folder / "decisions.db", create=True) as store:
        desk = Desk(hold(folder), store)
        for coder, word in ((ANA, YES), (BEN, NO)):
            read(desk, "R6/barriers", coder, slow=word)
    sheet = tmp_path / "settle.csv"
    call("agree", folder, "--out", sheet)
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("?", "absent"), encoding="utf-8")
    call("import", folder, sheet, "--coder", "adjudicator:eve")
    with open_store(folder / "decisions.db") as store:
        desk = Desk(desk.material, store)
        settle(desk, "R6/barriers", CARA, queue="settled", slow=NO)
        by_csv, by_page = store.readings()[-2:]
    assert by_page.coder == "human:adjudicator:cara"
    assert replace(by_csv, coder="", time="") == replace(by_page, coder="", time="")


def call(*arguments: object) -> None:
    done = CliRunner().invoke(commands, ["review", *map(str, arguments), "--quiet"])
    assert done.exit_code == 0, done.output
