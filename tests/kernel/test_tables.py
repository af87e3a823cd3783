"""Tables are the arrays that they are made of, and what is fixed cannot be written."""

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

from tertius.kernel.tables import table_of


@njit
def doubled(held):  # type: ignore[no-untyped-def]
    """Double column 1 in place; the shape, and the sum of column 2."""
    table = table_of(held, 3, "a table", False)
    rows, columns = table.shape
    total = 0.0
    for row in range(rows):
        table[row, 1] *= 2
        total += table[row, 2]
    return rows, columns, total


@njit
def written(held):  # type: ignore[no-untyped-def]
    table = table_of(held, 2, "links", True)
    table[0, 0] = 1
    return table[0, 0]


def test_a_table_is_its_array() -> None:
    held = np.arange(15.0).reshape(5, 3)
    expected = held.copy()
    expected[:, 1] *= 2
    assert doubled(held) == (5, 3, expected[:, 2].sum())
    assert (held == expected).all()


def test_what_is_fixed_is_not_written() -> None:
    with pytest.raises(TypingError, match=r"(?s)setitem.*Table\(int64, 2, links, True\)"):
        written(np.zeros((2, 2), dtype=np.int64))


def test_an_array_of_another_order_is_no_table() -> None:
    with pytest.raises(TypingError):
        doubled(np.zeros((3, 5)).T)
