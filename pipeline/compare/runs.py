"""Two kept runs of a round -> every figure's difference and the cause of each response's move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.compare.causes import Pair
from pipeline.compare.counted import Cited, Counted, Key, count_kept, old_names, order_keys
from pipeline.compare.data import BaseMove, Cause, Comparison, FigureMove, Move, Tally
from pipeline.compare.inputs import list_inputs, list_settings
from pipeline.compare.kept import Laid, Place
from pipeline.compare.shown import show_evidence
from pipeline.errors import InputError, near
from pipeline.refine.frames import Frames, choose_theme
from pipeline.verify import KeptRun

_Ids = frozenset[str]


def compare_runs(old: KeptRun, new: KeptRun, *, theme: str = "", question: str = "") -> Comparison:
    """What moved between two runs of one round, and why; of one theme or question, if given.

    Raises InputError (E701) for a theme or question that neither run has.
    """
    frames = Frames.of(old.codebook, new.codebook)
    chosen = choose_theme(theme, frames) if theme else ""
    pair = Pair(Laid.of(old, frames.now), Laid.of(new, {}))
    sides = _Sides(pair, count_kept(pair.old), count_kept(pair.new), frames)
    check_question(question, sides.old, sides.new)
    keys = order_keys(sides.old, sides.new, frames)
    moves = sides.list_moves(keys)
    causes = {(move.response_id, move.theme, move.facet): move.cause for move in moves}
    figures = [sides.move_figure(key, causes) for key in keys]
    members = frames.members(chosen) if chosen else set()
    inputs, settings = list_inputs(old, new), list_settings(pair.old, pair.new)
    return Comparison(
        old=pair.old.side(),
        new=pair.new.side(),
        identical=old.manifest["outputs"] == new.manifest["outputs"]
        and all(item.state == "same" for item in inputs)
        and not settings,
        inputs=inputs,
        settings=settings,
        bases=tuple(b for b in sides.move_bases() if question in ("", b.question)),
        figures=tuple(
            figure
            for figure in figures
            if question in ("", figure.question) and chosen in ("", figure.theme)
        ),
        moves=tuple(
            move
            for move in moves
            if question in ("", move.question) and (not chosen or move.theme in members)
        ),
    )


def check_question(question: str, old: Counted, new: Counted) -> None:
    """Raise InputError (E701) for a question that neither run has."""
    known = {**new.of, **old.of}
    if question and question not in known:
        what = f"neither run has a question '{question}'."
        raise InputError.because(code="E701", what=what, remedy=near(question, known))


@dataclass(frozen=True, slots=True)
class _Sides:
    pair: Pair
    old: Counted
    new: Counted
    frames: Frames

    def list_moves(self, keys: Iterable[Key]) -> list[Move]:
        """Every response that gained or lost a theme that text is coded with, or a facet of one."""
        places: dict[Key, list[tuple[str, bool]]] = {}
        old, new = (
            {place: word for place, word in side.words.items() if word.present}
            for side in (self.pair.old, self.pair.new)
        )
        for here, there, gained in ((new, old, True), (old, new, False)):
            holder = self.pair.new if gained else self.pair.old
            for response_id, theme, facet in here.keys() - there.keys():
                key = (holder.answers[response_id].question, theme, facet)
                places.setdefault(key, []).append((response_id, gained))
        # In the order of the newer source, then those that are gone.
        answers = dict.fromkeys((*self.pair.new.answers, *self.pair.old.answers))
        order = {name: place for place, name in enumerate(answers)}
        return [
            self._move(key, name, gained=gained)
            for key in keys
            for name, gained in sorted(
                places.get(key, ()), key=lambda found: (not found[1], order[found[0]])
            )
        ]

    def _move(self, key: Key, response_id: str, *, gained: bool) -> Move:
        question, theme, facet = key
        place = (response_id, theme, facet)
        return Move(
            response_id=response_id,
            question=question,
            theme=theme,
            facet=facet,
            gained=gained,
            cause=self.pair.why(place, gained=gained),
            evidence=show_evidence(self.pair.old, self.pair.new, place, gained=gained),
        )

    def move_figure(self, key: Key, causes: Mapping[Place, Cause]) -> FigureMove:
        """A figure in both runs; what moves a net is what moved the themes it holds."""
        question, theme, facet = key
        old, new = self.old.figures.get(key), self.new.figures.get(key)
        before, after = (cited.ids if cited else frozenset() for cited in (old, new))
        gained, lost = after - before, before - after
        entry = (self.new.figures if new else self.old.figures)[key].entry
        return FigureMove(
            question=question,
            theme=theme,
            label=entry.label,
            facet=facet,
            net=bool(entry.net),
            was=old_names(theme, self.frames),
            old=len(before) if old else None,
            new=len(after) if new else None,
            old_of=self.old.of.get(question),
            new_of=self.new.of.get(question),
            gained=len(gained),
            lost=len(lost),
            why_gained=_tally(_why_held(i, new, facet, self.pair.new, causes) for i in gained),
            why_lost=_tally(_why_held(i, old, facet, self.pair.old, causes) for i in lost),
        )

    def move_bases(self) -> list[BaseMove]:
        """The base of every question in both runs."""
        moves, labels = [], self.old.labels | self.new.labels
        for question in dict.fromkeys((*self.new.of, *self.old.of)):
            before = self.old.in_base.get(question, frozenset())
            after = self.new.in_base.get(question, frozenset())
            moves.append(
                BaseMove(
                    question=question,
                    label=labels[question],
                    old=self.old.of.get(question),
                    new=self.new.of.get(question),
                    gained=len(after - before),
                    lost=len(before - after),
                    why_gained=self._why_based(after - before, gained=True),
                    why_lost=self._why_based(before - after, gained=False),
                )
            )
        return moves

    def _why_based(self, ids: _Ids, *, gained: bool) -> tuple[Tally, ...]:
        old, new = self.pair.old.answers, self.pair.new.answers
        return _tally(
            self.pair.why_screened(old.get(name), new.get(name), gained=gained) for name in ids
        )


def _why_held(
    response_id: str, cited: Cited | None, facet: str, holder: Laid, causes: Mapping[Place, Cause]
) -> Cause:
    """Why a response came to a figure, or left it, by the themes that the figure holds."""
    places = [(response_id, member, facet) for member in sorted(cited.members if cited else ())]
    having = [place for place in places if place in holder.words and holder.words[place].present]
    frame = Cause("members", "by what the theme or net holds")
    return Cause.of(tuple(causes.get(place, frame) for place in having))


def _tally(causes: Iterable[Cause]) -> tuple[Tally, ...]:
    """How many for each cause, the most first, `several` last."""
    counted = Counter((cause.kind, cause.what) for cause in causes)
    ordered = sorted(counted.items(), key=lambda item: (item[0][0] == "several", -item[1], item[0]))
    return tuple(Tally(number, kind, what) for (kind, what), number in ordered)
