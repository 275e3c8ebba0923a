"""Who reaches the page: a table of every kind of request, one expected status each."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from pipeline.review.web.guard import BODY_LIMIT, HEADERS, Guard, Keys, Proxy
from tests.reviewpage import HOST, ask

HOSTS = {
    "127.0.0.1:8765": True,
    "localhost:8765": True,
    "LOCALHOST": True,
    "[::1]:8765": True,
    "evil.example": False,
    "127.0.0.1.evil.example": False,
    "localhost.": False,
    "": False,
    "127.0.0.1:8765@evil.example": False,
    "0.0.0.0": False,
    "2130706433": False,
    "127.1": False,
}
ORIGINS = ("", "own", "http://evil.example", "null")
SITES = ("none", "same-origin", "same-site", "cross-site")
METHODS = ("GET", "POST", "PUT", "DELETE")
TOKENS = ("", "wrong", "right")


async def page(scope: Any, receive: Any, send: Any) -> None:
    """Stands for the page: whatever gets here is answered 200."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})
    await send({"type": "http.response.body", "body": b"reached"})


def expected(host: str, origin: str, site: str, method: str, token: str, *, cookie: bool) -> int:
    """The requirement, as a list of refusals in their order."""
    if not HOSTS[host]:
        return 400
    if method not in ("GET", "POST"):
        return 405
    if origin not in ("", "own") or site in ("same-site", "cross-site"):
        return 403
    if method == "POST" and site == "none":
        return 403
    if token == "right" and (cookie or method == "GET"):
        return 200 if cookie else 303
    if token == "wrong" and (cookie or method == "GET"):
        return 403
    return 401


@pytest.mark.parametrize("cookie", [True, False], ids=["cookie", "token"])
def test_each_of_2304_requests_has_the_one_answer_it_should(cookie: bool) -> None:
    cases = list(itertools.product(HOSTS, ORIGINS, SITES, METHODS, TOKENS))
    assert len(cases) == 2304
    wrong = []
    for host, origin, site, method, token in cases:
        keys = Keys()
        secret = {"": "", "wrong": "x" * 43, "right": keys.cookie if cookie else keys.token}[token]
        headers = {"host": host, "sec-fetch-site": site, "content-type": "application/json"}
        if origin:
            headers["origin"] = f"http://{host}" if origin == "own" else origin
        if secret and cookie:
            headers["cookie"] = f"other=1; {keys.cookie_name}={secret}"
        query = f"?token={secret}" if secret and not cookie else ""
        answer = ask(Guard(page, keys), method, f"/read{query}", headers, b"{}")
        want = expected(host, origin, site, method, token, cookie=cookie)
        reached = answer.body == b"reached"
        if answer.status != want or reached != (want == 200):
            wrong.append((host, origin, site, method, token, answer.status, want))
        assert {n.lower(): v for n, v in HEADERS.items()}.items() <= answer.headers.items()
    assert wrong == []


def with_cookie(keys: Keys, **more: str) -> dict[str, str]:
    return {"host": HOST, "cookie": f"{keys.cookie_name}={keys.cookie}", **more}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 403),
        ([("origin", f"http://{HOST}")], 200),
        ([("sec-fetch-site", "same-origin")], 200),
        ([("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], 403),
        ([("origin", f"http://{HOST}"), ("origin", "http://evil.example")], 403),
        ([("origin", f"https://{HOST}")], 403),
        ([("origin", "http://127.0.0.1:9999")], 403),
        ([("origin", f"http://{HOST}"), ("host", "evil.example")], 400),
    ],
)
def test_a_post_says_by_itself_that_it_is_the_pages_own(headers: Any, status: int) -> None:
    keys = Keys()
    own = list(with_cookie(keys, **{"content-type": "application/json"}).items())
    assert ask(Guard(page, keys), "POST", "/", [*own, *headers], b"{}").status == status


def test_the_token_is_good_once_and_leaves_the_address() -> None:
    keys = Keys(cookie_name="verbatims-8765")
    guard = Guard(page, keys)
    first = ask(guard, "GET", f"/read?queue=all&token={keys.token}", {"host": HOST})
    assert (first.status, first.headers["location"]) == (303, "/read?queue=all")
    cookie = first.headers["set-cookie"]
    assert cookie == f"verbatims-8765={keys.cookie}; Path=/; HttpOnly; SameSite=Strict"
    assert keys.token not in cookie
    assert ask(guard, "GET", f"/?token={keys.token}", {"host": HOST}).status == 403
    assert ask(guard, "GET", "/", with_cookie(keys)).status == 200


def test_the_token_is_never_asked_for_elsewhere() -> None:
    keys = Keys()
    for path in ("//evil.example/", "/\\evil.example", "///evil.example"):
        answer = ask(Guard(page, keys), "GET", f"/?token={keys.token}", {"host": HOST})
        assert answer.headers["location"].startswith("/")
        keys.spent = False
        scope_path = _exchange_at(path, keys)
        assert scope_path.startswith("/")
        assert not scope_path.startswith(("//", "/\\"))
        keys.spent = False


def _exchange_at(path: str, keys: Keys) -> str:
    found: list[dict[str, Any]] = []

    async def go() -> None:
        async def send(message: Any) -> None:
            found.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        query = f"token={keys.token}".encode()
        scope = {"type": "http", "method": "GET", "path": path, "query_string": query}
        await Guard(page, keys)({**scope, "headers": [(b"host", HOST.encode())]}, receive, send)

    asyncio.run(go())
    return dict(found[0]["headers"])[b"location"].decode()


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "text/json"]
)
def test_only_json_is_taken(kind: str) -> None:
    keys = Keys()
    headers = with_cookie(keys, origin=f"http://{HOST}", **({"content-type": kind} if kind else {}))
    assert ask(Guard(page, keys), "POST", "/", headers, b"a=1").status == 415


@pytest.mark.parametrize("length", [str(BODY_LIMIT + 1), "9" * 400, "-1", "x", "1, 1"])
def test_a_body_that_says_it_is_too_large_is_not_read(length: str) -> None:
    keys = Keys()
    headers = with_cookie(
        keys,
        origin=f"http://{HOST}",
        **{"content-type": "application/json", "content-length": length},
    )
    assert ask(Guard(page, keys), "POST", "/", headers, b"").status == 413


def test_a_web_socket_is_closed() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Guard(page, Keys())({"type": "websocket"}, None, send))  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_one_reader_of_a_proxy_is_named_by_it_and_by_nobody_else() -> None:
    proxy = Proxy(addresses=("127.0.0.1",), header="X-Forwarded-User")
    elsewhere = Proxy(addresses=("10.0.0.7",), header="X-Forwarded-User")
    named = {"host": HOST, "x-forwarded-user": "ana"}
    assert ask(Guard(page, Keys(), proxy=proxy), "GET", "/", named).status == 200
    assert ask(Guard(page, Keys(), proxy=proxy), "GET", "/", {"host": HOST}).status == 401
    twice = [*named.items(), ("x-forwarded-user", "ben")]
    assert ask(Guard(page, Keys(), proxy=proxy), "GET", "/", twice).status == 401
    assert ask(Guard(page, Keys(), proxy=elsewhere), "GET", "/", named).status == 403
    keys = Keys()
    own = {**with_cookie(keys), "x-forwarded-user": "ben"}
    assert ask(Guard(page, keys, proxy=elsewhere), "GET", "/", own).status == 403
