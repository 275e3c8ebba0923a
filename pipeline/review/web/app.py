"""The page's app: the routes of its pages, and the files they fetch, behind the guard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.errors import InputError
from pipeline.review.web.guard import App, Guard, TooLarge
from pipeline.review.web.reading import Reading
from pipeline.review.web.session import Session, Shower, explain
from pipeline.review.web.settling import Settle
from pipeline.review.web.workshop import WorkshopPages

_KINDS = {
    ".svg": "image/svg+xml",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
_STATIC = Path(__file__).parent / "static"
_CONTENT = {path.name: path.read_bytes() for path in sorted(_STATIC.iterdir())}


def make_app(session: Session) -> App:
    """The guarded page; it needs no socket."""
    shower = Shower(session)
    pages = (Reading, Settle, WorkshopPages)
    routes = [route for page in pages for route in page(session, shower).routes]
    handlers: dict[Any, Any] = {InputError: explain, TooLarge: _too_large}
    app = Starlette(routes=[*routes, Route("/static/{name}", _static)], exception_handlers=handlers)
    guarded: dict[str, Any] = {"proxy": session.proxy}
    if session.hosts:
        guarded["hosts"] = session.hosts
    return Guard(app, session.keys, **guarded)


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _CONTENT:
        return Response("There is no such file.", 404, media_type="text/plain")
    return Response(_CONTENT[name], media_type=_KINDS[Path(name).suffix])


async def _too_large(request: Request, error: Exception) -> Response:
    return Response("That is more than is taken at once.", 413, media_type="text/plain")
