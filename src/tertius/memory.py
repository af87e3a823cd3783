"""Memory of a process: how much it may use, how much it has held, and giving back what it has freed."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from functools import cache
from typing import Any


def machine_memory() -> float:
    """The machine's memory in bytes; without bound where the system does not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return float("inf")


def own_memory() -> float:
    """What this process may use, in bytes: the machine's memory, or its own limit where that is less."""
    return min([machine_memory(), *_limits()])


def limit_memory(most: int) -> bool:
    """Let this process use no more than so many bytes; more is refused to it. Returns whether the system can."""
    try:
        import resource
    except ImportError:
        return False
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (least, hard))
        return True
    return False


def is_limited() -> bool:
    """Whether this process may use less than the system would let it."""
    try:
        import resource
    except ImportError:
        return False
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    return soft != hard


def most_held() -> int:
    """The most memory that this process has held, in bytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    # What rusage tells begins, on Linux, with what the process held that this one was begun by.
    with suppress(OSError, ValueError, IndexError), open("/proc/self/status", encoding="ascii") as status:
        return int(next((line for line in status if line.startswith("VmHWM:")), "").split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if os.uname().sysname == "Darwin" else most * 1024


def give_back() -> None:
    """Let the system have what was freed and the C library still keeps. Nothing where that has no call for it."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library than glibc, or Windows
        return None


def _limits() -> list[float]:
    try:
        import resource
    except ImportError:
        return []
    soft = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_DATA, resource.RLIMIT_AS)]
    return [float(each) for each in soft if each != resource.RLIM_INFINITY]
