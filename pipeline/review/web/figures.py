"""The pages of figures: all of them, one with its quotes to be signed, and any queue as a list."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.review.desk.listing import list_responses
from pipeline.review.desk.signing import parse_signing
from pipeline.review.desk.view import check_figures
from pipeline.review.web.markup import link_to_figure, read_place
from pipeline.review.web.session import Session, Shower, read_json


class FigurePages:
    """The routes, and what they answer."""

    def __init__(self, session: Session, shower: Shower) -> None:
        self._desk = session.desk
        self._show = shower.show
        self._coder = session.coder
        self.routes = [
            Route("/figures", self.figures),
            Route("/figure", self.figure),
            Route("/list", self.list),
            Route("/signatures", self.sign, methods=["POST"]),
        ]

    async def figures(self, request: Request) -> Response:
        """Every figure of the round, and whose word it stands on."""
        check_figures(self._desk.view(self._coder(request)))
        counted = self._desk.figures().count(self._desk.ledger.signatures())
        labels = {name: self._label(name) for name in self._desk.material.base.of}
        return self._show("figures.html", request, counted=counted, labels=labels)

    async def figure(self, request: Request) -> Response:
        """A figure with the quotes behind it."""
        coder, asked = self._coder(request), request.query_params
        check_figures(self._desk.view(coder))
        figures = self._desk.figures()
        question, theme = asked.get("question", ""), asked.get("theme", "")
        entry = figures.find(question, theme)
        signatures = [
            one
            for one in self._desk.ledger.signatures()
            if (one.question, one.theme) == (question, theme)
        ]
        counted = figures.figure(question, entry, signatures[-1] if signatures else None)
        queue = self._desk.open_queue(f"figure:{question}/{theme}", coder)
        codebook = self._desk.material.codebook
        return self._show(
            "figure.html",
            request,
            counted=counted,
            label=self._label(question),
            entry=entry,
            members=[one for one in codebook.themes if one.id in codebook.members(entry)],
            signatures=signatures,
            queue=queue,
            listing=list_responses(
                queue.places,
                codebook.members(entry),
                read_place(asked.get("page", "1")),
                self._desk.view(coder),
            ),
            behind=self._desk.ledger.behind(self._desk.material),
            counts="human" in self._desk.material.base.coders,
            signed_now="signed" in asked,
        )

    async def list(self, request: Request) -> Response:
        """The responses of a queue below one another."""
        coder, asked = self._coder(request), request.query_params
        queue = self._desk.queue(asked.get("queue", ""), coder)
        themes = [queue.theme] if queue.theme else []
        view = self._desk.view(coder)
        listing = list_responses(queue.places, themes, read_place(asked.get("page", "1")), view)
        return self._show("list.html", request, queue=queue, listing=listing)

    async def sign(self, request: Request) -> Response:
        """Sign a figure, and show it again."""
        to_sign = parse_signing(await read_json(request))
        self._desk.sign(to_sign, self._coder(request))
        link = link_to_figure(to_sign.question, to_sign.theme)
        return JSONResponse({"next": f"{link}&signed"})

    def _label(self, question: str) -> str:
        return self._desk.material.round.question(question).label or question
