"""The desk: one round, its store, and the people who read at it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.errors import InputError
from pipeline.readings.records import Decision, Sample, StoredReading, hash_text, hash_theme, now
from pipeline.readings.store import Store
from pipeline.review.desk.agreeing import Agreeing, Agreement
from pipeline.review.desk.disputes import Disputes, adjudicator_of
from pipeline.review.desk.material import Material
from pipeline.review.desk.people import UNDONE, People, Word
from pipeline.review.desk.posted import Posted, make_reading, make_settling, refuse
from pipeline.review.desk.queues import Queue, View, asked_themes, build_queue, list_queues
from pipeline.review.desk.screen import Screen, make_screen
from pipeline.review.desk.secrecy import Secrecy
from pipeline.review.desk.settling import Settled, Settling, count_settled
from pipeline.review.desk.settling import make_settling as show_settling
from pipeline.review.desk.sitting import Progress, Sitting, Step
from pipeline.review.desk.told import tell_others

_KEPT = 32


class Entry(NamedTuple):
    """A queue as the list of queues shows it."""

    key: str
    title: str
    done: int
    total: int


class Desk:
    """Readings go to the store first and are then known here. One thread, one desk."""

    def __init__(
        self,
        material: Material,
        store: Store,
        *,
        blind: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.material = material
        self.blind = blind
        self.samples: Sequence[Sample] = store.samples()
        self._store = store
        self._people = People(material, store.readings())
        self._disputes = Disputes(self._people)
        self._agreement = Agreement(material, self._people)
        self._secrecy = Secrecy(material, self.samples, blind=blind)
        self._sittings: dict[str, Sitting] = {}
        self._clock = clock
        self._labels = {theme.id: theme.label for theme in material.codebook.themes}

    def view(self, coder: str) -> View:
        """The round as this person may see it."""
        hidden = self._secrecy.hidden(self._people, coder)
        return View(self.material, self._people, self._disputes, self.samples, coder, hidden)

    def take_up(self, material: Material) -> None:
        """Go on with the same responses held anew; what people said and open queues stay."""
        self.material = material
        self._people.take_up(material)

    def entries(self, coder: str) -> list[Entry]:
        """The queues there are, but for 'doubt', which takes its time, with how far each is."""
        view = self.view(coder)
        found = []
        for key in list_queues(view):
            if key == "doubt":
                found.append(Entry(key, "What would teach most", 0, 0))
                continue
            queue = build_queue(key, view)
            if key.partition(":")[0] == "settle":
                found.append(Entry(key, queue.title, *count_settled(queue, view)))
                continue
            done = int(self._done(queue, coder)[queue.places].sum())
            found.append(Entry(key, queue.title, done, len(queue.places)))
        return found

    def open_queue(self, key: str, coder: str) -> Queue:
        """A queue as of now. Raises InputError (E592) where there is no such queue."""
        queue = build_queue(key, self.view(coder))
        queues = self._sitting(coder).queues
        queues.pop(key, None)
        while len(queues) >= _KEPT:
            queues.pop(next(iter(queues)))
        queues[key] = queue
        return queue

    def queue(self, key: str, coder: str) -> Queue:
        """A queue as it was opened, so that its order holds still while it is read."""
        return self._sitting(coder).queues.get(key) or self.open_queue(key, coder)

    def screen(self, place: int, queue: Queue, coder: str) -> Screen:
        """A response of the round. Raises InputError (E592) for a place that is none."""
        self._check_place(place)
        return make_screen(place, queue, self.view(coder))

    def settling(self, place: int, coder: str) -> Settling:
        """What people said of a response, to be settled. Raises InputError: E592 for a place that
        is none, E585 for what must not be seen yet.
        """
        self._check_place(place)
        view = self.view(coder)
        _check_seen(place, view)
        known = self._store.last_of(self.material.gathered.ids[place])
        return show_settling(place, view, known, self._sitting(coder).together)

    def settled(self, queue: Queue, coder: str) -> Settled:
        """How much of what people differ on is settled, by whomever."""
        return count_settled(queue, self.view(coder))

    def agreement(self, coder: str) -> Agreeing | None:
        """How far people agree so far, where this person may see it; None when all is blind."""
        return None if self.blind else self._agreement.of(self.view(coder).hidden)

    def told(self, coder: str) -> list[str]:
        """What the person is to be told on the next page, once."""
        told = self._sitting(coder).told
        self._sitting(coder).told = []
        return told

    def step(self, place: int, queue: Queue, by: int) -> int | None:
        """The place before (-1) or after (1) in the queue; None at its ends."""
        at = np.flatnonzero(queue.places == place)
        wanted = int(at[0]) + by if at.size else 0
        return int(queue.places[wanted]) if 0 <= wanted < len(queue.places) else None

    def next_open(self, queue: Queue, coder: str, after: int | None = None) -> int | None:
        """The next place that is not done, from one on and then from the start; None if all are."""
        at = np.flatnonzero(queue.places == after) if after is not None else np.array([], int)
        start = int(at[0]) + 1 if at.size else 0
        left = np.flatnonzero(~self._done(queue, coder)[queue.places])
        if not left.size:
            return None
        later = left[left >= start]
        return int(queue.places[later[0] if later.size else left[0]])

    def progress(self, place: int, queue: Queue, coder: str) -> Progress:
        """How far the queue is read."""
        at = np.flatnonzero(queue.places == place)
        done = int(self._done(queue, coder)[queue.places].sum())
        position = int(at[0]) + 1 if at.size else 0
        return Progress(position, done, len(queue.places), self._sitting(coder).pace())

    def record(self, posted: Posted, coder: str) -> StoredReading:
        """Keep what was sent as a reading: when this returns it is stored.

        Raises InputError: E593 for what cannot be, E595 when the same person has read the response
        elsewhere meanwhile.
        """
        queue = self.queue(posted.queue, coder)
        if queue.settles:
            refuse("what people differ on is settled on a page of its own.")
        self._check_posted(posted, coder)
        asked = asked_themes(posted.place, queue, self.view(coder))
        reading = make_reading(posted, queue, self.material, coder, asked)
        step = self._step(queue, posted.place, reading)
        self._keep(reading)
        self._sitting(coder).take(step, self._clock())
        return reading

    def settle(self, posted: Posted, coder: str) -> StoredReading:
        """Keep what was settled as a reading by this person as adjudicator.

        Who else settled the same meanwhile is told on her next page. Raises InputError: E585, E593
        for what cannot be, E595 when she has settled it elsewhere meanwhile.
        """
        queue, who = self.queue(posted.queue, coder), adjudicator_of(coder)
        if not queue.settles:
            refuse("nothing is settled in this queue.", "Choose 'Settle'.")
        self._check_posted(posted, who)
        _check_seen(posted.place, self.view(coder))
        dispute = self._disputes.of(posted.place)
        reading = make_settling(posted, self.material, who, dispute)
        step = self._step(queue, posted.place, reading)
        others = self._store.add_reading_expecting(reading, posted.known).others
        self._people.add(reading)
        sitting = self._sitting(coder)
        sitting.take(step, self._clock())
        sitting.together = posted.together
        sitting.told += tell_others(reading, others, self._labels)
        return reading

    def _check_place(self, place: int) -> None:
        if not 0 <= place < len(self.material):
            what = f"there is no response number {place}."
            raise InputError.because(code="E592", what=what, remedy="Choose a queue.")

    def _check_posted(self, posted: Posted, who: str) -> None:
        if not 0 <= posted.place < len(self.material):
            refuse(f"there is no response number {posted.place}.")
        last = self._people.last(who, posted.place)
        if posted.seen != (last.digest if last else ""):
            raise InputError.because(
                code="E595",
                what=f"{who} has read this response elsewhere since this page was shown.",
                remedy="Load the page again; what was sent is not kept.",
            )

    def _step(self, queue: Queue, place: int, reading: StoredReading) -> Step:
        own, read = self._people.own(place, reading.coder), self._people.read(reading.coder)
        return Step(queue, place, reading, own, bool(read[place]))

    def undo(self, coder: str) -> tuple[str, int]:
        """Take the last reading of this sitting back by a new one; its queue and place.

        Themes go back to what the person said before; where she had said nothing they are unsure,
        which is nobody's word. Raises InputError (E593) when there is nothing to undo.
        """
        sitting = self._sitting(coder)
        if not sitting.steps:
            refuse("there is nothing to undo.", "Only readings since the start can be undone.")
        step = sitting.steps[-1]
        themes = {theme.id: theme for theme in self.material.codebook.themes}
        self._keep(
            StoredReading(
                response_id=step.reading.response_id,
                question=step.reading.question,
                coder=step.reading.coder,
                time=now(),
                text_hash=hash_text(self.material.gathered.texts[step.place]),
                sample=step.reading.sample,
                memo="" if step.was_read else UNDONE,
                decisions=tuple(
                    _restored(decision.theme, step.before, hash_theme(themes[decision.theme]))
                    for decision in step.reading.decisions
                ),
            )
        )
        sitting.take_back()
        return step.queue.key, step.place

    def _keep(self, reading: StoredReading) -> None:
        self._store.add_readings([reading])
        self._people.add(reading)

    def _sitting(self, coder: str) -> Sitting:
        if coder not in self._sittings:
            size = len(self.material)
            self._sittings[coder] = Sitting(*np.zeros((3, size), dtype=bool))
        return self._sittings[coder]

    def _done(self, queue: Queue, coder: str) -> np.ndarray:
        if queue.again:
            return self._sitting(coder).done(queue)
        if queue.settles:
            return self._settled(queue, coder)
        if queue.theme:
            return self._people.decided(coder, queue.theme)
        return self._people.read(coder)

    def _settled(self, queue: Queue, coder: str) -> np.ndarray:
        """What anybody settled, and what she did since the start, be it that she is not sure."""
        known = self._disputes.known()
        found = self._sitting(coder).settled.copy()
        found[[p for p in queue.places.tolist() if p not in known or not known[p].open]] = True
        return found


def _check_seen(place: int, view: View) -> None:
    """Raises InputError (E585) for what must not be seen, or where nobody differs."""
    if view.hidden[place]:
        what = "what people said of this response must not be seen yet."
        remedy = "Its sample is read blind until all its coders are done."
    elif place not in view.disputes.known():
        what, remedy = "people do not differ on this response.", "Choose another to settle."
    else:
        return
    raise InputError.because(code="E585", what=what, remedy=remedy)


def _restored(theme: str, before: dict[str, Word], theme_hash: str) -> Decision:
    word = before.get(theme)
    if word is None or word.stale:
        return Decision(theme=theme, decision="unsure", memo=UNDONE, theme_hash=theme_hash)
    start, end = word.span or (None, None)
    return Decision(
        theme=theme,
        decision=word.decision,
        memo=word.memo,
        theme_hash=theme_hash,
        start=start,
        end=end,
    )
