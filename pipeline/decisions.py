"""Readings that people made -> decisions: for each theme in view, present or absent."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.coded import Coded, Reading
from pipeline.errors import InputError, Problem, near
from pipeline.tables import DECISIONS, keep

UNNAMED = "human:unnamed"


def decide(coded: Coded, codebook: Codebook) -> pa.Table:
    """**decisions** of a file of hand coding: a reading had every theme of the codebook in view,
    and every facet of them if the file has a column of facets.

    A coder without a `human:` or `import:` prefix is a person. Raises InputError (E404) for a
    theme that the codebook lacks: a person's word is not dropped.
    """
    if coded.strangers:
        raise InputError(
            *(
                Problem(
                    code="E404",
                    where=coded.path.as_posix(),
                    what=f"there is no theme '{theme}' in the codebook.",
                    remedy=near(theme, [theme.id for theme in codebook.themes]),
                )
                for theme in coded.strangers
            )
        )
    in_view = ["", *(facet.id for facet in codebook.facets if coded.with_facets)]
    return DECISIONS.build(
        {
            "reading": number,
            "response_id": reading.response_id,
            "theme": theme.id,
            "facet": facet,
            "coder": coder_name(reading.coder),
            "decision": "absent" if memo is None else "present",
            "memo": memo or "",
        }
        for number, reading in enumerate(coded.readings, start=1)
        for theme in codebook.themes
        for facet in in_view
        for memo in [_memo(reading, theme.id, facet)]
    )


def _memo(reading: Reading, theme: str, facet: str) -> str | None:
    """The coder's note on a theme or facet that is marked; None where it is not."""
    return reading.facets.get((theme, facet)) if facet else reading.themes.get(theme)


def coder_name(name: str) -> str:
    """The coder's name with its kind; `adjudicator:NAME` is a person whose word beats all.

    >>> coder_name("ana"), coder_name("import:acme"), coder_name("")
    ('human:ana', 'import:acme', 'human:unnamed')
    >>> coder_name("adjudicator:eve")
    'human:adjudicator:eve'
    """
    if name.startswith(("human:", "import:")):
        return name
    return f"human:{name}" if name else UNNAMED


def in_force(decisions: pa.Table, named: Sequence[str]) -> pa.Table:
    """The decisions that reach a verdict: people's, and those of imported coders that are named."""
    coders = decisions["coder"].unique().to_pylist()
    return keep(decisions, "coder", *(c for c in coders if c.startswith("human:") or c in named))
