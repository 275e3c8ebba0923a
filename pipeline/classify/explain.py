"""What carried a score: words in a text with what each brought, and a theme's strongest terms."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pipeline.classify.features import LETTERS, Parts, squared_lengths
from pipeline.classify.model import Model
from pipeline.classify.score import Scorer
from pipeline.classify.vocabulary import Seen, spell_known
from pipeline.text import WORD, fold

MIN_TEXTS = 3
"""A term that fewer examples have is not shown as typical of a theme."""


class Carried(NamedTuple):
    """A word or two in a text, `text[start:end]` in code points, and what they brought to the log
    odds of the theme: below 0 where they spoke against it.
    """

    start: int
    end: int
    quote: str
    weight: float


class Explained(NamedTuple):
    """A theme's probability in a text, the threshold of its question, and what made it up.

    `terms` are in the order of the text, `meaning` is what embeddings brought (None where the model
    has none), `rest` what question, marks and the theme's own level did: together they are the log
    odds.
    """

    theme: str
    probability: float
    threshold: float
    terms: tuple[Carried, ...]
    rest: float
    meaning: float | None = None


def explain_text(
    scorer: Scorer, question: str, text: str, marks: frozenset[str]
) -> list[Explained]:
    """Every theme of the model in one text; `marks` are what else is known of it (see `Seen`).

    What a word brought is shared evenly by its places in the text. A pair of words that follow each
    other is a term of its own, over its two words and what stands between them.
    """
    model = scorer.model
    scored = scorer.score(Seen([question], [text], [marks]))
    themes = np.arange(len(model.themes))
    rows = np.zeros(len(themes), np.int64)
    words, pairs = scorer.words(scored, themes, rows), scorer.pairs(scored, themes, rows)
    places = _places(text, scorer)
    thresholds = model.thresholds[_row_of(model, question)]
    found = []
    for number, theme in enumerate(model.themes):
        terms = []
        for brought, at in ((words, places.words), (pairs, places.pairs)):
            mine = brought.owner == number
            for what, weight in zip(brought.what[mine], brought.weight[mine], strict=True):
                spans = at[int(what)]
                share = float(weight) / len(spans)
                terms += [Carried(start, end, text[start:end], share) for start, end in spans]
        probability = float(scored.probabilities[0, number])
        meaning = None if scored.meaning is None else float(scored.meaning[0, number])
        rest = _log_odds(probability) - sum(term.weight for term in terms) - (meaning or 0.0)
        terms.sort()
        threshold = float(thresholds[number])
        found.append(Explained(theme, probability, threshold, tuple(terms), rest, meaning))
    return found


class _Places(NamedTuple):
    words: dict[int, list[tuple[int, int]]]
    pairs: dict[int, list[tuple[int, int]]]


def _places(text: str, scorer: Scorer) -> _Places:
    """The spans of each word and pair, by the numbers that the scorer has for them."""
    shadow = fold(text)
    spans = [(match[0], shadow.span(*match.span())) for match in WORD.finditer(shadow.folded)]
    vocabulary = scorer.model.vocabulary
    known = {key: place for place, key in enumerate(vocabulary.pairs.tolist())}
    wide = len(vocabulary.words)
    found = _Places({}, {})
    for word, span in spans:
        found.words.setdefault(scorer.types[word], []).append(span)
    for (one, before), (other, after) in pairwise(spans):
        first, second = scorer.types[one], scorer.types[other]
        place = known.get(first * wide + second) if max(first, second) < wide else None
        if place is not None:
            found.pairs.setdefault(place, []).append((before[0], after[1]))
    return found


def _row_of(model: Model, question: str) -> int:
    return model.questions.index(question) if question in model.questions else -1


def _log_odds(probability: float) -> float:
    held = min(max(probability, 1e-12), 1 - 1e-12)
    return float(np.log(held / (1 - held)))


Terms = list[tuple[str, float]]


def strongest_terms(model: Model, theme: str, number: int) -> tuple[Terms, Terms]:
    """The terms that speak most for and against a theme, with their weights; strongest first.

    A weight is what the term brings to the log odds of a text that is nothing but the term, under
    no question. Terms that fewer than MIN_TEXTS examples have are left out.
    """
    place = model.themes.index(theme)
    parts = Parts.of(model.coefficients, model.vocabulary)
    words = _weigh_words(model, parts, place)
    names = list(model.vocabulary.words)
    first, second = np.divmod(model.vocabulary.pairs, max(len(names), 1))
    idf, word_idf = model.vocabulary.pair_idf, model.vocabulary.word_idf
    length = np.sqrt(idf**2 + word_idf[first] ** 2 + word_idf[second] ** 2)
    pairs = parts.pairs[:, place] * idf / length
    names += [
        f"{names[a]} {names[b]}" for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
    weights = np.concatenate((words, pairs)) * model.calibration.slopes[place]
    common = np.concatenate((word_idf, idf)) <= _idf_of(MIN_TEXTS, len(model.trained_ids)) + 1e-9
    ranked = sorted(
        ((round(float(weights[n]), 3), names[n]) for n in np.flatnonzero(common).tolist()),
        key=lambda term: (-term[0], term[1]),
    )
    toward = [(name, weight) for weight, name in ranked[:number] if weight > 0]
    against = [(name, weight) for weight, name in ranked[::-1][:number] if weight < 0]
    return toward, against


def _weigh_words(model: Model, parts: Parts, place: int) -> np.ndarray:
    """What each word alone brings to a score, by itself and by its letters."""
    spelt = spell_known(model.vocabulary.words, model.vocabulary)
    length = np.maximum(np.sqrt(squared_lengths(spelt)), 1e-9)
    found: np.ndarray = parts.words[:, place] + LETTERS * (spelt @ parts.runs[:, place]) / length
    return found


def _idf_of(texts: int, total: int) -> float:
    return float(np.log((1 + total) / (1 + texts)) + 1)
