"""A table of figures as csv."""

from __future__ import annotations

import csv
import io

import pyarrow as pa


def table_to_csv(table: pa.Table) -> str:
    """A table of figures as csv: null as an empty cell, true and false in words, LF line ends."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([_csv_cell(value) for value in row.values()])
    return stream.getvalue()


def _csv_cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}"
    return "" if value is None else value
