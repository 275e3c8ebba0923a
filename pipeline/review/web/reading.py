"""The pages on which responses are read: the queues, a response, its themes, what is posted."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline.codebook.model import Theme
from pipeline.errors import InputError
from pipeline.review.desk.posted import parse_posted
from pipeline.review.desk.screen import Row, Screen
from pipeline.review.web.markup import link_to, read_place
from pipeline.review.web.session import Session, Shower, read_json

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
    (("e",), "The codebook of the current theme: examples, rules"),
    (("c",), "The same person's other answers"),
    (("z",), "Undo the last reading"),
    ((".", ","), "Next, previous, without saving"),
    (("/", "q"), "Search, queues"),
    (("?",), "This list"),
)


class Reading:
    """The routes, and what they answer."""

    def __init__(self, session: Session, shower: Shower) -> None:
        self._session = session
        self._desk = session.desk
        self._show = shower.show
        self._coder = session.coder
        self.routes = [
            Route("/", self.queues),
            Route("/read", self.read),
            Route("/theme/{theme}", self.theme),
            Route("/readings", self.record, methods=["POST"]),
            Route("/undo", self.undo, methods=["POST"]),
        ]

    @property
    def _themes(self) -> dict[str, Theme]:
        return {theme.id: theme for theme in self._desk.material.codebook.themes}

    async def queues(self, request: Request) -> Response:
        """The list of queues, or at first the queue to begin with."""
        if self._session.first and "all" not in request.query_params:
            return RedirectResponse(link_to(self._session.first), 303)
        coder = self._coder(request)
        found = {"entries": self._desk.entries(coder), "agreeing": self._desk.agreement(coder)}
        return self._show("queues.html", request, **found)

    async def read(self, request: Request) -> Response:
        """A response in a queue; without a place the next that is not read."""
        if "search" in request.query_params:
            return RedirectResponse(link_to(f"search:{request.query_params['search']}"), 303)
        coder, key = self._coder(request), request.query_params.get("queue", "")
        asked = request.query_params.get("place", "")
        if not asked:
            queue = self._desk.open_queue(key, coder)
            if queue.settles:
                return RedirectResponse(link_to(key), 303)
            place = self._desk.next_open(queue, coder)
            return self._at(key, place) if place is not None else self._end(request, key)
        queue = self._desk.queue(key, coder)
        if queue.settles:
            return RedirectResponse(link_to(key), 303)
        screen = self._desk.screen(read_place(asked), queue, coder)
        return self._show(
            "read.html",
            request,
            screen=screen,
            themes=self._themes,
            blank=_BLANK,
            key_help=[one for one in KEY_HELP if self._session.editing or one[0] != ("e",)],
            queue=queue,
            progress=self._desk.progress(screen.place, queue, coder),
            before=self._desk.step(screen.place, queue, -1),
            after=self._desk.step(screen.place, queue, 1),
            page=page_values(screen, queue.key, one=bool(queue.theme) or queue.again),
        )

    def _at(self, key: str, place: int) -> Response:
        return RedirectResponse(link_to(key, place), 303)

    def _end(self, request: Request, key: str) -> Response:
        queue = self._desk.queue(key, self._coder(request))
        return self._show("end.html", request, queue=queue)

    async def theme(self, request: Request) -> Response:
        """What a theme means."""
        wanted, themes = request.path_params["theme"], self._themes
        if wanted not in themes:
            raise InputError.because(code="E592", what=f"there is no theme '{wanted}'.")
        return self._show("theme.html", request, theme=themes[wanted])

    async def record(self, request: Request) -> Response:
        """Keep what was decided, and name the next response."""
        coder, posted = self._coder(request), parse_posted(await read_json(request))
        self._desk.record(posted, coder)
        queue = self._desk.queue(posted.queue, coder)
        place = self._desk.next_open(queue, coder, posted.place)
        return JSONResponse({"next": link_to(queue.key, place)})

    async def undo(self, request: Request) -> Response:
        """Take the last reading back."""
        key, place = self._desk.undo(self._coder(request))
        return JSONResponse({"next": link_to(key, place)})


def page_values(screen: Screen, key: str, *, one: bool) -> str:
    """What the script needs to know, as JSON for an attribute."""
    own = {"queue": key, "place": screen.place, "seen": screen.seen, "known": screen.known}
    return json.dumps({**own, "one": one})
