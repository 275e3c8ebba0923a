"""verbatims codebook suggest ROUND."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Coders, Json, Quiet, echo_json, list_coders, show, warner
from pipeline.cli.run import RoundPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.codebook.model import Codebook
    from pipeline.refine.answers import Answer, Quote
    from pipeline.refine.suggest.groups import Groups
    from pipeline.refine.suggest.slips import Slip
    from pipeline.refine.suggest.terms import ThemeSuggestions

WIDTH = 80
_TERMS = 20
_GROUPS = 10


def suggest(  # noqa: PLR0913 - an argument an option
    round_path: RoundPath,
    theme: Annotated[
        str, typer.Option("--theme", help="Terms for this theme; else new themes.")
    ] = "",
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=0,
            help=f"So many terms ({_TERMS}) or groups ({_GROUPS}); 0: all.",
            show_default=False,
        ),
    ] = None,
    as_yaml: Annotated[
        bool, typer.Option("--yaml", help="The draft of new themes and nothing else.")
    ] = False,
    coders: Coders = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Suggest terms that a theme lacks, or new themes for responses that have none.

    A suggestion is to be read, not to be taken: each comes with its counts and quotes.
    """
    from pipeline.errors import InputError
    from pipeline.plan import plan_run
    from pipeline.refine.answers import read_coded_answers
    from pipeline.round import load_round

    if as_yaml and (theme or as_json):
        what = "--yaml goes neither with --theme nor with --json."
        raise InputError.because(code="E701", what=what)
    plan = plan_run(load_round(round_path), list_coders(coders), warner(quiet=quiet))
    if theme:
        from pipeline.refine.suggest.terms import find_theme

        find_theme(plan.codebook, theme)
    answers = read_coded_answers(plan)
    if theme:
        _suggest_terms(answers, plan.codebook, theme, limit, as_json=as_json)
    elif as_yaml:
        _draft(answers, plan.codebook, limit)
    else:
        _suggest_themes(answers, plan.codebook, limit, as_json=as_json)


def _suggest_terms(
    answers: Sequence[Answer], codebook: Codebook, theme: str, limit: int | None, *, as_json: bool
) -> None:
    from pipeline.refine.suggest.terms import suggest_terms

    found = suggest_terms(answers, codebook, theme, _TERMS if limit is None else limit)
    if as_json:
        echo_json(
            {
                "theme": found.theme.id,
                "cited": found.cited,
                "of": found.of,
                "terms": [suggestion.as_json() for suggestion in found.suggestions],
            }
        )
        return
    _show_terms(found)


def _show_terms(found: ThemeSuggestions) -> None:
    from pipeline.report.plain import align

    whole = f"{found.cited} of {found.of} responses have {found.theme.id}"
    if not found.suggestions:
        show(f"{whole}; no other term marks them.")
        return
    table = [["term", "with it", "without", "adds", "no rule", "times", "G2"]]
    for suggestion in found.suggestions:
        telling = suggestion.telling
        table.append(
            [
                telling.term,
                str(telling.cited),
                str(telling.others),
                str(suggestion.adds),
                str(suggestion.unruled),
                f"{'over ' if not telling.others else ''}{2**telling.log_ratio:.1f}",
                f"{telling.g2:.1f}",
            ]
        )
    header, *lines = align(table)
    show(f"{whole}.\nTerms that mark them, and that no rule of it has:\n")
    show(header)
    for line, suggestion in zip(lines, found.suggestions, strict=True):
        show(line)
        _show_quote(suggestion.quote, "  ")
        if suggestion.new_quote:
            _show_quote(suggestion.new_quote, "+ ")
    legend = (
        f"with it, without: responses with the term, of the {found.cited} that have the theme and "
        f"of the {found.of - found.cited} that have not. adds (+): of the latter, those that a "
        "rule with the term would give the theme. no rule: of the former, those that no rule of "
        "the theme finds yet. times: how many times as often. G2: log-likelihood; over 10.8 is "
        "p < 0.001 for one term by itself."
    )
    show("\n" + textwrap.fill(legend, WIDTH - 1))


def _show_quote(quote: Quote, mark: str) -> None:
    _show_line(mark, f'{quote.response_id}: "{quote.text}"')


def _show_line(indent: str, text: str) -> None:
    from pipeline.cli.kwic import shorten

    show(indent + shorten(text, WIDTH - len(indent)))


def _suggest_themes(
    answers: Sequence[Answer], codebook: Codebook, limit: int | None, *, as_json: bool
) -> None:
    from pipeline.refine.suggest.groups import draft_codebook, group_uncoded
    from pipeline.refine.suggest.slips import find_slips

    found = group_uncoded(answers, codebook)
    slips = find_slips(answers, codebook)
    shown = found.groups[: _GROUPS if limit is None else limit or None]
    draft = draft_codebook(shown, codebook) if shown else ""
    if as_json:
        echo_json(
            {
                "uncoded": found.uncoded,
                "of": found.of,
                "grouped": found.grouped,
                "groups": [group.as_json() for group in shown],
                "slips": [slip.as_json() for slip in slips],
                "draft": draft,
            }
        )
        return
    _show_groups(found, len(shown))
    _show_slips(slips, _TERMS if limit is None else limit or len(slips))
    if draft:
        show("\nDraft of new themes (--yaml prints it alone)\n\n" + draft.rstrip())


def _show_groups(found: Groups, shown: int) -> None:
    part = f", {shown} of which are shown" if shown < len(found.groups) else ""
    show(
        f"{found.uncoded} of {found.of} responses have no theme; {found.grouped} of them fall in "
        f"{len(found.groups)} group{'' if len(found.groups) == 1 else 's'}{part}."
    )
    for number, group in enumerate(found.groups[:shown], start=1):
        terms = ", ".join(f"{telling.term} {telling.cited}" for telling in group.terms)
        show(
            f"\n{number}. {group.theme}: {group.responses} responses; {group.found} have its terms"
        )
        _show_line("   ", terms)
        for quote in group.quotes:
            _show_quote(quote, "   ")


def _show_slips(slips: Sequence[Slip], most: int) -> None:
    from pipeline.report.plain import align

    titles = ("Perhaps misspelt", False), ("Perhaps another form of a term", True)
    for title, ending in titles:
        table = [
            [f"  {slip.written}", f"~ {slip.term}", str(slip.responses)]
            for slip in slips
            if slip.ending == ending
        ]
        if table:
            head = ["  written", "  term", "responses without a theme"]
            show("\n".join([f"\n{title}\n", *align([head, *table[:most]], left=(0, 1))]))
        if len(table) > most:
            show(f"  and {len(table) - most} more")


def _draft(answers: Sequence[Answer], codebook: Codebook, limit: int | None) -> None:
    from pipeline.errors import CheckFailed
    from pipeline.refine.suggest.groups import draft_codebook, group_uncoded

    groups = group_uncoded(answers, codebook).groups
    if not groups:
        what = "no responses without a theme are alike, so there is no theme to draft."
        raise CheckFailed.because(code="E701", what=what)
    show(draft_codebook(groups[: _GROUPS if limit is None else limit or None], codebook).rstrip())
