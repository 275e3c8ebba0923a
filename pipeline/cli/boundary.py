"""The one error boundary, and what commands share of printing."""

from __future__ import annotations

import io
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from pipeline import __version__
from pipeline.errors import Problem, VerbatimsError

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No warnings and no progress.")]
Coders = Annotated[
    str,
    typer.Option(
        "--coders",
        help="Whose word counts: codebook, classifier, human, with commas. By default all that "
        "the round has.",
        show_default=False,
    ),
]


def guard(app: Callable[[], Any]) -> int:
    """Run the command line and turn every way to end into an exit code."""
    _write_whatever_comes()
    try:
        app()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    except VerbatimsError as error:
        for problem in error.problems:
            say(str(problem))
        return error.exit_code
    except OSError as error:
        say(str(Problem(code="E702", what=f"the system refused: {error}.")))
        return 2
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except Exception as error:  # noqa: BLE001 - the boundary: a bug becomes exit code 3 and a log
        say(str(_log_bug(error)))
        return 3
    return 0


def _write_whatever_comes() -> None:
    """UTF-8 into pipes; on a terminal of another encoding, what it lacks as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def can_draw() -> bool:
    """Whether stdout is a terminal that shows bars and rules, not only ASCII."""
    return sys.stdout.isatty() and sys.stdout.encoding.lower().startswith("utf")


def _log_bug(error: Exception) -> Problem:
    with tempfile.NamedTemporaryFile(
        "w", prefix="verbatims-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(f"verbatims {__version__}, Python {sys.version}\n{sys.argv}\n\n")
        log.write("".join(traceback.format_exception(error)))
    return Problem(
        code="W701",
        what=f"this is a bug in verbatims ({type(error).__name__}: {error}).",
        remedy=f"Details are in {log.name}; please report it with that file.",
    )


def say(message: str) -> None:
    """A message to the person, on stderr."""
    typer.echo(message, err=True)


def print_version(value: bool) -> None:
    """The version, when --version asks for it."""
    if value:
        typer.echo(f"verbatims {__version__}")
        raise typer.Exit


def warner(*, quiet: bool) -> Callable[[Problem], None]:
    """What warnings are given to."""
    return (lambda problem: None) if quiet else (lambda problem: say(f"warning: {problem}"))


def warn_of_timeouts(timed_out: Mapping[str, int], *, quiet: bool) -> None:
    """Say which patterns took too long, on how many responses: that is not "no match"."""
    for rule, count in timed_out.items():
        what = f"the pattern of {rule} took too long on {count} of the texts."
        remedy = "Nothing is known of it there; see 'verbatims codebook check'."
        warner(quiet=quiet)(Problem(code="W301", what=what, remedy=remedy))


def list_coders(option: str) -> Sequence[str]:
    """The coders of a --coders option; an empty name in it is refused like any other."""
    return [name.strip() for name in option.split(",")] if option else []


def echo_json(value: object) -> None:
    """One JSON document on stdout."""
    import json

    show(json.dumps(value, indent=1, ensure_ascii=False))


def show(text: str) -> None:
    """Data on stdout. When the reader of a pipe has left, that is the end and no error."""
    try:
        typer.echo(text)
    except BrokenPipeError as error:
        # Python must not try to flush what is left when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from error
