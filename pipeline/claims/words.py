"""The words of labels and sentences, cut to stems, and how rare each is."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from pipeline.claims.numbers import word_set
from pipeline.text import fold_words

NEGATIONS = word_set(
    "no not none never neither nor nobody without don't doesn't didn't isn't aren't can't"
)
STOP = NEGATIONS | word_set(
    "a an and any are as at be been being but by can could did do does for from had has have he "
    "her his how i if in into is it its me more my of on or our out over she should so some such "
    "than that the their them then there these they this those to too us was we were what when "
    "where which who whom why will with would you your s t "
    # What every such sentence says, whatever it is about.
    "respondents respondent responses response comments comment answers answer people percent per "
    "cent said say says cited cite mentioned mention named name raised total all about around "
    "report reported reporting reports asked base most half third quarter just nearly almost "
    "one two three four five six seven eight nine ten hundred first second further another "
    "also between against among compared while whereas respectively found find"
)
_ENDINGS = tuple(
    (ending, "y" if ending in ("ies", "ied") else "")
    for ending in (
        *("ies", "ations", "ation", "ings", "ing", "edly", "ibility", "ible", "ibly", "ments"),
        *("ment", "ness", "ility", "able", "ised", "ise", "ally", "ly", "ied", "ed", "es", "s"),
        "e",
    )
)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without its ending: what "holds", "holding" and "hold" have in common.

    No dictionary: a stem need not be a word, and now and then two words share one wrongly.

    >>> [stem(word) for word in ("devices", "device", "holding", "holds", "its", "connect")]
    ['devic', 'devic', 'hold', 'hold', 'its', 'connect']
    """
    word = word.removesuffix("'s")
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word


def list_stems(text: str) -> list[str]:
    """The stems of a text's words in order, but for words that tell nothing and for numbers."""
    return [stem(w) for w in fold_words(text) if w not in STOP and not w[0].isdigit()]


_ASIDE = re.compile(r"\([^()]{0,300}\)")


def cut_asides(label: str) -> tuple[str, str]:
    """A label without what it has in brackets, and that.

    >>> cut_asides("Lack of leadership (senior management)")
    ('Lack of leadership  ', '(senior management)')
    """
    return _ASIDE.sub(" ", label), " ".join(_ASIDE.findall(label))


def weigh_words(texts: Iterable[Collection[str]]) -> Mapping[str, float]:
    """How rare each stem is among the texts: log(1 + texts / texts that have it)."""
    sets = [set(text) for text in texts]
    having = Counter(word for text in sets for word in text)
    return {word: math.log(1 + len(sets) / number) for word, number in having.items()}
