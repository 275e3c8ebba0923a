"""Double samples: responses at random that several people read, blind to each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from pipeline.coded import UNREAD
from pipeline.errors import Problem
from pipeline.readings.blind import PURPOSE
from pipeline.readings.records import Member, Sample, StoredReading, hash_text
from pipeline.review.gather import Gathered
from pipeline.review.sampling import check_any, member_of
from pipeline.sheet import write_sheet

# Not `text`: a coded.csv brings its own answers under that name, and spreadsheets alter them.
HEADER = ("response_id", "question", "answer", "theme", "coder", "memo", "sample")


def double_sample(
    gathered: Gathered,
    readings: Iterable[StoredReading],
    coders: Sequence[str],
    size: int,
    seed: int,
) -> tuple[Sample, list[Problem]]:
    """A simple random sample of the responses that none of these coders has read, named as the
    store would name it; and what there is to be said of it (W573). What the machine says is not
    kept of responses that taught it.

    Raises InputError (E442) when nothing is left.
    """
    read = {reading.response_id for reading in readings if reading.coder in coders}
    place = {name: p for p, name in enumerate(gathered.ids) if name not in read}
    check_any(len(place))
    names = sorted(place)
    drawn = min(size, len(names))
    chosen = np.random.default_rng(seed).choice(len(names), size=drawn, replace=False)
    members = tuple(
        _member(gathered, place[names[number]], drawn / len(names)) for number in sorted(chosen)
    )
    settings = {"kind": PURPOSE, "coders": list(coders), "size": size, "of": len(names)}
    sample = Sample(purpose=PURPOSE, seed=seed, members=members, settings=settings)
    notes = []
    if drawn < size:
        what = f"only {drawn} of {size} responses are left that none of the coders has read."
        notes.append(Problem(code="W573", what=what, remedy="All of them are drawn."))
    return replace(sample, id=f"{PURPOSE}-{sample.digest[:8]}"), notes


def _member(gathered: Gathered, place: int, probability: float) -> Member:
    member = member_of(gathered, place, PURPOSE, probability)
    return replace(member, machine={}) if gathered.learnt[place] else member


def find_drawn(
    samples: Iterable[Sample], coders: Sequence[str], size: int, seed: int
) -> Sample | None:
    """The double sample that was drawn with the same options, if there is one."""
    for sample in samples:
        same = (sample.purpose, sample.seed, sample.settings.get("size")) == (PURPOSE, seed, size)
        if same and sample.settings.get("coders") == list(coders):
            return sample
    return None


def write_blind_sheet(sample: Sample, coder: str, gathered: Gathered) -> str:
    """The csv in which one coder reads, in an order of her own; it says neither what the machine
    found nor what anybody else says.
    """
    answers = dict(zip(gathered.ids, gathered.texts, strict=True))
    chance = np.random.default_rng([sample.seed, int(hash_text(coder)[:8], 16)])
    order = chance.permutation(len(sample.members))
    rows = [
        [m.response_id, m.question, answers[m.response_id], UNREAD, coder, "", sample.id]
        for m in (sample.members[place] for place in order)
        if m.response_id in answers
    ]
    return write_sheet(HEADER, rows)
