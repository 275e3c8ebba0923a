"""verbatims quotes RUN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Json, echo_json, show
from pipeline.cli.verify import RunPath

if TYPE_CHECKING:
    from pipeline.quotes import Quoted
    from pipeline.verify import KeptRun


def quotes(  # noqa: PLR0913 - one for each option
    run_path: RunPath,
    question: Annotated[str, typer.Option("--question", help="The question's id.")] = "",
    theme: Annotated[str, typer.Option("--theme", help="The theme's or net's id.")] = "",
    facet: Annotated[str, typer.Option("--facet", help="A facet of the theme.")] = "",
    others: Annotated[
        bool, typer.Option("--others", help="The rest of the base, which does not cite the theme.")
    ] = False,
    table: Annotated[
        bool, typer.Option("--table", help="Themes by facets instead, the quotes in the cells.")
    ] = False,
    reading: Annotated[
        str, typer.Option("--reading", help="With --table: this reading alone.")
    ] = "",
    whole: Annotated[
        bool, typer.Option("--whole", help="With --table: whole answers instead of quotes.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the responses behind a figure of a run.

    Each comes with whose word it is, and the quotes or terms that earned it the theme. --table
    sets out every theme, or the one given, by the facets of the codebook.
    """
    from pipeline import store
    from pipeline.verify import open_kept

    _check_options(
        table=table,
        needed={"--question": question, "--theme": theme},
        figure={"--facet": facet, "--others": others},
        tabled={"--reading": reading, "--whole": whole},
    )
    kept = open_kept(store.find_run(run_path))
    if table:
        _show_tables(kept, question, theme, reading, whole=whole, as_json=as_json)
    else:
        _show_figure(kept, (question, theme, facet), others=others, as_json=as_json)


def _check_options(
    *,
    table: bool,
    needed: dict[str, str],
    figure: dict[str, str | bool],
    tabled: dict[str, str | bool],
) -> None:
    from pipeline.errors import InputError

    for name, value in (figure if table else tabled).items():
        if value:
            what = f"{name} does not go {'with' if table else 'without'} --table."
            raise InputError.because(code="E701", what=what, remedy="Leave one of them out.")
    for name, value in needed.items():
        if not value and not table:
            raise typer.BadParameter("wanted, unless for a --table.", param_hint=name)


def _show_tables(
    kept: KeptRun, question: str, theme: str, reading: str, *, whole: bool, as_json: bool
) -> None:
    import shutil

    from pipeline.quotes import tabulate_quotes
    from pipeline.report.quotetable import render_quotes

    tables = tabulate_quotes(kept, question, theme, reading, whole=whole)
    if as_json:
        echo_json({"question": question, "tables": [table.as_json() for table in tables]})
        return
    width = shutil.get_terminal_size().columns
    show("\n\n".join(render_quotes(table, width) for table in tables))


def _show_figure(
    kept: KeptRun, figure: tuple[str, str, str], *, others: bool, as_json: bool
) -> None:
    from pipeline.quotes import quote_figure

    question, theme, facet = figure
    cited, rest = quote_figure(kept, question, theme, facet)
    chosen = rest if others else cited
    if as_json:
        named = {"question": question, "theme": theme, **({"facet": facet} if facet else {})}
        echo_json({**named, "responses": [q.as_json() for q in chosen]})
        return
    word = "do not cite" if others else "cite"
    shown = f"{theme} as {facet}" if facet else theme
    show(f"{len(chosen)} of {len(cited) + len(rest)} responses {word} {shown} ({question})")
    for quoted in chosen:
        show("\n" + _block(quoted))


def _block(quoted: Quoted) -> str:
    from pipeline.report.plain import show_controls

    indented = quoted.text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\n    ")
    lines = [f"{quoted.response_id}{'  ' + quoted.by if quoted.by else ''}", f"    {indented}"]
    lines += [f"  > {reason}" for reason in quoted.reasons]
    return show_controls("\n".join(lines))
