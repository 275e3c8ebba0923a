"""Which responses are picked to be coded next, against a brute-force twin and by cases."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.likeness import Copies
from pipeline.review.coverage import Coverage
from pipeline.review.learning import Pick, Pool, _Offers, _pick, rank_responses
from pipeline.text import fold_words

THEMES = ("wifi", "slow", "desks")
NOTHING = float("nan")


def make_pool(
    scores: list[list[float]],
    *,
    ruled: list[list[int]] | None = None,
    questions: list[str] | None = None,
    texts: list[str] | None = None,
    thresholds: float = 0.5,
    applies: list[list[int]] | None = None,
) -> Pool:
    shape = np.array(scores, dtype=float).shape
    count = shape[0]
    return Pool(
        ids=[f"R{number:02}" for number in range(count)],
        questions=questions or ["q"] * count,
        texts=texts or [f"word{number} other{number}" for number in range(count)],
        themes=THEMES[: shape[1]],
        ruled=np.array(ruled if ruled else np.zeros(shape), dtype=bool),
        scores=np.array(scores, dtype=float),
        thresholds=np.full(shape, thresholds),
        applies=np.array(applies if applies else np.ones(shape), dtype=bool),
        with_rules=np.ones(shape[1], dtype=bool),
    )


def ids(pool: Pool, picks: list[Pick]) -> list[str]:
    return [pool.ids[pick.place] for pick in picks]


def test_the_score_nearest_a_half_goes_first_whatever_its_threshold() -> None:
    pool = make_pool([[0.05], [0.9], [0.33], [0.29]], thresholds=0.3, ruled=[[0], [1], [0], [0]])
    pool.with_rules[:] = False
    picks = rank_responses(pool, 1, seed=1)
    assert ids(pool, picks) == ["R02"]
    assert picks[0].why == "the model is in doubt about wifi: the score is 0.33"


@pytest.mark.parametrize(
    ("scores", "ruled", "why"),
    [
        (0.02, 1, "rule and model disagree on wifi: the rule finds it, the score is 0.02"),
        (0.97, 0, "rule and model disagree on wifi: no rule finds it, the score is 0.97"),
        (NOTHING, 1, "a rule finds wifi, of which too few examples are known to learn it"),
        (0.45, 0, "the model is in doubt about wifi: the score is 0.45"),
        (0.01, 0, "its words are common and little read; the score of wifi is 0.01"),
        (NOTHING, 0, "nothing in it is in doubt; it fills the batch"),
    ],
)
def test_each_pick_says_why(scores: float, ruled: int, why: str) -> None:
    pool = make_pool([[scores, 0.001]], ruled=[[ruled, 0]], applies=[[1, 0]])
    assert rank_responses(pool, 1, seed=1)[0] == Pick(0, "wifi", why)


def test_disagreement_goes_before_a_score_that_is_only_rather_near() -> None:
    pool = make_pool([[0.2], [0.05], [0.01]], ruled=[[0], [1], [0]])
    assert ids(pool, rank_responses(pool, 3, seed=1)) == ["R01", "R00", "R02"]


def test_a_theme_without_rules_has_no_disagreement() -> None:
    pool = make_pool([[0.97], [0.6]])
    pool.with_rules[:] = False
    assert ids(pool, rank_responses(pool, 1, seed=1)) == ["R01"]


def test_a_question_that_bars_the_theme_offers_nothing_for_it() -> None:
    pool = make_pool([[0.5, 0.001], [0.2, 0.001]], applies=[[0, 1], [1, 1]])
    assert ids(pool, rank_responses(pool, 2, seed=1)) == ["R01", "R00"]


def test_picks_are_spread_over_themes_and_questions() -> None:
    scores = [[0.5, 0.001]] * 20 + [[0.001, 0.5]] * 20
    questions = (["a", "b"] * 10) * 2
    pool = make_pool(scores, questions=questions)
    picks = rank_responses(pool, 12, seed=1)
    themes = [pick.theme for pick in picks]
    assert themes.count("wifi") == themes.count("slow") == 6
    assert [questions[pick.place] for pick in picks].count("a") == 6


def test_near_copies_are_picked_once_and_never_if_one_was_read() -> None:
    texts = [
        *("The wifi is slow in the library today", "the WIFI is slow in the library  today!"),
        *("the wifi is slow in the library", "More desks please", "A kettle would be nice"),
    ]
    pool = make_pool([[0.5], [0.49], [0.48], [0.3], [0.2]], texts=texts)
    picks = rank_responses(pool, 9, seed=1, read=[("q", "a kettle would be NICE")])
    assert ids(pool, picks) == ["R00", "R03"]


def test_ties_go_to_the_lower_id_whatever_the_order_of_the_pool() -> None:
    pool = make_pool([[0.5]] * 4)
    turned = make_pool([[0.5]] * 4)
    turned.ids.reverse()  # type: ignore[attr-defined]
    turned.texts.reverse()  # type: ignore[attr-defined]
    assert ids(pool, rank_responses(pool, 4, 1)) == ids(turned, rank_responses(turned, 4, 1))
    assert ids(pool, rank_responses(pool, 4, 1)) == ["R00", "R01", "R02", "R03"]


def slowly(pool: Pool, worth: np.ndarray, size: int) -> list[int]:
    """The greedy rule as it is stated, over all responses at each pick."""
    columns, groups = dict.fromkeys(range(worth.shape[1]), 1), dict.fromkeys(pool.questions, 1)
    left, picked, seen = set(range(len(pool.ids))), [], set()
    while left and len(picked) < size:
        _, _, place, column = min(
            (-worth[at, c] / (columns[c] * groups[pool.questions[at]]), pool.ids[at], at, c)
            for at in left
            for c in columns
        )
        left.discard(place)
        words = frozenset(fold_words(pool.texts[place]))
        if words in seen:
            continue
        seen.add(words)
        picked.append(place)
        columns[column] += 1
        groups[pool.questions[place]] += 1
    return picked


CELLS = st.sampled_from([0.01, 0.1, 0.3, 0.5])
WORDS = st.lists(st.sampled_from(["slow", "wifi", "desk", "tea"]), min_size=1, max_size=4)


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    rows = st.tuples(st.tuples(CELLS, CELLS, CELLS), st.sampled_from(["a", "b"]), WORDS)
    drawn = draw(st.lists(rows, min_size=1, max_size=12))
    return make_pool(
        [list(scores) for scores, _, _ in drawn],
        questions=[question for _, question, _ in drawn],
        texts=[" ".join(words) for _, _, words in drawn],
    )


@settings(deadline=None)
@given(pools())
def test_the_queues_pick_what_trying_all_would(pool: Pool) -> None:
    groups = np.unique(np.array(pool.questions), return_inverse=True)[1]
    picked = _pick(_Offers(pool.scores, groups), pool, 8, Copies(least=Fraction(1)))
    assert [place for place, _ in picked] == slowly(pool, pool.scores, 8)


@settings(deadline=None)
@given(pools(), st.lists(st.tuples(st.sampled_from(["a", "b"]), WORDS.map(" ".join)), max_size=3))
def test_what_is_doubted_is_picked_as_trying_all_at_each_pick_would(
    pool: Pool, read: list[tuple[str, str]]
) -> None:
    picks = rank_responses(pool, 8, 1, read)
    columns, copies = np.ones(3), Copies(text for _, text in read)
    coverage = Coverage(list(zip(pool.questions, pool.texts, strict=True)), read)
    left, slow = set(range(len(pool.ids))), []
    while left and len(slow) < 8:
        offers = coverage.offers()
        value = {at: (0.02 + (pool.scores[at] / columns).max()) * offers[at] for at in left}
        place = min(left, key=lambda at: (-value[at], pool.ids[at]))
        left.discard(place)
        if not copies.hold(pool.texts[place]):
            copies.add(pool.texts[place])
            columns[int(np.argmax(pool.scores[place] / columns))] += 1
            coverage.take(place)
            slow.append(place)
    assert [pick.place for pick in picks] == slow


def test_of_equal_doubt_what_is_common_and_was_not_read_goes_first() -> None:
    texts = ["odd one", "slow wifi", "slow wifi today", "more desks", "more desks please"]
    pool = make_pool([[0.5]] * 5, texts=texts)
    assert ids(pool, rank_responses(pool, 1, 1)) == ["R01"]
    assert ids(pool, rank_responses(pool, 1, 1, [("q", "the slow wifi")])) == ["R03"]
    # Read under another question it is still news.
    assert ids(pool, rank_responses(pool, 1, 1, [("p", "the slow wifi")])) == ["R01"]


BLIND_TEXTS = [
    *(f"short {n}" for n in "abcdefgh"),
    *(f"a middling answer about item {n} here" for n in "abcdefgh"),
    *(f"a long answer that goes on and on about item {n} and then about much else" for n in "abcd"),
]


def blind_pool() -> Pool:
    count = len(BLIND_TEXTS)
    return make_pool(
        [[NOTHING] * 2] * count,
        ruled=[[int(n % 4 == 0), int(n % 4 == 1)] for n in range(count)],
        questions=["a", "b"] * (count // 2),
        texts=[f"{text} w{n} v{n} x{n} y{n}" for n, text in enumerate(BLIND_TEXTS)],
    )


def test_without_a_classifier_picks_are_spread_over_questions_rules_and_lengths() -> None:
    pool = blind_pool()
    picks = rank_responses(pool, 12, seed=1)
    assert {pick.theme for pick in picks} == {"wifi", "slow", ""}
    assert sum(pool.questions[pick.place] == "a" for pick in picks) in (5, 6, 7)
    assert {len(pool.texts[pick.place].split()) for pick in picks} == {6, 11, 20}
    assert all("nothing is coded yet" in pick.why for pick in picks)


def test_without_a_classifier_the_seed_decides_and_nothing_else_does() -> None:
    pool = blind_pool()
    assert rank_responses(pool, 6, seed=1) == rank_responses(pool, 6, seed=1)
    assert any(
        rank_responses(pool, 6, seed=1) != rank_responses(pool, 6, seed=s) for s in range(2, 6)
    )


def test_nothing_to_pick_from_is_no_pick() -> None:
    empty = replace(
        make_pool([[0.5]]),
        ids=[],
        questions=[],
        texts=[],
        **{name: np.zeros((0, 1)) for name in ("ruled", "scores", "thresholds", "applies")},
    )
    assert rank_responses(empty, 5, seed=1) == []


def test_100_000_responses_and_44_themes_take_seconds() -> None:
    rng = np.random.default_rng(1)
    count, themes = 100_000, 44
    pool = Pool(
        ids=[f"R{n}" for n in range(count)],
        questions=["a" if n % 3 else "b" for n in range(count)],
        texts=[f"w{n} v{n % 977} u{n % 31}" for n in range(count)],
        themes=tuple(f"t{n}" for n in range(themes)),
        ruled=rng.random((count, themes)) < 0.03,
        scores=rng.beta(0.3, 6, (count, themes)),
        thresholds=np.full((count, themes), 0.4),
        applies=np.ones((count, themes), dtype=bool),
        with_rules=np.ones(themes, dtype=bool),
    )
    begun = time.perf_counter()
    picks = rank_responses(pool, 200, seed=1)
    assert len({pick.place for pick in picks}) == 200
    assert time.perf_counter() - begun < 20
