"""verbatims figures check ROUND|RUN, and figures scan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import figures_scan
from pipeline.cli.boundary import Json, Quiet, echo_json, show, warner

if TYPE_CHECKING:
    from pipeline.figures import Checked, Published
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
        echo_json({"figures": [_as_json(item) for item in checked]})
    else:
        _print(checked)
    broken = [item for item in checked if not item.holds]
    if broken:
        raise CheckFailed(
            *(
                Problem(
                    code="E602",
                    where=item.published.id,
                    what=f"published as {_printed(item.published)}, "
                    f"found {item.cited} of {item.of}.",
                )
                for item in broken
            )
        )


def _check(path: Path, file: Path | None, *, quiet: bool) -> list[Checked]:
    from pipeline import figures, store
    from pipeline.codebook.load import load_codebook
    from pipeline.round import load_round

    if (path / store.MANIFEST).is_file() or (path / "latest").is_file():
        from pipeline.verify import open_kept

        kept = open_kept(store.find_run(path))
        own = kept.folder / store.FIGURES_FILE
        named = _named(file or (own if own.is_file() else None), path)
        published = figures.load_figures(named, kept.round, kept.codebook)
        return figures.check_figures(published, _recounts(published, kept))
    the_round = load_round(path)
    codebook = load_codebook(the_round.codebook)
    published = figures.load_figures(_named(file or the_round.figures, path), the_round, codebook)
    return figures.check_figures(published, _runs(published, the_round, quiet=quiet))


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
    published: tuple[Published, ...], the_round: Round, *, quiet: bool
) -> dict[tuple[str, ...], Figures]:
    """Each set of coders that a figure names, run once; warnings are said once."""
    from pipeline.plan import plan_run
    from pipeline.run import count_round

    return {
        coders: count_round(plan_run(the_round, coders, warner(quiet=quiet or number > 0)))
        for number, coders in enumerate(dict.fromkeys(figure.coders for figure in published))
    }


def _recounts(published: tuple[Published, ...], kept: KeptRun) -> dict[tuple[str, ...], Figures]:
    """Each set of coders that a figure names, counted anew from a run's evidence."""
    from pipeline.errors import InputError
    from pipeline.tables import MACHINE_CODERS
    from pipeline.verify import recount

    for figure in published:
        alone = figure.coders and not set(MACHINE_CODERS) <= set(figure.coders)
        refitted = alone and "classifier" in figure.coders and "codebook" in kept.coders
        if refitted or not set(figure.coders) <= set(kept.coders):
            raise InputError.because(
                code="E701",
                where=kept.folder.as_posix(),
                what=f"figure '{figure.id}' is on the word of {', '.join(figure.coders)}, and the "
                f"run was made with {', '.join(kept.coders)}.",
                remedy="Check it against the round, or run with those coders.",
            )
    return {
        coders: recount(kept, coders or kept.coders)[1]
        for coders in dict.fromkeys(figure.coders for figure in published)
    }


def _print(checked: list[Checked]) -> None:
    from pipeline.report.plain import align

    table = [["figure", "published", "found", "", "coders", "source"]]
    for item in checked:
        figure = item.published
        verdict = "holds" if item.holds else "DOES NOT HOLD"
        coders = ", ".join(figure.coders) or "all"
        found = f"{item.cited} of {item.of}"
        table.append([figure.id, _printed(figure), found, verdict, coders, figure.source])
    show("\n".join(align(table, left=(0, 1, 2, 3, 4, 5))))
    show(f"\n{sum(item.holds for item in checked)} of {len(checked)} published figures hold.")


def _printed(figure: Published) -> str:
    return figure.cited + (f" of {figure.of}" if figure.of is not None else "")


def _as_json(item: Checked) -> dict[str, object]:
    figure = item.published
    return {
        "id": figure.id,
        "question": figure.question,
        "theme": figure.theme,
        **({"facet": figure.facet} if figure.facet else {}),
        "published": {"cited": figure.cited, "of": figure.of},
        "found": {"cited": item.cited, "of": item.of},
        "holds": item.holds,
        "coders": list(figure.coders),
        "source": figure.source,
    }
