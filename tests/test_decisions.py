"""Readings become decisions; imported coders count only when they are named."""

from pathlib import Path

import pytest

from pipeline.coded import read_coded
from pipeline.decisions import coder_name, decide, in_force

THEMES = "  slow: {rules: [slow]}\n  wifi: {rules: [wifi]}\n"


@pytest.fixture
def decisions(codebook_of, tmp_path: Path):
    path = tmp_path / "coded.csv"
    lines = ["response_id,theme,coder", "R1/q,slow,ana", "R1/q,wifi,import:acme", "R2/q,,ben"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    codebook = codebook_of(THEMES)
    return decide(read_coded(path, codebook), codebook)


@pytest.mark.parametrize(
    ("written", "coder"),
    [("ana", "human:ana"), ("human:ana", "human:ana"), ("import:x", "import:x")],
)
def test_a_coder_without_a_kind_is_a_person(written: str, coder: str) -> None:
    assert coder_name(written) == coder


def test_what_was_in_view_and_not_marked_is_absent(decisions) -> None:
    said = {
        (d["response_id"], d["coder"], d["theme"]): d["decision"] for d in decisions.to_pylist()
    }
    assert said == {
        ("R1/q", "human:ana", "slow"): "present",
        ("R1/q", "human:ana", "wifi"): "absent",
        ("R1/q", "import:acme", "slow"): "absent",
        ("R1/q", "import:acme", "wifi"): "present",
        ("R2/q", "human:ben", "slow"): "absent",
        ("R2/q", "human:ben", "wifi"): "absent",
    }


@pytest.mark.parametrize(
    ("named", "coders"),
    [
        ((), {"human:ana", "human:ben"}),
        (("import:acme",), {"human:ana", "human:ben", "import:acme"}),
        (("import:other",), {"human:ana", "human:ben"}),
    ],
)
def test_people_are_in_force_and_imported_coders_only_when_named(decisions, named, coders) -> None:
    assert set(in_force(decisions, named)["coder"].to_pylist()) == coders
