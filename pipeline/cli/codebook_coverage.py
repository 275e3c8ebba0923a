"""verbatims codebook coverage ROUND."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, show, warn_of_timeouts, warner
from pipeline.cli.run import RoundPath

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.plan import Plan
    from pipeline.refine.coverage.data import (
        Coverage,
        Judged,
        QuestionCoverage,
        RuleCoverage,
        ThemeCoverage,
        Uncoded,
    )

WIDTH = 80
_MISSED_SHOWN = 5
Show = Annotated[
    int, typer.Option("--show", min=0, metavar="N", help="How many responses to list.")
]
Theme = Annotated[
    str, typer.Option("--theme", help="Only the rules of this theme.", show_default=False)
]
CodedFile = Annotated[
    Path | None,
    typer.Option(
        "--coded",
        metavar="FILE",
        help="Hand coding to hold the rules against, besides the round's decisions.",
        show_default=False,
    ),
]
Terms = Annotated[bool, typer.Option("--terms", help="List the terms that make no rule fire.")]


def coverage(  # noqa: PLR0913 - one for each option
    round_path: RoundPath,
    theme: Theme = "",
    coded_path: CodedFile = None,
    terms: Terms = False,
    number: Show = 10,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show what each rule brings in a round, and what is left uncoded.

    Per rule: its hits, the responses it finds, those that no other rule of its theme finds, and
    of those that people read how many they marked. Then the words that stand inside quotes, and
    the longest responses without a theme. The classifier has no part in it.
    """
    from pipeline.plan import plan_run
    from pipeline.refine.coverage.measure import measure_coverage
    from pipeline.refine.explain.tryout import find_theme
    from pipeline.round import load_round

    the_round = load_round(round_path)
    coders = ["codebook", *(["human"] if the_round.decisions else [])]
    plan = plan_run(the_round, coders, warner(quiet=quiet))
    if theme:
        find_theme(plan.codebook, theme)
    decisions = _decisions(plan, coded_path, quiet=quiet)
    found = measure_coverage(plan, decisions, theme)
    warn_of_timeouts(found.timed_out, quiet=quiet)
    if coded_path:
        _check_strangers(found, decisions, coded_path, quiet=quiet)
    if as_json:
        echo_json(_as_json(found, plan, number))
    else:
        _print(found, plan, number, terms=terms)


def _decisions(plan: Plan, path: Path | None, *, quiet: bool) -> pa.Table:
    """The decisions of the round and, as later readings, those of the file."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from pipeline.coded import read_coded
    from pipeline.decisions import decide

    if path is None:
        return plan.decisions
    coded = read_coded(path, plan.codebook)
    warn = warner(quiet=quiet)
    for problem in coded.warnings():
        warn(problem)
    read = decide(replace(coded, strangers={}), plan.codebook)
    earlier = max(plan.decisions["reading"].to_pylist(), default=0)
    read = read.set_column(0, read.schema.field(0), pc.add(read["reading"], earlier))
    return pa.concat_tables([plan.decisions, read])


def _check_strangers(found: Coverage, read: pa.Table, path: Path, *, quiet: bool) -> None:
    from pipeline.errors import InputError, Problem

    number = len(found.strangers)
    if number and number == len(read["response_id"].unique()):
        what = f"none of its response ids is in the round (one is '{min(found.strangers)}')."
        raise InputError.because(code="E401", where=path.as_posix(), what=what)
    if number:
        what = f"{number} response ids are not in the round."
        warner(quiet=quiet)(Problem(code="W403", where=path.as_posix(), what=what))


def _print(found: Coverage, plan: Plan, number: int, *, terms: bool) -> None:
    from pipeline.report.plain import align, show_controls

    book = found.codebook
    lines = [f"{plan.round.name}: {book.name} version {book.version}, rules alone", ""]
    lines += align(_question_table(found.questions))
    lines += ["", *_rule_lines(found)]
    lines += [f"\n{line}" for line in _dead_lines(found)]
    lines += _missed_lines(found.themes)
    if terms:
        lines += ["", *_idle_lines(found.rules)]
    show(show_controls("\n".join(lines)))
    for line in _uncoded_lines(found.uncoded, number):
        show(show_controls(line))


def _question_table(questions: Sequence[QuestionCoverage]) -> list[list[str]]:
    from pipeline.report.sentences import percent

    table = [["question", "responses", "coded", "share", "words in quotes", "quartiles"]]
    for item in questions if len(questions) > 2 else questions[:1]:
        quartiles = item.explained.quartiles[1:4]  # to four places
        spread = " ".join(percent(round(10_000 * share), 10_000) for share in quartiles)
        table.append(
            [
                item.question or "all",
                str(item.responses),
                str(item.coded),
                percent(item.coded, item.responses),
                percent(item.explained.inside, item.explained.words),
                spread or "-",
            ]
        )
    return table


def _rule_lines(found: Coverage) -> list[str]:
    from pipeline.report.plain import align

    judged = any(theme.judged.read for theme in found.themes)
    header = ["theme, rule", "hits", "responses", "only", *(["present"] if judged else []), "terms"]
    table = [header]
    rules = {theme: list(group) for theme, group in groupby(found.rules, lambda r: r.theme)}
    for theme in found.themes:
        own = rules[theme.theme.id]
        read = [_present(theme.judged)] if judged else []
        hits = str(sum(rule.hits for rule in own))
        table.append([theme.theme.id, hits, str(theme.responses), "", *read, ""])
        for rule in own:
            read = [_present(rule.judged)] if judged else []
            numbers = [str(rule.hits), str(rule.responses), str(rule.only)]
            table.append([f"  {_short(rule)}", *numbers, *read, _terms(rule)])
    lines = align(table, left=(0, len(header) - 1))
    return [
        line if len(line) <= WIDTH else line[: WIDTH - 3].rstrip(" ,") + "..." for line in lines
    ]


def _short(rule: RuleCoverage) -> str:
    """A rule's number under its theme's name."""
    return rule.rule.id.removeprefix(rule.theme)


def _terms(rule: RuleCoverage) -> str:
    return rule.rule.pattern or ", ".join(rule.rule.hits)


def _dead_lines(found: Coverage) -> Iterator[str]:
    if found.dead:
        dead = ", ".join(rule.rule.id for rule in found.dead)
        yield _wrapped(f"{len(found.dead)} of {len(found.rules)} rules find nothing: {dead}")


def _missed_lines(themes: Sequence[ThemeCoverage]) -> Iterator[str]:
    missed = [theme for theme in themes if theme.missed]
    if missed:
        yield "\nMarked by people, found by no rule"
    for theme in missed:
        more = len(theme.missed) - _MISSED_SHOWN
        ids = ", ".join(theme.missed[:_MISSED_SHOWN]) + (f" and {more} more" if more > 0 else "")
        yield _wrapped(f"{theme.theme.id}, {len(theme.missed)}: {ids}", first="  ")


def _idle_lines(rules: Sequence[RuleCoverage]) -> Iterator[str]:
    idle = [rule for rule in rules if rule.idle and rule.hits]
    yield "Terms that make no rule fire (dead rules are left out)" if idle else "No idle terms"
    for rule in idle:
        share = f"{len(rule.idle)} of {len(rule.rule.hits)}"
        yield _wrapped(f"{rule.rule.id}, {share}: {', '.join(rule.idle)}", indent="  ")


def _uncoded_lines(uncoded: Sequence[Uncoded], number: int) -> Iterator[str]:
    total = sum(one.copies for one in uncoded)
    shown = uncoded[:number]
    have = "response has" if total == 1 else "responses have"
    yield f"\n{total} {have} no theme" + (", the longest first" if shown else "")
    for one in shown:
        copies = f", sent {one.copies} times" if one.copies > 1 else ""
        yield f"\n{one.response_id}  {one.words} words{copies}"
        yield _wrapped(" ".join(one.text.split()), indent="    ", first="    ")
    if 0 < len(shown) < len(uncoded):
        yield f"\nand {len(uncoded) - len(shown)} more; --show N lists N"


def _wrapped(text: str, indent: str = "    ", first: str = "") -> str:
    import textwrap

    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )


def _present(judged: Judged) -> str:
    return f"{judged.present}/{judged.read}" if judged.read else "-"


def _as_json(found: Coverage, plan: Plan, number: int) -> dict[str, Any]:
    return {
        "round": plan.round.name,
        "codebook": found.codebook.coder,
        "questions": [_question_json(question) for question in found.questions],
        "themes": [
            {
                "theme": item.theme.id,
                "responses": item.responses,
                "judged": _judged_json(item.judged),
                "missed": list(item.missed),
            }
            for item in found.themes
        ],
        "rules": [_rule_json(rule) for rule in found.rules],
        "dead_rules": [rule.rule.id for rule in found.dead],
        "uncoded": {
            "responses": sum(one.copies for one in found.uncoded),
            "longest": [asdict(one) for one in found.uncoded[:number]],
        },
    }


def _question_json(question: QuestionCoverage) -> dict[str, Any]:
    return {
        "question": question.question or None,
        "responses": question.responses,
        "coded": question.coded,
        "share": question.share,
        "words": question.explained.words,
        "words_in_quotes": question.explained.inside,
        "quartiles": list(question.explained.quartiles),
    }


def _rule_json(rule: RuleCoverage) -> dict[str, Any]:
    return {
        "rule": rule.rule.id,
        "theme": rule.theme,
        "hits": rule.hits,
        "responses": rule.responses,
        "only": rule.only,
        "judged": _judged_json(rule.judged),
        "idle_terms": list(rule.idle),
    }


def _judged_json(judged: Judged) -> dict[str, Any]:
    return {**asdict(judged), "precision": judged.precision}
