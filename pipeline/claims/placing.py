"""Claims -> the figures they are about, by their words, and whether those support them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.claims.checking import compare, kinds_for
from pipeline.claims.find import Claim
from pipeline.claims.groups import GroupFinder
from pipeline.claims.known import BASE, Knowledge, Known, Subject
from pipeline.claims.numbers import word_set
from pipeline.claims.scoring import MARGIN, THRESHOLD, Scored, Scorer
from pipeline.claims.values import choose_values
from pipeline.claims.words import list_stems
from pipeline.text import fold_words

HOLDS, DIFFERS, BASE_DIFFERS, UNPLACED = "holds", "does not hold", "base differs", "not placed"
_OTHER_UNIT = 0.8
"""What the score of a theme is worth for "officers say", of an item for "responses cited"."""
_LOOKED_AT = 12
_HEARD = 5
_AVERAGE = frozenset(("average", "mean"))
_NOUNS = frozenset(("responses", "comments"))
_OF_RESPONSES = word_set("cited cite mentioned mention raised comments responses wrote")
_OF_PEOPLE = word_set("agree agreed disagree disagreed neutral say said")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A claim, what was made of it, the figures that it may be about, and why."""

    claim: Claim
    verdict: str
    figures: tuple[Known, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Talk:
    """What a passage has been about so far: a later clause may leave it unsaid."""

    subject: Subject | None = None
    group: tuple[str, str] | None = None
    sentences: tuple[list[str], ...] = ()
    sentence: int = -1

    def in_sentence(self, claim: Claim) -> bool:
        """Whether the last claim is of the same sentence as this one."""
        return self.sentence == claim.sentence[0]


_REFERRING = word_set(
    "this these them none neither others agree agreed disagree disagreed neutral remainder rest "
    "former latter same"
)
_OF_BASES = word_set("there received answered gave submitted got collected analysed")


def _may_carry(claim: Claim, talk: _Talk, words: list[str]) -> bool:
    """Whether a clause leaves unsaid what it is about: it points to what was named before it, or
    it follows in the same sentence and says nothing else.
    """
    clause = fold_words(claim.passage.text[slice(*claim.clause)])
    pointing = bool(_REFERRING & set(clause))
    return talk.subject is not None and (pointing or (talk.in_sentence(claim) and not words))


def _states_a_base(claim: Claim) -> bool:
    """Whether a claim says how many responses there were, and nothing of what they said."""
    stated, spoken = claim.stated, set(fold_words(claim.quote))
    alone = stated.count and stated.of is None and not stated.share
    return bool(alone and _OF_BASES & spoken and not _OF_RESPONSES & (spoken - _NOUNS))


def place_claims(claims: Iterable[Claim], knowledge: Knowledge) -> Iterator[Placed]:
    """Each claim beside the figure that its words name, in order.

    A subject needs a score of THRESHOLD and a lead of MARGIN. Numbers place nothing: where they fit
    one figure only, that is said as a hint. Two things only are taken from numbers: a stated base
    may tell two questions apart that words do not, and of two readings of a group that was named a
    sentence earlier both are tried.
    """
    placer = _Placer(knowledge)
    for _, passage in groupby(claims, key=lambda claim: claim.number):
        talk = _Talk()
        for claim in passage:
            placed, talk = placer.place(claim, talk)
            yield placed


class _Placer:
    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.scorer = Scorer(knowledge.subjects)
        self.groups = GroupFinder(knowledge)
        self.base = next((s for s in knowledge.subjects if s.id == BASE), None)
        self.by_subject: dict[str, dict[str, list[Known]]] = defaultdict(lambda: defaultdict(list))
        self.by_numbers: dict[tuple[object, ...], list[Known]] = defaultdict(list)
        for figure in knowledge.figures:
            self.by_subject[figure.subject][figure.kind].append(figure)
            if figure.kind == "share":
                self.by_numbers[figure.cited, figure.of].append(figure)

    def place(self, claim: Claim, talk: _Talk) -> tuple[Placed, _Talk]:
        clause = claim.passage.text[slice(*claim.clause)]
        group, words = self.groups.find(clause, claim.stated.start - claim.clause[0], claim.text)
        sentence = self.groups.find(claim.quote, 0, "")[1]
        said = _Talk(
            subject=talk.subject,
            group=group or talk.group,
            sentences=(sentence, *talk.sentences[:_HEARD]),
            sentence=claim.sentence[0],
        )
        subjects, note = self._choose_subjects(claim, (words, sentence), talk, group)
        if len(subjects) != 1:
            figures = tuple(self._nameable(claim, subject) for subject in subjects)
            reason = "its words fit nothing that was counted" if not subjects else ""
            return self._unplaced(claim, figures, reason), said
        told = replace(said, subject=subjects[0])
        return self._place_in(claim, subjects[0], group, (told, note)), told

    def _choose_subjects(
        self,
        claim: Claim,
        words: tuple[list[str], list[str]],
        talk: _Talk,
        group: tuple[str, str] | None,
    ) -> tuple[list[Subject], str]:
        """The subjects that the words name: one, or several that are too alike, or none.

        `words` are those of the clause, and those of the sentence, which are tried when the
        clause's name nothing.
        """
        if self.base and _states_a_base(claim):
            return [self.base], ""
        clause, sentence = words
        best = self._lead(claim, clause, group)
        carries = _may_carry(claim, talk, clause)
        shared = not any(map(self.scorer.knows, clause)) or not talk.in_sentence(claim)
        if not best and shared and not carries:
            best = self._lead(claim, sentence, group)
        if best or not carries or not talk.subject:
            return best, ""
        return [talk.subject], "about what is named before it"

    def _lead(self, claim: Claim, words: list[str], group: tuple[str, str] | None) -> list[Subject]:
        spoken = set(claim.quote.lower().split())
        cites, agrees = bool(spoken & _OF_RESPONSES), bool(spoken & _OF_PEOPLE)
        ranked: list[Scored] = []
        for subject, score, shared in self.scorer.rank(words):
            if len(ranked) == _LOOKED_AT:
                break
            figures = self._comparable(claim, subject)
            if group and not cites:
                figures = [f for f in figures if (f.group, f.group_value) == group]
            if figures:
                alien = (agrees and not cites) if subject.kind == "open" else (cites and not agrees)
                ranked.append(Scored(subject, score * (_OTHER_UNIT if alien else 1), shared))
        ranked.sort(key=lambda one: -one.score)
        if not ranked or ranked[0].score < THRESHOLD:
            return []
        leading = [one for one in ranked if one.score > ranked[0].score - MARGIN]
        # What has only some of the label words of another is no rival of it: "Training" of "support
        # and training".
        return [
            one.subject for one in leading if not any(one.words < other.words for other in leading)
        ][:4]

    def _comparable(self, claim: Claim, subject: Subject) -> list[Known]:
        """The figures of the kind of the claim: an average is compared with means only."""
        kinds = kinds_for(claim.stated)
        if _AVERAGE & set(claim.quote.lower().split()):
            kinds &= {"mean"}
        known = self.by_subject[subject.id]
        return [figure for kind in sorted(kinds) for figure in known.get(kind, ())]

    def _nameable(self, claim: Claim, subject: Subject) -> Known:
        figure = self._comparable(claim, subject)[0]
        return replace(figure, name=subject.name)

    def _place_in(
        self,
        claim: Claim,
        subject: Subject,
        group: tuple[str, str] | None,
        context: tuple[_Talk, str],
    ) -> Placed:
        told, note = context
        figures = self._comparable(claim, subject)
        figures = choose_values(subject, figures, claim.passage.text[slice(*claim.clause)])
        figures, base_note = self._choose_question(claim, subject, figures, told.sentences)
        note = "; ".join(part for part in (note, base_note) if part)
        whole = [figure for figure in figures if not figure.group]
        if group:
            figures = [f for f in figures if (f.group, f.group_value) == group]
            if not figures:
                reason = f"nothing was counted of '{group[1]}' for {subject.name}"
                return self._unplaced(claim, (), reason)
            return self._judge(claim, figures, note)
        carried = [f for f in figures if told.group and (f.group, f.group_value) == told.group]
        return self._judge_both(claim, carried, whole, note)

    def _judge_both(
        self, claim: Claim, carried: list[Known], whole: list[Known], note: str
    ) -> Placed:
        """A claim that names no group, where a sentence before it does."""
        if not carried:
            return self._judge(claim, whole, note)
        group = f"of '{carried[0].group_value}', named before"
        in_group = self._judge(claim, carried, "; ".join(part for part in (note, group) if part))
        in_whole = self._judge(claim, whole, note)
        if in_group.verdict != HOLDS and in_whole.verdict == HOLDS:
            return self._unplaced(claim, (*carried, *whole), "")
        return in_group

    def _choose_question(
        self, claim: Claim, subject: Subject, figures: list[Known], said: Iterable[list[str]]
    ) -> tuple[list[Known], str]:
        """Of the questions that a theme was counted in, the one whose words or base are given.

        The nearest words that tell questions apart decide: of the clause, the sentence, those
        before it, the heading.
        """
        questions = {figure.question for figure in figures}
        if len(questions) < 2:
            return figures, ""
        clause = list_stems(claim.passage.text[slice(*claim.clause)])
        for words in (clause, *said, list_stems(claim.passage.heading)):
            named = self._named_questions(subject, questions, set(words))
            if len(named) == 1:
                return [figure for figure in figures if figure.question == named[0]], ""
        based = [f for f in figures if claim.stated.of is not None and f.of == claim.stated.of]
        if len({figure.question for figure in based}) == 1:
            return based, "the question is told by the base"
        return figures, ""

    def _named_questions(self, subject: Subject, questions: set[str], heard: set[str]) -> list[str]:
        fits = {
            question: sum(
                self.scorer.rarity_of_all.get(word, 0.0)
                for word in sorted(heard & self._telling(subject, question))
            )
            for question in sorted(questions)
        }
        best = max(fits.values())
        return [question for question, fit in fits.items() if fit == best and best > 0]

    def _telling(self, subject: Subject, question: str) -> set[str]:
        """The words of a question that no other question of the subject has."""
        own = set(list_stems(subject.context.get(question, "")))
        others = (text for name, text in subject.context.items() if name != question)
        return own - {word for text in others for word in list_stems(text)}

    def _judge(self, claim: Claim, figures: Sequence[Known], note: str) -> Placed:
        if len(figures) != 1:
            return self._unplaced(claim, tuple(figures[:4]), "")
        verdict = compare(claim.stated, figures[0]).replace("differs", DIFFERS)
        verdict = BASE_DIFFERS if verdict == f"base {DIFFERS}" else verdict
        return Placed(claim=claim, verdict=verdict, figures=tuple(figures), note=note)

    def _unplaced(self, claim: Claim, figures: tuple[Known, ...], reason: str) -> Placed:
        stated = claim.stated
        exact = stated.count is not None and stated.count[0] == stated.count[1]
        fitting = self.by_numbers[stated.count[0], stated.of] if stated.count and exact else []
        if len(fitting) == 1:
            hint = f"the numbers, not the words, fit only {fitting[0].name}"
            reason = "; ".join(part for part in (reason, hint) if part)
        return Placed(claim=claim, verdict=UNPLACED, figures=figures, note=reason)
