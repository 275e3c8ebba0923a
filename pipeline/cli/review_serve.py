"""verbatims review serve ROUND."""

from __future__ import annotations

import getpass
import importlib.util
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from pipeline.cli.boundary import Quiet, say, show, warner
from pipeline.cli.review_import import Database, store_path
from pipeline.cli.review_sample import load_planned
from pipeline.cli.run import RoundPath
from pipeline.errors import InputError, Problem, near

if TYPE_CHECKING:
    from socket import socket

    from pipeline.review.desk.desk import Desk
    from pipeline.round import Round
    from pipeline.round.place import Place

PROXIES = ("127.0.0.1", "::1")
"""Whose word on who reads is taken: of a proxy on this machine."""
_NEEDED = ("jinja2", "starlette", "uvicorn")
_Reviewer = Annotated[
    str,
    typer.Option(
        "--reviewer", help="Who reads: NAME. By default who is logged in.", show_default=False
    ),
]
_Edit = Annotated[
    bool | None,
    typer.Option(
        "--edit/--no-edit",
        help="Let the codebook be added to. By default yes, but not behind a proxy or blind.",
        show_default=False,
    ),
]


def serve(  # noqa: PLR0913 - an argument an option
    round_path: RoundPath,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free.")] = 8765,
    reviewer: _Reviewer = "",
    blind: Annotated[bool, typer.Option("--blind", help="Show what nobody else said.")] = False,
    sample: Annotated[str, typer.Option("--sample", help="Begin with this sample: its id.")] = "",
    proxied: Annotated[
        str,
        typer.Option("--behind-proxy", help="HOST of a proxy on this machine that names people."),
    ] = "",
    header: Annotated[
        str, typer.Option("--user-header", help="In which header it names them.")
    ] = "X-Remote-User",
    edit: _Edit = None,
    database: Database = None,
    quiet: Quiet = False,
) -> None:
    """Open a page on this machine in which a person reads responses and decides on themes.

    Stop it with Ctrl-C. What is decided is in the round's store at once. Only this machine can
    reach the page, by the link that is printed, once.
    """
    _check_installed()
    from pipeline.review.web.serve import bind

    editing = may_edit(edit, blind=blind, proxied=bool(proxied))
    who = _Who("" if proxied else reviewer or getpass.getuser(), proxied, header)
    with bind("127.0.0.1", port) as listening:
        _serve(
            load_planned(round_path),
            listening,
            who,
            _Wanted(database, sample, blind, editing, quiet),
        )


def may_edit(edit: bool | None, *, blind: bool, proxied: bool) -> bool:
    """Whether the codebook may be added to: as asked, or else where one person reads, not blind.

    Raises InputError (E701) where it is asked for blind.
    """
    if edit and blind:
        raise InputError.because(
            code="E701",
            what="--edit does not go with --blind: the effect of a rule tells what it finds.",
            remedy="Leave one of them out.",
        )
    return not (proxied or blind) if edit is None else edit


class _Who(NamedTuple):
    """Who reads: the reviewer, or whom a proxy at a host names in a header."""

    reviewer: str
    host: str
    header: str


class _Wanted(NamedTuple):
    database: Place | None
    sample: str
    blind: bool
    edit: bool
    quiet: bool


def _serve(the_round: Round, listening: socket, who: _Who, wanted: _Wanted) -> None:
    """Hold the round, open its store, and serve both."""
    from pipeline.cli.progress import Progress
    from pipeline.plan import plan_run
    from pipeline.readings.store import open_store
    from pipeline.review.desk.desk import Desk
    from pipeline.review.desk.material import hold_round
    from pipeline.review.web.guard import Keys, Proxy
    from pipeline.review.web.serve import serve as serve_page
    from pipeline.review.web.session import Session

    quiet = wanted.quiet
    progress = Progress(quiet=quiet)
    material = hold_round(plan_run(the_round, (), warner(quiet=quiet)), progress)
    progress.close()
    path = wanted.database or store_path(the_round)
    number = listening.getsockname()[1]
    keys = Keys(cookie_name=f"verbatims-{number}")
    with open_store(path, create=True) as store:
        desk = Desk(material, store, blind=wanted.blind)
        session = Session(
            desk=desk,
            reviewer=who.reviewer,
            first=_first(desk, wanted.sample, quiet=quiet),
            keys=keys,
            hosts=(who.host,) if who.host else (),
            proxy=Proxy(addresses=PROXIES, header=who.header) if who.host else None,
            edit=wanted.edit,
        )
        if not quiet and the_round.decisions != path:
            say(f"Add 'decisions: {path.name}' to {the_round.path.as_posix()} to let it count.")
        own = f"http://127.0.0.1:{number}/"
        link = f"{own} for https://{who.host}/" if who.host else f"{own}?token={keys.token}"
        serve_page(session, listening, lambda: show(link))


def _check_installed() -> None:
    """Raises InputError (E591)."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError.because(
            code="E591",
            what=f"the review page needs {', '.join(missing)}.",
            remedy='Install them: pip install "verbatims[review]".',
        )


def _first(desk: Desk, sample: str, *, quiet: bool) -> str:
    """The queue to begin with. Raises InputError (E592) for a sample that the store lacks."""
    named = {one.id: one for one in desk.samples}
    if not sample:
        return ""
    if sample not in named:
        what = f"there is no sample '{sample}' in the store."
        raise InputError.because(code="E592", what=what, remedy=near(sample, named))
    lost = [m for m in named[sample].members if m.response_id not in desk.material.places]
    if lost:
        what = f"{len(lost)} responses of sample '{sample}' are not in the round any more."
        remedy = "They are left out of the queue."
        warner(quiet=quiet)(Problem(code="W591", what=what, remedy=remedy))
    return f"sample:{sample}"
