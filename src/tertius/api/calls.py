"""How every function of the front is called: its keywords checked by name, its work watched stage by stage."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec, TypeAlias, TypeVar

from tertius.errors import OptionError, nearest

P = ParamSpec("P")
R = TypeVar("R")
Watch: TypeAlias = Callable[[str, int, int], None]
"""Told how far the work is: the stage, what of it is done, and what of it there is."""


def stage(watch: Watch | None, name: str) -> Callable[[int, int], None] | None:
    """The progress of one stage of the work."""
    return None if watch is None else partial(watch, name)


def front(function: Callable[P, R]) -> Callable[P, R]:
    """A function of the front: a misspelt keyword argument is refused with the nearest one there is."""
    known = inspect.signature(function).parameters

    @wraps(function)
    def called(*args: P.args, **options: P.kwargs) -> R:
        for name, value in options.items():
            if name not in known:
                near = nearest(name, known)
                fix = f"write {near}" if near else "leave it out"
                raise OptionError(f"{name} of {function.__name__}()", value, ", ".join(known), fix)
        return function(*args, **options)

    return called
