"""A worker: a process that stays warm, takes one job after the other, and ends with the server that started it.

    python -m tertius.web.jobs.worker FOLDER NAME MEMORY KINDS DESK WARM

MEMORY is how many bytes it may use. KINDS, DESK and WARM are MODULE:NAME: the table of kinds, what opens the desk of a
folder, and what is called before the first job. Standard input is a pipe from the server. It closes when the server
ends, in whatever way, and the worker ends with it.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tertius.errors import ArchiveError, TertiusError
from tertius.memory import limit_memory, most_held
from tertius.web.jobs.alive import say_alive
from tertius.web.jobs.failures import failure_of, unexpected
from tertius.web.jobs.job import Job
from tertius.web.jobs.queue import Queue

LOOKS: Final = 0.05  # seconds between two looks at an empty queue
TELLS: Final = 0.1  # seconds between two words of progress
RETRIES: Final = (0.5, 2.0, 5.0)  # seconds after which an outcome is written again that could not be
MOST_HELD: Final = 3_000_000_000  # bytes; a worker that has held more, or half of what it may, ends after its job
NICE: Final = 5  # pages are read while a run goes on
log = logging.getLogger("tertius.jobs")


class Dropped(Exception):
    """The job is no longer this worker's: it was cancelled, or given to another."""


def named(place: str) -> Any:
    """What MODULE:NAME names."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


class Telling:
    """Progress of a job: told to the queue, but not more often than a reader can see."""

    def __init__(self, queue: Queue, job: Job, worker: str) -> None:
        self._queue, self._job, self._worker = queue, job, worker
        self._lock = threading.Lock()
        self._stage, self._last = "", 0.0

    def __call__(self, stage: str, done: int, of: int) -> None:
        """Raise Dropped where the job is no longer this worker's."""
        with self._lock:
            at = time.monotonic()
            if stage == self._stage and at - self._last < TELLS:
                return
            self._stage, self._last = stage, at
            if not self._queue.progress(self._job.id, self._worker, stage, int(done), int(of)):
                raise Dropped


def work(queue: Queue, job: Job, worker: str, desk: Any, kinds: Mapping[str, Any]) -> None:
    """Do one job, and keep its result or its error. Raises ArchiveError where neither can be written."""
    try:
        found = named(kinds[job.kind].place)(desk, job.case, job.arguments, Telling(queue, job, worker))
        mine = queue.finish(job.id, worker, json.dumps(found, ensure_ascii=False, allow_nan=False))
    except Dropped:
        queue.let_go(job.id, worker)
        return
    except TertiusError as error:
        failure = failure_of(error)
    except Exception as error:
        log.exception("job %s (%s of %s) failed", job.id, job.kind, job.case)
        failure = unexpected(job.kind, error)
    else:
        if not mine:
            queue.let_go(job.id, worker)
        return
    _insist(lambda: queue.fail(job.id, worker, failure))
    queue.let_go(job.id, worker)  # where it was cancelled meanwhile


def _insist(write: Callable[[], object]) -> None:
    """Write, and again a little later where the disk is full or the file held. Raises ArchiveError at last."""
    for seconds in RETRIES:
        try:
            write()
        except ArchiveError:
            time.sleep(seconds)
        else:
            return
    write()


def _end_with_the_server() -> None:
    with suppress(OSError, ValueError):
        while sys.stdin.buffer.read(4096):
            pass
    os._exit(0)  # wherever the work is: its job waits again


def main(folder: str, name: str, memory: str, kinds: str, desk: str, warm: str) -> None:
    """Take jobs until the server ends, or until one is done after which too much memory was held."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to hear
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s")
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(NICE)
    limit_memory(int(memory))
    place = Path(folder)
    with say_alive(place, name):
        queue, table, opened = Queue(place), named(kinds), named(desk)(place)
        if warm:
            named(warm)(opened)
        while True:
            job = queue.take(name)
            if job is None:
                time.sleep(LOOKS)
                continue
            work(queue, job, name, opened, table)
            if most_held() > min(MOST_HELD, int(memory) // 2):  # after a job: what is warm may be half of a small share
                return


if __name__ == "__main__":
    main(*sys.argv[1:])
    logging.shutdown()
    os._exit(0)  # the thread that waits for the server holds standard input, on which Python would abort
