"""From codings and decisions to verdicts: whose word counts."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa
import pytest

from pipeline.codebook.model import Codebook
from pipeline.resolve import resolve_verdicts
from pipeline.tables import CODINGS, DECISIONS, RESPONSES, VERDICTS

THEMES = """\
  either: {rules: [a]}
  rule: {rules: [a], policy: rule}
  model: {rules: [a], policy: model}
  both: {rules: [a], policy: both}
"""
CODEBOOK, CLASSIFIER = "codebook:test@1+0", "classifier:0"


@pytest.fixture
def codebook(codebook_of: Callable[[str], Codebook]) -> Codebook:
    return codebook_of(THEMES)


def responses(*ids: str, status: str = "substantive") -> pa.Table:
    blank = {"respondent": "", "row": 2, "groups": [], "reason": "", "campaign": "", "text": "a"}
    return RESPONSES.build(
        {"response_id": name, "question": "q", "status": status, **blank} for name in ids
    )


def codings(*found: tuple[str, str, str]) -> pa.Table:
    return CODINGS.build(
        {
            "response_id": response_id,
            "question": "q",
            "theme": theme,
            "facet": "",
            "coder": coder,
            "rule": "",
            "quote": "",
            "terms": [],
        }
        for response_id, theme, coder in found
    )


def decisions(*said: tuple[int, str, str, str, str]) -> pa.Table:
    return DECISIONS.build(
        {
            "reading": reading,
            "response_id": response_id,
            "theme": theme,
            "facet": "",
            "coder": coder,
            "decision": decision,
            "memo": "",
        }
        for reading, response_id, theme, coder, decision in said
    )


def resolve(
    codebook: Codebook,
    found: Iterable[tuple[str, str, str]] = (),
    said: Iterable[tuple[int, str, str, str, str]] = (),
    table: pa.Table | None = None,
) -> list[dict[str, Any]]:
    table = responses("R1", "R2") if table is None else table
    verdicts = resolve_verdicts(table, codings(*found), decisions(*said), codebook)
    return VERDICTS.check(verdicts).to_pylist()


@pytest.mark.parametrize(
    ("theme", "coders", "present", "by"),
    [
        ("either", [CODEBOOK], True, "codebook"),
        ("either", [CLASSIFIER], True, "classifier"),
        ("either", [CODEBOOK, CLASSIFIER], True, "codebook"),
        ("rule", [CODEBOOK], True, "codebook"),
        ("rule", [CLASSIFIER], False, "classifier"),
        ("rule", [CODEBOOK, CLASSIFIER], True, "codebook"),
        ("model", [CODEBOOK], False, "codebook"),
        ("model", [CLASSIFIER], True, "classifier"),
        ("model", [CODEBOOK, CLASSIFIER], True, "classifier"),
        ("both", [CODEBOOK], False, "codebook"),
        ("both", [CLASSIFIER], False, "classifier"),
        ("both", [CODEBOOK, CLASSIFIER], True, "codebook"),
    ],
)
def test_where_nobody_read_it_the_themes_policy_decides(
    codebook: Codebook, theme: str, coders: list[str], present: bool, by: str
) -> None:
    (verdict,) = resolve(codebook, [("R1", theme, coder) for coder in coders])
    assert (verdict["present"], verdict["by"]) == (present, by)
    assert verdict["codebook"] is (CODEBOOK in coders)
    assert verdict["classifier"] is (CLASSIFIER in coders)
    assert verdict["human"] == ""


@pytest.mark.parametrize("theme", ["either", "rule", "model", "both"])
@pytest.mark.parametrize("machine", [[], [CODEBOOK], [CLASSIFIER], [CODEBOOK, CLASSIFIER]])
@pytest.mark.parametrize("word", ["present", "absent"])
def test_a_persons_word_comes_first_whatever_the_policy(
    codebook: Codebook, theme: str, machine: list[str], word: str
) -> None:
    found = [("R1", theme, coder) for coder in machine]
    (verdict,) = resolve(codebook, found, [(1, "R1", theme, "human:ana", word)])
    assert verdict["present"] is (word == "present")
    assert (verdict["by"], verdict["human"]) == ("human", word)
    assert verdict["codebook"] is (CODEBOOK in machine)


@pytest.mark.parametrize("machine", [True, False])
@pytest.mark.parametrize("last", ["present", "absent"])
def test_a_persons_latest_reading_stands_for_that_person(
    codebook: Codebook, last: str, machine: bool
) -> None:
    first = "absent" if last == "present" else "present"
    said = [
        (3, "R1", "either", "human:ana", last),
        (1, "R1", "either", "human:ana", last),
        (2, "R1", "either", "human:ana", first),
    ]
    found = [("R1", "either", CODEBOOK)] if machine else []
    (verdict,) = resolve(codebook, found, said)
    assert (verdict["present"], verdict["human"]) == (last == "present", last)


@pytest.mark.parametrize("machine", [True, False])
def test_people_who_disagree_keep_the_machines_verdict(codebook: Codebook, machine: bool) -> None:
    said = [
        (1, "R1", "either", "human:ana", "present"),
        (2, "R1", "either", "human:ben", "absent"),
    ]
    (verdict,) = resolve(codebook, [("R1", "either", CODEBOOK)] if machine else [], said)
    assert (verdict["present"], verdict["human"]) == (machine, "disputed")
    assert verdict["by"] != "human"


@pytest.mark.parametrize(
    ("words", "human"),
    [
        (["unsure"], None),
        (["unsure", "present"], "present"),
        (["unsure", "absent", "unsure"], "absent"),
        (["present", "present"], "present"),
        (["present", "absent", "present"], "disputed"),
    ],
)
def test_who_is_unsure_says_nothing(
    codebook: Codebook, words: list[str], human: str | None
) -> None:
    said = [(n, "R1", "either", f"human:{n}", word) for n, word in enumerate(words, start=1)]
    verdicts = resolve(codebook, (), said)
    assert [verdict["human"] for verdict in verdicts] == ([human] if human else [])


def test_a_person_who_came_to_be_unsure_takes_back_the_word(codebook: Codebook) -> None:
    said = [
        (1, "R1", "either", "human:ana", "absent"),
        (2, "R1", "either", "human:ana", "unsure"),
    ]
    (verdict,) = resolve(codebook, [("R1", "either", CODEBOOK)], said)
    assert (verdict["present"], verdict["by"], verdict["human"]) == (True, "codebook", "")


EVE, KAI = "human:adjudicator:eve", "human:adjudicator:kai"


@pytest.mark.parametrize(
    ("said", "human"),
    [
        ([("human:ana", "present"), ("human:ben", "absent"), (EVE, "present")], "present"),
        ([(EVE, "absent"), ("human:ana", "present"), ("human:ben", "present")], "absent"),
        ([("human:ana", "present"), (EVE, "unsure"), ("human:ben", "absent")], "disputed"),
        ([("human:ana", "present"), (EVE, "unsure")], "present"),
        ([(EVE, "present"), (EVE, "absent")], "absent"),
        ([(EVE, "present"), (KAI, "absent"), ("human:ana", "present")], "absent"),
        ([(KAI, "present"), (EVE, "absent"), (KAI, "unsure"), ("human:ana", "present")], "absent"),
        ([(EVE, "present")], "present"),
    ],
)
def test_an_adjudicator_beats_everybody(
    codebook: Codebook, said: list[tuple[str, str]], human: str
) -> None:
    rows = [(n, "R1", "either", coder, word) for n, (coder, word) in enumerate(said, start=1)]
    (verdict,) = resolve(codebook, (), rows)
    assert verdict["human"] == human
    assert verdict["present"] == (human == "present")


@pytest.mark.parametrize("status", ["blank", "filler", "duplicate", "excluded", "unprocessed"])
def test_only_substantive_responses_get_a_verdict(codebook: Codebook, status: str) -> None:
    said = [(1, "R1", "either", "human:ana", "present"), (1, "R9", "either", "human:ana", "absent")]
    found = [("R1", "either", CODEBOOK), ("R9", "either", CODEBOOK)]
    assert resolve(codebook, found, said, responses("R1", status=status)) == []


def test_a_response_that_nobody_coded_or_read_has_no_row(codebook: Codebook) -> None:
    assert resolve(codebook) == []
    (verdict,) = resolve(codebook, [("R2", "rule", CODEBOOK)])
    assert (verdict["response_id"], verdict["theme"]) == ("R2", "rule")


def test_verdicts_lie_in_the_order_of_responses_and_codebook(codebook: Codebook) -> None:
    found = [(r, t, CODEBOOK) for t in ("both", "either", "model") for r in ("R1", "R2")]
    places = [
        (v["response_id"], v["theme"])
        for v in resolve(codebook, found, table=responses("R2", "R1"))
    ]
    assert places == [(r, t) for r in ("R2", "R1") for t in ("either", "model", "both")]


@pytest.mark.parametrize("seed", range(5))
def test_order_and_duplicates_of_codings_and_decisions_do_not_matter(
    codebook: Codebook, seed: int
) -> None:
    chance = random.Random(seed)
    themes = [theme.id for theme in codebook.themes]
    ids = [f"R{n}" for n in range(6)]
    found = [
        (chance.choice(ids), chance.choice(themes), chance.choice([CODEBOOK, CLASSIFIER]))
        for _ in range(20)
    ]
    coders = ("human:ana", "human:ben")
    said = [
        (n, chance.choice(ids), chance.choice(themes), chance.choice(coders), word)
        for n, word in enumerate(chance.choices(["present", "absent", "unsure"], k=15), start=1)
    ]
    first = resolve(codebook, found, said, responses(*ids))
    again = found + chance.choices(found, k=10)
    chance.shuffle(again)
    chance.shuffle(said)
    assert resolve(codebook, again, said, responses(*ids)) == first
    assert first
