"""The crew: the workers of one server, kept in number, killed where a job is cancelled, replaced where they die."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from uuid import uuid4

from tertius.errors import ArchiveError
from tertius.web.jobs.queue import Queue

LOOKS: Final = 0.1  # seconds between two looks at the workers
SWEEPS: Final = 1.0  # seconds between two looks for jobs that a server left behind
GRACE: Final = 1.0  # seconds in which a worker may let a cancelled job go by itself, and stay warm
LONGEST_WAIT: Final = 30.0  # seconds before a worker is started anew that keeps dying at once
LARGEST: Final = 2**60  # bytes of a worker without a limit
log = logging.getLogger("tertius.jobs")


@dataclass
class _Worker:
    name: str
    process: subprocess.Popen[bytes]
    began: float
    dropping: dict[str, float] = field(default_factory=dict)  # id of a cancelled job -> when that was seen


class Crew:
    """Workers that take the jobs of a folder's queue for as long as the crew stands.

    Args:
        folder: the data folder.
        workers: how many jobs run at once.
        kinds: MODULE:NAME of the table of kinds.
        desk: MODULE:NAME of the function that opens the desk of a folder.
        warm: MODULE:NAME of a function of the desk that a worker calls before its first job; empty for none.
        memory: bytes that the workers may use together; each has an equal share.

    A crew that is left, killed or not, takes its workers with it; what they were at waits for the next crew.
    """

    def __init__(
        self,
        folder: Path,
        workers: int = 1,
        kinds: str = "tertius.web.jobs.kinds:KINDS",
        desk: str = "tertius.web.desk:Desk",
        warm: str = "tertius.web.jobs.asking:warm",
        memory: float = inf,
    ) -> None:
        self._folder, self._count = folder, workers
        share = min(memory / max(1, workers), float(LARGEST))
        self._arguments = (str(int(share)), kinds, desk, warm)
        self._queue = Queue(folder)
        self._stopped = threading.Event()
        self._workers: list[_Worker] = []
        self._deaths = 0  # one after the other, each soon after its start
        self._next = 0.0
        self._thread = threading.Thread(target=self._watch, name="crew", daemon=True)

    def start(self) -> Self:
        """Start the workers, and let jobs wait again that a server before left behind."""
        self._queue.sweep()
        self._fill()
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the workers; what they were at waits again."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        for worker in self._workers:
            _end(worker.process)
        self._workers.clear()
        with suppress(ArchiveError):
            self._queue.sweep()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def processes(self) -> tuple[int, ...]:
        """Process ids of the workers."""
        return tuple(worker.process.pid for worker in self._workers)

    def _watch(self) -> None:
        swept = time.monotonic()
        while not self._stopped.wait(LOOKS):
            if not self._folder.is_dir():
                self._wait_for_the_folder()
                continue
            try:
                for worker in tuple(self._workers):
                    self._look_at(worker)
                self._fill()
                if time.monotonic() - swept > SWEEPS:
                    self._queue.sweep()
                    swept = time.monotonic()
            except (ArchiveError, OSError) as error:
                log.error("jobs are not looked after: %s", error)
                self._stopped.wait(1.0)

    def _look_at(self, worker: _Worker) -> None:
        code = worker.process.poll()
        if code is not None:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            self._queue.fell(worker.name, how)
            self._workers.remove(worker)
            _close(worker.process)
            if code == 0:
                log.info("a worker has held much memory and ended; another starts")
                return
            early = time.monotonic() - worker.began < LONGEST_WAIT
            self._deaths = self._deaths + 1 if early else 1
            self._next = time.monotonic() + (0.0 if self._deaths < 3 else min(LONGEST_WAIT, 2.0 ** (self._deaths - 3)))
            log.error("a worker ended (%s); another starts", how)
            return
        at = time.monotonic()
        dropped = self._queue.dropped(worker.name)
        worker.dropping = {job: worker.dropping.get(job, at) for job in dropped}
        if any(at - seen > GRACE for seen in worker.dropping.values()):
            _end(worker.process)
            for job in dropped:
                self._queue.let_go(job, worker.name)
            self._workers.remove(worker)

    def _wait_for_the_folder(self) -> None:
        """End the workers, which would make it anew, and wait until it is back; what they were at waits again then."""
        log.error("the data folder is not there any more; jobs wait until it is put back")
        for worker in self._workers:
            _end(worker.process)
        self._workers.clear()
        while not self._folder.is_dir() and not self._stopped.wait(SWEEPS):
            pass

    def _fill(self) -> None:
        while len(self._workers) < self._count and time.monotonic() >= self._next:
            name = uuid4().hex
            command = [sys.executable, "-m", "tertius.web.jobs.worker", str(self._folder), name, *self._arguments]
            process = subprocess.Popen(command, stdin=subprocess.PIPE)
            self._workers.append(_Worker(name, process, time.monotonic()))


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    _close(process)


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
