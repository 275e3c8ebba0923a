"""A theme's part of the codebook beside a response: what is shown of it, what is added to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, NoReturn

from pipeline.codebook.edit import Edited, add_example, add_rule
from pipeline.codebook.file import CodebookFile, read_file, refuse_unwritable, write_text
from pipeline.codebook.model import Theme
from pipeline.codebook.scalars import Item, write_item
from pipeline.codebook.terms import parse_term
from pipeline.digest import canonical_json
from pipeline.errors import InputError, Problem, near
from pipeline.match import Matcher
from pipeline.refine.check.examples import try_examples
from pipeline.review.desk.desk import Desk
from pipeline.review.desk.effect import Effect, try_rule
from pipeline.review.desk.rehold import rehold
from pipeline.text import cut_quote
from pipeline.tokenise import number_sentences
from pipeline.yamlfile import parse_yaml

MOST_WORDS = 6
"""Marked words up to so many are proposed as a term."""
_EDGES = " \t\r\n.,;:!?…\"'“”‘’()-"


class Spot(NamedTuple):
    """The response that the codebook is looked at from: its place, and the words that are marked;
    no place where it is looked at from nowhere.
    """

    place: int | None = None
    span: tuple[int, int] | tuple[()] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A rule as it is typed: terms parted by commas or lines; an empty question is every one."""

    term: str = ""
    with_: str = ""
    unless: str = ""
    within: str = "sentence"
    question: str = ""

    @property
    def given(self) -> bool:
        """Whether anything was asked for."""
        return any(value.strip() for value in (self.term, self.with_, self.unless))


class Example(NamedTuple):
    """An example of the theme, the rules that find it, and whether that is as it must be."""

    text: str
    counter: bool
    rules: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What is shown of a theme. `seen` is the hash of its file as shown; `barred` says why nothing
    can be added, `wrong` what is wrong with the candidate, whose `effect` is there otherwise.
    """

    theme: Theme
    file: str
    seen: str
    rules: tuple[tuple[str, str], ...]
    examples: tuple[Example, ...]
    questions: tuple[tuple[str, str], ...]
    spot: Spot
    words: str
    candidate: Candidate
    effect: Effect | None
    wrong: tuple[Problem, ...]
    barred: Problem | None
    modelled: bool
    audited: bool


def show_workshop(desk: Desk, coder: str, theme: str, spot: Spot, candidate: Candidate) -> Workshop:
    """What a person is shown. Raises InputError: E592 for a theme or response that is none, E599
    where a response or all of them are read blind, E101 where the file is gone.
    """
    shown = _find_theme(desk, theme)
    text = _text_at(desk, coder, spot)
    file = read_file(desk.material.codebook.path)
    written = _read_written(desk, file)
    barred = written if isinstance(written, Problem) else None
    effect: Effect | None = None
    wrong: tuple[Problem, ...] = ()
    if candidate.given and barred is None:
        try:
            new = _add_candidate(desk, file, shown, candidate).codebook
            effect = try_rule(desk.material, new, theme, desk.view(coder).hidden)
        except InputError as error:
            wrong = error.problems
    words = cut_quote(text, *spot.span) if spot.span else text
    proposed = candidate if candidate.given else replace(candidate, term=_propose(spot, words))
    coders = desk.material.gathered.coders
    return Workshop(
        theme=shown,
        file=file.path.name,
        seen=file.digest,
        rules=() if isinstance(written, Problem) else tuple(_list_rules(shown, written)),
        examples=tuple(_list_examples(desk, theme)),
        questions=_list_questions(desk, shown),
        spot=spot,
        words=words,
        candidate=proposed,
        effect=effect,
        wrong=wrong,
        barred=barred,
        modelled=any(name.startswith("classifier:") for name in coders),
        audited=any(sample.purpose == "audit" for sample in desk.samples),
    )


def keep_example(  # noqa: PLR0913 - who, where, what
    desk: Desk, coder: str, theme: str, spot: Spot, key: str, seen: str, *, text: str | None = None
) -> None:
    """Add the marked words, the whole response or a text of one's own to the examples or the
    counter-examples of a theme.

    Raises InputError as `show_workshop`; E597 for what cannot be added; E596 and E598 where the
    file is another by now or may not be written.
    """
    whole = _text_at(desk, coder, spot)
    example = text if text is not None else cut_quote(whole, *(spot.span or (0, len(whole))))
    file = _open_file(desk, seen)
    _keep(desk, file, add_example(file.path, file.text, theme, example, key))


def keep_rule(desk: Desk, theme: str, candidate: Candidate, seen: str) -> None:
    """Add a rule to a theme; raises InputError as `keep_example`."""
    file = _open_file(desk, seen)
    _keep(desk, file, _add_candidate(desk, file, _find_theme(desk, theme), candidate))


def write_candidate(candidate: Candidate) -> Item:
    """The rule that was typed. Raises InputError (E597) where it has no term."""
    terms = _split(candidate.term)
    if not terms:
        remedy = "Write the words that are to be found."
        raise InputError.because(code="E597", what="the rule has no term.", remedy=remedy)
    rule: dict[str, object] = {"any": terms}
    for key, typed in (("with", candidate.with_), ("unless", candidate.unless)):
        if typed.strip():
            rule[key] = _split(typed)
    within = candidate.within.strip()
    if within not in ("", "sentence"):
        rule["within"] = int(within) if re.fullmatch("[0-9]{1,9}", within) else within
    if candidate.question:
        rule["questions"] = [candidate.question]
    return terms[0] if len(terms) == 1 and len(rule) == 1 else rule


def _add_candidate(desk: Desk, file: CodebookFile, theme: Theme, candidate: Candidate) -> Edited:
    # The loader does not know the round: a question that it lacks would end the next run (E308).
    known = dict(_list_questions(desk, theme))
    if candidate.question and candidate.question not in known:
        what = f"'{theme.id}' is not coded in a question '{candidate.question}'."
        remedy = near(candidate.question, known)
        raise InputError.because(code="E597", what=what, remedy=remedy)
    return add_rule(file.path, file.text, theme.id, write_candidate(candidate))


def _list_questions(desk: Desk, theme: Theme) -> tuple[tuple[str, str], ...]:
    """The questions in which a theme may be coded: id and wording."""
    asked = desk.material.asked()
    return tuple((name, label) for name, label in asked.items() if theme.applies_to(name))


def _split(typed: str) -> list[str]:
    """No term has a comma in it."""
    return [term.strip() for term in re.split("[,\n]", typed) if term.strip()]


def _keep(desk: Desk, file: CodebookFile, edited: Edited) -> None:
    write_text(file.path, edited.text, file.digest)
    desk.take_up(rehold(desk.material, edited.codebook))


def _open_file(desk: Desk, seen: str) -> CodebookFile:
    file = read_file(desk.material.codebook.path)
    written = _read_written(desk, file)
    if isinstance(written, Problem):
        raise InputError(written)
    return file._replace(digest=seen)


def _read_written(desk: Desk, file: CodebookFile) -> dict[str, Any] | Problem:
    """The file's plain values; or why nothing can be added: it is read-only, or says what the round
    is not held with.
    """
    try:
        refuse_unwritable(file.path)
        value: dict[str, Any] = parse_yaml(file.path, file.text).value
    except InputError as error:
        return error.problems[0]
    if canonical_json(value) == desk.material.codebook.content:
        return value
    return Problem(
        code="E596",
        where=file.path.as_posix(),
        what="is not the codebook that the round was held with any more.",
        remedy="Start 'verbatims review serve' anew to go on from what it says now.",
    )


def _find_theme(desk: Desk, theme: str) -> Theme:
    themes = {one.id: one for one in desk.material.codebook.themes}
    if theme not in themes:
        what = f"there is no theme '{theme}'."
        raise InputError.because(code="E592", what=what, remedy=near(theme, themes))
    return themes[theme]


def _text_at(desk: Desk, coder: str, spot: Spot) -> str:
    """The response's text, where its codings are not hidden from the reader."""
    if desk.blind:
        refuse_editing("all responses are read blind here.")
    if spot.place is None:
        return ""
    if not 0 <= spot.place < len(desk.material):
        what = f"there is no response number {spot.place}."
        raise InputError.because(code="E592", what=what)
    if desk.view(coder).hidden[spot.place]:
        refuse_editing("this response is read blind: what it says must not shape the rules yet.")
    text = desk.material.gathered.texts[spot.place]
    if spot.span and not 0 <= spot.span[0] < spot.span[1] <= len(text):
        what = f"the words {list(spot.span)} are not in the text."
        raise InputError.because(code="E592", what=what)
    return text


def refuse_editing(what: str) -> NoReturn:
    """E599."""
    remedy = "Edit the codebook's file, or from another response."
    raise InputError.because(code="E599", what=what, remedy=remedy)


def _list_rules(theme: Theme, written: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every rule's name, and the rule as it is written."""
    rules = written["themes"][theme.id].get("rules") or []
    return [(rule.id, _write(item)) for rule, item in zip(theme.rules, rules, strict=True)]


def _write(item: object) -> str:
    return write_item(item if isinstance(item, Mapping) else str(item))


def _list_examples(desk: Desk, theme: str) -> list[Example]:
    codebook = desk.material.codebook
    (own,) = (one for one in codebook.themes if one.id == theme)
    others = tuple(
        replace(one, examples=(), counter_examples=()) for one in codebook.themes if one != own
    )
    asked = replace(codebook, entries=(own, *others))
    tried = try_examples(asked, Matcher(codebook, number_sentences))
    return [
        Example(one.text, one.key != "examples", tuple(one.fired.get(theme, ())), one.holds)
        for one in tried
    ]


def _propose(spot: Spot, words: str) -> str:
    """The marked words as a term, where they can be one."""
    term = " ".join(words.strip(_EDGES).lower().split()) if spot.span else ""
    try:
        fits = len(parse_term(term).words) <= MOST_WORDS
    except ValueError:
        return ""
    return term if fits else ""
