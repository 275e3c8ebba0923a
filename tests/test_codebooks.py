"""The codebooks that come with the tool hold, examples and all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.refine.check import check_codebook

CODEBOOKS = sorted((Path(__file__).parents[1] / "codebooks").glob("*.yaml"))


def test_there_are_codebooks_to_check() -> None:
    assert "ict-strategy" in {path.stem for path in CODEBOOKS}


@pytest.mark.parametrize("path", CODEBOOKS, ids=lambda path: path.stem)
def test_a_codebook_that_comes_with_the_tool_has_no_problems(path: Path) -> None:
    codebook, problems = check_codebook(path)
    assert [str(problem) for problem in problems] == []
    assert codebook.name == path.stem
    assert codebook.themes


@pytest.mark.parametrize("path", CODEBOOKS, ids=lambda path: path.stem)
def test_every_theme_with_rules_has_a_definition_and_an_example(path: Path) -> None:
    codebook, _ = check_codebook(path)
    bare = [t.id for t in codebook.themes if t.rules and not (t.definition and t.examples)]
    assert bare == []
