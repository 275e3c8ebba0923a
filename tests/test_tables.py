"""The tables between stages."""

import pyarrow as pa
import pytest

from pipeline.tables import CODINGS, COUNTS, STATUSES, TABLES, keep, rows


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_has_a_key_of_its_own_columns_and_says_what_they_mean(table) -> None:
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert set(table.key) <= set(names)
    assert all(column.meaning for column in table.columns)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_an_empty_table_is_one_of_its_definition_and_a_data_frame(table) -> None:
    empty = table.check(table.build([]))
    assert list(empty.to_pandas().columns) == [column.name for column in table.columns]


def test_a_table_of_other_columns_is_refused() -> None:
    with pytest.raises(TypeError, match="not a counts table"):
        COUNTS.check(pa.table({"question": ["q"]}))


def test_optional_values_may_be_absent_and_come_out_as_null() -> None:
    row = dict.fromkeys(
        ["response_id", "question", "theme", "facet", "coder", "rule", "quote"], "x"
    )
    built = CODINGS.build([{**row, "terms": [{"term": "t"}]}]).to_pylist()[0]
    assert (built["start"], built["score"]) == (None, None)
    assert built["terms"] == [{"term": "t", "weight": None}]


def test_rows_and_keep_agree_with_plain_python() -> None:
    table = pa.table({"a": [1, 2, 3, 1], "b": ["w", "x", "y", "z"]})
    assert list(rows(table, "b", "a")) == [("w", 1), ("x", 2), ("y", 3), ("z", 1)]
    assert keep(table, "a", 1, 3)["b"].to_pylist() == ["w", "y", "z"]
    assert keep(table, "a")["b"].to_pylist() == []


def test_the_last_status_is_the_one_that_counts() -> None:
    assert STATUSES[-1] == "substantive"
    assert len(STATUSES) == 6
