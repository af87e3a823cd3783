"""Views that own nothing, so that a compiled law spends no time on counting references.

Numba counts references to the memory of an array atomically, whenever a view is made or taken out of a tuple; in
laws this small that was half of the time.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


@intrinsic
def borrow(context: Any, array: types.Array) -> Any:
    """The same array without its owner: valid only as long as somebody else holds the array."""

    def code(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = target.make_array(signature.args[0])(target, builder, arguments[0])
        for slot in ("meminfo", "parent"):
            setattr(view, slot, ir.Constant(getattr(view, slot).type, None))
        return view._getvalue()

    return array(array), code
