"""Bases and counts: where every response went, and who said what."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.codebook.model import Codebook
from pipeline.count import account_bases, add_bases, add_counts, count_themes
from pipeline.round import Question, Round, Source
from pipeline.tables import BASES, CODERS, COUNTS, RESPONSES, STATUSES, VERDICTS

THEMES = """\
  slow: {label: Slow systems, rules: [a]}
  wifi: {rules: [a]}
  kit: {questions: [b], rules: [a]}
  systems: {label: Systems, net: [slow, wifi, kit]}
  kits: {net: [kit]}
"""

Said = tuple[str, str, str, bool, str]
"""response, question, theme, present, by"""


def round_of(base: str = "substantive", questions: Sequence[str] = ("a", "b")) -> Round:
    asked = tuple(Question(id=q, label=f"What of {q}?", column=q) for q in questions)
    source = Source(path=Path("s.csv"), questions=asked)
    return Round(
        path=Path("r"), name="r", title="", note="", codebook=Path("c"), source=source, base=base
    )


def responses(*given: tuple[str, str, str], campaign: Sequence[str] = ()) -> pa.Table:
    return RESPONSES.build(
        {
            "response_id": name,
            "respondent": "",
            "question": question,
            "text": "",
            "row": number,
            "groups": [],
            "status": status,
            "reason": "",
            "campaign": "x" if name in campaign else "",
        }
        for number, (name, question, status) in enumerate(given, start=2)
    )


def verdicts(*said: Said) -> pa.Table:
    return VERDICTS.build(
        {
            "response_id": name,
            "question": question,
            "theme": theme,
            "facet": "",
            "present": present,
            "by": by,
            "codebook": by == "codebook",
            "classifier": by == "classifier",
            "human": "",
        }
        for name, question, theme, present, by in said
    )


@pytest.fixture
def codebook(codebook_of: Callable[[str], Codebook]) -> Codebook:
    return codebook_of(THEMES)


EVERY = responses(
    *((f"{status}{n}", "a", status) for n, status in enumerate(STATUSES)),
    ("s1", "a", "substantive"),
    ("s2", "a", "substantive"),
    ("s3", "b", "substantive"),
    ("b1", "b", "blank"),
    campaign=["s1", "s2"],
)
SAID = verdicts(
    ("s1", "a", "slow", True, "codebook"),
    ("s1", "a", "wifi", True, "human"),
    ("s2", "a", "slow", True, "classifier"),
    ("s2", "a", "wifi", False, "human"),
    ("s3", "b", "kit", True, "codebook"),
)


def bases_of(the_round: Round) -> dict[str, dict[str, Any]]:
    table = BASES.check(account_bases(EVERY, SAID, the_round))
    return {base["question"]: base for base in table.to_pylist()}


def counts_of(the_round: Round, codebook: Codebook) -> dict[tuple[str, str], dict[str, Any]]:
    table = count_themes(SAID, account_bases(EVERY, SAID, the_round), codebook)
    return {(c["question"], c["theme"]): c for c in COUNTS.check(table).to_pylist()}


def test_every_response_asked_for_is_accounted_for_once() -> None:
    base = bases_of(round_of())["a"]
    assert base["asked"] == 8 == sum(base[status] for status in STATUSES)
    assert [base[status] for status in STATUSES] == [1, 1, 1, 1, 1, 3]
    assert (base["with_theme"], base["no_theme"], base["campaign"]) == (2, 1, 2)
    assert base["label"] == "What of a?"


@pytest.mark.parametrize(("base", "of"), [("substantive", 3), ("answered", 5)])
def test_the_base_is_the_substantive_responses_or_all_that_were_answered(
    base: str, of: int
) -> None:
    found = bases_of(round_of(base))["a"]
    assert (found["base"], found["of"]) == (base, of)
    if base == "answered":
        assert of == found["asked"] - found["blank"] - found["duplicate"] - found["excluded"]


def test_a_question_that_nobody_answered_has_a_base_of_0_and_no_share(codebook: Codebook) -> None:
    the_round = round_of(questions=("a", "b", "c"))
    assert bases_of(the_round)["c"]["asked"] == 0
    count = counts_of(the_round, codebook)["c", "slow"]
    assert (count["cited"], count["of"], count["share"]) == (0, 0, None)


def test_a_question_that_the_round_does_not_list_stands_for_itself() -> None:
    found = bases_of(round_of(questions=("b",)))
    assert list(found) == ["b", "a"]
    assert found["a"]["label"] == "a"


def test_cited_counts_responses_whose_verdict_is_present(codebook: Codebook) -> None:
    counts = counts_of(round_of(), codebook)
    assert (counts["a", "slow"]["cited"], counts["a", "slow"]["of"]) == (2, 3)
    assert counts["a", "slow"]["share"] == pytest.approx(2 / 3)
    assert counts["a", "wifi"]["cited"] == 1
    assert counts["b", "kit"]["cited"] == 1


def test_a_net_counts_distinct_responses_and_never_the_sum(codebook: Codebook) -> None:
    net = counts_of(round_of(), codebook)["a", "systems"]
    assert net["net"]
    assert net["cited"] == 2 < 1 + 2
    assert [net[coder] for coder in ("human", "codebook", "classifier")] == [1, 0, 1]


def test_a_theme_has_a_count_in_its_questions_alone_and_a_net_where_a_member_has(
    codebook: Codebook,
) -> None:
    counts = counts_of(round_of(), codebook)
    assert ("a", "kit") not in counts
    assert ("a", "kits") not in counts
    assert {"kit", "kits", "systems"} <= {theme for question, theme in counts if question == "b"}


def test_the_base_of_a_share_is_the_base_of_its_question(codebook: Codebook) -> None:
    counts = counts_of(round_of("answered"), codebook)
    assert {count["of"] for (question, _), count in counts.items() if question == "a"} == {5}
    assert counts["a", "slow"]["share"] == pytest.approx(2 / 5)


def random_tables(seed: int) -> tuple[list[tuple[str, str, str]], list[Said]]:
    chance = random.Random(seed)
    given = [
        (f"R{n}", chance.choice("ab"), chance.choice([*STATUSES, "substantive", "substantive"]))
        for n in range(60)
    ]
    said = [
        (name, question, theme, chance.random() < 0.7, chance.choice(CODERS))
        for name, question, status in given
        for theme in ("slow", "wifi", *(("kit",) if question == "b" else ()))
        if status == "substantive" and chance.random() < 0.5
    ]
    return given, said


@pytest.mark.parametrize("seed", range(6))
def test_counts_are_what_counting_one_by_one_gives(codebook: Codebook, seed: int) -> None:
    given, said = random_tables(seed)
    bases = account_bases(responses(*given), verdicts(*said), round_of())
    counts = count_themes(verdicts(*said), bases, codebook).to_pylist()
    members = {"slow": ["slow"], "wifi": ["wifi"], "kit": ["kit"], "kits": ["kit"]}
    members["systems"] = ["slow", "wifi", "kit"]
    assert len(counts) == 3 + 5
    for count in counts:
        cited, of = [], 0
        for name, question, status in given:
            if question != count["question"] or status != "substantive":
                continue
            of += 1
            words = [
                s[4] for s in said if s[0] == name and s[2] in members[count["theme"]] and s[3]
            ]
            cited += [words] if words else []
        human = sum("human" in words for words in cited)
        codebook_ = sum("human" not in words and "codebook" in words for words in cited)
        assert (count["cited"], count["of"]) == (len(cited), of)
        assert (count["human"], count["codebook"]) == (human, codebook_)
        assert count["cited"] == sum(count[coder] for coder in CODERS)


@pytest.mark.parametrize("seed", range(6))
def test_batches_added_equal_the_whole(codebook: Codebook, seed: int) -> None:
    given, said = random_tables(seed)
    cuts = sorted(random.Random(seed).sample(range(len(given)), 3))
    batches = [given[i:j] for i, j in zip([0, *cuts], [*cuts, len(given)], strict=True)]
    bases, counts = [], []
    for batch in batches:
        names = {name for name, _, _ in batch}
        found = verdicts(*(s for s in said if s[0] in names))
        bases.append(account_bases(responses(*batch), found, round_of()))
        counts.append(count_themes(found, bases[-1], codebook))
    whole = account_bases(responses(*given), verdicts(*said), round_of())
    assert add_bases(bases).to_pylist() == whole.to_pylist()
    assert (
        add_counts(counts).to_pylist() == count_themes(verdicts(*said), whole, codebook).to_pylist()
    )


@pytest.mark.parametrize("column", ["asked", "blank", "substantive"])
def test_bases_that_do_not_add_up_are_refused(column: str) -> None:
    base = account_bases(EVERY, SAID, round_of()).to_pylist()
    base[0][column] += 1
    with pytest.raises(ValueError, match="does not add up"):
        add_bases([BASES.build(base)])
