"""Whoever computes: threads, processes and the workers of a cluster give the same bits."""

import socket
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from tests.forecasts import test_backtest as backtests
from tests.impact.levies import LEVY, layout

import tertius
from tertius.engine import Layout, Options, arm, run, spread, workers
from tertius.engine.executors import How, worker_pool
from tertius.engine.spread import run_by
from tertius.engine.workers import Shared, answers
from tertius.impact import sensitivity
from tertius.impact.causes import causes
from tertius.impact.making import make_answer
from tertius.impact.question import other_of, question_of
from tertius.impact.written import plain_data
from tertius.world import load_scenario

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
    # Another run's cluster may have Dask's usual port: a warning of it, an error here, would break a run.
    with socket.socket() as taken:
        with suppress(OSError):
            taken.bind(("127.0.0.1", 8787))
            taken.listen()
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


def _note(told: list[int], done: int, total: int) -> None:
    assert total == 90
    told.append(done)


@pytest.mark.parametrize("outputs", [(), None, ("world.ended", "theatres.ridge.area")])
def test_an_ensemble_is_the_same_whoever_runs_its_futures(
    pool: Executor, monkeypatch: pytest.MonkeyPatch, outputs: tuple[str, ...] | None
) -> None:
    options = Options(futures=90, weeks=5, seed=3, threads=1, block=20, outputs=outputs)
    war = layout()
    kept = len(war.places) if outputs is None else len(outputs)
    for most in (1_000_000_000, 4 * 6 * max(1, kept) * 30):  # of 30 futures alone: whole blocks, a part of one, none
        monkeypatch.setattr(arm, "EVERYTHING_BYTES", most)
        expected, told = run(war, options), []
        made = run_by(pool, war, options, partial(_note, told))
        assert told == [20, 40, 60, 80, 90]
        assert (made.kept, made.asked, made.label) == (expected.kept, expected.asked, expected.label)
        assert made.layout is war
        for name in ("samples", "everything", "trajectories"):
            one, two = getattr(made, name), getattr(expected, name)
            assert one.shape == two.shape
            assert np.array_equal(one, two), name
            assert one.dtype == two.dtype
        for path, values in expected.parameters.items():
            assert np.array_equal(made.parameters[path], values), path


def test_storylines_signs_and_hypotheses_are_the_same_whoever_runs_their_futures(pool: Executor) -> None:
    from tertius.impact.storylines import storylines
    from tertius.impact.telling import telling
    from tertius.impact.watching import watchlists

    war, options = Layout.of(load_scenario("river-war")), Options(futures=400, weeks=8, seed=3, threads=1)
    for ask in (storylines, watchlists, telling):
        assert ask(war, options, pool=pool) == ask(war, options)  # type: ignore[operator]


def test_a_brief_is_the_same_whoever_moves_quantities_and_shares_out(pool: Executor) -> None:
    base = layout()
    told = [
        make_answer(base, question_of(base), OPTIONS, splits=("mechanisms",), pool=working).answer
        for working in (pool, None)
    ]
    assert told[0].sensitivity is not None
    assert told[0].causes
    assert plain_data(told[0]) == plain_data(told[1])


def test_ctrl_c_keeps_the_futures_that_came(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(done: int, total: int) -> None:
        if done >= 40:
            raise KeyboardInterrupt

    options = Options(futures=90, weeks=5, seed=3, threads=1, block=20)
    with worker_pool(How("threads"), 1) as opened:
        made = run_by(opened, layout(), options, interrupt)
        assert made.trajectories.tolist() == list(range(40))
        assert not made.complete

        def stopped(*_: object) -> Iterator[object]:
            raise KeyboardInterrupt
            yield

        monkeypatch.setattr(spread, "answers", stopped)
        with pytest.raises(tertius.errors.Interrupted, match="before the first block"):
            run_by(opened, layout(), options)


@pytest.fixture(scope="module")
def falklands() -> object:
    """The hindcast of one war, by threads."""
    return tertius.hindcast(DATA, "Falkland Islands", futures=50)


@pytest.mark.skipif(not (DATA / "history").is_dir(), reason="the files of past wars are not here")
def test_a_hindcast_is_the_same_whoever_runs_the_wars(pool: Executor, falklands: object) -> None:
    from tertius.forecasts.workers import working_by

    with working_by(pool):
        made = tertius.hindcast(DATA, "Falkland Islands", futures=50)
    assert made == falklands


def test_a_backtest_is_the_same_whoever_fits(pool: Executor, tmp_path: Path) -> None:
    war = Layout.of(load_scenario("ukraine-2024").without_fit())
    data = backtests.write(tmp_path / "data", backtests.made_up())
    plan = replace(backtests.PLAN, last=date(2023, 12, 1))
    expected = backtests.samples(war, data, plan, threads=1)
    assert backtests.same(backtests.samples(war, data, plan, executor=pool), expected)


def test_the_front_takes_an_executor_and_refuses_another() -> None:
    over = {"sides.A.recruitment": [100.0, 200.0]}
    by_threads = tertius.sweep(WAR, over, futures=20, weeks=4)
    by_processes = tertius.sweep(WAR, over, futures=20, weeks=4, executor="processes", threads=2)
    assert by_threads.cells == by_processes.cells
    for ask in (
        lambda: tertius.sweep(WAR, over, futures=20, weeks=4, executor="proceses"),
        lambda: tertius.causes(WAR, futures=20, weeks=4, executor="proceses"),
        lambda: tertius.hindcast(DATA, executor="proceses"),
        lambda: tertius.brief(WAR, futures=20, weeks=4, executor="proceses"),
        lambda: tertius.storylines("river-war", futures=400, weeks=8, executor="proceses"),
        lambda: tertius.indicators("river-war", futures=400, weeks=8, executor="proceses"),
        lambda: tertius.hypotheses("river-war", futures=400, weeks=8, executor="proceses"),
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
