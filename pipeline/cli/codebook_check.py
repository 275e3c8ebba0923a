"""verbatims codebook check FILE."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.boundary import Json, echo_json, show, warner

if TYPE_CHECKING:
    from pipeline.codebook.model import Codebook
    from pipeline.errors import Problem


def check(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A codebook.")],
    as_json: Json = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Warnings too are a no: exit 1.")
    ] = False,
) -> None:
    """List every problem of a codebook; run its examples.

    Exit 0: no error. Warnings tell of what adds nothing, never fires, takes too long or is too
    alike to another.
    Exit 1: it loads and examples fail. Exit 2: it does not load.
    """
    from pipeline.errors import CheckFailed, InputError
    from pipeline.refine.check import list_problems

    try:
        codebook, problems = list_problems(path)
    except InputError as error:
        if as_json:
            echo_json(_as_json(path, "", error.problems))
        raise
    if as_json:
        echo_json(_as_json(path, codebook.coder, problems))
    warnings = [problem for problem in problems if problem.code.startswith("W")]
    errors = [problem for problem in problems if problem not in warnings]
    for warning in warnings:
        warner(quiet=False)(warning)
    if errors:
        failed = all(problem.code in ("E306", "E307") for problem in errors)
        raise (CheckFailed if failed else InputError)(*errors)
    if not as_json:
        show(_summary(path, codebook, len(warnings)))
    if strict and warnings:
        raise typer.Exit(1)


def _summary(path: Path, codebook: Codebook, warnings: int) -> str:
    rules = sum(len(theme.rules) for theme in codebook.themes)
    examples = sum(len(t.examples) + len(t.counter_examples) for t in codebook.themes)
    warned = f", {warnings} warning{'' if warnings == 1 else 's'}" if warnings else ""
    return (
        f"{path.as_posix()} holds: {len(codebook.themes)} themes, {len(codebook.nets)} nets, "
        f"{rules} rules, {examples} examples{warned} ({codebook.coder})."
    )


def _as_json(
    path: Path, coder: str, problems: list[Problem] | tuple[Problem, ...]
) -> dict[str, Any]:
    """The problems as editors and CI read them; `coder` is empty when the file cannot be parsed."""
    return {
        "codebook": path.as_posix(),
        "coder": coder,
        "problems": [_problem_as_json(problem) for problem in problems],
    }


def _problem_as_json(problem: Problem) -> dict[str, Any]:
    file, *at = problem.where.rsplit(":", 2)
    if not (len(at) == 2 and all(part.isdigit() for part in at)):
        file, at = problem.where, []
    line, column = (int(part) for part in at) if at else (None, None)
    return {
        "code": problem.code,
        "severity": "warning" if problem.code.startswith("W") else "error",
        "where": problem.where,
        "file": file,
        "line": line,
        "column": column,
        "what": problem.what,
        "remedy": problem.remedy,
    }
