"""Parquet and JSON Lines -> rows of text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.errors import InputError, Problem
from pipeline.read.encoding import choose_encoding
from pipeline.read.rows import Row, Rows
from pipeline.round import Source


def read_parquet(source: Source) -> Rows:
    """Open a Parquet file; a null is an empty cell. Raises InputError E109, E102."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - 0.02 s that only this reader needs

    where = source.path.as_posix()
    try:
        table = pq.ParquetFile(source.path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(_no_parquet(where, error)) from error
    if table.metadata.num_rows == 0:
        raise InputError.because(code="E102", where=where, what="the file has no rows.")
    for column in table.schema_arrow:
        used = not source.columns or column.name in source.columns
        if used and pa.types.is_nested(column.type):
            what = f"the column '{column.name}' holds {column.type}, not text."
            raise InputError.because(code="E109", where=where, what=what)
    return Rows(header=list(table.schema_arrow.names), rows=_parquet_rows(table, source))


def _parquet_rows(table: Any, source: Source) -> Iterator[Row]:
    wanted = source.columns or tuple(table.schema_arrow.names)
    records = (zip(*_columns(batch, wanted), strict=True) for batch in table.iter_batches())
    try:
        for number, cells in enumerate(chain.from_iterable(records), start=2):
            yield number, ["" if cell is None else cell for cell in cells]
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(_no_parquet(source.path.as_posix(), error)) from error


def _columns(batch: pa.RecordBatch, wanted: Sequence[str]) -> list[list[str | None]]:
    """Every column in its place; those that nobody asks for are empty."""
    return [
        _as_strings(column).to_pylist() if name in wanted else [None] * len(column)
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]


def _no_parquet(where: str, error: Exception) -> Problem:
    what = f"cannot be read as Parquet ({_first_line(error)})."
    return Problem(code="E109", where=where, what=what)


def _as_strings(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.string())


def read_json_lines(source: Source) -> Rows:
    """Open a JSON Lines file: an object a line, its keys being the columns of all.

    Numbers keep the digits they are written with; null and an absent key are an empty cell.
    Raises InputError E109, E102.
    """
    encoding, note = choose_encoding(source.path, source.encoding)
    header: dict[str, None] = {}
    for _, record in _objects(source.path, encoding):
        header.update(dict.fromkeys(record))
    if not header:
        raise InputError.because(
            code="E102", where=source.path.as_posix(), what="the file is empty."
        )
    names = list(header)
    rows = (
        (number, [_json_text(record.get(name)) for name in names])
        for number, record in _objects(source.path, encoding)
    )
    return Rows(header=names, rows=rows, notes=(note,) if note else ())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return record


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value; write null for an empty cell")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=_no_constant
)


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding=encoding, newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                record = _DECODER.decode(line)
            except (ValueError, RecursionError) as error:
                what = f"not JSON ({error})."
                raise InputError.because(
                    code="E109", where=f"{path.as_posix()}:{number}", what=what
                ) from error
            if not isinstance(record, dict) or any(
                isinstance(value, (dict, list)) for value in record.values()
            ):
                raise InputError.because(
                    code="E109",
                    where=f"{path.as_posix()}:{number}",
                    what="each line must be one flat JSON object.",
                )
            yield number, record


def _json_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
