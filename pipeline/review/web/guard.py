"""What stands before the page: nothing of it is reached by a request that is not its reader's own.

In this order: the Host (a page elsewhere whose name was made to lead here: DNS rebinding), the
method, where the request comes from (Sec-Fetch-Site and Origin, as Go's CrossOriginProtection, but
for reading too), who it is (a token once in the address, then a cookie; or the proxy's word), and
the kind and size of what is sent. Every answer, refusals too, bears the headers that bar a browser
from keeping, framing or extending the page.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_LIMIT = 64 * 1024
METHODS = ("GET", "HEAD", "POST")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::[0-9]{1,5})?", re.ASCII)
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _CSP,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Refusal(NamedTuple):
    """An answer that is no page; `headers` beside those of every answer."""

    status: int
    text: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy that has asked who the person is: its addresses, and the header that names them."""

    addresses: tuple[str, ...]
    header: str


@dataclass(slots=True, kw_only=True)
class Keys:
    """The token of the address, good once, and what the cookie then holds."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    cookie_name: str = "verbatims"
    spent: bool = False


class Guard:
    """Wraps the page's app. The reader's name, where a proxy gives it, is in scope["reader"]."""

    def __init__(
        self,
        app: App,
        keys: Keys,
        hosts: tuple[str, ...] = LOOPBACK,
        proxy: Proxy | None = None,
    ) -> None:
        self._app = app
        self._keys = keys
        self._hosts = tuple(host.lower() for host in hosts)
        self._proxy = proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = self._refuse(scope)
        send = _bearing_headers(send)
        if refusal:
            await _answer(refusal, send)
            return
        await self._app(scope, _Limited(receive), send)

    def _refuse(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope)
        return (
            self._refuse_host(headers)
            or _refuse_method(scope["method"])
            or self._refuse_source(scope, headers)
            or self._refuse_stranger(scope, headers)
            or _refuse_body(scope["method"], headers)
        )

    def _refuse_host(self, headers: Headers) -> Refusal | None:
        given = headers.all("host")
        found = _HOST.fullmatch(given[0]) if len(given) == 1 else None
        if found and found[1].lower() in self._hosts:
            return None
        return Refusal(400, "This address is not one of the review page's own.")

    def _refuse_source(self, scope: Scope, headers: Headers) -> Refusal | None:
        sites, origins = headers.all("sec-fetch-site"), headers.all("origin")
        # What a proxy speaks to a browser, https, it need not speak to this.
        schemes = ("http", "https") if self._proxy else ("http",)
        own = [f"{scheme}://{headers.all('host')[0]}".lower() for scheme in schemes]
        trusted = ["same-origin"] if scope["method"] == "POST" else ["same-origin", "none"]
        if any(origin.lower() not in own for origin in origins) or len(origins) > 1:
            return Refusal(403, "The request comes from another page.")
        if any(site not in trusted for site in sites) or len(sites) > 1:
            return Refusal(403, "The request comes from another page.")
        if scope["method"] == "POST" and not (sites or origins):
            return Refusal(403, "The request does not say which page it comes from.")
        return None

    def _refuse_stranger(self, scope: Scope, headers: Headers) -> Refusal | None:
        if self._proxy:
            return _refuse_by_proxy(self._proxy, scope, headers)
        cookies = _cookies(headers, self._keys.cookie_name)
        if any(_same(value, self._keys.cookie) for value in cookies):
            return None
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        tokens = [value for name, value in query if name == "token"]
        if tokens and scope["method"] == "GET":
            return self._exchange(tokens, scope, query)
        if cookies:
            return Refusal(403, "The cookie is not of this sitting: use the link it printed.")
        return Refusal(401, "Use the link that 'verbatims review serve' printed.")

    def _exchange(self, tokens: list[str], scope: Scope, query: list[tuple[str, str]]) -> Refusal:
        """The token for the cookie, and on to the same address without it."""
        if len(tokens) != 1 or not _same(tokens[0], self._keys.token):
            return Refusal(403, "The token is not of this sitting: use the link it printed.")
        if self._keys.spent:
            return Refusal(403, "The link was used. Start 'verbatims review serve' again.")
        self._keys.spent = True
        rest = urlencode([pair for pair in query if pair[0] != "token"])
        # A path of two slashes would lead to another host.
        path = "/" + scope["path"].lstrip("/\\") if scope["path"].isascii() else "/"
        cookie = f"{self._keys.cookie_name}={self._keys.cookie}"
        cookie += "; Path=/; HttpOnly; SameSite=Strict"
        where = path + ("?" + rest if rest else "")
        return Refusal(303, "", (("Location", where), ("Set-Cookie", cookie)))


class Headers:
    """The headers of a request; names in lower case, values as Latin-1."""

    def __init__(self, scope: Scope) -> None:
        self._pairs = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"]]

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for known, value in self._pairs if known == name]


def _refuse_method(method: str) -> Refusal | None:
    if method in METHODS:
        return None
    return Refusal(405, "That method is not known here.", (("Allow", ", ".join(METHODS)),))


def _refuse_by_proxy(proxy: Proxy, scope: Scope, headers: Headers) -> Refusal | None:
    address = (scope.get("client") or ("", 0))[0]
    if address not in proxy.addresses:
        return Refusal(403, "The request does not come from the proxy.")
    names = headers.all(proxy.header.lower())
    name = names[0].strip() if len(names) == 1 else ""
    if not re.fullmatch(r"[^\x00-\x1f\x7f]{1,200}", name):
        return Refusal(401, "The proxy does not say who you are.")
    scope["reader"] = name.encode("latin-1").decode("utf-8", "replace")
    return None


def _refuse_body(method: str, headers: Headers) -> Refusal | None:
    if method != "POST":
        return None
    kinds, lengths = headers.all("content-type"), headers.all("content-length")
    if [kind.partition(";")[0].strip().lower() for kind in kinds] != ["application/json"]:
        return Refusal(415, "Only JSON is taken.")
    if any(not length.isdecimal() or int(length[:12]) > BODY_LIMIT for length in lengths):
        return Refusal(413, "That is more than is taken at once.")
    return None


class TooLarge(Exception):  # noqa: N818 - it ends the reading of a body, and is no fault of ours
    """More was sent than is taken at once."""


class _Limited:
    """Passes on a body until it is too large, whatever its header says."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > BODY_LIMIT:
            raise TooLarge
        return message


def _bearing_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [(n.lower().encode(), v.encode()) for n, v in HEADERS.items()]
            names = {name for name, _ in own}
            kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in names]
            message = {**message, "headers": [*kept, *own]}
        await send(message)

    return with_headers


async def _answer(refusal: Refusal, send: Send) -> None:
    body = refusal.text.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    pairs = [(n.lower().encode(), v.encode()) for n, v in (*headers, *refusal.headers)]
    await send({"type": "http.response.start", "status": refusal.status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def _cookies(headers: Headers, name: str) -> list[str]:
    found = []
    for header in headers.all("cookie"):
        for part in header.split(";"):
            known, _, value = part.strip().partition("=")
            if known == name:
                found.append(value)
    return found


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())
