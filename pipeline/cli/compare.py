"""verbatims compare RUN RUN."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Json, Quiet, can_draw, echo_json, show, warner
from pipeline.cli.codebook_coverage import Show

if TYPE_CHECKING:
    from pipeline.compare.data import Comparison, Waves
    from pipeline.verify import KeptRun

Old = Annotated[
    Path, typer.Argument(metavar="RUN", help="The earlier run: its folder, or outputs/<round>.")
]
New = Annotated[Path, typer.Argument(metavar="RUN", help="The later run.")]


def compare(  # noqa: PLR0913 - one for each option
    old: Old,
    new: New,
    theme: Annotated[
        str, typer.Option("--theme", help="Only this theme or net.", show_default=False)
    ] = "",
    question: Annotated[
        str, typer.Option("--question", help="Only this question.", show_default=False)
    ] = "",
    number: Show = 3,
    waves: Annotated[
        bool | None,
        typer.Option(
            "--waves/--runs",
            help="Take them for two rounds, or for two runs of one round. By default two rounds "
            "where both their names and their sources differ.",
            show_default=False,
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if anything moved.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show what moved between two runs, and why.

    Two runs of a round: which figures and bases moved, by which responses, and what made each of
    them move. Two rounds of one codebook (waves): which shares moved, and whether by more than
    chance where the respondents are a sample.
    """
    from pipeline import store
    from pipeline.verify import open_kept

    runs = open_kept(store.find_run(old)), open_kept(store.find_run(new))
    if _are_waves(*runs) if waves is None else waves:
        moved = _show_waves(runs, theme, question, as_json=as_json, quiet=quiet)
    else:
        moved = _show_runs(runs, theme, question, number, as_json=as_json)
    if strict and moved:
        from pipeline.errors import CheckFailed

        what = "the two runs differ in what they count."
        raise CheckFailed.because(code="E512", where=new.as_posix(), what=what)


def _are_waves(old: KeptRun, new: KeptRun) -> bool:
    sources = [
        {item["sha256"] for item in run.manifest["inputs"] if item["role"] == "source"}
        for run in (old, new)
    ]
    return old.round.name != new.round.name and sources[0] != sources[1]


def _show_runs(
    runs: tuple[KeptRun, KeptRun], theme: str, question: str, number: int, *, as_json: bool
) -> bool:
    from pipeline.compare.plain import render_comparison
    from pipeline.compare.runs import compare_runs

    found: Comparison = compare_runs(*runs, theme=theme, question=question)
    if as_json:
        echo_json({"kind": "runs", "moved": found.moved, **asdict(found)})
    elif can_draw():
        from rich.console import Console

        from pipeline.compare.terminal import print_comparison

        print_comparison(found, number, Console(highlight=False))
    else:
        show(render_comparison(found, number))
    return found.moved


def _show_waves(
    runs: tuple[KeptRun, KeptRun], theme: str, question: str, *, as_json: bool, quiet: bool
) -> bool:
    from pipeline.compare.plain import render_waves
    from pipeline.compare.waves import compare_waves, list_problems

    found: Waves = compare_waves(*runs, theme=theme, question=question)
    for problem in list_problems(found):
        warner(quiet=quiet)(problem)
    if as_json:
        echo_json({"kind": "waves", "moved": found.moved, **asdict(found)})
    elif can_draw():
        from rich.console import Console

        from pipeline.compare.terminal import print_waves

        print_waves(found, Console(highlight=False))
    else:
        show(render_waves(found))
    return found.moved
