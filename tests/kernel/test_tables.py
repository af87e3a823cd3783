"""Tables are the arrays that they are made of, and what is fixed cannot be written."""

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

from tertius.kernel.tables import copied, table_of


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


@njit
def taken_over(into, source, row):  # type: ignore[no-untyped-def]
    copied(into, source, row)


@pytest.mark.parametrize("rows", [0, 1, 4])
def test_a_row_is_copied_whole_and_alone(rows: int) -> None:
    source = np.random.default_rng(2).normal(size=(3, rows, 5))
    memory = np.zeros((rows + 2, 5))
    taken_over(memory[1:-1], source, 1)
    assert (memory[1:-1] == source[1]).all()
    assert not memory[[0, -1]].any()


@pytest.mark.parametrize("source", [np.zeros((2, 3)), np.zeros((2, 2, 3), dtype=np.float32), np.zeros((3, 2, 2)).T])
def test_what_is_of_another_kind_is_not_copied(source: np.ndarray) -> None:
    with pytest.raises(TypingError):
        taken_over(np.zeros((2, 3)), source, 0)
