"""What a law of motion is, and the register of all laws.

A mechanism is one compiled function that changes one trajectory by one week. The decorator compiles it, notes what
it reads and writes, and enters it in the register; `laws()` gives all of them in the order of a week.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from numba import njit

from tertius.kernel.fields import Field

STAGES: Final = (
    "calendar",
    "waves",
    "supply",
    "integration",
    "power",
    "activity",
    "ground",
    "losses",
    "replacement",
    "reserves",
    "exchange",
    "endurance",
    "escalation",
    "signals",
    "stakes",
    "threat",
    "deliberation",
    "decisions",
    "termination",
)


@dataclass(frozen=True)
class Mechanism:
    """A registered law.

    function   the compiled law, called as law(state, params, key), returning nothing
    stage      when in the week it acts (an entry of STAGES)
    reads      fields it reads, of any kind
    writes     state fields it changes
    off        (parameter, value) pairs at which it has exactly no effect on the course of the war
    at_start   also called once on the as-of state, with key.week == -1, to fill what is derived from it
    stream     number of its random stream, or None when it draws nothing
    """

    name: str
    function: Any
    module: str
    stage: str
    reads: tuple[Field, ...]
    writes: tuple[Field, ...]
    off: tuple[tuple[Field, float], ...]
    at_start: bool
    stream: int | None


def part(function: Callable[..., Any]) -> Any:
    """Compile a part of a law that laws alone call: without the wrapper that Python would call."""
    return njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def inside(function: Callable[..., None]) -> Any:
    """Compile a law for the block alone: as `mechanism` does, without the wrapper that Python would call."""
    return njit(error_model="numpy", forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


_REGISTER: Final[dict[str, Mechanism]] = {}


def mechanism(
    *,
    stage: str,
    reads: tuple[Field, ...],
    writes: tuple[Field, ...],
    off: tuple[tuple[Field, float], ...],
    at_start: bool = False,
    stream: int | None = None,
) -> Callable[[Callable[..., None]], Any]:
    """Register a law; see `Mechanism` for the arguments.

    Raises ValueError for an unknown stage, a name or stream that is taken, or a write to something that is no state.
    """
    if stage not in STAGES:
        raise ValueError(f"{stage!r} is no stage of the week; allowed: {', '.join(STAGES)}")
    for field in writes:
        if field.kind != "state":
            raise ValueError(f"{field.path} is a {field.kind}; a law writes state only")

    def register(function: Callable[..., None]) -> Any:
        name = function.__name__
        if name in _REGISTER:
            raise ValueError(f"a law named {name!r} is registered already")
        if stream is not None and any(stream == law.stream for law in _REGISTER.values()):
            raise ValueError(f"random stream {stream} of law {name!r} is taken")
        compiled = njit(error_model="numpy", forceinline=True)(function)
        _REGISTER[name] = Mechanism(name, compiled, function.__module__, stage, reads, writes, off, at_start, stream)
        return compiled

    return register


def laws() -> tuple[Mechanism, ...]:
    """All registered laws in the order of a week (stage, then name). Import `tertius.mechanisms` first."""
    return tuple(sorted(_REGISTER.values(), key=lambda law: (STAGES.index(law.stage), law.name)))


def forget(name: str) -> None:
    """Take a law out of the register (for trying a rival law in one process, and for tests)."""
    del _REGISTER[name]
