"""What a question's answers come to in words, and whom a report's figures are of."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.report.sentences import percent
from pipeline.round import Population
from pipeline.wording import say_share

WORDS_FROM = 20
"""A share of fewer responses is not put in words: "a fifth" of five is one person."""
MOST_NAMED = 3
LEAST_NAMED = 10
"""Up to three themes are named, the second and third only if this per cent cite them."""


def headline(counts: Sequence[tuple[str, int]], of: int) -> str:
    """The most cited themes of a question in words, the numbers beside them; empty for a base of
    under WORDS_FROM. `counts` are labels and numbers; ties keep their order.

    >>> headline([("Citrix performance", 56), ("Devices", 20), ("Training", 3)], 105)
    'Just over half of the responses (53%, 56 of 105) cited Citrix performance, about a fifth (19%, 20 of 105) Devices'
    """  # noqa: E501 - the sentence is one line of output
    ranked = sorted(counts, key=lambda count: -count[1])
    named = [
        count
        for place, count in enumerate(ranked[:MOST_NAMED])
        if count[1] and (not place or 100 * count[1] >= LEAST_NAMED * of)
    ]
    if of < WORDS_FROM or not counts:
        return ""
    if not named:
        return f"None of the {of} responses cited any theme"
    said = [(label, f"({percent(n, of)}, {n} of {of})", say_share(n, of)) for label, n in named]
    (label, numbers, words), *others = said
    first = f"{words[0].upper()}{words[1:]} of the responses {numbers} cited {label}"
    return ", ".join([first, *(f"{w} {numbers} {label}" for label, numbers, w in others)])


def population_sentence(population: Population) -> str:
    """Whom the figures are of.

    >>> population_sentence(Population())
    'Figures are of those who answered.'
    """
    if not population.is_sample:
        return "Figures are of those who answered."
    if population.size is None:
        return (
            "The respondents are a random sample. Intervals are Wilson's: what the sample leaves "
            "open."
        )
    return (
        f"The respondents are a random sample of {population.size:,} people. Intervals are "
        "Wilson's with the finite population correction: what the sample leaves open."
    )
