"""Workers: same bits for any number, a killed one is said, no orphan after Ctrl-C or a killed parent."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from tertius.engine.workers import worker_threads
from tertius.errors import Interrupted
from tertius.forecasts.automatic import arima_draws, automatic_paths
from tertius.forecasts.workers import answers, worker_processes

TWO = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is started with Ctrl-C ignored
from tertius.forecasts.workers import answers, worker_processes
if __name__ == "__main__":
    with worker_processes(2) as pool:
        for process in answers(pool, abs, range(4)):
            pass
        import multiprocessing
        print(*[child.pid for child in multiprocessing.active_children()], flush=True)
        list(answers(pool, time.sleep, [120, 120]))
"""


def test_processes_answer_in_order_and_are_gone_afterwards() -> None:
    """That a backtest has the same bits by them: tests/engine/test_spreading.py."""
    before = set(multiprocessing.active_children())
    with worker_processes(2) as pool:
        assert list(answers(pool, abs, range(-4, 0))) == [4, 3, 2, 1]
        assert set(multiprocessing.active_children()) > before
    assert set(multiprocessing.active_children()) == before


def test_linear_algebra_has_one_thread_in_every_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """More would sum in another order, and other bits would come of it."""
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    ours = threadpool_info()
    with threadpool_limits(2):
        assert {each["num_threads"] for each in threadpool_info()} == {2}
        with worker_threads(2) as threads:
            assert {each["num_threads"] for each in threads.submit(threadpool_info).result()} == {1}
        assert {each["num_threads"] for each in threadpool_info()} == {2}
    assert threadpool_info() == ours
    with worker_processes(2) as processes:
        there = processes.submit(threadpool_info).result()
    assert {each["num_threads"] for each in there} == {1}
    assert {each["user_api"] for each in there} >= {"blas"}


def test_a_killed_worker_is_said_with_the_way_on() -> None:
    with pytest.raises(Interrupted, match="--work"), worker_processes(2) as pool:
        list(answers(pool, os._exit, [9, 9]))


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_its_parent(tmp_path: Path, by: signal.Signals) -> None:
    script = tmp_path / "two.py"
    script.write_text(TWO)
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert workers
        time.sleep(0.5)
        parent.send_signal(by)
        parent.wait(120)
        ends = time.monotonic() + 30
        while any(Path(f"/proc/{pid}").exists() and not zombie(pid) for pid in workers):
            assert time.monotonic() < ends, "a worker lives on"
            time.sleep(0.1)


def zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_automatic_models_take_a_series_with_a_long_gap() -> None:
    pytest.importorskip("statsforecast")
    known = np.concatenate([np.random.default_rng(1).normal(4, 2, 20), np.full(150, np.nan), [4.0]])
    for drawn in automatic_paths(known, 4, 50, 1, "level").values():
        assert np.isfinite(drawn).all()


@pytest.mark.parametrize("weeks", [9, 60])
def test_our_draws_of_an_arima_follow_its_own_forecast(weeks: int) -> None:
    models = pytest.importorskip("statsforecast.models")
    rng = np.random.default_rng(3)
    fitted = models.AutoARIMA().fit(np.cumsum(rng.normal(0, 5, weeks)) + rng.normal(0, 9, weeks))
    told = fitted.predict(h=6, level=[80])
    drawn = arima_draws(fitted, 6, 20_000, key=1)
    spread = (told["hi-80"] - told["lo-80"]) / 2 / 1.2816
    error = 4 / np.sqrt(20_000)
    assert np.all(np.abs(drawn.mean(axis=0) - told["mean"]) < error * spread)
    assert np.all(np.abs(drawn.std(axis=0) / spread - 1) < error)
    flat = arima_draws(models.AutoARIMA().fit(np.full(20, 3.0)), 4, 5, key=1)
    np.testing.assert_array_equal(flat, np.full((5, 4), 3.0))
