"""CSV for spreadsheets: nothing in it runs, and everything can be had back."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from pipeline.sheet import escape_cell, restore_cell, write_sheet

CELL = st.text(st.sampled_from("=+-@'\t\r\n ab\",😀")) | st.text()


@given(CELL)
def test_no_cell_begins_like_a_formula_and_each_comes_back(cell: str) -> None:
    assert not escape_cell(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
    assert restore_cell(escape_cell(cell)) == cell


def test_rows_say_whether_they_were_escaped() -> None:
    text = write_sheet(["id", "text"], [["R1", "=1+1"], ["R2", 'a "b", c\nd']])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["id", "text", "escaped"],
        ["R1", "'=1+1", "1"],
        ["R2", 'a "b", c\nd', ""],
    ]
