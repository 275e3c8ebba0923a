"""The review page, asked without a socket: every flow, and texts that attack it."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from pipeline.cli import app as commands
from pipeline.errors import InputError
from pipeline.readings.store import Store, open_store
from pipeline.review.desk.desk import Desk
from pipeline.review.web import settling
from pipeline.review.web.app import make_app
from pipeline.review.web.guard import HEADERS, Keys, Proxy
from pipeline.review.web.reading import KEY_HELP
from pipeline.review.web.serve import bind
from pipeline.review.web.session import Session
from tests.hostile import HOSTILE
from tests.reviewpage import OWN, Answer, Reader, Tree, ask, hold, last_words

WEB = Path(__file__).parents[1] / "pipeline" / "review" / "web"
YES, NO = {"decision": "present"}, {"decision": "absent"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "decisions.db", create=True) as opened:
        yield opened


@pytest.fixture
def ana(make_round: Callable[..., Path], store: Store) -> Reader:
    return Reader(Desk(hold(make_round()), store))


def follow(reader: Reader, answer: Answer) -> Answer:
    assert answer.status == 303
    return reader.get(answer.headers["location"])


def test_the_list_of_queues_leads_to_the_first_response_that_is_not_read(ana: Reader) -> None:
    links = [a["href"] for a in Tree(ana.get("/").text).all("a")]
    assert "/read?queue=theme%3Aslow" in links
    page = follow(ana, ana.get("/read?queue=theme%3Aslow"))
    tree = Tree(page.text)
    assert tree.texts["text"] == "The wifi is slow 😀"
    assert [m["data-number"] for m in tree.all("mark")] == ["1"]
    assert "Number 1 of 3" in page.text


def test_a_reading_is_stored_and_leads_on(ana: Reader, store: Store) -> None:
    answer = ana.say("theme:slow", 0, {"slow": {**YES, "span": [12, 16], "note": "so slow"}})
    assert answer.json == {"next": "/read?queue=theme%3Aslow&place=2"}
    (reading,) = store.readings()
    said = reading.decisions[0]
    assert (reading.coder, said.span, said.memo) == ("human:ana", (12, 16), "so slow")
    page = ana.get("/read?queue=theme:slow&place=0")
    assert "“<q>slow</q>”" in page.text
    assert "1 read" in page.text


def test_at_the_end_of_a_queue_that_is_said(ana: Reader) -> None:
    for place in (0, 2, 6):
        answer = ana.say("theme:slow", place, {"slow": YES})
    assert answer.json == {"next": "/read?queue=theme%3Aslow"}
    assert "You have read all 3" in ana.get(answer.json["next"]).text
    assert "There is nothing in this queue" in ana.get("/read?queue=stale").text


def test_undo_leads_back(ana: Reader, store: Store) -> None:
    ana.say("all", 0, {"slow": YES, "wifi": NO})
    assert ana.post("/undo", {}).json == {"next": "/read?queue=all&place=0"}
    assert set(last_words(store).values()) == {"unsure"}
    assert ana.post("/undo", {}).json["code"] == "E593"


def test_search_goes_through_the_address(ana: Reader) -> None:
    answer = ana.get("/read?search=the+system")
    assert answer.headers["location"] == "/read?queue=search%3Athe+system"
    page = follow(ana, ana.get("/read?search=kettle"))
    page = follow(ana, page)
    assert Tree(page.text).texts["text"] == "More desks and a kettle"


def test_a_theme_has_a_page_of_its_own(ana: Reader) -> None:
    page = ana.get("/theme/slow")
    assert "It is not slow" in page.text
    assert ana.get("/theme/nothing").status == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/read", 404),
        ("/read?queue=nothing", 404),
        ("/read?queue=all&place=99", 404),
        ("/read?queue=all&place=-1", 404),
        ("/read?queue=all&place=" + "9" * 5000, 404),
        ("/read?queue=all&place=²", 404),
        ("/static/nothing.js", 404),
        ("/static/../app.py", 404),
        ("/static/%2e%2e/app.py", 404),
        ("/readings", 405),
        ("/nothing", 404),
    ],
)
def test_what_is_not_there_is_said_without_a_trace(ana: Reader, path: str, status: int) -> None:
    answer = ana.get(path)
    assert answer.status == status
    assert "Traceback" not in answer.text
    assert {n.lower(): v for n, v in HEADERS.items()}.items() <= answer.headers.items()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "E593"),
        (b"{", 422, "E593"),
        (b"[" * 60000, 422, "E593"),
        (b"\xff\xfe\x00", 422, "E593"),
        (b'{"queue": "all", "place": ' + b"9" * 5000 + b"}", 422, "E593"),
        (b'{"queue": "all", "place": 0, "said": {"slow": {"decision": "present"}}}', 422, "E593"),
        (b'{"queue": "nothing", "place": 0, "said": {}}', 404, "E592"),
        (b'{"queue": "all", "place": 3, "said": {}, "seen": "x"}', 409, "E595"),
    ],
)
def test_a_body_that_is_no_reading_is_refused_with_the_reason(
    ana: Reader, store: Store, body: bytes, status: int, code: str
) -> None:
    answer = ask(ana.app, "POST", "/readings", ana.own, body)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert store.readings() == []


def test_a_body_in_parts_is_cut_off_where_it_is_too_large(ana: Reader, store: Store) -> None:
    answer = ask(ana.app, "POST", "/readings", ana.own, *[b" " * 30000] * 3)
    assert answer.status == 413
    assert store.readings() == []


def test_a_store_that_another_program_holds_is_told_to_the_person(
    make_round: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.readings.sqlitefile.BUSY_SECONDS", 0.05)
    path = tmp_path / "decisions.db"
    with open_store(path, create=True) as store:
        ana = Reader(Desk(hold(make_round()), store))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = ana.say("all", 5, {})
        other.close()
        assert (answer.status, answer.json["code"]) == (503, "E411")
        assert not ana.desk.view(ana.coder).people.read(ana.coder).any()


def test_the_page_says_that_names_are_claims(ana: Reader) -> None:
    assert "nobody has checked it" in ana.get("/?all").text


def test_a_proxy_names_each_reader(make_round: Callable[..., Path], store: Store) -> None:
    proxy = Proxy(addresses=("127.0.0.1",), header="X-User")
    desk = Desk(hold(make_round()), store)
    session = Session(desk=desk, reviewer="", keys=Keys(), hosts=("review.example",), proxy=proxy)
    app = make_app(session)
    own = {**OWN, "host": "review.example", "origin": "https://review.example"}
    for name in ("ana", "import:ben", "Zoë".encode().decode("latin-1")):
        headers = {**own, "x-user": name}
        page = ask(app, "GET", "/?all", headers)
        assert "The proxy before this page says so" in page.text
        body = json.dumps({"queue": "all", "place": 5, "said": {}, "seen": ""}).encode()
        assert ask(app, "POST", "/readings", headers, body).status == 200
    coders = [reading.coder for reading in store.readings()]
    assert coders == ["human:ana", "human:import:ben", "human:Zoë"]
    assert ask(app, "GET", "/?all", {**own, "x-user": "ana", "host": "127.0.0.1"}).status == 400


def test_a_sample_named_at_the_start_is_where_the_page_begins(
    make_round: Callable[..., Path], store: Store
) -> None:
    reader = Reader(Desk(hold(make_round()), store), first="question:improve")
    assert reader.get("/").headers["location"] == "/read?queue=question%3Aimprove"
    assert reader.get("/?all").status == 200


def test_the_page_is_light(ana: Reader) -> None:
    static = [ana.get(f"/static/{path.name}") for path in (WEB / "static").iterdir()]
    assert all(answer.status == 200 for answer in static)
    page = ana.get("/read?queue=all&place=0")
    assert len(page.body) + sum(len(answer.body) for answer in static) < 100_000


def test_nothing_is_fetched_from_elsewhere_and_no_script_or_style_is_inline(ana: Reader) -> None:
    for address in ("/?all", "/read?queue=all&place=0", "/theme/slow", "/read?queue=stale"):
        tree = Tree(ana.get(address).text)
        for tag, attrs in tree.elements:
            assert not [name for name in attrs if name.startswith("on") or name == "style"]
            for name in ("src", "href", "action"):
                assert attrs.get(name, "/").startswith(("/", "#"))
            assert tag not in ("style", "iframe", "object", "embed")
        scripts = [s["src"] for s in tree.all("script")]
        assert len(scripts) == 1
        assert ana.get(scripts[0]).status == 200


def test_no_template_turns_escaping_off() -> None:
    for path in (WEB / "templates").iterdir():
        markup = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup", markup), path
    for path in (WEB / "static").glob("*.js"):
        script = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script
        )


def table_of(name: str, start: str) -> str:
    script = (WEB / "static" / name).read_text(encoding="utf-8")
    return script[script.index(start) : script.index("\n}", script.index(start))]


@pytest.mark.parametrize(
    ("script", "keys"), [("reading.js", KEY_HELP), ("settling.js", settling.KEY_HELP)]
)
def test_every_key_that_a_script_knows_is_in_its_list_of_keys(script: str, keys: Any) -> None:
    tables = [table_of("page.js", "const actions = {"), table_of(script, "...byNumber,")]
    known = set(re.findall(r'(?:^|\s)"?([a-z.,?/]|Enter)"?: ', "".join(tables)))
    listed = {key for names, _ in keys for key in names} - {"1", "…", "9"}
    assert known == listed


def test_every_field_and_button_has_a_name(ana: Reader) -> None:
    page = ana.get("/read?queue=all&place=0").text
    tree = Tree(page)
    labelled = {label.get("for") for label in tree.all("label")}
    for tag in ("input", "textarea", "select"):
        for attrs in tree.all(tag):
            inside = re.search(rf"<label>[^<]*<{tag}[^>]*class=\"note\"|<label><input", page)
            assert attrs.get("id") in labelled or inside
    ids = [attrs["id"] for _, attrs in tree.elements if "id" in attrs]
    assert len(ids) == len(set(ids))


@pytest.fixture(scope="module")
def attacked(
    tmp_path_factory: pytest.TempPathFactory, write_round: Callable[..., Path]
) -> Iterator[tuple[Reader, dict[int, str]]]:
    """Two answers of each person hostile: the one in view and the other in its context."""
    rows = [(f"P{n}", text, f"slow {text} wifi", text) for n, text in enumerate(HOSTILE)]
    folder = write_round(tmp_path_factory.mktemp("hostile"), rows=rows)
    material = hold(folder)
    with open_store(folder / "decisions.db", create=True) as store:
        texts = dict(enumerate(material.gathered.texts))
        yield Reader(Desk(material, store)), texts


def without_nul(text: str) -> str:
    return text.replace("\0", "\ufffd")


def test_hostile_answers_are_shown_as_themselves_and_add_nothing(
    attacked: tuple[Reader, dict[int, str]],
) -> None:
    reader, texts = attacked
    assert len(texts) > 150
    shapes = set()
    for place, text in texts.items():
        page = reader.get(f"/read?queue=all&place={place}")
        tree = Tree(page.text)
        assert tree.texts["text"] == without_nul(text), text
        names = frozenset((tag, *sorted(attrs)) for tag, attrs in tree.elements)
        shapes.add(names)
    plain = Tree(reader.get("/read?queue=all&place=0").text)
    assert plain.texts["text"]
    known = {shape for names in shapes for shape in names}
    assert {tag for tag, *_ in known} <= {
        *("html", "head", "meta", "title", "link", "script", "body", "a", "header", "p", "nav"),
        *("form", "label", "input", "button", "main", "div", "h1", "h2", "h3", "progress", "q"),
        *("section", "mark", "details", "summary", "dl", "dt", "dd", "ol", "li", "span", "ul"),
        *("datalist", "option", "textarea", "template", "noscript", "dialog", "table", "thead"),
        *("tr", "th", "tbody", "td", "kbd", "footer", "strong"),
    }
    assert not [name for _, *attrs in known for name in attrs if name.startswith("on")]


def test_a_hostile_quote_group_memo_note_and_search_are_shown_as_themselves(
    attacked: tuple[Reader, dict[int, str]],
) -> None:
    reader, texts = attacked
    for place, text in texts.items():
        if "\0" in text or not text.startswith("slow "):
            continue
        memo = text.replace("\r", "")
        said = {
            "slow": {"decision": "present", "span": [0, len(text)], "note": memo},
            "wifi": {"decision": "absent", "note": memo},
        }
        answer = reader.say("all", place, said, memo=memo)
        assert answer.status == 200, answer.text
        tree = Tree(reader.get(f"/read?queue=all&place={place}").text)
        assert tree.texts["text"] == text
        # A textarea drops the line break that it begins with; the page puts one there.
        assert tree.texts["memo"] == f"\n{memo}"
        notes = [attrs["value"] for attrs in tree.all("input") if attrs.get("class") == "note"]
        # The third is that of the row that themes are added with.
        assert notes == [memo.rstrip(), memo, ""]
    for text in HOSTILE:
        answer = reader.get(f"/read?search={quote(text)}")
        assert answer.status == 303
        assert answer.headers["location"].startswith("/read?queue=search%3A")
        page = reader.get(answer.headers["location"])
        tree = Tree(page.text) if page.status == 200 else None
        assert tree is None or len(tree.all("script")) == 1


def test_a_port_in_use_is_refused_with_a_remedy() -> None:
    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(InputError, match="E594"):
            bind("127.0.0.1", taken.getsockname()[1])


def test_what_is_answered_is_sent_at_once() -> None:
    """Else the second part of an answer waits 40 ms for the other side to confirm the first."""
    found = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken = writer.get_extra_info("socket")
        found.append(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async def go() -> None:
        listening = bind("127.0.0.1", 0)
        server = await asyncio.start_server(answer, sock=listening)
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        await reader.read()
        writer.close()
        server.close()

    asyncio.run(go())
    assert [bool(at_once) for at_once in found] == [True]


def test_behind_a_proxy_the_page_knows_people_by_its_header_and_answers_no_other_host(
    make_round: Callable[..., Path],
) -> None:
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "review",
        "serve",
        str(make_round()),
        "--port",
        "0",
    ]
    options = ["--behind-proxy", "review.example", "--user-header", "X-User", "--quiet"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            link = server.stdout.readline().split()
            assert link[1:] == ["for", "https://review.example/"]
            found = {}
            for host, user in (
                ("review.example", "zoe"),
                ("review.example", ""),
                ("127.0.0.1", "zoe"),
            ):
                request = urllib.request.Request(link[0], headers={"Host": host, "X-User": user})
                try:
                    with urllib.request.urlopen(request, timeout=20) as answer:
                        found[host, user] = "zoe" in answer.read().decode()
                except urllib.error.HTTPError as error:
                    found[host, user] = error.code
                    error.close()
        finally:
            server.terminate()
    assert found.pop(("review.example", "zoe")) is True
    assert set(found.values()) <= {400, 401, 403, 421}


def test_without_the_extra_the_command_says_what_to_install(
    make_round: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "starlette", None)
    done = CliRunner().invoke(commands, ["review", "serve", str(make_round())])
    assert isinstance(done.exception, InputError)
    problem = done.exception.problems[0]
    assert problem.code == "E591"
    assert problem.what == "the review page needs starlette."
    assert 'pip install "verbatims[review]"' in problem.remedy
