"""The `verbatims` command: the only place that prints, and the one that catches errors.

Each command is a file: parse, call the library, show the result. Heavy imports stay inside the
functions, so that --help is quick.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from pipeline.cli import (
    codebook,
    compare,
    evaluate,
    explain,
    figures,
    kwic,
    quotes,
    review,
    run,
    train,
    verify,
)
from pipeline.cli.boundary import guard, print_version

app = typer.Typer(
    name="verbatims",
    help="Code the free text of a consultation, count who said what, prove each figure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=print_version, is_eager=True),
    ] = False,
) -> None:
    """Code the free text of a consultation, count who said what, prove each figure."""


app.command("run")(run.run)
app.command("verify")(verify.verify)
app.command("compare")(compare.compare)
app.command("quotes")(quotes.quotes)
app.command("kwic")(kwic.kwic)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("explain")(explain.explain)
app.add_typer(figures.app, name="figures")
app.add_typer(codebook.app, name="codebook")
app.add_typer(review.app, name="review")


def main() -> None:
    """The entry point: exit code 0 done, 1 a check says no, 2 bad input, 3 a bug, 130 stopped."""
    # A command is short and imports much: to look for garbage while modules load, and once more
    # at the end, took a quarter of a small run.
    gc.set_threshold(200_000, 50, 100)
    # Arrow's own allocator gives memory back so readily that a long run spends a tenth of its time
    # on getting it again.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    code = guard(app)
    gc.freeze()
    sys.exit(code)
