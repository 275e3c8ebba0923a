"""The page's routes. Every one is short: the desk knows, the templates show."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline.errors import InputError
from pipeline.review.desk.desk import Desk
from pipeline.review.desk.posted import parse_posted
from pipeline.review.desk.screen import Row
from pipeline.review.web.guard import App, Guard, Keys, Proxy, TooLarge

_HERE = Path(__file__).parent
_KINDS = {
    ".svg": "image/svg+xml",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
_STATIC = {path.name: path for path in sorted((_HERE / "static").iterdir())}
_BLANK = Row(number=0, theme="", label="", asked=False, evidence=(), others=())
KEY_HELP = (
    (
        ("y", "n", "u"),
        "Yes, no, not sure: the theme that is current; in a queue of one theme also next",
    ),
    (("Enter",), "Save and next"),
    (("1", "…", "9"), "Make this theme current"),
    (("j", "k"), "The theme below, above"),
    (("x",), "Yes to all themes that are undecided"),
    (("a",), "Add a theme: type some of its name, Enter"),
    (("s",), "Mark words of the current theme: those selected, or chosen with the arrows"),
    (("t", "m"), "A note on the theme, a memo on the response; Escape leaves the field"),
    (("d",), "What the current theme means"),
    (("c",), "The same person's other answers"),
    (("z",), "Undo the last reading"),
    ((".", ","), "Next, previous, without saving"),
    (("/", "q"), "Search, queues"),
    (("?",), "This list"),
)
_STATUS = {"E411": 503, "E592": 404, "E595": 409}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A desk that is served: whom it takes its reader to be, and the queue it begins with."""

    desk: Desk
    reviewer: str
    first: str = ""
    keys: Keys
    hosts: tuple[str, ...] = ()
    proxy: Proxy | None = None


def make_app(session: Session) -> App:
    """The guarded page; it needs no socket."""
    page = _Page(session)
    routes = [
        Route("/", page.queues),
        Route("/read", page.read),
        Route("/theme/{theme}", page.theme),
        Route("/static/{name}", page.static),
        Route("/readings", page.record, methods=["POST"]),
        Route("/undo", page.undo, methods=["POST"]),
    ]
    handlers: dict[Any, Any] = {InputError: _explain, TooLarge: _too_large}
    app = Starlette(routes=routes, exception_handlers=handlers)
    guarded: dict[str, Any] = {"proxy": session.proxy}
    if session.hosts:
        guarded["hosts"] = session.hosts
    return Guard(app, session.keys, **guarded)


class _Page:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._desk = session.desk
        self._templates = make_templates()
        self._themes = {theme.id: theme for theme in session.desk.material.codebook.themes}
        self._static = {name: path.read_bytes() for name, path in _STATIC.items()}

    def _coder(self, request: Request) -> str:
        name = request.scope.get("reader") or self._session.reviewer
        return f"human:{name.removeprefix('human:')}"

    def _show(self, template: str, request: Request, **values: Any) -> Response:
        common = {
            "round": self._desk.material.round,
            "reader": self._coder(request).removeprefix("human:"),
            "vouched": self._session.proxy is not None,
            "blind": self._desk.blind,
        }
        text = self._templates.get_template(template).render(**common, **values)
        return Response(text, media_type="text/html; charset=utf-8")

    async def queues(self, request: Request) -> Response:
        if self._session.first and "all" not in request.query_params:
            return RedirectResponse(link_to(self._session.first), 303)
        return self._show("queues.html", request, entries=self._desk.entries(self._coder(request)))

    async def read(self, request: Request) -> Response:
        if "search" in request.query_params:
            return RedirectResponse(link_to(f"search:{request.query_params['search']}"), 303)
        coder, key = self._coder(request), request.query_params.get("queue", "")
        asked = request.query_params.get("place", "")
        if not asked:
            queue = self._desk.open_queue(key, coder)
            place = self._desk.next_open(queue, coder)
            return self._at(key, place) if place is not None else self._end(request, key)
        queue = self._desk.queue(key, coder)
        place = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else -1
        screen = self._desk.screen(place, queue, coder)
        return self._show(
            "read.html",
            request,
            screen=screen,
            themes=self._themes,
            blank=_BLANK,
            key_help=KEY_HELP,
            queue=queue,
            progress=self._desk.progress(place, queue, coder),
            before=self._desk.step(place, queue, -1),
            after=self._desk.step(place, queue, 1),
            page=page_values(screen, queue.key, one=bool(queue.theme) or queue.again),
        )

    def _at(self, key: str, place: int) -> Response:
        return RedirectResponse(link_to(key, place), 303)

    def _end(self, request: Request, key: str) -> Response:
        queue = self._desk.queue(key, self._coder(request))
        return self._show("end.html", request, queue=queue)

    async def theme(self, request: Request) -> Response:
        wanted = request.path_params["theme"]
        if wanted not in self._themes:
            raise InputError.because(code="E592", what=f"there is no theme '{wanted}'.")
        return self._show("theme.html", request, theme=self._themes[wanted])

    async def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._static:
            return Response("There is no such file.", 404, media_type="text/plain")
        return Response(self._static[name], media_type=_KINDS[Path(name).suffix])

    async def record(self, request: Request) -> Response:
        coder, posted = self._coder(request), parse_posted(await _json(request))
        self._desk.record(posted, coder)
        queue = self._desk.queue(posted.queue, coder)
        place = self._desk.next_open(queue, coder, posted.place)
        return JSONResponse({"next": link_to(queue.key, place)})

    async def undo(self, request: Request) -> Response:
        key, place = self._desk.undo(self._coder(request))
        return JSONResponse({"next": link_to(key, place)})


def make_templates() -> jinja2.Environment:
    """Everything is escaped, and what is not there is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["exact"] = exact
    environment.globals["link_to"] = link_to
    return environment


def exact(text: str) -> Any:
    """A text as markup from which a browser makes the same text, code point for code point.

    A return is written as a reference, for HTML makes a new line of a bare one; what HTML cannot
    hold (U+0000) is shown by the replacement character, which is as long.

    >>> str(exact("a<b\\r\\n"))
    'a&lt;b&#13;\\n'
    """
    from markupsafe import Markup, escape  # noqa: PLC0415

    return Markup(str(escape(text.replace("\0", "\ufffd"))).replace("\r", "&#13;"))


def link_to(queue: str, place: int | None = None) -> str:
    """The address of a queue, or of a response in it."""
    values = {"queue": queue} if place is None else {"queue": queue, "place": str(place)}
    return f"/read?{urlencode(values)}"


def page_values(screen: Any, key: str, *, one: bool) -> str:
    """What the script needs to know, as JSON for an attribute."""
    return json.dumps({"queue": key, "place": screen.place, "seen": screen.seen, "one": one})


async def _json(request: Request) -> object:
    try:
        found: object = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise InputError.because(code="E593", what="what was sent is no JSON.") from error
    return found


async def _explain(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    problem = error.problems[0]
    status = _STATUS.get(problem.code, 422)
    if request.method == "POST":
        return JSONResponse(asdict(problem), status)
    text = make_templates().get_template("refused.html").render(problem=problem)
    return Response(text, status, media_type="text/html; charset=utf-8")


async def _too_large(request: Request, error: Exception) -> Response:
    return Response("That is more than is taken at once.", 413, media_type="text/plain")
