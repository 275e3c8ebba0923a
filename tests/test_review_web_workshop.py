"""The codebook on the review page, asked without a socket: what is shown, tried and kept."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from typer.testing import CliRunner

from pipeline.cli import app as commands
from pipeline.cli.review_serve import may_edit
from pipeline.codebook.load import load_codebook
from pipeline.errors import InputError
from pipeline.readings.store import Store, open_store
from pipeline.review.desk.desk import Desk
from pipeline.review.web.workshop import KEY_HELP
from tests.conftest import TINY_CODEBOOK
from tests.hostile import HOSTILE
from tests.reviewpage import Answer, Reader, ask, hold
from tests.test_review_desk import sample_of
from tests.test_review_web import WEB, Tree, table_of

COMMENTED = TINY_CODEBOOK.replace("    label: Wifi\n", "    label: Wifi  # as people write it\n")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "decisions.db", create=True) as opened:
        yield opened


@pytest.fixture
def ana(make_round: Callable[..., Path], store: Store) -> Reader:
    return Reader(Desk(hold(make_round(codebook=COMMENTED)), store), edit=True)


def look(reader: Reader, theme: str = "slow", place: int | None = 0, **more: Any) -> Answer:
    asked = {"theme": theme, "queue": "all", **more}
    return reader.get("/workshop?" + urlencode(asked | ({} if place is None else {"place": place})))


def values(page: Answer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        next(form for form in Tree(page.text).all("form") if form.get("id") == "example")[
            "data-page"
        ]
    )
    return found


def path_of(reader: Reader) -> Path:
    return reader.desk.material.codebook.path


def written(reader: Reader) -> str:
    return path_of(reader).read_text(encoding="utf-8")


def plain(page: Answer) -> str:
    """The text of the page, in one line."""
    without = re.sub("<[^>]*>", "", re.sub("</t[dh]>", " ", page.text))
    return " ".join(html.unescape(without).split())


def test_the_page_shows_what_the_codebook_says_of_a_theme(ana: Reader) -> None:
    page = look(ana, "slow")
    assert page.status == 200
    assert "slow/1 {any: [slow*, crash*], unless: [not slow]}" in plain(page)
    assert "This theme: “It is slow” – found by slow/1" in plain(page)
    assert "Not this theme: “It is not slow” – no rule finds it" in plain(page)
    assert Tree(page.text).texts["words"].strip() == "The wifi is slow 😀"
    assert "wifi/1 wifi wifi/2 wi-fi" in plain(look(ana, "wifi"))


def test_marked_words_fill_the_example_and_the_term(ana: Reader) -> None:
    page = look(ana, "slow", 0, start=0, end=8)
    assert Tree(page.text).texts["words"].strip() == "The wifi"
    (term,) = (field for field in Tree(page.text).all("input") if field.get("id") == "term")
    assert term["value"] == "the wifi"
    assert look(ana, "slow", 0, start=0, end=99).status == 404


@pytest.mark.parametrize(
    ("sent", "want"),
    [
        ({}, "The wifi is slow 😀"),
        ({"span": [12, 18]}, "slow 😀"),
        ({"text": "- my: own\nwords"}, "- my: own\nwords"),
    ],
)
@pytest.mark.parametrize("key", ["examples", "counter_examples"])
def test_an_example_is_in_the_file_at_once(
    ana: Reader, key: str, sent: dict[str, Any], want: str
) -> None:
    before, page = written(ana), values(look(ana, "wifi"))
    answer = ana.post("/workshop/example", {**page, "key": key, **sent})
    assert answer.status == 200
    (theme,) = (one for one in load_codebook(path_of(ana)).themes if one.id == "wifi")
    assert getattr(theme, key) == (want,)
    assert "# as people write it" in written(ana)
    assert set(before.splitlines()) < set(written(ana).splitlines())
    shown = ana.get(answer.json["next"])
    assert "xample is in the codebook." in plain(shown)
    assert ana.desk.material.codebook.coder == load_codebook(path_of(ana)).coder


def test_a_rule_is_tried_first_and_then_kept(ana: Reader) -> None:
    before = written(ana)
    asked = {"term": "wifi, laptops", "unless": "slow, zebra", "within": "2", "question": "improve"}
    page = look(ana, "training", 1, **asked)
    assert "What should improve? 1 3 5" in plain(page)
    assert "The rule finds 2 responses; 2 gain a theme, 0 lose one." in plain(page)
    assert "R6/improve: The café’s wifi" in plain(page)
    assert written(ana) == before
    answer = ana.post("/workshop/rule", values(page))
    assert answer.status == 200
    rule = "{any: [wifi, laptops], unless: [slow, zebra], within: 2, questions: [improve]}"
    shown = ana.get(answer.json["next"])
    assert rule in plain(shown)
    assert "What it finds, and the queues, follow it." in plain(shown)
    assert [
        ana.desk.material.gathered.ids[p]
        for p in ana.desk.open_queue("theme:training", ana.coder).places
    ] == ["R1/improve", "R2/improve", "R6/improve"]
    place = ana.desk.material.places["R6/improve"]
    assert "rule training/2" in ana.get(f"/read?queue=theme:training&place={place}").text


def test_examples_and_rules_make_no_decision_stale(ana: Reader, store: Store) -> None:
    ana.say("theme:slow", 0, {"slow": {"decision": "present"}})
    page = values(look(ana, "slow", 0, term="wifi"))
    assert ana.post("/workshop/rule", page).status == 200
    page = values(look(ana, "slow", 0))
    assert ana.post("/workshop/example", {**page, "key": "examples"}).status == 200
    assert list(ana.desk.open_queue("stale", ana.coder).places) == []
    with_file = Desk(hold(path_of(ana).parent), store)
    assert list(with_file.open_queue("stale", ana.coder).places) == []
    assert ana.desk.progress(0, ana.desk.open_queue("theme:slow", ana.coder), ana.coder).done == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"term": "++"}, "has no word to match"),
        ({"with": "slow"}, "the rule has no term"),
        ({"term": "wifi", "within": "3"}, "'within' needs"),
        ({"term": "wifi", "with": "slow", "within": "a mile"}, "'within' must be"),
        ({"term": "wifi", "question": "other"}, "is not coded in a question 'other'"),
        ({"term": "slow*, crash*", "unless": "not slow"}, "has this rule already"),
    ],
)
def test_a_rule_that_is_none_is_told_beside_the_form(
    ana: Reader, asked: dict[str, str], told: str
) -> None:
    page = look(ana, "slow", 0, **asked)
    assert page.status == 200
    assert told in plain(page)
    assert 'id="keep"' not in page.text
    before = written(ana)
    assert ana.post("/workshop/rule", values(page)).status == 422
    assert written(ana) == before


def test_a_file_that_changed_is_not_written_over(ana: Reader) -> None:
    page = values(look(ana, "wifi"))
    path_of(ana).write_text(COMMENTED + "# and\n", encoding="utf-8")
    answer = ana.post("/workshop/example", {**page, "key": "examples"})
    assert (answer.status, answer.json["code"]) == (409, "E596")
    assert written(ana) == COMMENTED + "# and\n"
    page = values(look(ana, "wifi"))  # a comment changes nothing of what it says
    assert ana.post("/workshop/example", {**page, "key": "examples"}).status == 200
    changed = written(ana).replace("label: Training", "label: Courses")
    path_of(ana).write_text(changed, encoding="utf-8")
    shown = look(ana, "wifi")
    assert "is not the codebook that the round was held with any more" in plain(shown)
    assert 'id="example"' not in shown.text
    answer = ana.post("/workshop/example", {**page, "key": "counter_examples"})
    assert (answer.status, answer.json["code"]) == (409, "E596")
    assert written(ana) == changed


def test_a_file_that_is_read_only_is_left_alone(ana: Reader) -> None:
    page = values(look(ana, "wifi"))
    path_of(ana).chmod(0o444)
    assert "is read-only" in plain(look(ana, "wifi"))
    answer = ana.post("/workshop/example", {**page, "key": "examples"})
    assert (answer.status, answer.json["code"]) == (422, "E598")
    assert written(ana) == COMMENTED


def refused(reader: Reader, place: int | None = 0) -> list[tuple[int, str]]:
    """What reading and both ways to write answer."""
    page = {"theme": "slow", "queue": "all", "place": place, "span": [], "seen": "", "rule": {}}
    answers = [reader.post("/workshop/example", {**page, "key": "examples"})]
    answers.append(reader.post("/workshop/rule", {**page, "rule": {"term": "x"}}))
    codes = [(answer.status, answer.json["code"]) for answer in answers]
    shown = look(reader, "slow", place)
    return [(shown.status, "E599" if "Codebook:" not in shown.text else ""), *codes]


def test_where_editing_is_off_nothing_of_it_is_there(
    make_round: Callable[..., Path], store: Store
) -> None:
    for blind, edit in ((False, False), (True, True), (True, False)):
        reader = Reader(Desk(hold(make_round()), store, blind=blind), edit=edit)
        assert refused(reader) == [(403, "E599")] * 3
        assert "/workshop" not in reader.get("/read?queue=all&place=0").text
        assert "/workshop" not in reader.get("/theme/slow").text


def test_a_response_that_is_read_blind_shapes_no_rule(ana: Reader, store: Store) -> None:
    store.add_sample(sample_of(ana.desk, "audit", "R1/barriers", "R6/improve"))
    ana = Reader(Desk(hold(path_of(ana).parent), store), edit=True)
    assert "/workshop" not in ana.get("/read?queue=all&place=0").text
    assert refused(ana)[:2] == [(403, "E599")] * 2
    page = look(ana, "training", 2, term="wifi")
    assert "R2/improve: Wifi" in plain(page)
    assert "R6/improve" not in page.text
    assert "2 responses that you must read blind are left out" in plain(page)
    assert "needs a fresh audit" in plain(page)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"theme": 1},
        {"theme": "slow", "key": "rules"},
        {"theme": "slow", "key": "examples", "text": 3},
        {"theme": "slow", "key": "examples", "text": "x", "seen": "", "place": "x"},
        {"theme": "none", "key": "examples", "text": "x", "seen": ""},
        {"theme": "slow", "key": "examples", "text": "x", "seen": "", "place": 0, "span": [0, 99]},
        {"theme": "slow", "key": "examples", "text": "x\ud800", "seen": ""},
        {"theme": "slow", "key": "examples", "text": "", "seen": ""},
    ],
)
def test_what_makes_no_sense_is_refused(ana: Reader, body: Any) -> None:
    answer = ana.post("/workshop/example", body)
    assert answer.status in (404, 409, 422)
    assert answer.json["code"] in ("E592", "E593", "E596", "E597")
    assert written(ana) == COMMENTED


@pytest.mark.parametrize("address", ["/workshop/example", "/workshop/rule"])
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"cookie": ""}, 401),
        ({"host": "evil.example"}, 400),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"content-type": "text/plain"}, 415),
    ],
)
def test_the_guard_stands_before_every_way_to_write(
    ana: Reader, address: str, changes: dict[str, str], status: int
) -> None:
    page = {**values(look(ana, "wifi", 0, term="x")), "key": "examples"}
    body = json.dumps(page).encode()
    assert ask(ana.app, "POST", address, {**ana.own, **changes}, body).status == status
    for method in ("GET", "PUT", "DELETE"):
        assert ask(ana.app, method, address, ana.own, body).status == 405
    assert written(ana) == COMMENTED
    assert ask(ana.app, "POST", address, ana.own, body).status == 200


def test_texts_that_attack_are_shown_and_kept_as_themselves(
    make_round: Callable[..., Path], store: Store
) -> None:
    texts = [text for text in HOSTILE if text.strip() and "\0" not in text]
    rows = [(f"H{n}", "x", text, "") for n, text in enumerate(texts)]
    reader = Reader(Desk(hold(make_round(rows=rows)), store), edit=True)
    plain_texts = look(reader, "wifi", 0, term="a plain term that finds nothing")
    known = {tag for tag, _ in Tree(plain_texts.text).elements}
    kept = []
    for place, text in enumerate(reader.desk.material.gathered.texts):
        page = look(reader, "wifi", place, term=text)
        assert {tag for tag, _ in Tree(page.text).elements} <= known | {"mark", "strong", "h3"}
        answer = reader.post(
            "/workshop/example", {**values(look(reader, "wifi", place)), "key": "examples"}
        )
        assert answer.status == 200, (text, answer.text)
        kept.append(text)
    (theme,) = (one for one in load_codebook(path_of(reader)).themes if one.id == "wifi")
    assert list(theme.examples) == kept


def test_keys_and_names(ana: Reader) -> None:
    tables = [table_of("page.js", "const actions = {"), table_of("workshop.js", "listen({")]
    known = set(re.findall(r'(?:^|\s)"?([a-z.,?/])"?: ', "".join(tables)))
    assert known == {key for keys, _ in KEY_HELP for key in keys}
    tree = Tree(look(ana, "slow", 0, term="wifi", start=0, end=3).text)
    labelled = {label.get("for") for label in tree.all("label")}
    fields = [a for tag in ("input", "textarea", "select") for a in tree.all(tag)]
    unnamed = [a for a in fields if a.get("type") != "hidden" and a.get("id") not in labelled]
    assert [a.get("id") for a in unnamed] == ["keys-on"]
    ids = [attrs["id"] for _, attrs in tree.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    static = sum((WEB / "static" / n).stat().st_size for n in ("review.css", "page.js"))
    assert len(look(ana, "slow", 0, term="wifi").body) + static < 100_000


@pytest.mark.parametrize(
    ("edit", "blind", "proxied", "may"),
    [
        (None, False, False, True),
        (None, False, True, False),
        (None, True, False, False),
        (True, False, True, True),
        (True, False, False, True),
        (False, False, False, False),
        (False, True, True, False),
    ],
)
def test_who_may_edit(edit: bool | None, blind: bool, proxied: bool, may: bool) -> None:
    assert may_edit(edit, blind=blind, proxied=proxied) is may


def test_to_edit_and_to_be_blind_exclude_each_other(make_round: Callable[..., Path]) -> None:
    options = ["review", "serve", str(make_round()), "--edit", "--blind", "--port", "0"]
    with pytest.raises(InputError, match="E701"):
        CliRunner().invoke(commands, options, catch_exceptions=False)
