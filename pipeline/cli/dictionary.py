"""verbatims codebook import FILE."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.boundary import Quiet, show, warner


def import_dictionary(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A quanteda .yml, LIWC .dic, WordStat .cat, REFI-QDA .qdc, or a .csv of themes "
            "and terms.",
        ),
    ],
    name: Annotated[
        str, typer.Option("--name", help="The codebook's name; the file's by default.")
    ] = "",
    quiet: Quiet = False,
) -> None:
    """Print a dictionary of another tool as a codebook in YAML.

    What a codebook cannot hold (emoticons, WordStat rules, conditional LIWC categories) is left
    out with a warning that counts it. Dictionaries of regular expressions are not supported.
    """
    from pipeline.exchange import import_codebook

    text, problems = import_codebook(path, name.strip())
    warn = warner(quiet=quiet)
    for problem in problems:
        warn(problem)
    show(text.removesuffix("\n"))
