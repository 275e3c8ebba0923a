"""Queues: which responses are read, in which order. Each is written KIND or KIND:VALUE."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pipeline.errors import InputError, near
from pipeline.readings.records import Sample
from pipeline.review.desk.disputes import Disputes, is_adjudicator
from pipeline.review.desk.material import Material
from pipeline.review.desk.people import People
from pipeline.review.desk.secrecy import sample_places
from pipeline.review.learning import rank_responses

DOUBTS = 200
"""So many of the responses that would teach most are queued at a time."""


class View(NamedTuple):
    """Who looks at what: `hidden` says for each response whether `coder` sees it bare, `known` is
    the number of the last reading that is in it.
    """

    material: Material
    people: People
    disputes: Disputes
    samples: Sequence[Sample]
    coder: str
    hidden: np.ndarray
    known: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Queue:
    """Places in the order to read them.

    With a `theme` only that theme is in view. `again`: what was read before is to be read again,
    and only the themes that this is about are in view. `settles`: on a page of its own, of what
    people said.
    """

    key: str
    title: str
    places: np.ndarray
    theme: str = ""
    sample: str = ""
    again: bool = False
    settles: bool = False


def build_queue(key: str, view: View) -> Queue:
    """The queue of a key. Raises InputError (E592) where there is no such queue.

    Responses that must be seen bare are in no queue that would tell what was found in them.
    """
    kind, _, value = key.partition(":")
    if kind not in BUILDERS:
        _refuse(f"there is no queue '{kind}'.", near(kind, BUILDERS))
    queue = BUILDERS[kind](key, value, view)
    if kind not in _TELLING:
        return queue
    kept = queue.places[~view.hidden[queue.places]]
    return Queue(**{**_fields(queue), "places": kept})


def _fields(queue: Queue) -> dict[str, object]:
    return {name: getattr(queue, name) for name in Queue.__dataclass_fields__}


def list_queues(view: View) -> list[str]:
    """The keys of the queues there are, in the order of the page; searches are asked for."""
    material = view.material
    keys = [f"sample:{sample.id}" for sample in view.samples]
    keys += ["all"]
    keys += [f"question:{name}" for name in np.unique(material.questions).tolist()]
    if not view.hidden.all():
        keys += ["doubt", "disputed", *_list_settling(view), "uncoded"]
        keys += [f"theme:{theme}" for theme in material.gathered.themes]
        keys += [f"coder:{name}" for name in (*material.gathered.coders, *view.people.coders())]
    return [*keys, "stale"]


def _all(key: str, value: str, view: View) -> Queue:
    return Queue(key=key, title="All responses", places=np.arange(len(view.material)))


def _theme(key: str, value: str, view: View) -> Queue:
    themes = {theme.id: theme for theme in view.material.codebook.themes}
    if value not in themes:
        _refuse(f"there is no theme '{value}'.", near(value, themes))
    found = np.flatnonzero(view.material.gathered.machine[:, view.material.columns[value]])
    return Queue(key=key, title=f"Theme: {themes[value].label}", places=found, theme=value)


def _question(key: str, value: str, view: View) -> Queue:
    found = np.flatnonzero(view.material.questions == value)
    if not found.size:
        known = np.unique(view.material.questions).tolist()
        _refuse(f"there is no question '{value}'.", near(value, known))
    label = view.material.round.question(value).label or value
    return Queue(key=key, title=f"Question: {label}", places=found)


def _coder(key: str, value: str, view: View) -> Queue:
    coders = (*view.material.gathered.coders, *view.people.coders())
    if value not in coders:
        _refuse(f"there is no coder '{value}'.", near(value, coders))
    if value in view.material.gathered.coders:
        found = view.material.coded_by(value)
    else:
        found = np.flatnonzero(view.people.read(value))
    return Queue(key=key, title=f"Coded by {value}", places=found)


def _doubt(key: str, value: str, view: View) -> Queue:
    gathered = view.material.gathered
    own = view.people.read(view.coder)
    barred = [gathered.ids[p] for p in np.flatnonzero(own | view.hidden)]
    pool, places = gathered.pool(barred)
    picks = rank_responses(pool, DOUBTS, 1)
    found = np.array([places[pick.place] for pick in picks], dtype=np.int64)
    return Queue(key=key, title="What would teach most", places=found)


def _sample(key: str, value: str, view: View) -> Queue:
    named = {sample.id: sample for sample in view.samples}
    if value not in named:
        _refuse(f"there is no sample '{value}' in the store.", near(value, named))
    sample = named[value]
    audited = str(sample.settings.get("theme", "")) if sample.purpose == "audit" else ""
    places = np.array(sample_places(view.material, sample), dtype=np.int64)
    title = f"Sample {value} ({sample.purpose})"
    theme = audited if audited in view.material.columns else ""
    return Queue(key=key, title=title, places=places, sample=value, theme=theme)


def _disputed(key: str, value: str, view: View) -> Queue:
    """People with each other first, then people with the machine."""
    found = {place: find_disputes(place, view) for place in view.people.places()}
    between = [place for place, disputes in found.items() if "people" in disputes.values()]
    rest = [place for place, disputes in found.items() if disputes]
    places = np.array(list(dict.fromkeys([*between, *rest])), dtype=np.int64)
    return Queue(key=key, title="Disagreements", places=places, again=True)


def find_disputes(place: int, view: View) -> dict[str, str]:
    """The themes of a response that people disagree on ('people'), or one with the machine."""
    machine = view.material.gathered.machine[place]
    settled = view.disputes.of(place).settled
    disputes = {}
    for theme, said in view.people.words(place).items():
        if theme in settled:
            continue
        standing = [w for w in said.values() if not w.stale and not is_adjudicator(w.coder)]
        words = {word.decision for word in standing} - {"unsure"}
        found = "present" if machine[view.material.columns[theme]] else "absent"
        if words and words != {found}:
            disputes[theme] = "people" if len(words) > 1 else "machine"
    return disputes


def _settle(key: str, value: str, view: View) -> Queue:
    """What people differ on and nobody has settled, of all or of one double sample."""
    known = view.disputes.known()
    title = f"Settle sample {value}" if value else "Settle"
    found = [place for place in disputed_places(value, view) if known[place].open]
    places = np.array(found, dtype=np.int64)
    return Queue(key=key, title=title, places=places, settles=True)


def _settled(key: str, value: str, view: View) -> Queue:
    known = view.disputes.known()
    found = [place for place in disputed_places(value, view) if known[place].settled]
    places = np.array(found, dtype=np.int64)
    return Queue(key=key, title="Settled", places=places, settles=True, again=True)


def disputed_places(sample: str, view: View) -> list[int]:
    """The places where something is or was to be settled and the reader may see it, in order; of a
    double sample if one is named. Raises InputError: E592 where there is none, E585 where its
    coders are not all done or everything is read blind.
    """
    if view.hidden.all():
        _refuse_to_settle("what people said is not shown here.", "Read without --blind.")
    known = view.disputes.known()
    if not sample:
        return sorted(place for place in known if not view.hidden[place])
    named = {one.id: one for one in view.samples if one.purpose == "double"}
    if sample not in named:
        _refuse(f"there is no double sample '{sample}' in the store.", near(sample, named))
    places = sample_places(view.material, named[sample])
    if view.hidden[places].any():
        what = f"sample '{sample}' cannot be settled before all its coders have read all of it."
        _refuse_to_settle(what, "Until then neither sees what the others said.")
    return [place for place in places if place in known]


def _list_settling(view: View) -> list[str]:
    known = view.disputes.known()
    there = [place for place in known if not view.hidden[place]]
    if not there:
        return []
    keys = ["settle"]
    for sample in view.samples:
        places = sample_places(view.material, sample) if sample.purpose == "double" else []
        if any(p in known for p in places) and not view.hidden[places].any():
            keys.append(f"settle:{sample.id}")
    return [*keys, *(["settled"] if any(known[place].settled for place in there) else [])]


def asked_themes(place: int, queue: Queue, view: View) -> list[str]:
    """The themes of a response that must be decided on, in the order of the codebook.

    The queue's own, those that are stale or disputed, or else those that the machine finds.
    """
    if queue.theme:
        return [queue.theme]
    if queue.key == "stale":
        names = {t for t, word in view.people.own(place, view.coder).items() if word.stale}
    elif queue.key == "disputed":
        names = set(find_disputes(place, view))
    else:
        codings = [] if view.hidden[place] else view.material.codings_of(place)
        names = {coding["theme"] for coding in codings}
    return [theme.id for theme in view.material.codebook.themes if theme.id in names]


def _stale(key: str, value: str, view: View) -> Queue:
    found = [
        place
        for place in view.people.places()
        if any(word.stale for word in view.people.own(place, view.coder).values())
    ]
    title = "Your decisions that are stale"
    return Queue(key=key, title=title, places=np.array(found, dtype=np.int64), again=True)


def _uncoded(key: str, value: str, view: View) -> Queue:
    found = np.logical_not(view.material.gathered.machine.any(axis=1))
    found[list(view.people.places())] = False
    return Queue(key=key, title="Nothing found in them", places=np.flatnonzero(found))


def _search(key: str, value: str, view: View) -> Queue:
    wanted = value.casefold().strip()
    found = [p for p, text in enumerate(view.material.search_texts) if wanted and wanted in text]
    return Queue(key=key, title=f"Search: {value}", places=np.array(found, dtype=np.int64))


def _refuse_to_settle(what: str, remedy: str) -> None:
    raise InputError.because(code="E585", what=what, remedy=remedy)


def _refuse(what: str, remedy: str) -> None:
    raise InputError.because(code="E592", what=what, remedy=remedy)


BUILDERS: Mapping[str, Callable[[str, str, View], Queue]] = {
    "all": _all,
    "theme": _theme,
    "question": _question,
    "coder": _coder,
    "doubt": _doubt,
    "sample": _sample,
    "disputed": _disputed,
    "settle": _settle,
    "settled": _settled,
    "stale": _stale,
    "uncoded": _uncoded,
    "search": _search,
}
_TELLING = ("theme", "coder", "doubt", "disputed", "uncoded")
