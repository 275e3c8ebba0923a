"""What the tests of the review page share: a desk, and requests to an app without a socket."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.plan import plan_run
from pipeline.readings.store import Store
from pipeline.review.desk.desk import Desk
from pipeline.review.desk.material import Material, hold_round
from pipeline.review.web.app import make_app
from pipeline.review.web.guard import Keys
from pipeline.review.web.session import Session
from pipeline.round import load_round

HOST = "127.0.0.1:8765"
OWN = {"host": HOST, "sec-fetch-site": "same-origin", "content-type": "application/json"}
VOID = ("meta", "link", "input", "br", "hr", "img")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Tree(HTMLParser):
    """Every element with its attributes, and the text of those that have an id."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, found))
        if tag not in VOID:
            self._open.append((tag, found.get("id", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, tag
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, name in self._open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for found, attrs in self.elements if found == tag]


def ask(app: Any, method: str, address: str, headers: Any, *parts: bytes) -> Answer:
    """One request as an ASGI server would pass it on; headers may be pairs, to repeat one."""
    where = urlsplit(address)
    pairs = headers.items() if isinstance(headers, dict) else headers
    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": where.path,
        "raw_path": where.path.encode(),
        "query_string": where.query.encode(),
        "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in pairs],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8765),
    }
    sent: list[dict[str, Any]] = []
    left = list(parts) or [b""]

    async def receive() -> dict[str, Any]:
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    raw = sent[0]["headers"]
    assert len({n for n, _ in raw}) == len(raw), "a header twice"
    found = {n.decode(): v.decode("latin-1") for n, v in raw}
    return Answer(sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:]))


@dataclass
class Reader:
    """A person with a browser at a desk."""

    desk: Desk
    name: str = "ana"
    first: str = ""
    keys: Keys = field(default_factory=Keys)
    edit: bool = False

    def __post_init__(self) -> None:
        session = Session(
            desk=self.desk, reviewer=self.name, first=self.first, keys=self.keys, edit=self.edit
        )
        self.app = make_app(session)
        self.own = {**OWN, "cookie": f"{self.keys.cookie_name}={self.keys.cookie}"}

    @property
    def coder(self) -> str:
        return f"human:{self.name}"

    def get(self, address: str) -> Answer:
        return ask(self.app, "GET", address, self.own)

    def post(self, address: str, body: Any) -> Answer:
        return ask(self.app, "POST", address, self.own, json.dumps(body).encode())

    def say(self, queue: str, place: int, said: dict[str, Any], **more: Any) -> Answer:
        """A reading, of the page as it stands now."""
        shown = self.desk.screen(place, self.desk.queue(queue, self.coder), self.coder)
        body = {"queue": queue, "place": place, "said": said, "seen": shown.seen, **more}
        return self.post("/readings", body)


def hold(folder: Path, *coders: str) -> Material:
    return hold_round(plan_run(load_round(folder), coders))


def last_words(store: Store) -> dict[str, str]:
    """theme -> decision of the reading that came last."""
    return {d.theme: d.decision for d in store.readings()[-1].decisions}
