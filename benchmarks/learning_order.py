"""Whether reading in the order of `review sample --for learning` teaches more than at random.

    python benchmarks/learning_order.py DATA [--folders NAME ...] [--orders NAME ...] [--seeds 6]

A third of the answers (whole blocks of one person's answers and like texts) is held out, another
one for each seed in turn. Of the others START are read at random, then BATCH at a time in one order
or the other; after each batch a classifier is trained on what is read and codes what is held out.
Of patient-comments only the two thirds that may be learnt from are used, and of the others the
training part of the published split. There is no codebook: no rule finds anything.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from classifier import book_of, read_examples
from patient_round import is_set_aside

from pipeline.classify.example import Example
from pipeline.classify.folds import fold_examples
from pipeline.classify.model import Model
from pipeline.classify.score import Scorer, reach, score_texts
from pipeline.classify.train import label_examples, train_model
from pipeline.codebook.model import Codebook
from pipeline.errors import InputError
from pipeline.evaluate import measures
from pipeline.evaluate.measures import Outcome
from pipeline.review.learning import Pool, rank_responses
from pipeline.review.scores import score_responses
from pipeline.round import ClassifierSettings

START, BATCH, END = 50, 50, 500
HELD_OUT = 3
FIGURES = ("micro-F1", "macro-F1", "count error")

Choose = Callable[["Reading"], list[int]]


class Reading(NamedTuple):
    """A simulated reading: the answers, which are read so far, and what was learnt from them."""

    examples: Sequence[Example]
    read: list[int]
    themes: tuple[str, ...]
    model: Model | None
    seed: int


def choose_random(reading: Reading) -> list[int]:
    """The next of a random order."""
    left = np.setdiff1d(np.arange(len(reading.examples)), reading.read)
    dice = np.random.default_rng([reading.seed, len(reading.read)])
    return dice.permutation(left)[:BATCH].tolist()


def choose_ranked(reading: Reading) -> list[int]:
    """The next as `review sample --for learning` picks them."""
    left = np.setdiff1d(np.arange(len(reading.examples)), reading.read).tolist()
    answers = [reading.examples[place] for place in left]
    texts, questions = [e.text for e in answers], [e.question for e in answers]
    nothing = np.zeros((len(left), len(reading.themes)), bool)
    scorer = Scorer(reading.model) if reading.model else None
    found = score_responses(scorer, reading.themes, questions, texts, [frozenset()] * len(left))
    pool = Pool(
        ids=[e.response_id for e in answers],
        questions=questions,
        texts=texts,
        themes=reading.themes,
        ruled=nothing,
        scores=found.scores,
        thresholds=found.thresholds,
        applies=~nothing,
        with_rules=np.zeros(len(reading.themes), bool),
    )
    read = [reading.examples[place] for place in reading.read]
    known = [(example.question, example.text) for example in read]
    picks = rank_responses(pool, BATCH, reading.seed, known)
    return [left[pick.place] for pick in picks]


ORDERS: dict[str, Choose] = {"random": choose_random, "ranked": choose_ranked}


def simulate(
    pool: Sequence[Example], test: Sequence[Example], codebook: Codebook, order: str, seed: int
) -> np.ndarray:
    """Sizes x FIGURES: how what is read in an order codes `test`."""
    names = tuple(theme.id for theme in codebook.themes)
    read = np.random.default_rng(seed).permutation(len(pool))[:START].tolist()
    rows = []
    while True:
        model = learn([pool[place] for place in read], codebook, seed)
        rows.append(judge(model, test, names))
        if len(read) >= END:
            return np.array(rows)
        read += ORDERS[order](Reading(pool, read, names, model, seed))


def learn(examples: list[Example], codebook: Codebook, seed: int) -> Model | None:
    """The model, or None where there is too little to learn from."""
    try:
        return train_model(examples, codebook, ClassifierSettings(seed=seed)).model
    except InputError:
        return None


def judge(model: Model | None, test: Sequence[Example], names: tuple[str, ...]) -> list[float]:
    """FIGURES of a model; one that is not there tags nothing."""
    labels = label_examples(test, names) == 1
    tagged = np.zeros(labels.shape, bool)
    asked = [example.question for example in test]
    if model:
        texts = [example.text for example in test]
        scores = score_texts(model, asked, texts, [frozenset()] * len(test))
        tagged[:, [names.index(theme) for theme in model.themes]] = reach(model, asked, scores)
    outcome = Outcome(tagged, labels, np.ones(labels.shape, bool))
    error = measures.count_error(outcome, np.array(asked))
    return [measures.micro_f1(outcome), measures.macro_f1(outcome), error]


def read_data(folder: Path) -> list[Example]:
    """The answers of a folder that may be learnt from."""
    examples, parts = read_examples(folder)
    if folder.name == "patient-comments":
        return [example for example in examples if not is_set_aside(example.group)]
    return [example for example, part in zip(examples, parts, strict=True) if part == "train"]


def compare(examples: list[Example], orders: Sequence[str], seeds: int) -> np.ndarray:
    """Seeds x orders x sizes x FIGURES."""
    codebook = book_of(examples)
    found = []
    for seed in range(1, seeds + 1):
        held = fold_examples(examples, HELD_OUT, seed) == seed % HELD_OUT
        pool = [e for e, is_held in zip(examples, held, strict=True) if not is_held]
        test = [e for e, is_held in zip(examples, held, strict=True) if is_held]
        found.append([simulate(pool, test, codebook, order, seed) for order in orders])
    return np.array(found)


def show(found: np.ndarray, orders: Sequence[str]) -> None:
    """Means by size, and what each order gains on the first: mean, deviation, seeds it won."""
    sizes = range(START, END + 1, BATCH)
    print(f"{'':<24}" + "".join(f"{size:>8}" for size in sizes) + f"{'mean':>8}")
    for number, figure in enumerate(FIGURES):
        for place, order in enumerate(orders):
            values = found[:, place, :, number]
            line(f"{figure}, {order}", [*values.mean(axis=0), values.mean()])
            if place:
                gain = values - found[:, 0, :, number]
                line("  gain", [*gain.mean(axis=0), gain.mean()], "+")
                spread = gain.std(axis=0, ddof=1)
                line("  deviation of the gain", [*spread, gain.mean(axis=1).std(ddof=1)])


def line(name: str, values: Sequence[float], sign: str = "") -> None:
    """A line of figures."""
    print(f"{name:<24}" + "".join(f"{value:>{sign}8.3f}" for value in values), flush=True)


def main() -> None:
    """Every folder of the data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folders", nargs="+", default=["patient-comments", "party-likes"])
    parser.add_argument("--orders", nargs="+", choices=ORDERS, default=list(ORDERS))
    parser.add_argument("--seeds", type=int, default=6)
    arguments = parser.parse_args()
    for name in arguments.folders:
        started = time.perf_counter()
        examples = read_data(arguments.data / name)
        found = compare(examples, arguments.orders, arguments.seeds)
        seconds = time.perf_counter() - started
        print(f"{name}: {len(examples)} answers, {arguments.seeds} seeds, {seconds:.0f} s")
        show(found, arguments.orders)


if __name__ == "__main__":
    main()
