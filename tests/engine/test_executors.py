"""Threads, processes and Dask workers give the same bits, though workers are killed and schedulers start again."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import tertius
from tertius.engine import pieces
from tertius.engine.executors import How
from tertius.errors import OptionError

SOURCES = Path(tertius.__file__).parents[1]
FUTURES, WEEKS = 1600, 12


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of 100 futures."""
    monkeypatch.setattr(pieces, "MOST_PIECE", 100)


@pytest.fixture(scope="module")
def expected(compiled: None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of the run by threads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "MOST_PIECE", 100)
        return run(tmp_path_factory.mktemp("threads") / "run")


def run(folder: Path, executor: str = "threads", threads: int = 2) -> str:
    made = tertius.stream("river-war", folder, futures=FUTURES, weeks=WEEKS, executor=executor, threads=threads)
    return made.digest


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_of_any_number_give_the_same_bits(tmp_path: Path, expected: str, threads: int) -> None:
    assert run(tmp_path / "run", threads=threads) == expected


def test_processes_give_the_same_bits_and_a_killed_one_is_replaced(tmp_path: Path, expected: str) -> None:
    import multiprocessing

    said: list[str] = []
    before = set(multiprocessing.active_children())

    def kill(stage: str, done: int, total: int) -> None:
        workers = set(multiprocessing.active_children()) - before
        if done >= FUTURES // 3 and not said and workers:
            os.kill(min(worker.pid or 0 for worker in workers), signal.SIGKILL)

    words = {"futures": FUTURES, "weeks": WEEKS, "executor": "processes", "threads": 2}
    made = tertius.stream("river-war", tmp_path / "run", progress=kill, say=said.append, **words)  # type: ignore[arg-type]
    assert made.digest == expected
    assert said
    assert all("tried again" in line for line in said)


@pytest.mark.parametrize("text", ["dsk", "threads:4", ":", "", "processes:tcp://h:1", "threads:", "dask:", "dask: "])
def test_other_executors_are_refused(text: str) -> None:
    with pytest.raises(OptionError, match="threads, processes, dask"):
        How.of(text)


def test_an_empty_address_is_no_cluster_of_its_own() -> None:
    with pytest.raises(OptionError, match="or dask alone for workers of its own"):
        How.of("dask:")
    assert How.of("dask") == How("dask", "")
    assert How.of("dask:tcp://10.0.0.1:8786").address == "tcp://10.0.0.1:8786"


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def begun(*words: object, path: Path = SOURCES, **settings: str) -> subprocess.Popen[bytes]:
    """A process of Dask's command line, whose workers have Tertius from `path` and pieces of our size."""
    told = {**os.environ, "PYTHONPATH": str(path), **settings}
    line = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler" if words[0] == "scheduler" else "distributed.cli.dask_worker",
    ]
    return subprocess.Popen(
        [*line, *map(str, words[1:])], env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler (the first process) and workers without nannies."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    held = [scheduler(port), *(worker(address, f"w{number}") for number in range(workers))]
    try:
        yield address, held
    finally:
        end(held)


def end(held: list[subprocess.Popen[bytes]]) -> None:
    for process in held:
        process.kill()
        process.wait()


def scheduler(port: int, **settings: str) -> subprocess.Popen[bytes]:
    return begun("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", **settings)


def worker(address: str, name: str, path: Path = SOURCES) -> subprocess.Popen[bytes]:
    words = ("--nthreads", 1, "--no-nanny", "--no-dashboard", "--name", name, "--death-timeout", 120)
    return begun("worker", address, *words, path=path)


@pytest.mark.slow
def test_dask_gives_the_same_bits_though_workers_and_scheduler_die(tmp_path: Path, expected: str) -> None:
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with cluster(2) as (address, held):
        done: list[str] = []

        def disturb(stage: str, count: int, total: int) -> None:
            if count >= FUTURES // 4 and not done:
                done.append("worker")
                held[1].kill()
                held.append(worker(address, "late"))
            if count >= FUTURES // 2 and len(done) == 1:
                done.append("scheduler")
                held[0].kill()
                held[0].wait()
                held.append(scheduler(int(address.rpartition(":")[2])))
                # A worker that had joined ends with its scheduler (Dask's rule); a deployment starts it again.
                held.append(worker(address, "after"))

        words = {"futures": FUTURES, "weeks": WEEKS, "executor": f"dask:{address}"}
        made = tertius.stream("river-war", tmp_path / "run", progress=disturb, **words)  # type: ignore[arg-type]
    assert done == ["worker", "scheduler"]
    assert made.digest == expected


class Wire:
    """A way to a port of this machine that can be cut: what is sent is swallowed then, and nobody is told."""

    def __init__(self, port: int) -> None:
        self.port, self.is_cut = port, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.port))
                except OSError:  # nobody is there yet
                    near.close()
                    continue
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while sent := one.recv(65536):
                if not self.is_cut.is_set():
                    other.sendall(sent)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.close()


@pytest.fixture(scope="module")
def steady(compiled: None) -> Iterator[tuple[str, int]]:
    """The address and port of a scheduler with one worker, which stays; tests take the workers that they add away.

    After five seconds without a heartbeat a worker counts as lost (five minutes by default).
    """
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    held = [scheduler(port, DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="5s"), worker(address, "stays")]
    try:
        yield address, port
    finally:
        end(held)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["stopped", "cut"])
def test_a_worker_that_falls_silent_is_done_without(
    tmp_path: Path, expected: str, steady: tuple[str, int], how: str
) -> None:
    address, port = steady
    wire = Wire(port)
    quiet = worker(wire.address, "silent")
    try:
        wait_for(address, 2)
        silent: list[int] = []

        def silence(stage: str, count: int, total: int) -> None:
            if count >= FUTURES // 4 and not silent:
                silent.append(count)
                wire.is_cut.set()
                if how == "stopped":
                    quiet.send_signal(signal.SIGSTOP)

        words = {"futures": FUTURES, "weeks": WEEKS, "executor": f"dask:{address}"}
        made = tertius.stream("river-war", tmp_path / "run", progress=silence, **words)  # type: ignore[arg-type]
        assert silent
        assert silent[0] < FUTURES
        assert made.digest == expected
    finally:
        wire.listener.close()
        end([quiet])
    wait_for(address, 1)


@pytest.mark.slow
def test_workers_of_another_version_are_refused_by_name(tmp_path: Path, expected: str, steady: tuple[str, int]) -> None:
    address, _ = steady
    copy = shutil.copytree(
        SOURCES / "tertius", tmp_path / "old" / "tertius", ignore=shutil.ignore_patterns("__pycache__")
    )
    changed = copy / "engine" / "sampling.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "# another\n", encoding="utf-8")
    other = worker(address, "olive", tmp_path / "old")
    try:
        wait_for(address, 2)
        with pytest.raises(OptionError, match=r"olive at tcp.*code") as refused:
            run(tmp_path / "run", f"dask:{address}")
        assert "stays" not in str(refused.value)
    finally:
        end([other])
    wait_for(address, 1)
    assert tertius.resume(tmp_path / "run", executor=f"dask:{address}").digest == expected


def wait_for(address: str, workers: int) -> None:
    import distributed

    with distributed.Client(address, timeout=60, set_as_default=False) as client:
        ends = time.monotonic() + 120
        while len(client.scheduler_info()["workers"]) != workers:
            assert time.monotonic() < ends
            time.sleep(0.1)


def test_a_scheduler_that_does_not_answer_is_said(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with pytest.raises(OptionError, match="a Dask scheduler that answers"):
        tertius.stream("river-war", tmp_path / "run", futures=40, weeks=4, executor="dask:not-an-address")
    assert threading.active_count() < 50
