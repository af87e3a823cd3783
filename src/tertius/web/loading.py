"""What computes is loaded once, by one thread, before a request that may need it is answered.

A package that imports its own parts must not be loaded by one thread while another loads a part of it: each waits for
the other, and Python ends that by showing one of them half a module.
"""

from __future__ import annotations

from importlib import import_module
from threading import Lock
from typing import Final

from fastapi import Request

PACKAGES: Final = (
    "tertius.kernel",
    "tertius.mechanisms",
    "tertius.world",
    "tertius.evidence",
    "tertius.engine",
    "tertius.reference",
    "tertius.history",
    "tertius.builder",
    "tertius.impact",
)
"""Those whose `__init__` imports parts of theirs, those first that others need."""
_LOCK = Lock()


def loaded(request: Request) -> None:
    """Wait until they are; the list of cases needs none of them."""
    if request.url.path != "/":
        load()


def load() -> None:
    """Load them, or wait for the thread that does."""
    with _LOCK:
        for name in PACKAGES:
            import_module(name)
