"""The samples themselves: what is drawn of a round, as the store keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import InputError, Problem
from pipeline.readings.records import Member, Sample, hash_text
from pipeline.review.audit import (
    LEAST,
    Drawn,
    allocate,
    count_strata,
    draw,
    is_untagged,
    strata_of_all,
    strata_of_theme,
)
from pipeline.review.gather import Gathered
from pipeline.review.learning import Pick, rank_responses
from pipeline.review.tail import STRATUM, TailSample, draw_tail

TAGGED = 50
"""So many tagged responses are audited of one theme where no number is given."""
SIZE = 100
RANKED = "ranked"


class Members:
    """Who is in the samples drawn so far, by purpose, and who has one of their texts."""

    def __init__(self, gathered: Gathered, samples: Iterable[Sample]) -> None:
        self._gathered = gathered
        self._ids: dict[str, set[str]] = {}
        self._texts: dict[str, set[str]] = {}
        for sample in samples:
            for member in sample.members:
                self._ids.setdefault(sample.purpose, set()).add(member.response_id)
                self._texts.setdefault(sample.purpose, set()).add(member.text_hash)

    def unread(self, *purposes: str) -> frozenset[str]:
        """The ids of unread responses that are in samples of these purposes, or whose text is."""
        ids: set[str] = set().union(*(self._ids.get(name, ()) for name in purposes))
        hashes: set[str] = set().union(*(self._texts.get(name, ()) for name in purposes))
        return frozenset(
            name
            for name, text in zip(self._gathered.ids, self._gathered.texts, strict=True)
            if name not in self._gathered.read
            and (name in ids or (hashes and hash_text(text) in hashes))
        )


@dataclass(frozen=True, kw_only=True)
class Learning:
    """A learning sample, with why each member is in it, in its order."""

    sample: Sample
    picks: tuple[Pick, ...]


def learning_sample(
    gathered: Gathered, samples: Sequence[Sample], size: int, seed: int, theme: str = ""
) -> Learning:
    """The responses to code next, best first; for one theme where it is named.

    None that was read, waits in a sample, or is a near-copy of one that does. Raises InputError
    (E442) when nothing is left.
    """
    barred = Members(gathered, samples).unread("learning", "audit")
    pool, places = gathered.pool(barred)
    if theme:
        column = [gathered.themes.index(theme)]
        arrays = {
            name: getattr(pool, name)[:, column]
            for name in ("ruled", "scores", "thresholds", "applies")
        }
        rules = pool.with_rules[column]
        pool = replace(pool, themes=(theme,), with_rules=rules, **arrays)
    out = gathered.read | barred
    answers = zip(gathered.ids, gathered.questions, gathered.texts, strict=True)
    read = [(question, text) for name, question, text in answers if name in out]
    picks = rank_responses(pool, size, seed, read)
    check_any(len(picks))
    chosen = [places[pick.place] for pick in picks]
    members = tuple(member_of(gathered, place, RANKED, 1.0) for place in chosen)
    settings = {"kind": RANKED, "size": size, "theme": theme}
    sample = Sample(purpose="learning", seed=seed, members=members, settings=settings)
    picked = (pick._replace(place=place) for pick, place in zip(picks, chosen, strict=True))
    return Learning(sample=sample, picks=tuple(picked))


def random_sample(gathered: Gathered, samples: Sequence[Sample], size: int, seed: int) -> Sample:
    """A simple random sample of the unread, to learn from and to tell when one may stop.

    Raises InputError: E442 when nothing is left, E443 while an earlier one is not read to its end.
    """
    unread = Members(gathered, tails_only(samples)).unread("learning")
    waiting = [n for tail in find_tails(samples) for n in tail.members if n in unread]
    if waiting:
        raise InputError.because(
            code="E443",
            what=f"{len(waiting)} responses of an earlier random sample are not read yet.",
            remedy="Read them first: a random sample says something only when all of it is read.",
        )
    tail = draw_tail(gathered, Members(gathered, samples).unread("audit"), size, seed)
    check_any(len(tail.members))
    place = {name: number for number, name in enumerate(gathered.ids)}
    probability = len(tail.members) / tail.unread
    return Sample(
        purpose="learning",
        seed=seed,
        settings=tail.settings(),
        members=tuple(
            member_of(gathered, place[name], STRATUM, probability) for name in sorted(tail.members)
        ),
    )


def tails_only(samples: Iterable[Sample]) -> list[Sample]:
    """The random samples of the unread among samples."""
    return [sample for sample in samples if sample.settings.get("kind") == STRATUM]


def find_tails(samples: Iterable[Sample]) -> list[TailSample]:
    """The random samples of the unread, in the order they were drawn."""
    return [
        TailSample(
            members=frozenset(member.response_id for member in sample.members),
            read=frozenset(sample.settings["read"]),
            barred=frozenset(sample.settings["barred"]),
            size=int(sample.settings["size"]),
        )
        for sample in tails_only(samples)
    ]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an audit is to draw: of one theme `tagged` and `untagged`, or `size` in all.

    What is None is left to the design.
    """

    theme: str = ""
    size: int | None = None
    tagged: int | None = None
    untagged: int | None = None


def audit_sample(
    gathered: Gathered, samples: Sequence[Sample], wanted: Wanted, seed: int
) -> tuple[Sample, list[Problem]]:
    """The stratified random sample that corrects counts, with what there is to be said of it.

    Raises InputError: E441 when it is too small to give every stratum a member, E442 when there is
    nothing left to draw from.
    """
    frame = gathered.frame(Members(gathered, samples).unread("learning"))
    if wanted.theme:
        strata = strata_of_theme(frame, wanted.theme)
    else:
        strata = strata_of_all(frame, wanted.size or SIZE)
    sizes = count_strata(strata)
    check_any(len(sizes))
    drawn = draw(frame, strata, _sizes(sizes, wanted), seed)
    settings = {
        "kind": "audit",
        "theme": wanted.theme,
        "coders": list(gathered.coders),
        "themes": list(gathered.themes),
        **gathered.frozen,
        **drawn.settings,
    }
    sample = Sample(
        purpose="audit",
        seed=seed,
        settings=settings,
        members=tuple(
            member_of(gathered, place, stratum, probability)
            for place, stratum, probability in zip(
                drawn.places, drawn.strata, drawn.probabilities, strict=True
            )
        ),
    )
    return sample, [*_warn_of_few(drawn), *_warn_of_apart(drawn, wanted.theme)]


def _sizes(sizes: dict[str, int], wanted: Wanted) -> dict[str, int]:
    try:
        if not wanted.theme or wanted.size is not None:
            return allocate(sizes, wanted.size or SIZE)
        tagged = {name: n for name, n in sizes.items() if not is_untagged(name)}
        others = {name: n for name, n in sizes.items() if is_untagged(name)}
        first = TAGGED if wanted.tagged is None else wanted.tagged
        rest = LEAST * len(others) if wanted.untagged is None else wanted.untagged
        of_tagged = allocate(tagged, first, power=1) if tagged else {}
        of_others = allocate(others, rest, power=1) if others else {}
        return {**of_tagged, **of_others}
    except ValueError as error:
        raise InputError.because(
            code="E441",
            what=f"the sample is too small: {error}.",
            remedy="A response that cannot be drawn would be missing from the count.",
        ) from error


def check_any(count: int) -> None:
    """Raises InputError (E442) when there is nothing to draw from."""
    if not count:
        what = "there is no response left to draw."
        remedy = "All are read, wait in a sample, or have the words of one that does."
        raise InputError.because(code="E442", what=what, remedy=remedy)


def member_of(gathered: Gathered, place: int, stratum: str, probability: float) -> Member:
    """The response at a place as a sample keeps it, with what the machine says of it now."""
    themes = zip(gathered.themes, gathered.machine[place], gathered.applies[place], strict=True)
    return Member(
        response_id=gathered.ids[place],
        question=gathered.questions[place],
        stratum=stratum,
        probability=probability,
        text_hash=hash_text(gathered.texts[place]),
        machine={theme: bool(found) for theme, found, applies in themes if applies},
    )


def _warn_of_few(drawn: Drawn) -> list[Problem]:
    few = [
        f"{name.rpartition(': ')[0]} ({stratum['drawn']} of {stratum['size']})"
        for name, stratum in drawn.settings["strata"].items()
        if is_untagged(name) and stratum["drawn"] < min(LEAST, stratum["size"])
    ]
    if not few:
        return []
    what = f"fewer than {LEAST} untagged responses are drawn of: {', '.join(few)}."
    remedy = "Many missed ones could hide there, and the interval will be wide."
    return [Problem(code="W441", what=what, remedy=remedy)]


def _warn_of_apart(drawn: Drawn, theme: str) -> list[Problem]:
    apart = drawn.settings["apart"]
    waits = sum(part["size"] for name, part in apart.items() if name.endswith(": learning"))
    open_ones = sum(
        part["unknown"].get(theme, 0) if theme else max(part["unknown"].values(), default=0)
        for name, part in apart.items()
        if not name.endswith(": learning")
    )
    problems = []
    if waits:
        what = f"{waits} responses wait in learning samples and cannot be drawn."
        remedy = "Read them: until then any of them may have any theme, and intervals are wide."
        problems.append(Problem(code="W442", what=what, remedy=remedy))
    if open_ones:
        what = f"{open_ones} responses that were read, or have the words of one, lack a decision."
        remedy = "They cannot be drawn, and count as not known."
        problems.append(Problem(code="W444", what=what, remedy=remedy))
    return problems
