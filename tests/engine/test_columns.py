"""Columns of Arrow's from plain values are those that Arrow itself makes of them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from tertius.engine.columns import arrow_type, column, column_of, read_numbers, texts

KINDS: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=["Cs"])),
    float: st.floats(allow_nan=False),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    date: st.dates(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_values_of_every_kind_with_some_missing(kind: type) -> None:
    @given(st.lists(st.none() | KINDS[kind], max_size=40))
    def same(values: list[Any]) -> None:
        made = column_of(values, kind)
        made.validate(full=True)
        assert made.equals(pa.array(values, arrow_type(kind)))
        assert made.null_count == values.count(None)

    same()


def test_numbers_and_texts() -> None:
    assert column(np.array([1.5, -2.0], dtype=np.float32)).equals(pa.array([1.5, -2.0], pa.float32()))
    assert texts(["", "Größe", "x"]).to_pylist() == ["", "Größe", "x"]


@pytest.mark.parametrize(("value", "kind"), [(1.5, int), ("1", int), (3, str), ("2024-11-03", date)])
def test_a_value_of_another_kind_is_refused(value: Any, kind: type) -> None:
    with pytest.raises((TypeError, AttributeError)):
        column_of([value], kind)


def test_numbers_of_a_file_are_read_as_arrow_reads_them(tmp_path: Path) -> None:
    held = {"one": np.arange(1000, dtype=np.int32), "two": np.linspace(-1, 1, 1000).astype(np.float32)}
    file = tmp_path / "held.parquet"
    parquet.write_table(pa.table(held), file, row_group_size=300)
    for name, read in zip(("two", "one"), read_numbers(file, ["two", "one"]), strict=True):
        assert read.dtype == held[name].dtype
        assert np.array_equal(read, held[name])
    with pytest.raises(KeyError):
        read_numbers(file, ["three"])
    parquet.write_table(pa.table({"one": [1.0, None]}), file)
    with pytest.raises(ValueError, match="has gaps"):
        read_numbers(file, ["one"])


def test_no_number_is_read_by_way_of_pandas(tmp_path: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    file = tmp_path / "held.parquet"
    parquet.write_table(pa.table({"one": [1.0, 2.0]}), file)
    code = "import sys; from pathlib import Path; from tertius.engine.columns import read_numbers; "
    code += "read_numbers(Path(sys.argv[1]), ['one']); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
