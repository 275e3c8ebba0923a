"""verbatims codebook check FILE."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.boundary import Json, echo_json, show

app = typer.Typer(
    help="The codebook's workshop.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """The codebook's workshop."""


@app.command("check")
def check(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A codebook.")],
    as_json: Json = False,
) -> None:
    """List every problem of a codebook; run its examples.

    Exit 0: none. Exit 1: the codebook loads but examples fail. Exit 2: it does not load.
    """
    from pipeline.errors import CheckFailed, InputError
    from pipeline.refine.check import check_codebook

    codebook, problems = check_codebook(path)
    if as_json:
        echo_json(
            {
                "codebook": path.as_posix(),
                "problems": [
                    {"code": p.code, "where": p.where, "what": p.what, "remedy": p.remedy}
                    for p in problems
                ],
            }
        )
    if problems:
        failed = all(problem.code in ("E306", "E307") for problem in problems)
        raise (CheckFailed if failed else InputError)(*problems)
    if not as_json:
        rules = sum(len(theme.rules) for theme in codebook.themes)
        examples = sum(len(t.examples) + len(t.counter_examples) for t in codebook.themes)
        show(
            f"{path.as_posix()} holds: {len(codebook.themes)} themes, {len(codebook.nets)} nets, "
            f"{rules} rules, {examples} examples ({codebook.coder})."
        )
