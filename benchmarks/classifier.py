"""The classifier on real coded comments, beside plain TF-IDF under the same protocol.

    python benchmarks/classifier.py DATA [--speed] [--embeddings FOLDER]

DATA holds folders with responses.csv and coded.csv. Folds keep together one person's answers and
like texts (`pipeline.classify.folds`). Nothing is chosen on what is tested. With --embeddings all
of ours learns with the model of sentence embeddings in a folder.
"""

import argparse
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
from patient_round import QUESTIONS, read_rows
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.classify.example import Example
from pipeline.classify.folds import fold_examples
from pipeline.classify.predict import classify_responses
from pipeline.classify.score import Scorer, reach, score_texts
from pipeline.classify.train import label_examples, train_model
from pipeline.codebook.model import Codebook, Theme
from pipeline.evaluate import measures
from pipeline.evaluate.cross import cross_validate
from pipeline.evaluate.measures import Outcome
from pipeline.round import ClassifierSettings
from pipeline.tables import CODINGS, RESPONSES
from pipeline.text import fold_words

SHORT = {wording: name for name, wording in QUESTIONS.items()}


def read_examples(folder: Path) -> tuple[list[Example], list[str]]:
    """The coded responses of a folder, and the `split` of each if it has one."""
    themes = defaultdict(set)
    for row in read_rows(folder / "coded.csv"):
        themes[row["response_id"]].add(row["theme"])
    rows = [row for row in read_rows(folder / "responses.csv") if row["comment_id"] in themes]
    examples = [
        Example(
            response_id=row["comment_id"],
            group=row["respondent_id"],
            question=SHORT.get(row["question"], row["question"]),
            text=row["text"],
            themes=frozenset(filter(None, themes[row["comment_id"]])),
        )
        for row in rows
    ]
    return examples, [row.get("split", "") for row in rows]


def book_of(examples: list[Example]) -> Codebook:
    """A codebook without rules, of every theme that was coded."""
    names = sorted({theme for example in examples for theme in example.themes})
    entries = tuple(Theme(id=name, label=name, classifier_only=True) for name in names)
    return Codebook(
        name="coded", version=1, language="en", path=Path(), entries=entries, content=""
    )


def plain_tfidf(training: list[Example], test: list[Example], names: list[str]) -> np.ndarray:
    """Words and pairs, one logistic regression a theme, cut at a half."""
    vectoriser = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True)
    one, other = (
        [" ".join((f"question={e.question}", *fold_words(e.text))) for e in part]
        for part in (training, test)
    )
    learnt, unseen = vectoriser.fit_transform(one), vectoriser.transform(other)
    labels = label_examples(training, names).astype(bool)
    tagged = np.zeros((len(test), len(names)), bool)
    for n in range(len(names)):
        if labels[:, n].any() and not labels[:, n].all():
            model = LogisticRegression(C=10, solver="liblinear", random_state=1)
            tagged[:, n] = model.fit(learnt, labels[:, n]).predict(unseen)
    return tagged


def show(name: str, outcome: Outcome, questions: np.ndarray, note: str = "") -> None:
    """A line of figures."""
    figures = (
        measures.micro_f1(outcome),
        measures.macro_f1(outcome),
        measures.samples_f1(outcome),
        measures.count_error(outcome, questions),
    )
    print(
        f"{name:<44}" + "".join(f"{figure:>8.3f}" for figure in figures) + f"  {note}", flush=True
    )


def cross(examples: list[Example], codebook: Codebook, embeddings: Path | None) -> None:
    """Cross-validation: plain TF-IDF, then ours with each aim."""
    names = [theme.id for theme in codebook.themes]
    labels = label_examples(examples, names)
    known = np.ones(labels.shape, bool)
    questions = np.array([example.question for example in examples])
    folds = fold_examples(examples, 5, 1)
    tagged = np.zeros(labels.shape, bool)
    started = time.perf_counter()
    for fold in np.unique(folds):
        training = [e for e, f in zip(examples, folds, strict=True) if f != fold]
        test = [e for e, f in zip(examples, folds, strict=True) if f == fold]
        tagged[folds == fold] = plain_tfidf(training, test, names)
    seconds = time.perf_counter() - started
    show("plain TF-IDF", Outcome(tagged, labels == 1, known), questions, f"{seconds:.1f} s")
    for aim in ("counts", "f1"):
        started = time.perf_counter()
        settings = ClassifierSettings(aim=aim, embeddings=embeddings)
        found = cross_validate(examples, codebook, settings)
        seconds = time.perf_counter() - started
        error = measures.calibration_error(found.scores, found.coded, found.known & found.learnt)
        note = f"{seconds:.1f} s, calibration error {error:.4f}"
        show(f"ours, {aim}", found.outcome("classifier"), questions, note)


def split(
    examples: list[Example], parts: list[str], codebook: Codebook, embeddings: Path | None
) -> None:
    """The published split into training and test."""
    names = [theme.id for theme in codebook.themes]
    training = [e for e, part in zip(examples, parts, strict=True) if part == "train"]
    test = [e for e, part in zip(examples, parts, strict=True) if part != "train"]
    labels = label_examples(test, names) == 1
    questions = np.array([example.question for example in test])
    known = np.ones(labels.shape, bool)
    show("plain TF-IDF", Outcome(plain_tfidf(training, test, names), labels, known), questions)
    for aim in ("counts", "f1"):
        settings = ClassifierSettings(aim=aim, embeddings=embeddings)
        model = train_model(training, codebook, settings).model
        asked, texts = [e.question for e in test], [e.text for e in test]
        scores = score_texts(model, asked, texts, [frozenset()] * len(test), embeddings)
        tagged = np.zeros(labels.shape, bool)
        tagged[:, [names.index(t) for t in model.themes]] = reach(model, asked, scores)
        show(f"ours, {aim}", Outcome(tagged, labels, known), questions)


def speed(examples: list[Example], codebook: Codebook, embeddings: Path | None) -> None:
    """Seconds to train on all, and comments classified a second, on one thread."""
    started = time.perf_counter()
    model = train_model(examples, codebook, ClassifierSettings(embeddings=embeddings)).model
    seconds = time.perf_counter() - started
    print(f"train on {len(examples)}, {len(model.themes)} themes: {seconds:.2f} s")
    # A text that was met before is not embedded again, so with embeddings each is new.
    number = 2_000 if embeddings else 100_000
    nothing = {"respondent": "", "row": 1, "groups": [], "reason": "", "campaign": ""}
    responses = RESPONSES.build(
        {
            **nothing,
            "response_id": str(n),
            "question": examples[n % len(examples)].question,
            "text": examples[n % len(examples)].text + (f" {n}" if embeddings else ""),
            "status": "substantive",
        }
        for n in range(number)
    )
    scorer = Scorer(model, embeddings)
    started = time.perf_counter()
    codings: list[pa.Table] = [
        classify_responses(responses.slice(n, 10_000), CODINGS.build([]), scorer, codebook)
        for n in range(0, number, 10_000)
    ]
    seconds = time.perf_counter() - started
    found = sum(map(len, codings))
    print(
        f"classify {number:,}: {seconds:.2f} s, {number / seconds:,.0f} a second, {found:,} codings"
    )


def main() -> None:
    """Every folder of the data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--embeddings", type=Path)
    arguments = parser.parse_args()
    print(f"{'':<44}{'micro':>8}{'macro':>8}{'samples':>8}{'counts':>8}")
    for name in ("patient-comments", "party-likes", "why-attacked"):
        examples, parts = read_examples(arguments.data / name)
        codebook = book_of(examples)
        print(f"{name}: {len(examples)} comments, {len(codebook.themes)} themes")
        if name == "patient-comments":
            cross(examples, codebook, arguments.embeddings)
        else:
            split(examples, parts, codebook, arguments.embeddings)
        if arguments.speed:
            speed(examples, codebook, arguments.embeddings)


if __name__ == "__main__":
    main()
