"""What a law of motion is, and the register of all laws.

A mechanism is one compiled function that changes one trajectory by one week. The decorator compiles it, notes what
it reads and writes, and enters it in the register; `laws()` gives all of them in the order of a week.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from numba import njit

from tertius.kernel.fields import Field
from tertius.kernel.room import with_room

STAGES: Final = (
    "calendar",
    "waves",
    "supply",
    "salvos",
    "air_defence",
    "damage",
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
    "urging",
    "deliberation",
    "decisions",
    "termination",
)
CHANNELS: Final[Mapping[str, str]] = {
    "friction": "language, lent officers and discord",
    "waves": "further waves, losses made up, rotation",
    "movement": "soldiers that change theatre",
    "fire": "fire and vehicles per soldier",
    "losses": "losses and recruits",
    "strikes": "what damage by strikes takes away",
    "endurance": "what a side can still bear",
    "bargain": "the partners' bargain ends",
    "decisions": "states' decisions",
    "escalation": "rungs of escalation, here and elsewhere",
    "ending": "the war ends",
}
"""What laws carry together and a reader would name as one cause, with its title."""


@dataclass(frozen=True)
class Mechanism:
    """A registered law.

    function   the compiled law, called as law(state, params, key), returning nothing
    stage      when in the week it acts (an entry of STAGES)
    reads      fields it reads, of any kind
    writes     state fields it changes
    off        (parameter, value) pairs at which it has exactly no effect on the course of the war
    channel    what it carries an effect through (a key of CHANNELS); empty where it is of the background
    background why it stays on while effects are shared out; empty where it has a channel
    by         parameters of `off` that switch the channel off; none where those of the channel's other laws do
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
    channel: str
    background: str
    by: tuple[Field, ...]
    at_start: bool
    stream: int | None


def part(function: Callable[..., Any]) -> Any:
    """Compile a part of a law that laws alone call: without the wrapper that Python would call."""
    return njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def inside(function: Callable[..., None]) -> Any:
    """Compile a law for the block alone: as `mechanism` does, without what Python would call, with room of its own."""
    compiled = njit(error_model="numpy", forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    return compiled(with_room(function))


_REGISTER: Final[dict[str, Mechanism]] = {}


def mechanism(
    *,
    stage: str,
    reads: tuple[Field, ...],
    writes: tuple[Field, ...],
    off: tuple[tuple[Field, float], ...],
    channel: str = "",
    background: str = "",
    by: tuple[Field, ...] | None = None,
    at_start: bool = False,
    stream: int | None = None,
) -> Callable[[Callable[..., None]], Any]:
    """Register a law; see `Mechanism` for the arguments. Either `channel` or `background` is due.

    Without `by` all the parameters of `off` switch the channel off. Some do not where they would undo the entry itself,
    or what is measured.

    Raises ValueError for an unknown stage or channel, a name or stream that is taken, or a write to what is no state.
    """
    if stage not in STAGES:
        raise ValueError(f"{stage!r} is no stage of the week; allowed: {', '.join(STAGES)}")
    if bool(channel) is bool(background) or (channel and channel not in CHANNELS):
        allowed = f"a channel ({', '.join(CHANNELS)}) or else a background, which says why the law stays on"
        raise ValueError(f"channel {channel!r} and background {background!r}; allowed: {allowed}")
    if by is not None and not {id(field) for field in by} <= {id(field) for field, _ in off}:
        raise ValueError(f"by {', '.join(field.path for field in by)}; allowed: parameters of off")
    switches = tuple(field for field, _ in off) if by is None else by
    for field in writes:
        if field.kind != "state":
            raise ValueError(f"{field.path} is a {field.kind}; a law writes state only")

    def register(function: Callable[..., None]) -> Any:
        name = function.__name__
        if name in _REGISTER:
            raise ValueError(f"a law named {name!r} is registered already")
        if stream is not None and any(stream == law.stream for law in _REGISTER.values()):
            raise ValueError(f"random stream {stream} of law {name!r} is taken")
        compiled = njit(error_model="numpy", forceinline=True, no_cfunc_wrapper=True)(function)
        _REGISTER[name] = Mechanism(
            name,
            compiled,
            function.__module__,
            stage,
            reads,
            writes,
            off,
            channel,
            background,
            switches,
            at_start,
            stream,
        )
        return compiled

    return register


def laws() -> tuple[Mechanism, ...]:
    """All registered laws in the order of a week (stage, then name). Import `tertius.mechanisms` first."""
    return tuple(sorted(_REGISTER.values(), key=lambda law: (STAGES.index(law.stage), law.name)))


def forget(name: str) -> None:
    """Take a law out of the register (for trying a rival law in one process, and for tests)."""
    del _REGISTER[name]
