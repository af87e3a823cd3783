"""Work beside other work: in a thread of its own, since both let go of the interpreter's lock where they compute."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import NoReturn, TypeVar

Found = TypeVar("Found")


@contextmanager
def beside(work: Callable[[threading.Event], Found]) -> Iterator[Callable[[], Found]]:
    """Begin work in a thread. What the block is given waits for what it finds, and raises what it raised.

    Where the block ends before that, by Ctrl-C say, the event that the work was given is set: the work leaves off where
    it next looks, and is waited for, so that nothing goes on behind the caller's back.
    """
    arrived: SimpleQueue[Callable[[], Found]] = SimpleQueue()
    stop = threading.Event()
    thread = threading.Thread(target=lambda: arrived.put(_outcome(work, stop)))

    def found() -> Found:
        # Only this queue is waited on: Ctrl-C in a wait for a future would leave its lock held.
        while True:
            with suppress(Empty):
                outcome = arrived.get(timeout=0.2)
                arrived.put(outcome)  # for whoever asks again
                return outcome()

    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def _outcome(work: Callable[[threading.Event], Found], stop: threading.Event) -> Callable[[], Found]:
    """What work found, or raises, as a call that gives it."""
    try:
        made = work(stop)
    except BaseException as error:  # noqa: BLE001  raised again where it is waited for
        return partial(_raise, error)
    return lambda: made


def _raise(error: BaseException) -> NoReturn:
    raise error
