"""Columns of Arrow's from plain values are those that Arrow itself makes of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.engine.columns import arrow_type, column, column_of, texts

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
