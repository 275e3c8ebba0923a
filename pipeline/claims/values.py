"""Which answer to a closed question a clause speaks of: agree, no, an option by its words."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.claims.known import Known, Subject
from pipeline.claims.numbers import word_set
from pipeline.claims.words import NEGATIONS, list_stems
from pipeline.text import fold, fold_words

_UNSURE = ("don't know", "not sure", "unsure", "did not know", "do not know")
_NEUTRAL = word_set("neutral neither undecided")


def choose_values(subject: Subject, figures: Sequence[Known], clause: str) -> list[Known]:
    """The figures of the value that is spoken of; all when none is told from the others.

    Where no value is named it is the subject's default: agreement, or yes. "Do not" and "none" are
    disagreement, or no.
    """
    if not any(figure.value for figure in figures):
        return list(figures)
    known = list(dict.fromkeys(figure.value for figure in figures))
    words = fold_words(clause)
    if "agree" in known and "disagree" in known:
        value = _of_scale(subject, known, words, fold(clause).folded)
    else:
        value = _of_choice(subject, known, words, fold(clause).folded)
    return [figure for figure in figures if figure.value == value] if value else list(figures)


def _of_scale(subject: Subject, known: list[str], words: Sequence[str], clause: str) -> str:
    agrees = {word for word in words if word.startswith("agree")}
    disagrees = {word for word in words if word.startswith("disagree")}
    folded = {fold(value).folded: value for value in subject.values}
    both = " or " in clause or " and " in clause
    for word, named in (("disagree", disagrees), ("agree", agrees)):
        if named and "strongly" in words and not both:
            return folded.get(f"strongly {word}", word)
    if disagrees and not agrees:
        return "disagree"
    if _NEUTRAL & set(words) or any(phrase in clause for phrase in _UNSURE):
        return "neutral"
    if not agrees and NEGATIONS & set(words):
        return _option_in(subject, words) or "disagree"
    return subject.default or known[0]


def _of_choice(subject: Subject, known: list[str], words: Sequence[str], clause: str) -> str:
    if any(phrase in clause for phrase in _UNSURE):
        unsure = [value for value in known if fold(value).folded.startswith(_UNSURE)]
        return unsure[0] if unsure else ""
    named = _option_in(subject, words)
    if named:
        return named
    noes = [value for value in known if fold_words(value)[:1] == ("no",)]
    if NEGATIONS & set(words) and subject.default:
        return noes[0] if len(noes) == 1 else ""
    return subject.default


def _option_in(subject: Subject, words: Sequence[str]) -> str:
    """The option whose own words are most in the clause; empty when two are equally so."""
    heard = set(list_stems(" ".join(words)))
    label = set(list_stems(subject.label))
    scores = {
        option: len((set(list_stems(text)) - label - NEGATIONS) & heard)
        for option, text in subject.values.items()
    }
    best = max(scores.values(), default=0)
    leading = [option for option, score in scores.items() if score == best]
    return leading[0] if best and len(leading) == 1 else ""
