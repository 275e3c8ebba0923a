"""verbatims figures check ROUND|RUN, and figures scan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import figures_scan
from pipeline.cli.boundary import Json, Quiet, echo_json, show, warner

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.figures import AnyFigure, CheckedFigure
    from pipeline.round import Round
    from pipeline.run import Figures
    from pipeline.verify import KeptRun

app = typer.Typer(
    help="Published figures beside what a run finds.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Published figures beside what a run finds."""


app.command("scan")(figures_scan.scan)


@app.command("check")
def check(
    path: Annotated[
        Path,
        typer.Argument(metavar="ROUND|RUN", help="A round, which is run anew, or a run folder."),
    ],
    file: Annotated[
        Path | None,
        typer.Option("--figures", help="The figures.yaml to check.", show_default=False),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check published figures against what is found.

    Prints each beside the count found; exit 1 if one does not hold.
    """
    from pipeline.errors import CheckFailed, Problem

    checked = _check(path, file, quiet=quiet)
    if as_json:
        echo_json({"figures": [item.as_json() for item in checked]})
    else:
        _print(checked)
    broken = [item for item in checked if not item.holds]
    if broken:
        raise CheckFailed(
            *(
                Problem(
                    code="E602",
                    where=item.id,
                    what=f"published as {item.printed}, found {item.found}.",
                )
                for item in broken
            )
        )


def _check(path: Path, file: Path | None, *, quiet: bool) -> list[CheckedFigure]:
    from pipeline import figures, store
    from pipeline.codebook.load import load_codebook
    from pipeline.round import load_round

    if (path / store.MANIFEST).is_file() or (path / "latest").is_file():
        from pipeline.verify import kept_answers, open_kept

        kept = open_kept(store.find_run(path))
        own = kept.folder / store.FIGURES_FILE
        named = _named(file or (own if own.is_file() else None), path)
        published = figures.load_figures(named, kept.round, kept.codebook)
        answers = kept_answers(kept)
        return figures.check_figures(published, _recounts(published, kept), answers)
    the_round = load_round(path)
    codebook = load_codebook(the_round.codebook)
    published = figures.load_figures(_named(file or the_round.figures, path), the_round, codebook)
    found = _runs(published, the_round, quiet=quiet)
    return figures.check_figures(published, found, _read_closed(published, the_round))


def _read_closed(published: tuple[AnyFigure, ...], the_round: Round) -> pa.Table | None:
    """The answers to the round's closed questions, if a figure is of one."""
    from pipeline.figures import ClosedFigure
    from pipeline.read import read_answers

    if not any(isinstance(figure, ClosedFigure) for figure in published):
        return None
    return read_answers(the_round.source, the_round.repeats)


def _coders_of(published: tuple[AnyFigure, ...]) -> dict[tuple[str, ...], str]:
    """Each set of coders that figures of themes name, with the first figure that does."""
    from pipeline.figures import Published

    first: dict[tuple[str, ...], str] = {}
    for figure in published:
        if isinstance(figure, Published):
            first.setdefault(figure.coders, figure.id)
    return first


def _named(file: Path | None, path: Path) -> Path:
    from pipeline.errors import InputError

    if file is None:
        raise InputError.because(
            code="E701",
            where=path.as_posix(),
            what="no published figures are named.",
            remedy="Add 'figures:' to round.yaml, or give --figures FILE.",
        )
    return file


def _runs(
    published: tuple[AnyFigure, ...], the_round: Round, *, quiet: bool
) -> dict[tuple[str, ...], Figures]:
    """Each set of coders that a figure names, run once; warnings are said once."""
    from pipeline.plan import plan_run
    from pipeline.run import count_round

    return {
        coders: count_round(plan_run(the_round, coders, warner(quiet=quiet or number > 0)))
        for number, coders in enumerate(_coders_of(published))
    }


def _recounts(published: tuple[AnyFigure, ...], kept: KeptRun) -> dict[tuple[str, ...], Figures]:
    """Each set of coders that a figure names, counted anew from a run's evidence."""
    from dataclasses import replace

    from pipeline.count import count_by_group
    from pipeline.errors import InputError
    from pipeline.tables import MACHINE_CODERS
    from pipeline.verify import recount

    for coders, figure_id in _coders_of(published).items():
        alone = coders and not set(MACHINE_CODERS) <= set(coders)
        refitted = alone and "classifier" in coders and "codebook" in kept.coders
        if refitted or not set(coders) <= set(kept.coders):
            raise InputError.because(
                code="E701",
                where=kept.folder.as_posix(),
                what=f"figure '{figure_id}' is on the word of {', '.join(coders)}, and the "
                f"run was made with {', '.join(kept.coders)}.",
                remedy="Check it against the round, or run with those coders.",
            )
    found = {}
    for coders in _coders_of(published):
        settled = recount(kept, coders or kept.coders)
        crossings = count_by_group([settled.tally], kept.codebook, kept.round)
        found[coders] = replace(settled.figures, crossings=crossings)
    return found


def _print(checked: list[CheckedFigure]) -> None:
    from pipeline.report.plain import align, show_controls

    table = [["figure", "published", "found", "", "coders", "source"]]
    for item in checked:
        verdict = "holds" if item.holds else "DOES NOT HOLD"
        coders = "-" if item.coders is None else ", ".join(item.coders) or "all"
        table.append([item.id, item.printed, item.found, verdict, coders, item.source])
    show("\n".join(align(table, left=(0, 1, 2, 3, 4, 5))))
    notes = [f"{item.id}: {note}." for item in checked for note in item.notes]
    if notes:
        show("\n" + show_controls("\n".join(notes)))
    show(f"\n{sum(item.holds for item in checked)} of {len(checked)} published figures hold.")
