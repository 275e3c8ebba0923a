"""verbatims review agree ROUND."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, list_coders, warner
from pipeline.cli.review_import import Database, Unblind, store_path
from pipeline.cli.run import RoundPath
from pipeline.errors import InputError, Problem, near

if TYPE_CHECKING:
    from pipeline.agreement import Comparison, Words
    from pipeline.codebook.model import Codebook
    from pipeline.noted import Answer
    from pipeline.readings.records import Sample, StoredDecision
    from pipeline.round import Round
    from pipeline.round.place import Place

MACHINE = "machine"
_Whose = Annotated[
    str,
    typer.Option("--coders", help="These alone, with commas; by default all.", show_default=False),
]
_Theme = Annotated[str, typer.Option("--theme", help="This theme alone.", show_default=False)]
_Question = Annotated[
    str, typer.Option("--question", help="This question alone.", show_default=False)
]
_Sample = Annotated[
    str,
    typer.Option("--sample", help="Readings made for this sample alone.", show_default=False),
]
_Against = Annotated[
    str,
    typer.Option(
        "--against",
        help="machine: each person against the verdict before people.",
        show_default=False,
    ),
]
_Again = Annotated[
    bool, typer.Option("--self", help="Each person's last two readings of a response.")
]
_List = Annotated[bool, typer.Option("--disagreements", help="List them, with the answers.")]
_Shown = Annotated[
    str, typer.Option("--show", metavar="N", help="How many to list, or all; --json has all.")
]
_Settle = Annotated[
    Path | None,
    typer.Option(
        "--out", help="A csv of the disagreements, for an adjudicator.", show_default=False
    ),
]


class Asked(NamedTuple):
    """What the options ask for."""

    coders: tuple[str, ...]
    theme: str
    question: str
    sample: str
    machine: bool
    again: bool
    seed: int


class Heard(NamedTuple):
    """What of the store is compared, and how much of it is not."""

    decisions: list[StoredDecision]
    answers: Mapping[str, Answer]
    codebook: Codebook
    samples: Sequence[Sample]
    left_out: Mapping[str, int]
    """stale, lost: decisions; withheld: readings"""


def agree(  # noqa: PLR0913 - an argument an option
    round_path: RoundPath,
    coders: _Whose = "",
    theme: _Theme = "",
    question: _Question = "",
    sample: _Sample = "",
    against: _Against = "",
    again: _Again = False,
    disagreements: _List = False,
    out: _Settle = None,
    shown: _Shown = "20",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the resamples.")] = 1,
    unblind: Unblind = False,
    database: Database = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell how far people agree on what they read: each pair, all, the machine, themselves.

    The unit is the response: one counts for a theme, or a facet of it, when both had it in view and
    were sure.
    Decisions that are stale are left out. Without variation there is no coefficient.
    """
    from pipeline.cli.agreement_shown import show_comparisons, show_disagreements, write_unsettled
    from pipeline.cli.review_suspects import how_many

    limit = how_many(shown)
    asked = Asked(_names(coders), theme, question, sample, _is_machine(against), again, seed)
    found, heard = _gather(round_path, asked, database, unblind=unblind, quiet=quiet)
    if out:
        out.write_bytes(write_unsettled(listed(found), heard).encode())
    if as_json:
        echo_json(_as_json(found, heard, asked))
    elif disagreements:
        show_disagreements(listed(found), heard, limit)
    else:
        show_comparisons(found, heard.left_out, seed)


def _names(coders: str) -> tuple[str, ...]:
    from pipeline.decisions import coder_name

    return tuple(coder_name(name) for name in list_coders(coders))


def _is_machine(against: str) -> bool:
    if against not in ("", MACHINE):
        what = f"--against takes {MACHINE}, not '{against}'."
        raise InputError.because(code="E701", what=what, remedy="People are compared by --coders.")
    return against == MACHINE


def _gather(
    round_path: Path, asked: Asked, database: Path | None, *, unblind: bool, quiet: bool
) -> tuple[list[Comparison], Heard]:
    """What is asked for, compared. Raises InputError (E573) when no response is in common."""
    from pipeline.cli.agreement_groups import compare
    from pipeline.round import load_round

    the_round = load_round(round_path)
    path = database or store_path(the_round)
    heard = _hear(the_round, path, asked, unblind=unblind, quiet=quiet)
    machine = _machine(round_path, path, heard, asked, quiet=quiet) if asked.machine else None
    found = list(compare(heard, asked, machine))
    if not any(comparison.responses for comparison in found):
        what = "no two readings of one response can be compared."
        remedy = "Have people read the same: 'review sample --double 50 --coders ana,ben'."
        raise InputError.because(code="E573", what=what, remedy=remedy)
    return found, heard


def _hear(the_round: Round, path: Place, asked: Asked, *, unblind: bool, quiet: bool) -> Heard:
    """Raises InputError: E411 for a store that cannot be used, E571 for a sample, question or theme
    that is not there.
    """
    from pipeline.codebook.load import load_codebook
    from pipeline.noted import note_answers
    from pipeline.readings.blind import count_waiting, tell_withheld
    from pipeline.readings.staleness import merge_decisions, sort_decisions
    from pipeline.readings.store import open_store

    codebook = load_codebook(the_round.codebook)
    warn = warner(quiet=quiet)
    with open_store(path) as store:
        readings, decisions, samples = store.readings(), store.read_decisions(), store.samples()
    _check_there("sample", asked.sample, [sample.id for sample in samples])
    _check_there("theme", asked.theme, [theme.id for theme in codebook.themes])
    waiting = {} if unblind else count_waiting(samples, readings)
    withheld = sum(reading.sample in waiting for reading in readings)
    for note in tell_withheld(waiting, withheld):
        warn(note)
    kept = [
        decision
        for decision in decisions
        if decision.sample not in waiting and asked.sample in ("", decision.sample)
    ]
    quietly = (lambda problem: None) if asked.machine else warn
    known = note_answers(the_round, {decision.response_id for decision in kept}, quietly)
    answers = {name: answer for name, answer in known.items() if answer.text.strip()}
    _check_there("question", asked.question, sorted({a.question for a in answers.values()}))
    found = sort_decisions(kept, known, answers, codebook)
    left_out = {"stale": len(found.stale), "lost": len(found.lost), "withheld": withheld}
    return Heard(merge_decisions(found.fresh), answers, codebook, samples, left_out)


def _check_there(what: str, name: str, names: Sequence[str]) -> None:
    if name and name not in names:
        said = f"there is no {what} '{name}' that anybody read."
        raise InputError.because(code="E571", what=said, remedy=near(name, names))


def _machine(round_path: Path, path: Place, heard: Heard, asked: Asked, *, quiet: bool) -> Words:
    """What the machine says before people: now, or of a sample, and of what taught it, when that
    was drawn. What taught it and was never drawn is left out (W572).
    """
    from pipeline.agreement import hear_frozen, hear_machine
    from pipeline.cli.review_sample import read_planned

    samples = [sample for sample in heard.samples if asked.sample in ("", sample.id)]
    frozen = hear_frozen(samples, {name: a.text for name, a in heard.answers.items()})
    if asked.sample:
        return frozen
    gathered = read_planned(round_path, path, quiet=quiet)[1]
    now = hear_machine(gathered.ids, gathered.themes, gathered.machine, gathered.applies)
    learnt = {name for name, taught in zip(gathered.ids, gathered.learnt, strict=True) if taught}
    lost = (learnt - frozen.keys()) & {decision.response_id for decision in heard.decisions}
    if lost:
        what = f"{len(lost)} responses that people read are left out: the classifier learnt them."
        remedy = "What is drawn by 'review sample' keeps the machine's word from before it is read."
        warner(quiet=quiet)(Problem(code="W572", what=what, remedy=remedy))
    fresh = {name: words for name, words in now.items() if name not in learnt}
    return {**{name: frozen[name] for name in learnt & frozen.keys()}, **fresh}


def listed(found: Sequence[Comparison]) -> list[Comparison]:
    """Those whose disagreements are listed: of people all at once, when there are more than two."""
    most = max((len(c.coders) for c in found if c.kind == "people"), default=0)
    return [c for c in found if c.kind != "people" or len(c.coders) == most]


def _as_json(found: Sequence[Comparison], heard: Heard, asked: Asked) -> dict[str, object]:
    from pipeline.agreement import hear_settled
    from pipeline.statistics.resampled import RESAMPLES

    settled = hear_settled(heard.decisions)
    return {
        "seed": asked.seed,
        "resamples": RESAMPLES,
        "left_out": dict(heard.left_out),
        "comparisons": [comparison.as_json() for comparison in found],
        "disagreements": [
            {
                "kind": comparison.kind,
                "response_id": item.response_id,
                "question": item.question,
                "theme": item.theme,
                "facet": item.facet,
                "words": dict(item.words),
                "settled": settled.get((item.response_id, item.theme, item.facet)),
                "text": heard.answers[item.response_id].text,
            }
            for comparison in listed(found)
            for item in comparison.disagreements
        ],
    }
