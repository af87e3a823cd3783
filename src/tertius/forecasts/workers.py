"""The engine's workers, under the name that the code behind shipped tables has for them (their stamps hold it).

That code asks for threads. `working_by` has it use other workers, which change no number and so no stamp.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from contextvars import ContextVar

from tertius.engine import workers
from tertius.engine.workers import answers, worker_processes

__all__ = ["answers", "worker_processes", "worker_threads", "working_by"]
_POOL: ContextVar[Executor | None] = ContextVar("pool", default=None)


@contextmanager
def working_by(pool: Executor | None) -> Iterator[None]:
    """Within the block, `worker_threads` gives this pool; without one, threads."""
    before = _POOL.set(pool)
    try:
        yield
    finally:
        _POOL.reset(before)


@contextmanager
def worker_threads(count: int) -> Iterator[Executor]:
    """The pool of `working_by`, else `count` threads of this process."""
    pool = _POOL.get()
    if pool is not None:
        yield pool
        return
    with workers.worker_threads(count) as threads:
        yield threads
