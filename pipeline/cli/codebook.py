"""verbatims codebook: every command of it has a file of its own."""

from __future__ import annotations

import typer

from pipeline.cli.codebook_check import check
from pipeline.cli.codebook_coverage import coverage
from pipeline.cli.codebook_diff import diff
from pipeline.cli.codebook_schema import schema
from pipeline.cli.codebook_suggest import suggest
from pipeline.cli.codebook_try import try_text
from pipeline.cli.dictionary import import_dictionary

app = typer.Typer(
    help="The codebook's workshop.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """The codebook's workshop."""


app.command("check")(check)
app.command("schema")(schema)
app.command("import")(import_dictionary)
app.command("try")(try_text)
app.command("coverage")(coverage)
app.command("diff")(diff)
app.command("suggest")(suggest)
