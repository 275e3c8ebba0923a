"""verbatims quotes RUN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Json, echo_json, show
from pipeline.cli.verify import RunPath

if TYPE_CHECKING:
    from pipeline.quotes import Quoted


def quotes(
    run_path: RunPath,
    question: Annotated[str, typer.Option("--question", help="The question's id.")],
    theme: Annotated[str, typer.Option("--theme", help="The theme's or net's id.")],
    others: Annotated[
        bool, typer.Option("--others", help="The rest of the base, which does not cite the theme.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the responses behind a figure of a run.

    Each comes with whose word it is, and the quotes or terms that earned it the theme.
    """
    from pipeline import store
    from pipeline.quotes import quote_figure
    from pipeline.verify import open_kept

    kept = open_kept(store.find_run(run_path))
    cited, rest = quote_figure(kept, question, theme)
    chosen = rest if others else cited
    if as_json:
        echo_json(
            {"question": question, "theme": theme, "responses": [q.as_json() for q in chosen]}
        )
        return
    word = "do not cite" if others else "cite"
    base = len(cited) + len(rest)
    show(f"{len(chosen)} of {base} responses {word} {theme} ({question})")
    for quoted in chosen:
        show("\n" + _block(quoted))


def _block(quoted: Quoted) -> str:
    from pipeline.report.plain import show_controls

    indented = quoted.text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\n    ")
    lines = [f"{quoted.response_id}{'  ' + quoted.by if quoted.by else ''}", f"    {indented}"]
    lines += [f"  > {reason}" for reason in quoted.reasons]
    return show_controls("\n".join(lines))
