"""Workers: processes, or threads, that answer pure questions; their number changes no result.

Fits and AutoARIMA hold the interpreter's lock for most of their time, so threads of one process share one core. Workers
are fresh processes (spawned, so that no lock or thread of this one is copied). They leave Ctrl-C to the process that
asked and end with it, however it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from threadpoolctl import threadpool_limits

from tertius.errors import Interrupted

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Held = TypeVar("Held")
AHEAD = 200  # questions that are out before the first of them is answered: a cluster holds each with what it shares


@dataclass(frozen=True, eq=False)
class Shared(Generic[Held]):
    """What many questions have in common: written once for other processes, and read once by each of them."""

    held: Held

    @cached_property
    def _written(self) -> bytes:
        return zlib.compress(pickle.dumps(self.held), 1)

    def __reduce__(self) -> tuple[Callable[[bytes], Shared[Any]], tuple[bytes]]:
        return _read, (self._written,)


@lru_cache(maxsize=4)
def _read(written: bytes) -> Shared[Any]:
    return Shared(pickle.loads(zlib.decompress(written)))


@contextmanager
def worker_threads(count: int) -> Iterator[Executor]:
    """`count` threads of this process. Linear algebra has one thread, as in the processes, so that bits agree."""
    pool = ThreadPoolExecutor(max(1, count))
    try:
        with threadpool_limits(1):
            yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def worker_processes(count: int) -> Iterator[Executor]:
    """`count` processes; with one, a thread of this process, which saves the start.

    When the block is left before its end, the workers are ended at once. The calling script needs the usual
    `if __name__ == "__main__":`, as each worker imports it.
    """
    if count <= 1:
        with worker_threads(1) as threads:
            yield threads
        return
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _begin)
    whole = False
    try:
        yield pool
        whole = True
    finally:
        if not whole:
            for worker in set(multiprocessing.active_children()) - before:
                worker.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Prepare a worker: one thread for linear algebra, no Ctrl-C of its own, an end when its parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def single_threaded(answer: Callable[..., Answer], *asked: Any) -> Answer:
    """An answer with one thread for linear algebra, for workers that others began."""
    with threadpool_limits(1):
        return answer(*asked)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def answers(pool: Executor, answer: Callable[[Asked], Answer], asked: Iterable[Asked]) -> Iterator[Answer]:
    """Answers in the order of the questions, each as soon as it and those before it are there.

    Raises what a worker raised; Interrupted where a worker was ended from outside.
    """
    arrived: SimpleQueue[int] = SimpleQueue()
    done: set[int] = set()
    waiting, out = enumerate(asked), deque[tuple[int, Future[Answer]]]()
    try:
        while True:
            for place, question in islice(waiting, AHEAD - len(out)):
                future = pool.submit(answer, question)
                future.add_done_callback(partial(_note, arrived, place))
                out.append((place, future))
            if not out:
                return
            place, future = out.popleft()
            # Only this queue is waited on: Ctrl-C in a wait for a future would leave its lock held, and shutting the
            # pool down would never end.
            while place not in done:
                with suppress(Empty):
                    done.add(arrived.get(timeout=0.2))
            done.remove(place)
            yield future.result()
    except BrokenProcessPool as error:
        raise Interrupted(
            "a worker process was ended from outside (too little memory, perhaps). Call the same command again: with "
            "--work FOLDER it keeps finished pieces and goes on from them, with --threads 1 it needs no other process"
        ) from error


def _note(arrived: SimpleQueue[int], place: int, _: Future[Answer]) -> None:
    arrived.put(place)
