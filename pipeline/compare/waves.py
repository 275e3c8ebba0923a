"""Two rounds of one codebook -> the difference of every share, with its error if there is any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.compare.counted import Counted, Key, count_kept, old_names, order_keys
from pipeline.compare.data import Setting, Wave, Waves
from pipeline.compare.inputs import list_settings
from pipeline.compare.kept import Laid
from pipeline.compare.runs import check_question
from pipeline.errors import InputError, Problem
from pipeline.refine.frames import Frames, choose_theme
from pipeline.statistics.intervals import newcombe_difference
from pipeline.statistics.multiple import holm
from pipeline.statistics.two_shares import compare_shares
from pipeline.verify import KeptRun

_LISTED = 5


def compare_waves(old: KeptRun, new: KeptRun, *, theme: str = "", question: str = "") -> Waves:
    """What moved between two rounds: figures of the questions and themes that both have.

    Intervals and tests only where both rounds say that their respondents are a sample; Holm's
    adjustment is over all figures, whatever is asked to be shown. Raises InputError
    (E701) for a theme or question that neither has, and (E511) where they have none in common.
    """
    frames = Frames.of(old.codebook, new.codebook)
    chosen = choose_theme(theme, frames) if theme else ""
    laid = Laid.of(old, frames.now), Laid.of(new, {})
    before, after = count_kept(laid[0]), count_kept(laid[1])
    check_question(question, before, after)
    sampled = all(run.round.population.is_sample for run in (old, new))
    keys = [k for k in order_keys(before, after, frames) if _both(k, before, after)]
    if not keys:
        what = "the two rounds have no question and theme in common."
        remedy = "Questions go by their ids, themes by their ids and 'was:'."
        raise InputError.because(code="E511", what=what, remedy=remedy)
    figures = _adjust([_measure(key, before, after, frames, sampled=sampled) for key in keys])
    ids = [{theme for _, theme, _ in counted.figures} for counted in (before, after)]
    return Waves(
        old=laid[0].side(),
        new=laid[1].side(),
        sampled=sampled,
        shared=len(_respondents(old) & _respondents(new)),
        settings=tuple(s for s in list_settings(*laid) if not s.name.startswith("question ")),
        questions=tuple(
            Setting(name, before.labels.get(name, ""), after.labels.get(name, ""))
            for name in dict.fromkeys((*after.labels, *before.labels))
        ),
        only_old=tuple(name for name in frames.order if name in ids[0] - ids[1]),
        only_new=tuple(name for name in frames.order if name in ids[1] - ids[0]),
        figures=tuple(
            figure
            for figure in figures
            if chosen in ("", figure.theme) and question in ("", figure.question)
        ),
    )


def list_problems(waves: Waves) -> list[Problem]:
    """What stands between the figures and a plain comparison (W511, W512, W513)."""
    problems = []
    if waves.old.codebook != waves.new.codebook:
        what = f"the codebooks differ: {waves.old.codebook} and {waves.new.codebook}."
        remedy = "Code both rounds with one version: a rule, not people, may have moved a figure."
        problems.append(Problem(code="W511", what=what, remedy=remedy))
    unlike = [s.name for s in waves.questions if s.old != s.new]
    unlike += [s.name for s in waves.settings if s.name in ("base", "coders")]
    if unlike:
        what = f"not asked or counted alike in both rounds: {_some(unlike)}."
        remedy = "A difference may come of that."
        problems.append(Problem(code="W512", what=what, remedy=remedy))
    if waves.shared:
        what = f"{waves.shared} respondent ids are in both rounds."
        remedy = (
            "If they are the same people the rounds are not independent, and the intervals and "
            "tests do not hold."
            if waves.sampled
            else "If they are the same people, the rounds are not independent."
        )
        problems.append(Problem(code="W513", what=what, remedy=remedy))
    return problems


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_LISTED]) + (", ..." if names[_LISTED:] else "")


def _both(key: Key, before: Counted, after: Counted) -> bool:
    return key in before.figures and key in after.figures


def _respondents(run: KeptRun) -> set[str]:
    return set(run.evidence.responses["respondent"].unique().to_pylist()) - {""}


def _measure(key: Key, before: Counted, after: Counted, frames: Frames, *, sampled: bool) -> Wave:
    question, theme, facet = key
    entry = after.figures[key].entry
    old, new = (len(counted.figures[key].ids) for counted in (before, after))
    old_of, new_of = before.of[question], after.of[question]
    known = bool(old_of and new_of)
    ends = newcombe_difference(new, new_of, old, old_of) if known and sampled else None
    return Wave(
        question=question,
        theme=theme,
        label=entry.label,
        facet=facet,
        net=bool(entry.net),
        was=old_names(theme, frames),
        old=old,
        old_of=old_of,
        new=new,
        new_of=new_of,
        difference=new / new_of - old / old_of if known else None,
        low=ends.low if ends else None,
        high=ends.high if ends else None,
        p=compare_shares(new, new_of, old, old_of) if ends else None,
        adjusted=None,
    )


def _adjust(figures: Sequence[Wave]) -> list[Wave]:
    tested = [figure.p for figure in figures if figure.p is not None]
    adjusted = iter(holm(tested).tolist() if tested else ())
    return [f if f.p is None else replace(f, adjusted=next(adjusted)) for f in figures]
