"""Columns of Arrow's, by their buffers: its own ways from and to Python's values would load pandas, where that is.

Pandas takes half a second, and a figure that another thread draws meanwhile would find half of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

EPOCH = date(1970, 1, 1).toordinal()


def column(values: NDArray[Any]) -> Any:
    """Numbers as a column that shares their memory."""
    import pyarrow as pa

    held = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(held.dtype), len(held), [None, pa.py_buffer(held)])


def texts(told: Sequence[str]) -> Any:
    """Texts as a column."""
    return column_of(told, str)


def read_numbers(file: Path, names: Sequence[str]) -> list[NDArray[Any]]:
    """Columns of numbers of a Parquet file, each of shape (row,).

    Raises OSError, ArrowException; KeyError for a column that is not there, ValueError for one with gaps.
    """
    from pyarrow import parquet

    with parquet.ParquetFile(file) as opened:
        table = opened.read(columns=list(names))
    return [_numbers(table[name], f"{file.name}: {name}") for name in names]


def _numbers(column: Any, place: str) -> NDArray[Any]:
    if column.null_count:
        raise ValueError(f"{place} has gaps")
    kind = np.dtype(column.type.to_pandas_dtype())
    parts = [
        np.frombuffer(chunk.buffers()[1], kind, len(chunk), chunk.offset * kind.itemsize)
        for chunk in column.chunks
        if len(chunk)
    ]
    return np.concatenate([np.zeros(0, kind), *parts])


def column_of(values: Sequence[Any], kind: type) -> Any:
    """Values of a kind (str, float, int, bool, date), None for those that are not there, as a column.

    Raises TypeError or AttributeError for a value of another kind.
    """
    import pyarrow as pa

    there = np.array([value is not None for value in values], dtype=bool)
    validity = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(arrow_type(kind), len(values), [validity, *_buffers(values, kind)])


def arrow_type(kind: type) -> pa.DataType:
    """How Arrow holds a kind of value."""
    import pyarrow as pa

    return {str: pa.string(), float: pa.float64(), int: pa.int64(), bool: pa.bool_(), date: pa.date32()}[kind]


def _buffers(values: Sequence[Any], kind: type) -> list[Any]:
    """What Arrow holds of values of a kind, save which of them are there."""
    import pyarrow as pa

    if kind is str:
        encoded = [b"" if value is None else value.encode() for value in values]
        ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
        return [pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    if kind is bool:
        return [pa.py_buffer(np.packbits(np.array([bool(value) for value in values], dtype=bool), bitorder="little"))]
    if kind is date:
        days = [0 if value is None else value.toordinal() - EPOCH for value in values]
        return [pa.py_buffer(np.array(days, dtype=np.int32))]
    if kind is int:
        return [pa.py_buffer(np.array([0 if value is None else index(value) for value in values], dtype=np.int64))]
    return [pa.py_buffer(np.array([0.0 if value is None else float(value) for value in values], dtype=np.float64))]
