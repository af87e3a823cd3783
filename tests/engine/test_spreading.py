"""Sweeps, sensitivity, causes and hindcasts: threads, processes and the workers of a cluster give the same bits."""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from tests.impact.levies import LEVY, layout

import tertius
from tertius.engine import Options, workers
from tertius.engine.executors import How, worker_pool
from tertius.engine.workers import Shared, answers
from tertius.impact import sensitivity
from tertius.impact.causes import causes
from tertius.impact.question import other_of, question_of

pytestmark = pytest.mark.usefixtures("compiled")
DATA = Path(__file__).parents[2].parent / "shared" / "data"
WAR = str(LEVY["B"])
OPTIONS = Options(futures=40, weeks=5, seed=3, threads=1)


def distributed() -> None:
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")


@pytest.fixture(scope="module", params=["processes", pytest.param("dask", marks=pytest.mark.slow)])
def pool(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Two workers."""
    if request.param == "dask":
        distributed()
    with worker_pool(How.of(request.param), 2) as opened:
        yield opened


def test_a_sweep_is_the_same_whoever_runs_its_points(pool: Executor) -> None:
    over = {"sides.A.recruitment": [100.0, 200.0, 300.0]}
    expected = tertius.sweep(WAR, over, futures=40, weeks=5)
    from tertius.api.sweeping import axes_of
    from tertius.impact.sweep import sweep

    told: list[tuple[int, int]] = []
    options = Options(futures=40, weeks=5, seed=1, threads=1)
    made = sweep(layout(), axes_of(over), options, progress=lambda *row: told.append(row), pool=pool)
    assert made.cells == expected.cells
    assert told == [(40, 120), (80, 120), (120, 120)]


def test_sensitivity_is_the_same_whoever_moves_quantities(pool: Executor) -> None:
    base = layout()
    other = other_of(base, question_of(base))
    expected = sensitivity(base, other, OPTIONS, futures=8)
    assert len(expected.movements) > 3
    assert asdict(sensitivity(base, other, OPTIONS, futures=8, pool=pool)) == asdict(expected)


@pytest.mark.parametrize("exact", [0, 20])
def test_causes_are_the_same_whoever_runs_the_games(pool: Executor, exact: int) -> None:
    base = layout()
    few = {"futures": 40, "most_exact": exact}
    assert causes(base, OPTIONS, **few, pool=pool) == causes(base, OPTIONS, **few)  # type: ignore[arg-type]


@pytest.mark.skipif(not (DATA / "history").is_dir(), reason="the files of past wars are not here")
def test_a_hindcast_is_the_same_whoever_runs_the_wars(pool: Executor, tmp_path: Path) -> None:
    from tertius.forecasts.workers import working_by

    expected = tertius.hindcast(DATA, "Falkland Islands", futures=50)
    with working_by(pool):
        made = tertius.hindcast(DATA, "Falkland Islands", futures=50)
    assert made == expected


def test_the_front_takes_an_executor_and_refuses_another() -> None:
    over = {"sides.A.recruitment": [100.0, 200.0]}
    by_threads = tertius.sweep(WAR, over, futures=20, weeks=4)
    by_processes = tertius.sweep(WAR, over, futures=20, weeks=4, executor="processes", threads=2)
    assert by_threads.cells == by_processes.cells
    for ask in (
        lambda: tertius.sweep(WAR, over, futures=20, weeks=4, executor="proceses"),
        lambda: tertius.causes(WAR, futures=20, weeks=4, executor="proceses"),
        lambda: tertius.hindcast(DATA, executor="proceses"),
    ):
        with pytest.raises(tertius.errors.OptionError, match="threads, processes, dask"):
            ask()


def test_what_questions_share_is_written_once() -> None:
    class Counted:
        written = 0

        def __reduce__(self) -> tuple[type[int], tuple[int]]:
            Counted.written += 1
            return int, (7,)

    import pickle

    shared = Shared(Counted())
    copies = [pickle.loads(pickle.dumps(shared)) for _ in range(5)]
    assert Counted.written == 1
    assert {copy.held for copy in copies} == {7}
    assert len({id(copy) for copy in copies}) == 1  # read once, too


def test_no_more_questions_are_out_than_a_cluster_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "AHEAD", 3)
    asked: list[int] = []

    def questions() -> Iterator[int]:
        for number in range(20):
            asked.append(number)
            yield number

    with worker_pool(How("threads"), 2) as opened:
        for place, answer in enumerate(answers(opened, np.negative, questions())):
            assert answer == -place
            assert len(asked) <= place + 3
    assert len(asked) == 20
