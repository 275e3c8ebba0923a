"""The pages on which the codebook is looked at and added to from a response."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.codebook.edit import EXAMPLES
from pipeline.review.desk.posted import refuse
from pipeline.review.desk.workshop import (
    Candidate,
    Spot,
    Workshop,
    keep_example,
    keep_rule,
    refuse_editing,
    show_workshop,
)
from pipeline.review.web.markup import link_to_workshop
from pipeline.review.web.session import Session, Shower, read_json

DONE = {
    "examples": "The example is in the codebook.",
    "counter_examples": "The counter-example is in the codebook.",
    "rules": "The rule is in the codebook. What it finds, and the queues, follow it.",
}
KEY_HELP = (
    (("x", "c"), "Add the text as an example, as a counter-example"),
    (("t",), "The terms of a rule to try; Enter shows its effect"),
    (("s",), "Save the rule whose effect is shown"),
    (("w",), "The text of the example; Escape leaves the field"),
    (("b",), "Back to the response"),
    (("/", "q"), "Search, queues"),
    (("?",), "This list"),
)
_FIELDS = {"term": "term", "with": "with_", "unless": "unless"}
_FIELDS |= {"within": "within", "question": "question"}


class WorkshopPages:
    """The routes, and what they answer."""

    def __init__(self, session: Session, shower: Shower) -> None:
        self._session = session
        self._show = shower.show
        self.routes = [
            Route("/workshop", self.look),
            Route("/workshop/example", self.add_example, methods=["POST"]),
            Route("/workshop/rule", self.add_rule, methods=["POST"]),
        ]

    async def look(self, request: Request) -> Response:
        """A theme's part of the codebook, and the effect of the rule in the address."""
        self._check()
        asked = dict(request.query_params)
        shown = show_workshop(
            self._session.desk,
            self._session.coder(request),
            asked.get("theme", ""),
            _spot(asked.get("place"), [asked.get("start"), asked.get("end")]),
            _candidate(asked),
        )
        queue = asked.get("queue") or "all"
        done = DONE.get(asked.get("done", ""), "")
        return self._show(
            "workshop.html",
            request,
            shop=shown,
            queue=queue,
            done=done,
            key_help=KEY_HELP,
            page=json.dumps(page_values(shown, queue)),
        )

    async def add_example(self, request: Request) -> Response:
        """Add an example, and name the page that says so."""
        self._check()
        body = _mapping(await read_json(request))
        key, text = _text(body, "key"), body.get("text")
        if key not in EXAMPLES:
            refuse(f"'{key}' is no list of examples.")
        spot = _spot(body.get("place"), body.get("span") or [])
        keep_example(
            self._session.desk,
            self._session.coder(request),
            _text(body, "theme"),
            spot,
            key,
            _text(body, "seen"),
            text=_text(body, "text") if text is not None else None,
        )
        return _done(body, spot, key)

    async def add_rule(self, request: Request) -> Response:
        """Add a rule, and name the page that says so."""
        self._check()
        body = _mapping(await read_json(request))
        rule = _mapping(body.get("rule"))
        typed = {name: _text(rule, name) for name in _FIELDS if name in rule}
        seen = _text(body, "seen")
        keep_rule(self._session.desk, _text(body, "theme"), _candidate(typed), seen)
        return _done(body, _spot(body.get("place"), body.get("span") or []), "rules")

    def _check(self) -> None:
        if not self._session.editing:
            refuse_editing("editing the codebook is turned off on this page.")


def page_values(shown: Workshop, queue: str) -> dict[str, Any]:
    """What the script sends back with what is added."""
    rule = {name: getattr(shown.candidate, field) for name, field in _FIELDS.items()}
    return {
        "theme": shown.theme.id,
        "queue": queue,
        "place": shown.spot.place,
        "span": list(shown.spot.span),
        "seen": shown.seen,
        "rule": rule,
    }


def _done(body: Mapping[str, Any], spot: Spot, key: str) -> Response:
    theme, queue = _text(body, "theme"), _text(body, "queue")
    return JSONResponse({"next": link_to_workshop(theme, queue, spot.place, spot.span, done=key)})


def _candidate(typed: Mapping[str, str]) -> Candidate:
    return Candidate(**{field: typed[name] for name, field in _FIELDS.items() if name in typed})


def _spot(place: object, span: object) -> Spot:
    """Numbers of an address or of JSON; anything else is taken for a place that is none."""
    if place in (None, ""):
        return Spot()
    ends = [_number(end) for end in span if end not in (None, "")] if isinstance(span, list) else []
    return Spot(_number(place), (ends[0], ends[1]) if len(ends) == 2 else ())


def _number(value: object) -> int:
    written = str(value)
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else -1


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        refuse("what was sent is no JSON object where one belongs.")
    return value


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        refuse("what was sent has something else where text belongs.")
    return value
