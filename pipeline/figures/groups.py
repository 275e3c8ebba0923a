"""Figures of one group, in the crossings of themes and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.errors import InputError, near

if TYPE_CHECKING:
    from pipeline.figures.themes import Published


def count_of_group(figure: Published, crossings: pa.Table | None) -> tuple[int, int]:
    """How many of a group cite the theme of a figure, and of how many.

    Raises InputError (E604) for a group that there is not, and for several columns at once.
    """
    if len(figure.group) > 1 or crossings is None:
        what = f"themes are counted by one group column at a time, not by {_named(figure)}."
        raise InputError.because(
            code="E604", where=figure.id, what=what, remedy="Name one, or add a column of both."
        )
    ((column, value),) = figure.group.items()
    place = (figure.question, figure.theme, figure.facet, column)
    values = {
        row["value"]: row
        for row in crossings.to_pylist()
        if (row["question"], row["theme"], row["facet"], row["column"]) == place
    }
    if value not in values:
        what = (
            f"the theme '{figure.theme}' is not counted in '{figure.question}' by {_named(figure)}."
        )
        raise InputError.because(
            code="E604", where=figure.id, what=what, remedy=near(value, values)
        )
    return values[value]["cited"], values[value]["of"]


def _named(figure: Published) -> str:
    return ", ".join(f"{column}: {value}" for column, value in figure.group.items())
