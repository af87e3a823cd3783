"""A law's arrays in the block are those of NumPy, on the stack or, where they are large, from the heap."""

import ast
from pathlib import Path

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

import tertius.mechanisms
from tertius.kernel import laws
from tertius.kernel.room import BYTES, MOST, with_room

LARGE = MOST // BYTES


def filled(rows, columns):  # type: ignore[no-untyped-def]
    """What is read of new arrays and of these once they are written, and what NumPy has beside."""
    table, row = np.zeros((3, rows * columns, 1)), np.zeros(4)
    read = 0.0
    for i in range(3):
        for j in range(rows * columns):
            read += table[i, j, 0]
            table[i, j, 0] = 10.0 * i + j + 1.0
    row[-1] = np.maximum(table.sum(), row[0])
    return read, row[3], table.shape[1], row.size, row[1]


within = njit(with_room(filled))


@njit
def again(times, rows, columns):  # type: ignore[no-untyped-def]
    total = 0.0
    for _ in range(times):
        total += within(rows, columns)[1]
    return total


@pytest.mark.parametrize("rows", [0, 1, 7, LARGE // 3, LARGE // 3 + 1, LARGE, 5 * LARGE])
def test_arrays_are_those_of_numpy(rows: int) -> None:
    assert within(rows, 1) == filled(rows, 1)


def test_room_is_given_back() -> None:
    """Half a gigabyte in all, which no stack holds."""
    assert again(20_000, LARGE // 3, 1) == pytest.approx(2e4 * filled(LARGE // 3, 1)[1])


def test_what_is_no_shape_is_refused() -> None:
    with pytest.raises(TypingError):
        njit(with_room(lambda size: np.zeros(size)[0]))(2.5)


def test_a_function_without_numpy_stays_as_it_is() -> None:
    own = {"np": 3}
    exec("def one():\n    return np", own)
    assert with_room(own["one"])() == 3  # type: ignore[operator, func-returns-value]


def test_no_law_asks_for_an_array_in_a_loop_or_gives_one_away() -> None:
    """What a law takes from the stack comes back when it ends: a loop would take it again and again."""
    folder = Path(tertius.mechanisms.__file__).parent
    asked = 0
    for file in folder.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        asked += sum(map(_is_zeros, ast.walk(tree)))
        for node in ast.walk(tree):
            if isinstance(node, ast.For | ast.While):
                assert not any(map(_is_zeros, ast.walk(node))), f"{file.name}, line {node.lineno}"
    assert asked >= 4  # or the test looks for another name than the laws use
    given_away = [law.name for law in laws() if law.function.py_func.__annotations__["return"] not in (None, "None")]
    assert given_away == []


def _is_zeros(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "np.zeros"
