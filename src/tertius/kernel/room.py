"""Room that a law asks for within a week, without asking the heap: what `numpy.zeros` is for the laws in the block.

Two laws ask for two small arrays each, in every week of every future. To take them from the heap and give them back was
a fourteenth of what a war without deciding states took.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import _empty_nd_impl, populate_array

BYTES: Final = 8  # of a float64
MOST: Final = 32_768
"""Bytes of an array that lies on the stack of a thread; a larger one comes from the heap."""


@intrinsic
def zeros(context: Any, shape: Any) -> Any:
    """An array of zeros, float64, valid until the function that asks for it ends: that function may not return it.

    shape  a whole number, or a tuple of them
    """
    sizes = shape if isinstance(shape, types.BaseTuple) else types.UniTuple(shape, 1)
    if not all(isinstance(size, types.Integer) for size in sizes):
        return None
    made = types.Array(types.float64, len(sizes), "C")

    def code(target: Any, builder: Any, called: Any, arguments: Any) -> Any:
        given = cgutils.unpack_tuple(builder, arguments[0]) if isinstance(shape, types.BaseTuple) else arguments
        wide = [target.cast(builder, each, kind, types.intp) for each, kind in zip(given, sizes, strict=True)]
        strides = [wide[0].type(BYTES)]
        for each in reversed(wide[1:]):
            strides.insert(0, builder.mul(strides[0], each))
        size = builder.mul(strides[0], wide[0])
        array = target.make_array(made)(target, builder)
        begin = cgutils.alloca_once(builder, array.data.type)
        owner = cgutils.alloca_once_value(builder, ir.Constant(array.meminfo.type, None))
        with builder.if_else(builder.icmp_signed("<=", size, size.type(MOST))) as (small, large):
            with small:  # given back where the law ends, also where it is inlined: LLVM's inliner sees to that
                stack = builder.alloca(ir.IntType(8), size=size)
                stack.align = BYTES
                builder.store(builder.bitcast(stack, array.data.type), begin)
            with large:
                heap = _empty_nd_impl(target, builder, made, wide)
                builder.store(heap.data, begin)
                builder.store(heap.meminfo, owner)
        data = builder.load(begin)
        cgutils.memset(builder, data, size, 0)
        populate_array(array, data, wide, strides, size.type(BYTES), builder.load(owner))
        return array._getvalue()

    return made(shape), code


_NUMPY_OF_LAWS: Final = ModuleType("numpy_of_laws", "NumPy as the laws in the block see it.")
_NUMPY_OF_LAWS.__dict__.update({name: getattr(np, name) for name in np.__all__}, zeros=zeros)


def with_room(function: Callable[..., None]) -> Callable[..., None]:
    """The same law with `numpy.zeros` as here, where it knows NumPy as `np`."""
    known = function.__globals__ | ({"np": _NUMPY_OF_LAWS} if function.__globals__.get("np") is np else {})
    return FunctionType(function.__code__, known, function.__name__, function.__defaults__, function.__closure__)
