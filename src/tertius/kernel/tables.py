"""Tables as the compiled block sees them: rows of a known width, read and written by `table[row, FIELD]`.

Numba's own arrays tell the compiler little: that a row may be counted from the end, that the width stands in memory,
and that whatever is written may change whatever is read. A table here has a width that is a constant, rows counted
from 0 up only, and a name of its own: what is written into one table changes no other, and what is given as `fixed`
changes never. So a week's laws fetch less and calculate less, and yield the same bits.

Nothing is checked: a row outside the table reads or breaks the memory beside it, as in Numba's arrays.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.extending import models, register_model
from numba.core.imputils import lower_builtin, lower_getattr
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global, signature
from numba.extending import intrinsic

TREE = "tertius tables"


class Table(types.Type):  # type: ignore[misc]
    """Numba's type of a table: what it holds, how many columns, what it is called, and whether it stays as it is."""

    def __init__(self, dtype: Any, columns: int, called: str, fixed: bool) -> None:
        self.dtype, self.columns, self.called, self.fixed = dtype, columns, called, fixed
        super().__init__(name=f"Table({dtype}, {columns}, {called}, {fixed})")

    @property
    def key(self) -> Any:
        """What tells two types apart."""
        return self.dtype, self.columns, self.called, self.fixed


@register_model(Table)
class _Model(models.StructModel):  # type: ignore[misc]
    def __init__(self, manager: Any, table: Table) -> None:
        super().__init__(manager, table, [("data", types.CPointer(table.dtype)), ("rows", types.intp)])


@infer_global(operator.getitem)
class _Get(AbstractTemplate):  # type: ignore[misc]
    def generic(self, arguments: Any, keywords: Any) -> Any:
        table, place = arguments
        return signature(table.dtype, table, place) if isinstance(table, Table) and _is_place(place) else None


@infer_global(operator.setitem)
class _Set(AbstractTemplate):  # type: ignore[misc]
    def generic(self, arguments: Any, keywords: Any) -> Any:
        table, place, _ = arguments
        allowed = isinstance(table, Table) and not table.fixed and _is_place(place)
        return signature(types.none, table, place, table.dtype) if allowed else None


@infer_getattr
class _Attributes(AttributeTemplate):  # type: ignore[misc]
    key = Table

    def resolve_shape(self, table: Table) -> Any:
        return types.UniTuple(types.intp, 2)


def _is_place(place: Any) -> bool:
    return isinstance(place, types.BaseTuple) and len(place) == 2 and all(isinstance(x, types.Integer) for x in place)


@lower_getattr(Table, "shape")
def _shape(context: Any, builder: Any, table: Table, value: Any) -> Any:
    rows = cgutils.create_struct_proxy(table)(context, builder, value).rows
    return context.make_tuple(builder, types.UniTuple(types.intp, 2), (rows, rows.type(table.columns)))


def _pointer(context: Any, builder: Any, table: Table, value: Any, kinds: Any, place: Any) -> Any:
    row, column = (
        context.cast(builder, index, kind, types.intp)
        for kind, index in zip(kinds, cgutils.unpack_tuple(builder, place, 2), strict=True)
    )
    data = cgutils.create_struct_proxy(table)(context, builder, value).data
    first = builder.mul(row, row.type(table.columns), flags=["nsw"])
    return builder.gep(data, [builder.add(first, column, flags=["nsw"])], inbounds=True)


def _named(builder: Any, table: Table, access: Any) -> None:
    """Tell the compiler which table an access belongs to."""
    module = builder.module
    tree = module.add_metadata([ir.MetaDataString(module, TREE)])
    zero = ir.Constant(ir.IntType(64), 0)
    own = module.add_metadata([ir.MetaDataString(module, table.called), tree, zero])
    access.set_metadata("tbaa", module.add_metadata([own, own, zero]))


@lower_builtin(operator.getitem, Table, types.BaseTuple)
def _read(context: Any, builder: Any, called: Any, arguments: Any) -> Any:
    table, kinds = called.args
    held = builder.load(_pointer(context, builder, table, arguments[0], kinds, arguments[1]))
    _named(builder, table, held)
    if table.fixed:
        held.set_metadata("invariant.load", builder.module.add_metadata([]))
    return held


@lower_builtin(operator.setitem, Table, types.BaseTuple, types.Any)
def _write(context: Any, builder: Any, called: Any, arguments: Any) -> Any:
    table, kinds, kind = called.args
    pointer = _pointer(context, builder, table, arguments[0], kinds, arguments[1])
    value = context.cast(builder, arguments[2], kind, table.dtype)
    _named(builder, table, builder.store(value, pointer))
    return context.get_dummy_value()


@intrinsic(prefer_literal=True)
def table_of(context: Any, array: Any, columns: Any, called: Any, fixed: Any) -> Any:
    """An array of shape (row, columns), C order, as a table: valid only as long as somebody else holds the array.

    columns, called and fixed are constants. No two tables that are not fixed may share memory unless they share a name.
    """
    if not isinstance(array, types.Array) or array.ndim != 2 or array.layout != "C":
        return None
    made = Table(array.dtype, columns.literal_value, called.literal_value, bool(fixed.literal_value))

    def code(target: Any, builder: Any, called: Any, arguments: Any) -> Any:
        view = target.make_array(called.args[0])(target, builder, arguments[0])
        table = cgutils.create_struct_proxy(made)(target, builder)
        table.data, table.rows = view.data, builder.extract_value(view.shape, 0)
        return table._getvalue()

    return made(array, columns, called, fixed), code


@intrinsic
def copied(context: Any, into: Any, source: Any, row: Any) -> Any:
    """Copy source[row], shape (row, column), over `into`: same shape and dtype, both in C order, row from 0 up.

    Numba's own assignment sees to memory that the two might share, and asks for more of it each time.
    """
    if not (into.layout == source.layout == "C" and into.dtype == source.dtype and source.ndim == into.ndim + 1):
        return None

    def code(target: Any, builder: Any, called: Any, arguments: Any) -> Any:
        to, of = (target.make_array(called.args[n])(target, builder, arguments[n]) for n in (0, 1))
        size = to.nitems
        begin = builder.gep(of.data, [builder.mul(arguments[2], size)], inbounds=True)
        cgutils.raw_memcpy(builder, to.data, begin, size, to.itemsize)
        return target.get_dummy_value()

    return types.none(into, source, types.intp), code
