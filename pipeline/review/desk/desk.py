"""The desk: one round, its store, and the people who read at it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

import numpy as np

from pipeline.errors import InputError
from pipeline.readings.records import Sample, StoredReading
from pipeline.readings.store import Store
from pipeline.review.desk.agreeing import Agreeing, Agreement
from pipeline.review.desk.disputes import Disputes, adjudicator_of
from pipeline.review.desk.material import Material
from pipeline.review.desk.people import People
from pipeline.review.desk.posted import Posted, make_reading, make_settling, refuse
from pipeline.review.desk.queues import Queue, View, asked_themes, build_queue, list_queues
from pipeline.review.desk.screen import Screen, make_screen
from pipeline.review.desk.secrecy import Secrecy
from pipeline.review.desk.settling import Settled, Settling, count_settled
from pipeline.review.desk.settling import make_settling as show_settling
from pipeline.review.desk.sitting import Progress, Sitting, Step
from pipeline.review.desk.told import tell_others
from pipeline.review.desk.undoing import undoing

_KEPT = 32


class Entry(NamedTuple):
    """A queue as the list of queues shows it."""

    key: str
    title: str
    done: int
    total: int


class Desk:
    """Readings go to the store and are known from there, whoever added them: before anything is
    shown or kept the desk looks how far the store is. One thread, one desk.
    """

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
        self._store = store
        with store.at_once():
            self._known = store.last()
            self.samples: Sequence[Sample] = store.samples()
            self._people = People(material, store.readings())
        self._disputes = Disputes(self._people)
        self._agreement = Agreement(material, self._people)
        self._secrecy = Secrecy(material, self.samples, blind=blind)
        self._sittings: dict[str, Sitting] = {}
        self._clock = clock
        self._labels = {theme.id: theme.label for theme in material.codebook.themes}

    def view(self, coder: str) -> View:
        """The round as this person may see it, as the store is now."""
        self._catch_up()
        hidden = self._secrecy.hidden(self._people, coder)
        own = (self.material, self._people, self._disputes, self.samples)
        return View(*own, coder, hidden, self._known.reading)

    def _catch_up(self) -> None:
        """Take in what any program has added to the store since."""
        if self._store.last() == self._known:
            return
        with self._store.at_once():
            before, self._known = self._known, self._store.last()
            self._people.hear(self._store.readings_since(before.reading))
            if self._known.sample != before.sample:
                self.samples = self._store.samples()
                self._secrecy = Secrecy(self.material, self.samples, blind=self.blind)

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
        return show_settling(place, view, self._sitting(coder).together)

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
        """Keep what was sent as a reading: when this returns it is stored. What others said of the
        response since the page was shown is told on the next, unless it must not be seen.

        Raises InputError: E593 for what cannot be, E595 when the same person has read the response
        elsewhere meanwhile.
        """
        queue = self.queue(posted.queue, coder)
        if queue.settles:
            refuse("what people differ on is settled on a page of its own.")

        def make(view: View) -> StoredReading:
            asked = asked_themes(posted.place, queue, view)
            return make_reading(posted, queue, self.material, coder, asked)

        return self._add(posted, queue, coder, make)

    def settle(self, posted: Posted, coder: str) -> StoredReading:
        """Keep what was settled as a reading by this person as adjudicator.

        Raises InputError: E585 and E593 for what cannot be, E595 when she has settled it elsewhere
        meanwhile.
        """
        queue = self.queue(posted.queue, coder)
        if not queue.settles:
            refuse("nothing is settled in this queue.", "Choose 'Settle'.")

        def make(view: View) -> StoredReading:
            _check_seen(posted.place, view)
            dispute = view.disputes.of(posted.place)
            return make_settling(posted, self.material, adjudicator_of(coder), dispute)

        reading = self._add(posted, queue, coder, make)
        self._sitting(coder).together = posted.together
        return reading

    def _add(
        self, posted: Posted, queue: Queue, coder: str, make: Callable[[View], StoredReading]
    ) -> StoredReading:
        """Keep a reading that is made of what is known when nobody else can write."""
        with self._store.together():
            view = self.view(coder)
            self._check_posted(posted, adjudicator_of(coder) if queue.settles else coder)
            reading = make(view)
            step = self._step(queue, posted.place, reading)
            seen = posted.known if posted.known >= 0 else view.known
            others = self._store.add_reading_expecting(reading, seen).others
        self._catch_up()
        sitting = self._sitting(coder)
        sitting.take(step, self._clock())
        if not view.hidden[posted.place]:
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
            _refuse_elsewhere(who, "Load the page again; what was sent is not kept.")

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
        with self._store.together():
            self._catch_up()
            last = self._people.last(step.reading.coder, step.place)
            if last is None or last.digest not in sitting.own:
                sitting.steps.pop()
                _refuse_elsewhere(step.reading.coder, "It is not undone; read the response again.")
            reading = undoing(step, themes)
            self._store.add_readings([reading])
        self._catch_up()
        sitting.take_back(reading)
        return step.queue.key, step.place

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


def _refuse_elsewhere(coder: str, remedy: str) -> NoReturn:
    what = f"{coder} has read this response elsewhere since this page was shown."
    raise InputError.because(code="E595", what=what, remedy=remedy)
