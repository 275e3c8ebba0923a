"""The page on which what people differ on is settled, and what is posted from it."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline.review.desk.posted import parse_posted
from pipeline.review.web.markup import link_to, read_place
from pipeline.review.web.session import Session, Shower, read_json

KEY_HELP = (
    (("y", "n", "u"), "Present, absent, not sure: the theme that is current"),
    (("Enter",), "Save and next"),
    (("1", "…", "9"), "Make this theme current"),
    (("j", "k"), "The theme below, above"),
    (("m",), "A memo on the current theme; Escape leaves the field"),
    (("w",), "With whom it is settled"),
    (("d",), "What the current theme means"),
    (("z",), "Undo the last that was kept"),
    ((".", ","), "Next, previous, without saving"),
    (("/", "q"), "Search, queues"),
    (("?",), "This list"),
)


class Settle:
    """The routes, and what they answer."""

    def __init__(self, session: Session, shower: Shower) -> None:
        self._desk = session.desk
        self._show = shower.show
        self._coder = session.coder
        self._themes = {theme.id: theme for theme in session.desk.material.codebook.themes}
        self.routes = [
            Route("/settle", self.settle),
            Route("/settlings", self.record, methods=["POST"]),
        ]

    async def settle(self, request: Request) -> Response:
        """A response with what each coder said; without a place the next that is not settled."""
        coder, key = self._coder(request), request.query_params.get("queue", "")
        asked = request.query_params.get("place", "")
        queue = self._desk.queue(key, coder) if asked else self._desk.open_queue(key, coder)
        if not queue.settles:
            return RedirectResponse(link_to(key), 303)
        if not asked:
            found = self._desk.next_open(queue, coder)
            if found is not None:
                return RedirectResponse(link_to(key, found), 303)
            return self._show(
                "settled.html",
                request,
                queue=queue,
                count=self._desk.settled(queue, coder),
                agreeing=self._desk.agreement(coder),
            )
        screen = self._desk.settling(read_place(asked), coder)
        values = {"queue": key, "place": screen.place, "seen": screen.seen}
        return self._show(
            "settle.html",
            request,
            screen=screen,
            themes=self._themes,
            key_help=KEY_HELP,
            queue=queue,
            progress=self._desk.progress(screen.place, queue, coder),
            count=self._desk.settled(queue, coder),
            before=self._desk.step(screen.place, queue, -1),
            after=self._desk.step(screen.place, queue, 1),
            page=json.dumps({**values, "known": screen.known}),
        )

    async def record(self, request: Request) -> Response:
        """Keep what was settled, and name the next response."""
        coder, posted = self._coder(request), parse_posted(await read_json(request))
        self._desk.settle(posted, coder)
        queue = self._desk.queue(posted.queue, coder)
        place = self._desk.next_open(queue, coder, posted.place)
        return JSONResponse({"next": link_to(queue.key, place)})
