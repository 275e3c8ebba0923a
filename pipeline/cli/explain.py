"""verbatims explain ROUND RESPONSE."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.boundary import Coders, Json, Quiet, can_draw, echo_json, list_coders, show
from pipeline.cli.boundary import warner as make_warner
from pipeline.cli.run import RoundPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.classify.explain import Carried
    from pipeline.explain import ResponseWhy, ThemeWhy
    from pipeline.plan import Plan

WIDTH = 78
TERMS = 5
"""So many terms of a score are shown; --json has all."""
STRONGEST = 10


def explain(  # noqa: PLR0913 - one for each option
    round_path: RoundPath,
    response_id: Annotated[
        str, typer.Argument(metavar="[RESPONSE]", help="The id of a response.")
    ] = "",
    theme: Annotated[str, typer.Option("--theme", help="This theme alone.")] = "",
    with_terms: Annotated[
        bool,
        typer.Option("--terms", help="Instead: each theme's strongest terms, for and against."),
    ] = False,
    coders: Coders = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show why a response is or is not coded with its themes, word by word.

    The words that raised a score most are marked, with what each added to the log odds; beside it
    the score, the threshold of the question, the theme's policy, and what rules found. Without
    --theme the themes that are coded, or that rules or score come near to, are shown.
    """
    from pipeline.plan import plan_run
    from pipeline.round import load_round

    _check_options(response_id, with_terms=with_terms)
    plan = plan_run(load_round(round_path), list_coders(coders), make_warner(quiet=quiet))
    _check_theme(plan, theme)
    if with_terms:
        _show_terms(plan, theme, as_json=as_json)
    else:
        _show_response(plan, response_id, theme, as_json=as_json)


def _check_options(response_id: str, *, with_terms: bool) -> None:
    from pipeline.errors import InputError

    if bool(response_id) == with_terms:
        what = (
            "give the id of a response, or --terms."
            if not response_id
            else ("--terms is of the whole model, not of one response.")
        )
        raise InputError.because(code="E701", what=what)


def _check_theme(plan: Plan, theme: str) -> None:
    from pipeline.errors import InputError, near

    names = [entry.id for entry in plan.codebook.themes]
    if theme and theme not in names:
        what = f"there is no theme '{theme}' in the codebook."
        raise InputError.because(code="E701", what=what, remedy=near(theme, names))


def _show_terms(plan: Plan, theme: str, *, as_json: bool) -> None:
    from pipeline.classify.explain import strongest_terms
    from pipeline.errors import InputError

    model = plan.model
    if model is None or (theme and theme not in model.themes):
        what = f"the classifier has not learnt '{theme}'." if model else "there is no classifier."
        raise InputError.because(code="E701", where=plan.round.path.as_posix(), what=what)
    names = [theme] if theme else list(model.themes)
    found = {name: strongest_terms(model, name, STRONGEST) for name in names}
    if as_json:
        echo_json(
            {
                name: {
                    "for": [list(term) for term in toward],
                    "against": [list(t) for t in against],
                }
                for name, (toward, against) in found.items()
            }
        )
        return
    show("What each term alone adds to the log odds of a theme.")
    for name, (toward, against) in found.items():
        show(f"\n{name}")
        for label, terms in (("for", toward), ("against", against)):
            shown = ", ".join(f"{_safe(term)} {weight:+.2f}" for term, weight in terms) or "-"
            show(_wrap(f"{label}: {shown}", "  "))


def _show_response(plan: Plan, response_id: str, theme: str, *, as_json: bool) -> None:
    from pipeline.explain import explain_response

    why = explain_response(plan, response_id)
    chosen = [one for one in why.themes if (one.theme == theme if theme else _is_near(one))]
    if as_json:
        echo_json(_as_json(why, chosen))
        return
    show(_wrap(f"{why.response_id} (question {why.question})", "") + "\n")
    show(_wrap(_safe(why.text), "  "))
    if why.trained:
        show("\nThe classifier learnt from this very response: its score shows no skill.")
    for one in chosen:
        _print_theme(one, why.text)
    if not chosen:
        what = f"'{theme}' may not be coded in this question." if theme else "Nothing comes near."
        show(f"\n{what}")


def _is_near(one: ThemeWhy) -> bool:
    """Coded, found by a rule, or at half its threshold."""
    score = one.score is not None and one.threshold is not None and one.score >= one.threshold / 2
    return one.coded or bool(one.hits) or score


def _print_theme(one: ThemeWhy, text: str) -> None:
    show(f"\n{one.theme}: {'coded' if one.coded else 'not coded'} (policy {one.policy})")
    for hit in one.hits:
        show(_wrap(f"rule {hit.rule}: {_safe(hit.quote)}", "  "))
    if one.score is None or one.threshold is None:
        show("  no score: the classifier has not learnt it")
        return
    limit = f"{one.threshold:.3f}" if math.isfinite(one.threshold) else "never reached"
    show(f"  score {one.score:.3f}, threshold here {limit}")
    top = sorted(one.terms, key=lambda term: (-abs(term.weight), term.start))[:TERMS]
    marked = [term for term in top if term.weight > 0]
    if marked:
        show(_wrap(_mark(text, marked), "    "))
    for term in top:
        show(f"  {term.weight:+.2f}  {_safe(term.quote)}")
    others = sum(term.weight for term in one.terms) - sum(term.weight for term in top)
    show(f"  {others:+.2f}  other words")
    if one.meaning is not None:
        show(f"  {one.meaning:+.2f}  meaning (embeddings)")
    show(f"  {one.rest:+.2f}  question, rules, how common the theme is")


def _mark(text: str, terms: Sequence[Carried]) -> str:
    """The text with the terms in brackets, or bold on a terminal; terms that touch are one."""
    begin, end = ("\x1b[1m", "\x1b[0m") if can_draw() else ("[", "]")
    spans: list[list[int]] = []
    for term in sorted(terms):
        if spans and term.start <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], term.end)
        else:
            spans.append([term.start, term.end])
    pieces, last = [], 0
    for start, stop in spans:
        pieces += [_safe(text[last:start]), begin, _safe(text[start:stop]), end]
        last = stop
    return "".join([*pieces, _safe(text[last:])])


def _wrap(text: str, margin: str) -> str:
    lines = text.splitlines() or [""]
    return "\n".join(
        textwrap.fill(
            line,
            WIDTH,
            initial_indent=margin,
            subsequent_indent=margin,
            break_on_hyphens=False,
        )
        for line in lines
    )


def _safe(text: str) -> str:
    from pipeline.report.plain import show_controls

    return show_controls(text)


def _as_json(why: ResponseWhy, chosen: Sequence[ThemeWhy]) -> dict[str, Any]:
    return {
        "response_id": why.response_id,
        "question": why.question,
        "text": why.text,
        "trained": why.trained,
        "themes": [
            {
                "theme": one.theme,
                "policy": one.policy,
                "coded": one.coded,
                "hits": [hit._asdict() for hit in one.hits],
                "score": None if one.score is None else round(one.score, 6),
                "threshold": _finite(one.threshold),
                "terms": [{**t._asdict(), "weight": round(t.weight, 6)} for t in one.terms],
                "rest": round(one.rest, 6),
                **({} if one.meaning is None else {"meaning": round(one.meaning, 6)}),
            }
            for one in chosen
        ],
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
