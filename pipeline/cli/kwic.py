"""verbatims kwic ROUND TERM."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Json, Quiet, can_draw, echo_json, show, warner
from pipeline.cli.run import RoundPath

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.refine.kwic import Concordance, Use

PIPED_WIDTH = 80
_LEAST_WIDTH = 40
_GAP = 2
_MORE = "..."
_CaseSensitive = Annotated[
    bool, typer.Option("--case-sensitive", help="Capitals as in the term only.")
]
_BritishAmerican = Annotated[
    bool, typer.Option("--british-american", help="The other spelling of its words too.")
]


def kwic(  # noqa: PLR0913 - an argument an option
    round_path: RoundPath,
    term: Annotated[
        str, typer.Argument(metavar="TERM", help="A word or phrase, as in a codebook: 'log* in'.")
    ],
    question: Annotated[str, typer.Option("--question", help="Answers to this one only.")] = "",
    sort: Annotated[
        str,
        typer.Option("--sort", help="source; or left, right: by the words before or after."),
    ] = "source",
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="Of each question so many uses; 0: all.")
    ] = 0,
    lemma: Annotated[bool, typer.Option("--lemma", help="Inflections of its words too.")] = False,
    fuzzy: Annotated[bool, typer.Option("--fuzzy", help="Words one slip away too.")] = False,
    case_sensitive: _CaseSensitive = False,
    british_american: _BritishAmerican = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show every use of a term in its sentence, before any rule is written.

    Looks through the substantive responses of a round; context ends with the sentence.
    """
    from pipeline.codebook.model import Forms
    from pipeline.refine.answers import plan_reading
    from pipeline.refine.kwic import find_uses
    from pipeline.round import load_round

    forms = Forms(
        lemma=lemma,
        fuzzy=int(fuzzy),
        british_american=british_american,
        case_sensitive=case_sensitive,
    )
    plan = plan_reading(load_round(round_path), warner(quiet=quiet))
    found = find_uses(plan, term, forms, question=question, sort=sort)
    if as_json:
        echo_json(_as_json(term, found, limit))
    else:
        labels = {listed.id: listed.label for listed in plan.round.source.questions}
        _show_all(term, found, limit, labels)


def _by_question(found: Concordance, limit: int) -> list[tuple[str, list[Use]]]:
    """The uses of each question, `limit` of them at most."""
    return [
        (name, list(uses)[: limit or None])
        for name, uses in groupby(found.uses, key=lambda use: use.question)
    ]


def _as_json(term: str, found: Concordance, limit: int) -> dict[str, object]:
    shown = [use.as_json() for _, uses in _by_question(found, limit) for use in uses]
    return {
        "term": term,
        "uses": len(found.uses),
        "responses": found.responses,
        "of": found.of,
        "shown": shown,
    }


def _show_all(term: str, found: Concordance, limit: int, labels: Mapping[str, str]) -> None:
    shown = 0
    for name, uses in _by_question(found, limit):
        show(safe_line(f"{labels.get(name) or name} ({name})") + "\n")
        _show_uses(uses)
        show("")
        shown += len(uses)
    show(_count_line(term, found, shown))


def _count_line(term: str, found: Concordance, shown: int) -> str:
    if not found.uses:
        return f"No use of '{safe_line(term)}' in {_of(found.of, 'response')}."
    part = f"; {shown} shown" if shown < len(found.uses) else ""
    return (
        f"{_of(len(found.uses), 'use')} in {found.responses} of {_of(found.of, 'response')}{part}"
    )


def _of(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shorten(text: str, width: int) -> str:
    """As much of a text as fits on a line, with nothing in it that a terminal would act on."""
    return _head(safe_line(text), width)


def safe_line(text: str) -> str:
    """A text on one line: white space as spaces, controls as escapes."""
    from pipeline.report.plain import show_controls

    return show_controls(" ".join(text.split()))


def _show_uses(uses: Sequence[Use]) -> None:
    """Each on a line, the keywords one under the other."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.text import Text

    # White space at the very ends goes, and what parts the keyword from a word beside it stays.
    parts = [
        (safe_line(use.response_id), *_sides(use.left, use.right), safe_line(use.keyword))
        for use in uses
    ]
    console = Console(highlight=False)
    width = max(console.width if sys.stdout.isatty() else PIPED_WIDTH, _LEAST_WIDTH)
    id_width = min(max(cell_len(name) for name, *_ in parts), width // 3)
    room = width - id_width - _GAP
    longest = min(max(cell_len(keyword) for *_, keyword in parts), room // 3)
    left_width = min(max(cell_len(left) for _, left, _, _ in parts), (room - longest) // 2)
    for name, left, right, keyword in parts:
        start = _pad(_head(name, id_width), id_width) + " " * _GAP
        start += _pad(_tail(left, left_width), left_width, before=True)
        keyword = _head(keyword, room - left_width)
        rest = _head(right, room - left_width - cell_len(keyword)).rstrip()
        if can_draw():
            line = Text.assemble(start, (keyword, "bold cyan"), rest)
            console.print(line, soft_wrap=True)
        else:
            show(f"{start}{keyword}{rest}".rstrip())


def _sides(left: str, right: str) -> tuple[str, str]:
    before, after = safe_line(left), safe_line(right)
    return (
        before + " " if before and left[-1].isspace() else before,
        " " + after if after and right[0].isspace() else after,
    )


def _pad(text: str, width: int, *, before: bool = False) -> str:
    from rich.cells import cell_len

    space = " " * (width - cell_len(text))
    return space + text if before else text + space


def _head(text: str, width: int) -> str:
    """As much of the start of a text as fits, in whole words where there are any."""
    from rich.cells import cell_len

    if cell_len(text) <= width:
        return text
    cut = ""
    for character in text:
        if cell_len(cut + character) > width - len(_MORE):
            break
        cut += character
    whole = cut.rpartition(" ")[0]
    kept = whole if cell_len(whole) > width // 2 and not text[len(cut)].isspace() else cut
    return (kept.rstrip() + _MORE)[: max(width, 0)]


def _tail(text: str, width: int) -> str:
    """As much of the end of a text as fits."""
    from rich.cells import cell_len

    if cell_len(text) <= width:
        return text
    cut = ""
    for character in reversed(text):
        if cell_len(character + cut) > width - len(_MORE):
            break
        cut = character + cut
    whole = cut.partition(" ")[2]
    kept = whole if cell_len(whole) > width // 2 and not text[-len(cut) - 1].isspace() else cut
    return (_MORE + kept.lstrip())[: max(width, 0)]
