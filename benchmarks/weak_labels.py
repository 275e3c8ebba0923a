"""What labels that rules gave teach, on two thirds of the patient comments.

    python benchmarks/weak_labels.py DATA

A codebook of crude rules (up to six words a theme) is made from a third of these respondents; what
it finds in two thirds is learnt; the other third says what the model finds that rules do not.
"""

import hashlib
import re
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
from classifier import book_of, read_examples, show
from patient_round import is_set_aside
from sklearn.metrics import average_precision_score

from pipeline.classify.example import Example
from pipeline.classify.score import score_texts
from pipeline.classify.train import label_examples, train_model
from pipeline.evaluate.measures import Outcome
from pipeline.round import ClassifierSettings
from pipeline.text import fold_words


def make_rules(examples: list[Example]) -> dict[str, set[str]]:
    """Words of which at least half the texts, and three, have the theme."""
    texts, together = Counter(), defaultdict(Counter)
    for example in examples:
        words = set(fold_words(example.text))
        texts.update(words)
        for theme in example.themes:
            together[theme].update(words)
    good = {
        theme: sorted(
            ((n, w) for w, n in found.items() if n >= 3 and 2 * n >= texts[w]), reverse=True
        )
        for theme, found in together.items()
    }
    return {theme: {word for _, word in words[:6]} for theme, words in good.items()}


def weaken(example: Example, rules: dict[str, set[str]], *, hide: bool) -> Example:
    """The example as the rules label it."""
    found, spans = set(), []
    for match in re.finditer(r"[\w']+", example.text):
        themes = {t for w in fold_words(match.group()) for t, words in rules.items() if w in words}
        found |= themes
        spans += [match.span()] if themes else []
    unknown = frozenset(theme for theme, words in rules.items() if not words)
    hidden = tuple(spans) if hide else ()
    return replace(example, themes=frozenset(found), unknown=unknown, weak=True, hidden=hidden)


def main() -> None:
    """Print the figures with quotes hidden and shown."""
    every, _ = read_examples(Path(sys.argv[1], "patient-comments"))
    examples = [example for example in every if not is_set_aside(example.group)]
    third = [hashlib.md5(e.group.encode()).digest()[0] % 3 for e in examples]
    parts = [[e for e, n in zip(examples, third, strict=True) if n == part] for part in range(3)]
    book = book_of(examples)
    names = [theme.id for theme in book.themes]
    rules = {name: set() for name in names} | make_rules(parts[0])
    test = parts[2]
    coded = label_examples(test, names) == 1
    ruled = label_examples([weaken(e, rules, hide=True) for e in test], names) == 1
    known, asked = np.ones(coded.shape, bool), np.array([e.question for e in test])
    show("rules", Outcome(ruled, coded, known), asked)
    for hide in (True, False):
        weak = [weaken(e, rules, hide=hide) for e in parts[1] + parts[0]]
        model = train_model(weak, book, ClassifierSettings()).model
        scores = np.zeros(coded.shape)
        scores[:, [names.index(t) for t in model.themes]] = score_texts(
            model, asked.tolist(), [e.text for e in test], [frozenset()] * len(test)
        )
        kind = "quotes hidden" if hide else "quotes shown"
        show(f"rules or score >= .5, {kind}", Outcome(ruled | (scores >= 0.5), coded, known), asked)
        open_to = [
            (~ruled[:, n], n) for n in range(len(names)) if coded[~ruled[:, n], n].sum() >= 5
        ]
        found = [average_precision_score(coded[rows, n], scores[rows, n]) for rows, n in open_to]
        chance = [coded[rows, n].mean() for rows, n in open_to]
        print(f"  where no rule finds it: average precision {np.mean(found):.3f}, ", end="")
        print(f"by chance {np.mean(chance):.3f}")


if __name__ == "__main__":
    main()
