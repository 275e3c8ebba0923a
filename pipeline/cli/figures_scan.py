"""verbatims figures scan REPORT ROUND|RUN."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, show, warner

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.claims import Knowledge, Placed


def scan(
    report: Annotated[
        Path, typer.Argument(metavar="REPORT", help="A draft: .md, .html, .docx or .txt.")
    ],
    path: Annotated[
        Path,
        typer.Argument(metavar="ROUND|RUN", help="A round, which is run anew, or a run folder."),
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 for claims that could not be placed, too.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check what a draft report claims of counts and shares.

    Finds statements such as "40 of 105", "38% of" and "just over half", matches them by their words
    to themes and questions, and prints which the data support, which not, and which it could not
    place. Exit 1 if one does not hold.
    """
    from pipeline.claims import find_claims, place_claims, read_report
    from pipeline.errors import Problem

    passages = read_report(report)
    knowledge = know_all(path, quiet=quiet)
    people = [name for value in knowledge.groups for name in (f"{value}s", value)]
    placed = list(place_claims(find_claims(passages, people), knowledge))
    if not placed:
        what = "no statement of a count or a share is found in it."
        warner(quiet=quiet)(Problem(code="W611", where=report.as_posix(), what=what))
    if as_json:
        from pipeline.claims.showing import claim_as_json, summarise_claims

        echo_json(
            {
                "report": report.as_posix(),
                "summary": summarise_claims(placed),
                "claims": [claim_as_json(item) for item in placed],
            }
        )
    else:
        from pipeline.claims.showing import render_claims

        show(render_claims(placed, report.name))
    _fail(placed, report, strict=strict)


def _fail(placed: list[Placed], report: Path, *, strict: bool) -> None:
    from pipeline.claims import BASE_DIFFERS, DIFFERS, UNPLACED
    from pipeline.errors import CheckFailed, Problem

    wrong = sum(item.verdict in (DIFFERS, BASE_DIFFERS) for item in placed)
    unplaced = sum(item.verdict == UNPLACED for item in placed)
    problems = []
    where = report.as_posix()
    if wrong:
        what = f"{wrong} of {len(placed)} claims do not hold."
        problems.append(Problem(code="E613", where=where, what=what))
    if strict and unplaced:
        what = f"{unplaced} of {len(placed)} claims could not be placed."
        remedy = "Name theme, question or group in the sentence as the round does."
        problems.append(Problem(code="E614", where=where, what=what, remedy=remedy))
    if problems:
        raise CheckFailed(*problems)


def know_all(path: Path, *, quiet: bool) -> Knowledge:
    """All that a run folder, or a fresh run of a round, knows."""
    from pipeline import store
    from pipeline.claims import know_bases, know_closed, know_themes

    if (path / store.MANIFEST).is_file() or (path / "latest").is_file():
        from pipeline.run import settle_closed
        from pipeline.verify import kept_answers, open_kept, recount

        kept = open_kept(store.find_run(path))
        figures, the_round, codebook = recount(kept, kept.coders)[1], kept.round, kept.codebook
        answers = kept_answers(kept)
        closed = None if answers is None else settle_closed(answers, kept.round)
        responses = [kept.evidence.responses]
    else:
        from pipeline.plan import plan_run
        from pipeline.round import load_round
        from pipeline.run import Figures, add_figures, count_closed, run_batches

        the_round = load_round(path)
        plan = plan_run(the_round, (), warner(quiet=quiet))
        parts, responses = [], []
        for batch in run_batches(plan):
            parts.append(Figures(batch.bases, batch.counts))
            responses.append(batch.responses.select(["respondent", "groups"]))
        figures, codebook = add_figures(parts), plan.codebook
        closed = count_closed(the_round)
    knowledge = know_themes(figures.counts, the_round, codebook) + know_bases(figures.bases)
    if closed is not None:
        knowledge += know_closed(closed.table, the_round.source.closed)
    return knowledge + _count_people(responses)


def _count_people(tables: list[pa.Table]) -> Knowledge:
    """How many people there are, in all and in each group; nobody where the source names none."""
    from pipeline.claims import know_people
    from pipeline.tables import rows

    members: dict[tuple[str, str], set[str]] = {}
    for table in tables:
        for respondent, groups in rows(table, "respondent", "groups"):
            for group in (("", ""), *groups) if respondent else ():
                if group[1] or not group[0]:
                    members.setdefault(tuple(group), set()).add(respondent)
    return know_people((*group, len(people)) for group, people in members.items())
