"""The parts of the classifier, each against a plain or a kept way to say the same."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import Ridge

from pipeline.classify import ridge
from pipeline.classify.calibrate import calibrate
from pipeline.classify.features import (
    LETTERS,
    Parts,
    lay_out,
    read_seen,
    squared_lengths,
    weigh_letters,
)
from pipeline.classify.ridge import PENALTY, fit_ridge
from pipeline.classify.thresholds import (
    NEVER,
    POLICIES,
    Theme,
    choose_policy,
    common_threshold,
    counts,
    f1,
    precision,
)
from pipeline.classify.tokens import WordTypes, read_tokens
from pipeline.classify.vocabulary import Seen, learn_vocabulary, runs_of, spell_known
from pipeline.text import fold_words

TEXTS = ["Slow, slow wifi", "the wifi is slow", "No desk; no desk at all", "", "the desk is fine"]
SEEN = Seen(["a", "b", "a", "b", "a"], TEXTS, [frozenset(), frozenset({"t"}), *[frozenset()] * 3])


def features_of(seen: Seen) -> tuple[np.ndarray, Parts]:
    vocabulary = learn_vocabulary(seen, ["t"])
    types = WordTypes((word, n) for n, word in enumerate(vocabulary.words))
    read = read_seen(seen, vocabulary, types)
    spelt = spell_known(vocabulary.words, vocabulary)
    letters = weigh_letters(read.types, squared_lengths(spelt)) @ spelt
    laid = lay_out(read, letters, vocabulary).toarray()
    return laid, Parts.of(laid.T, vocabulary)


def test_words_are_the_tf_idf_of_scikit_learn() -> None:
    folded = [" ".join(fold_words(text)) for text in TEXTS]
    _, parts = features_of(SEEN)
    vocabulary = learn_vocabulary(SEEN, [])
    ours = dict(zip(vocabulary.words, parts.words, strict=True))
    # A pair that stands in one text only is left out, be it twice there as "no desk" is.
    assert len(vocabulary.pairs) == 0
    words = TfidfVectorizer(token_pattern=r"\S+", sublinear_tf=True).fit(folded)
    dense = words.transform(folded).toarray()
    assert words.vocabulary_.keys() == ours.keys()
    for name, column in words.vocabulary_.items():
        assert np.allclose(ours[name], dense[:, column]), name


def test_pairs_that_stand_in_two_texts_enter_with_the_words() -> None:
    texts = ["no desk", "no desk here", "here it is"]
    seen = Seen(["a"] * 3, texts, [frozenset()] * 3)
    _, parts = features_of(seen)
    vectoriser = TfidfVectorizer(
        token_pattern=r"\S+",
        sublinear_tf=True,
        ngram_range=(1, 2),
        vocabulary=["no", "desk", "here", "it", "is", "no desk"],
    )
    theirs = vectoriser.fit_transform(texts).toarray()
    assert np.allclose(parts.pairs[0], theirs[:, 5])
    assert np.allclose(parts.words.T, theirs[:, :5])


def test_letters_are_a_sum_over_words() -> None:
    """The same, text by text and run by run."""
    _, parts = features_of(SEEN)
    vocabulary = learn_vocabulary(SEEN, [])
    idf = dict(zip(vocabulary.runs, vocabulary.run_idf, strict=True))
    for row, text in enumerate(TEXTS):
        words = fold_words(text)
        vector = dict.fromkeys(vocabulary.runs, 0.0)
        square = 0.0
        for word in dict.fromkeys(words):
            damped = 1 + np.log(words.count(word))
            runs = {run for run in runs_of(word) if run in idf}
            square += damped**2 * sum(idf[run] ** 2 for run in runs)
            for run in runs:
                vector[run] += damped * idf[run]
        length = max(np.sqrt(square), 1e-9)
        expected = [LETTERS * vector[run] / length for run in vocabulary.runs]
        assert np.allclose(parts.runs[:, row], expected)


def test_runs_are_those_of_scikit_learn() -> None:
    theirs = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4))
    for word in ("it", "citrix", "o'clock"):
        assert set(runs_of(word)) == set(theirs.build_analyzer()(word))


@given(st.lists(st.text("ab 'é😀", max_size=12), max_size=6))
def test_tokens_are_the_folded_words_in_their_order(texts: list[str]) -> None:
    types = WordTypes()
    tokens = read_tokens(texts, types)
    names = list(types)
    read = [[names[t] for t in tokens.types[tokens.rows == n]] for n in range(len(texts))]
    assert read == [list(fold_words(text)) for text in texts]
    assert tokens.counts().sum() == sum(map(len, read))


@pytest.fixture
def dice() -> np.random.Generator:
    return np.random.default_rng(7)


def some_data(dice: np.random.Generator, rows: int = 60) -> tuple[sp.csr_matrix, np.ndarray]:
    features = sp.random(rows, 30, 0.3, "csr", random_state=np.random.RandomState(3))
    labels = (dice.random((rows, 3)) < 0.4).astype(float)
    return features, labels


def refit(features: sp.csr_matrix, labels: np.ndarray, test: sp.csr_matrix) -> np.ndarray:
    known = ~np.isnan(labels)
    fitted = Ridge(alpha=PENALTY, fit_intercept=False, solver="cholesky")
    return fitted.fit(features[known].toarray(), labels[known]).predict(test.toarray())


def test_scores_out_of_fold_are_those_of_fits_without_the_fold(dice: np.random.Generator) -> None:
    features, labels = some_data(dice)
    labels[dice.random(labels.shape) < 0.1] = np.nan
    folds = dice.integers(0, 4, len(labels))
    fit = fit_ridge(features, labels, folds)
    for theme in range(labels.shape[1]):
        for fold in range(4):
            inside = folds == fold
            expected = refit(features[~inside], labels[~inside, theme], features[inside])
            known = ~np.isnan(labels[inside, theme])
            assert np.allclose(fit.out_of_fold[inside, theme][known], expected[known])
        whole = refit(features, labels[:, theme], sp.identity(30, format="csr"))
        assert np.allclose(fit.coefficients[:, theme], whole)


def test_many_responses_are_fitted_alike(
    dice: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    features, labels = some_data(dice)
    labels[::7, 1] = np.nan
    folds = np.arange(len(labels)) % 3
    exact = fit_ridge(features, labels, folds)
    monkeypatch.setattr(ridge, "DENSE", 10)
    found = fit_ridge(features, labels, folds)
    known = ~np.isnan(labels)
    assert np.allclose(found.coefficients, exact.coefficients, atol=1e-3)
    assert np.allclose(found.out_of_fold[known], exact.out_of_fold[known], atol=1e-3)


def test_probabilities_add_up_to_what_was_coded(dice: np.random.Generator) -> None:
    chance = dice.random((4000, 2)) ** 2
    labels = (dice.random(chance.shape) < chance).astype(float)
    questions = dice.integers(0, 3, len(labels))
    found = calibrate(chance, labels, questions, 3)
    scores = found.probabilities(chance, questions)
    assert np.allclose(scores.sum(axis=0), labels.sum(axis=0), rtol=0.01)
    for question in range(3):
        here = questions == question
        assert np.allclose(scores[here].sum(axis=0), labels[here].sum(axis=0), rtol=0.05)
    middle = (scores > 0.4) & (scores < 0.6)
    assert abs(scores[middle].mean() - labels[middle].mean()) < 0.06


def test_a_question_that_is_not_known_has_no_level_of_its_own() -> None:
    labels = np.array([[1.0], [0.0]] * 50)
    scores = labels * 0.8 + 0.1
    found = calibrate(scores, labels, np.arange(100) % 2, 2)
    low, high = found.probabilities(np.array([[0.1], [0.9]]), np.array([-1, -1])).ravel()
    assert 0 < low < 0.5 < high < 1


def about(dice: np.random.Generator, size: int = 200) -> Theme:
    chance = np.round(dice.random(size) ** 2, 6)
    return Theme(
        probabilities=chance,
        labels=(dice.random(size) < chance).astype(float),
        ruled=dice.random(size) < chance / 2,
        questions=np.zeros(size, int),
    )


@pytest.mark.parametrize("name", ["either", "model"])
def test_counts_tags_as_many_as_were_coded(dice: np.random.Generator, name: str) -> None:
    theme, policy = about(dice), POLICIES[name]
    over = theme.probabilities >= counts(theme, policy)
    tagged = policy.sure(theme.ruled) | (policy.open(theme.ruled) & over)
    assert tagged.sum() == theme.labels.sum()


def test_f1_is_the_best_expected_one(dice: np.random.Generator) -> None:
    theme = about(dice)

    def expected(threshold: float) -> float:
        over = theme.probabilities >= threshold
        return float(2 * theme.probabilities[over].sum() / (over.sum() + theme.probabilities.sum()))

    best = max(map(expected, theme.probabilities))
    assert expected(f1(theme, POLICIES["model"])) == pytest.approx(best)
    assert expected(common_threshold(theme.probabilities)) == pytest.approx(best)


def test_precision_is_reached_as_coded_and_as_expected(dice: np.random.Generator) -> None:
    theme = about(dice)
    over = theme.probabilities >= precision(0.8)(theme, POLICIES["model"])
    assert over.any()
    assert theme.labels[over].mean() >= 0.8
    assert theme.probabilities[over].mean() >= 0.8
    assert precision(1.1)(theme, POLICIES["model"]) == NEVER


def test_a_policy_is_left_only_for_a_clearly_better_one(dice: np.random.Generator) -> None:
    theme = about(dice)
    useless = Theme(
        probabilities=theme.labels * 0.8 + 0.1,
        labels=theme.labels,
        ruled=theme.labels == 0,
        questions=theme.questions,
    )
    assert choose_policy(f1, useless) == "model"
    perfect = Theme(
        probabilities=np.full(len(theme.labels), 0.3),
        labels=theme.labels,
        ruled=theme.labels == 1,
        questions=theme.questions,
    )
    assert choose_policy(counts, perfect) == "either"
