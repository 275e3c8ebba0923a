"""verbatims run ROUND."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import (
    Coders,
    Json,
    Quiet,
    can_draw,
    echo_json,
    list_coders,
    say,
    show,
    warner,
)

if TYPE_CHECKING:
    from pipeline.publish import Run

RoundPath = Annotated[
    Path, typer.Argument(metavar="ROUND", help="A round.yaml, or the folder that holds it.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Write the run exactly here. By default outputs/<round>/<hash of the inputs>.",
        show_default=False,
    ),
]


def run(
    round_path: RoundPath,
    out: Out = None,
    coders: Coders = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Code a round, count it, and write the evidence."""
    from pipeline import store
    from pipeline.cli.progress import Progress
    from pipeline.plan import plan_run
    from pipeline.publish import list_inputs, write_run
    from pipeline.round import load_round
    from pipeline.soundness import warn_of_far_words

    plan = plan_run(load_round(round_path), list_coders(coders), warner(quiet=quiet))
    inputs = list_inputs(plan.round, plan.coders, plan.held)
    folder = out or store.default_folder(Path("outputs"), plan.round.name, inputs, plan.coders)
    progress = Progress(quiet=quiet)
    done = write_run(plan, folder, inputs, progress)
    progress.close()
    if out is None:
        store.point_latest(folder)
    if not quiet:
        _warn(done)
    warn_of_far_words(plan.scorer, plan.round, warner(quiet=quiet))
    _show(done, as_json=as_json)


def _show(done: Run, *, as_json: bool) -> None:
    from pipeline.report.data import report_json
    from pipeline.report.plain import render_plain

    folder = done.folder.as_posix()
    facts = {"run": folder, "manifest_sha256": done.sha256}
    if as_json:
        data = done.hidden.data if done.hidden else report_json(done.report)
        echo_json({**data, **facts})
        return
    where = f"Run folder: {folder}\nManifest:   sha256 {done.sha256}"
    if done.hidden:
        show(done.hidden.text + "\n" + where)
    elif can_draw():
        from rich.console import Console

        from pipeline.report.terminal import print_report

        console = Console(highlight=False)
        print_report(done.report, console)
        console.print()
        console.print(where, markup=False, soft_wrap=True)
    else:
        show(render_plain(done.report) + "\n" + where)


def _warn(done: Run) -> None:
    from pipeline.errors import Problem

    for problem in done.report.closed.uncrossed if done.report.closed else ():
        say(f"warning: {problem}")
    unprocessed = sum(question.base["unprocessed"] for question in done.report.questions)
    found = (
        ("W104", unprocessed, "responses could not be processed.", "1-responses.parquet"),
        (
            "W301",
            done.timed_out,
            "times a pattern took too long on a response.",
            "problems.parquet",
        ),
        (
            "W405",
            done.set_aside,
            "decided responses were set aside by screening.",
            "1-responses.parquet",
        ),
        ("W404", done.disputed, "verdicts are disputed between people.", "3-verdicts.parquet"),
    )
    hidden = done.hidden.tables.problems if done.hidden else ()
    for problem in (*done.crossed.problems, *done.crossed.doubts, *hidden):
        say(f"warning: {problem}")
    for code, number, what, file in found:
        if number:
            remedy = f"They are listed in evidence/{file}."
            say(f"warning: {Problem(code=code, what=f'{number} {what}', remedy=remedy)}")
