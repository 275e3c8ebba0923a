"""A desk that is served, and how its pages are shown and answered."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.errors import InputError
from pipeline.review.desk.desk import Desk
from pipeline.review.web.guard import Keys, Proxy
from pipeline.review.web.markup import exact, link_to, link_to_workshop

_TEMPLATES = Path(__file__).parent / "templates"
_CONFLICTS = ("E585", "E590", "E595", "E596")
_STATUS = {"E411": 503, "E592": 404, "E599": 403, **dict.fromkeys(_CONFLICTS, 409)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A desk that is served: whom it takes its reader to be, and the queue it begins with; `edit`:
    whether the codebook may be added to.
    """

    desk: Desk
    reviewer: str
    first: str = ""
    keys: Keys
    hosts: tuple[str, ...] = ()
    proxy: Proxy | None = None
    edit: bool = False

    @property
    def editing(self) -> bool:
        """Whether the codebook may be edited: blind, its effects would tell what is hidden."""
        return self.edit and not self.desk.blind

    def coder(self, request: Request) -> str:
        """Who reads, as the store names people."""
        name = request.scope.get("reader") or self.reviewer
        return f"human:{name.removeprefix('human:')}"


class Shower:
    """Fills the templates with what every page shows, and what a page is about."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._templates = make_templates()

    def show(self, template: str, request: Request, **values: Any) -> Response:
        """A page."""
        desk, coder = self._session.desk, self._session.coder(request)
        common = {
            "round": desk.material.round,
            "reader": coder.removeprefix("human:"),
            "vouched": self._session.proxy is not None,
            "blind": desk.blind,
            "editing": self._session.editing,
            "told": desk.told(coder),
        }
        text = self._templates.get_template(template).render(**common, **values)
        return Response(text, media_type="text/html; charset=utf-8")


def make_templates() -> jinja2.Environment:
    """Everything is escaped, and what is not there is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["exact"] = exact
    environment.globals |= {"link_to": link_to, "link_to_workshop": link_to_workshop}
    return environment


async def read_json(request: Request) -> object:
    """What was sent. Raises InputError (E593) for what is no JSON."""
    try:
        found: object = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise InputError.because(code="E593", what="what was sent is no JSON.") from error
    return found


async def explain(request: Request, error: Exception) -> Response:
    """A problem as a page, or as JSON to who posted."""
    assert isinstance(error, InputError)
    problem = error.problems[0]
    status = _STATUS.get(problem.code, 422)
    if request.method == "POST":
        return JSONResponse(asdict(problem), status)
    text = make_templates().get_template("refused.html").render(problem=problem)
    return Response(text, status, media_type="text/html; charset=utf-8")
