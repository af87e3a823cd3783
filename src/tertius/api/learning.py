"""Learn from data, score past forecasts, and look past wars up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius.api.calls import Watch, front, stage
from tertius.api.places import check_folder, write_whole
from tertius.api.war import Named, opened
from tertius.defaults import FUTURES, SEED, THREADS
from tertius.engine import Layout, Options
from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.forecasts.backtest import Backtest
    from tertius.forecasts.decisions import DecisionScores
    from tertius.reference import Decisions

HORIZONS = (1, 4, 13, 26, 52)


@front
def fit(
    scenario: Named,
    data: str | Path,
    out: str | Path | None = None,
    *,
    rows: int = 400,
    every: int = 1,
    seed: int = SEED,
    threads: int = THREADS,
    executor: str = "processes",
    work: str | Path | None = None,
    progress: Watch | None = None,
) -> dict[str, Any]:
    """Learn the laws' parameters from data up to the scenario's date.

    A fit that was interrupted goes on where it stopped when it is called again with the same `out` or `work`.

    Args:
        scenario: a shipped name, a file, or a loaded scenario, with observations; a fit that it names is not used.
        data: folder of data files, or a store of `tertius data`.
        out: file to write, ending in .fit.json; a scenario beside it uses it with the line `fit: NAME.fit.json`.
        rows: posterior rows kept of each structure.
        every: weeks between the origins whose scores give the weights.
        seed: same seed, same numbers, bit for bit.
        threads: workers of this machine; 0 is one for each processor. Changes no number.
        executor: who works: 'processes', 'threads', 'dask' or 'dask:ADDRESS'. Changes no number.
        work: folder for pieces; else beside `out`.
        progress: called with (stage, done, of how many).

    Returns:
        The content of the file: posterior rows, weights, diagnostics, what the data say nothing of, notes.

    Raises:
        DataError: data that cannot be used. OptionError: a value out of range, or a scenario without observations.

    Example:
        tertius.fit("my-war.yaml", "my-data", "my-war.fit.json")
    """
    from tertius.engine.executors import How, worker_pool
    from tertius.forecasts.fitting import fit_scenario, fit_text
    from tertius.forecasts.pieces import Pieces
    from tertius.forecasts.plan import Plan

    options, how = Options(seed=seed, threads=threads), How.of(executor)
    layout = _without_fit(scenario)
    target = None if out is None else Path(out)
    if target is not None and (target.is_dir() or not target.name.endswith(".fit.json")):
        raise OptionError("--out", str(target), "a file that ends in .fit.json", "name one, such as my-war.fit.json")
    pieces = None if work is None else Path(work)
    if pieces is None and target is not None:
        pieces = target.with_name(f".{target.name}.pieces")
    check_folder("--out", None if target is None else target.parent, own=False)
    check_folder("--work", None if work is None else Path(work))
    bar = stage(progress, "past origins")
    with worker_pool(how, options.workers) as pool:
        told = fit_scenario(
            layout, Path(data), options.seed, rows, plan=Plan(every=every), work=pieces, progress=bar, executor=pool
        )
    if target is not None:
        write_whole(target, fit_text(told), ", the pieces are kept")
        if work is None and pieces is not None:
            Pieces(pieces, "").clear()
    return told


@front
def backtest(
    scenario: Named,
    data: str | Path,
    first: date | None = None,
    last: date | None = None,
    *,
    every: int = 1,
    horizons: Sequence[int] = HORIZONS,
    paths: int = 800,
    automatic: bool = True,
    seed: int = SEED,
    threads: int = THREADS,
    executor: str = "processes",
    work: str | Path | None = None,
    progress: Watch | None = None,
) -> Backtest:
    """Forecast from past dates on what was known then, and score what came: ours beside simple forecasters.

    Args:
        scenario: a shipped name, a file, or a loaded scenario, with observations; a fit that it names is not used.
        data: folder of data files, or a store of `tertius data`.
        first, last: first and last origin; else as far as the data go.
        every: weeks between origins.
        horizons: weeks ahead.
        paths: futures of a model at each origin.
        automatic: AutoARIMA and AutoETS too, where they are installed.
        seed, threads, executor, progress: as of `fit`.
        work: folder for pieces, from which an interrupted backtest goes on.

    Returns:
        Scores by model, series and horizon, weights, notes, and the hashes of the data.

    Raises:
        DataError: nothing can be scored. OptionError: a value out of range, or a scenario without observations.

    Example:
        tertius.backtest("my-war.yaml", "my-data", date(2023, 7, 2), date(2024, 10, 27))
    """
    from tertius.engine.executors import How, worker_pool
    from tertius.forecasts.backtest import run_backtest
    from tertius.forecasts.plan import Plan

    options, how = Options(seed=seed, threads=threads), How.of(executor)
    plan = Plan(
        first=first,
        last=last,
        every=every,
        horizons=tuple(horizons),
        paths=paths,
        seed=options.seed,
        automatic=automatic,
    )
    folder = None if work is None else Path(work)
    check_folder("--work", folder)
    layout, bar = _without_fit(scenario), stage(progress, "origins")
    with worker_pool(how, options.workers) as pool:
        return run_backtest(layout, Path(data), plan, work=folder, progress=bar, executor=pool)


@front
def backtest_decisions(
    scenario: Named, *, seed: int = SEED, ledger: str | None = None, progress: Watch | None = None
) -> DecisionScores:
    """Forecast states' steps from past dates on what was on record then, and score what came.

    Args:
        scenario: a shipped name, a file, or a loaded scenario, with a section `record`.
        seed: of the bootstrap.
        ledger: address of a ledger in which the forecasts are sealed and settled, '' for the user's own; else in none.
        progress: as of `fit`.

    Returns:
        Log and Brier scores of the pool, its laws and three baselines: overall, by class and by horizon, with errors;
        reliability; weights of the laws.

    Raises:
        DataError: no steps on record, or a ledger that refuses. OptionError: a record too short for an origin.

    Example:
        tertius.backtest_decisions("my-war.yaml").weights
    """
    from tertius.forecasts.decisions import forecast_steps, score_decisions

    record = opened(scenario).record
    told = forecast_steps(record, stage(progress, "origins"))
    if ledger is not None:
        from contextlib import closing

        from tertius.forecasts.ledger.database import Ledger
        from tertius.forecasts.ledger.settled import seal_decisions

        with closing(Ledger(ledger, create=True)) as held:
            seal_decisions(held, record, told)
    return score_decisions(told, seed)


@front
def fit_decisions(
    scenario: Named, out: str | Path | None = None, *, until: Sequence[date] = ()
) -> tuple[Decisions, ...]:
    """Learn class rates of states' steps, and how steps answer to steps, from a scenario's record.

    Args:
        scenario: as of `backtest_decisions`.
        out: file to write; none where it is left out.
        until: days up to which the record is read, a fit each; by default the as-of date.

    Returns:
        The fits, as `tertius.reference` reads them.

    Raises:
        DataError: no steps on record by a day.

    Example:
        tertius.fit_decisions("my-war.yaml")[0].rates.up.classes["sanctions"]
    """
    from tertius.inference.decisions import fit_decisions as fit_to_record
    from tertius.reference.decisions import written

    record = opened(scenario).record
    late = [day for day in until if day > record.as_of]
    if late:
        raise OptionError("--until", str(late[0]), f"a day up to the as-of date, {record.as_of}", "give an earlier one")
    found = tuple(fit_to_record(record, day) for day in (until or (record.as_of,)))
    if out is not None:
        write_whole(Path(out), written(found))
    return found


@front
def analogues(scenario: Named, data: str | Path | None = None, count: int = 10) -> dict[str, Any]:
    """Past wars and entries most like the case, what happened next, and how often things followed in all past wars.

    Args:
        scenario: a shipped name, a file, or a loaded scenario, with relations.
        data: folder of the history data; without it, only rates over all past wars.
        count: how many past wars and entries.

    Returns:
        `classes`: shares over all past wars, by reference class; `knows_later`: whether wars after the scenario's day
        are among them; with data, the wars and entries most like the case.

    Raises:
        ScenarioError: as of `load`. DataError: data that cannot be used.

    Example:
        >>> sorted(tertius.analogues("river-war"))
        ['classes', 'knows_later', 'scenario']
    """
    from tertius.history.analogues import analogues_data, find_analogues, shares_data
    from tertius.history.reference import shipped_reference

    record = opened(scenario).record
    fitted = shipped_reference()
    told: dict[str, Any] = {
        "scenario": record.name,
        "classes": shares_data(fitted.classes),
        "knows_later": fitted.before > record.as_of.year,
    }
    return told if data is None else told | analogues_data(find_analogues(record, Path(data), count))


def _without_fit(scenario: Named) -> Layout:
    """The scenario without the fit that it may name: a backtest or another fit starts from the priors."""
    war = opened(scenario)
    return Layout.of(war.record.without_fit(), war.settings)


@front
def hindcast(
    data: str | Path | None = None,
    wars: str | None = None,
    *,
    train_before: int = 1950,
    to: int = 1989,
    train_data: str | Path | None = None,
    futures: int = FUTURES,
    seed: int = SEED,
    threads: int = THREADS,
    executor: str = "threads",
    keep: str | Path | None = None,
    ledger: str | None = None,
    progress: Watch | None = None,
) -> dict[str, Any]:
    """Make past wars from what was known at their start, run them, and score what is said of them.

    Args:
        data: folder of the files of past wars (docs/hindcast.md); without it the table that comes with the package.
        wars: numbers or names of wars, parted by commas; else all that began in the years.
        train_before: learn from what was over before this year; the first year of the scored wars.
        to: last year in which a scored war began.
        train_data: folder of the files to learn from; else `data`.
        futures: simulated courses of each war.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        executor: who works: 'threads', 'processes', 'dask' or 'dask:ADDRESS'. Changes no number.
        keep: file to keep finished wars in; an interrupted run goes on there.
        ledger: address of a ledger in which the forecasts are sealed and settled, '' for the user's own; else in none.
        progress: called with (stage, done, of how many).

    Returns:
        Scores beside the best simple forecaster's, reliability, what was missed, every war, and how it was made.

    Raises:
        DataError: files that cannot be used. OptionError, UnknownName: a value out of range, a war that is not there.
        ArchiveError: `keep` is of another run.

    Example:
        tertius.hindcast("my-data", "Korean", keep="work.jsonl")
    """
    from tertius.engine.executors import How, pool_or_threads
    from tertius.forecasts.hindcast.hindcasting import Settings
    from tertius.forecasts.hindcast.hindcasting import hindcast as run
    from tertius.forecasts.hindcast.table import table_of
    from tertius.forecasts.workers import working_by
    from tertius.history.hindcasts import shipped_hindcast

    how = How.of(executor)
    if data is None:
        asked = {"wars": wars, "train_data": train_data, "keep": keep, "ledger": ledger}
        for name, value in asked.items():
            if value is not None:
                raise OptionError(f"{name} of hindcast()", value, "with data, a folder", "give data, or leave it out")
        return dict(shipped_hindcast())
    learnt_on = None if train_data is None else Path(train_data)
    settings = Settings(Path(data), wars, train_before, to, learnt_on, futures, seed)
    kept = None if keep is None else Path(keep)
    options = Options(threads=threads)
    with pool_or_threads(how, options.workers) as pool, working_by(pool):
        found = run(settings, kept, options.threads, stage(progress, "wars"))
    if ledger is not None:
        from contextlib import closing

        from tertius.forecasts.ledger.database import Ledger
        from tertius.forecasts.ledger.settled import seal_hindcast

        with closing(Ledger(ledger, create=True)) as held:
            seal_hindcast(held, found)
    return table_of(found)
