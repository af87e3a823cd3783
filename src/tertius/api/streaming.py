"""Runs in pieces: any number of futures in memory that does not grow, on disk as they come, resumable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius.api.calls import Watch, front, stage
from tertius.api.places import check_folder
from tertius.api.war import Named, Names, Settings, chosen_of, compared, opened, other_world
from tertius.defaults import SEED, THREADS
from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.engine.runs import Planned
    from tertius.impact.pieced import Pieced

Say = Callable[[str], None]


@front
def stream(
    scenario: Named,
    out: str | Path,
    without: Names = (),
    settings: Settings | None = None,
    mode: str = "",
    assume: Settings | None = None,
    *,
    against: Named | None = None,
    paired: bool = True,
    horizons: Sequence[int] = (),
    futures: int = 1_000_000,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    replicates: int = 4,
    executor: str = "threads",
    progress: Watch | None = None,
    say: Say | None = None,
) -> Pieced:
    """Run any number of futures in pieces that are on disk as soon as they are done, in memory that does not grow.

    Threads, processes and clusters give the same bits. Quantiles are told within 0.2% of their size; counts, means,
    errors and extremes are exact.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        out: a new folder for the run; `resume` goes on there after an interruption of any kind.
        without, settings, mode, assume, against: the two worlds, as of `compare`.
        paired: whether two worlds are compared; else one is run, as of `run`.
        horizons: weeks after which outcomes are told; else the scenario's, and the last.
        futures: how many, or how many pairs; up to 10,000,000,000.
        weeks, seed, replicates: as of `compare`.
        threads: workers of this machine; 0 is one for each processor.
        executor: 'threads', 'processes', 'dask' (workers of its own on this machine) or 'dask:ADDRESS'.
        progress: called with (stage, done, of how many).
        say: called with a line when workers were lost and are replaced.

    Returns:
        The numbers: `levels` of each world, `differences`, `to_pandas()`, and `digest`, which is the same for the same
        run.

    Raises:
        As `compare` does; ArchiveError: the folder cannot be written, or is full. MissingExtra: Dask is not installed.
        Interrupted: workers were lost again and again.

    Example:
        >>> found = tertius.stream("river-war", "my-stream", futures=40, weeks=4)
        >>> found.futures
        40
    """
    from tertius.engine.executors import How
    from tertius.engine.runs import begin
    from tertius.impact.comparison import weeks_between

    how, folder = How.of(executor), Path(out)
    check_folder("--out", folder)
    if paired:
        layouts, told = _two(compared(scenario, assume), without, mode, settings, against)
    else:
        if against is not None:
            raise OptionError("against", str(against), "two worlds", "leave paired out, or the second scenario")
        layouts, told = [other_world(opened(scenario, assume), without, mode, settings).layout], []
    last = layouts[0].scenario.weeks if weeks is None else weeks
    plan = _plan(layouts, futures, last, seed, replicates, weeks_between(layouts[0], last, horizons))
    run = begin(folder, plan, {"kind": "comparison" if paired else "run", "question": told})
    return _finished(run, how, threads, progress, say)


@front
def resume(
    folder: str | Path,
    *,
    threads: int = THREADS,
    executor: str = "threads",
    progress: Watch | None = None,
    say: Say | None = None,
) -> Pieced:
    """Go on with a run in pieces: what is on disk is not computed again, and the end is the same to the bit.

    Args:
        folder: the folder of the run.
        threads, executor, progress, say: as of `stream`; they need not be those that the run began with.

    Returns:
        The numbers of the whole run, as `stream` does; those of a run that is whole are told at once.

    Raises:
        ArchiveError: no run there, a damaged one, one of another version, one that another process works on, or a disk
            that is full. OptionError, MissingExtra, Interrupted: as of `stream`.

    Example:
        >>> found = tertius.stream("river-war", "my-run", futures=40, weeks=4)
        >>> tertius.resume("my-run").digest == found.digest
        True
    """
    from tertius.engine.executors import How
    from tertius.engine.runs import planned

    how = How.of(executor)
    return _finished(planned(Path(folder)), how, threads, progress, say)


def _finished(run: Planned, how: Any, threads: int, progress: Watch | None, say: Say | None) -> Pieced:
    """What a run says, once it is whole. Raises as `resume` does."""
    from tertius.engine import Options
    from tertius.engine.holding import held
    from tertius.engine.runs import work
    from tertius.errors import ArchiveError
    from tertius.impact.pieced import Pieced, finish

    if run.whole:
        with suppress(ArchiveError):  # it is written again from the pieces
            return Pieced.read(run)
    count, _ = Options(threads=threads).workers, run.plan  # a plan that cannot be used is refused before it is held
    with held(run.folder):
        return finish(run, work(run, how, count, say or _quiet, stage(progress, "futures")))


def _quiet(_: str) -> None:
    """Say nothing."""


def _two(
    war: Any, without: Names, mode: str, settings: Settings | None, against: Named | None
) -> tuple[list[Any], list[str]]:
    """The layouts of both worlds, and what the other changes in words. Raises as `compare` does."""
    from tertius.impact.pairing import check_pair
    from tertius.impact.question import other_of, question_of

    if against is None:
        question = question_of(war.layout, chosen_of(war, without, mode, settings), settings)
        return [war.layout, other_of(war.layout, question)], list(question.labels)
    if without or settings or mode:
        fix = "leave --without, --mode and --set out, or leave the second scenario out"
        raise OptionError("SCENARIO2", "a second scenario and events or settings", "one of the two", fix)
    other = compared(against)
    check_pair(war.layout, other.layout)
    return [war.layout, other.layout], [f"scenario {other.record.name}"]


def _plan(layouts: list[Any], futures: int, weeks: int, seed: int, replicates: int, horizons: tuple[int, ...]) -> Any:
    """What is run. Raises OptionError for a value out of range."""
    from tertius.engine import Options
    from tertius.engine.pieces import MOST, Plan

    if not isinstance(futures, int) or isinstance(futures, bool) or not 1 <= futures <= MOST:
        raise OptionError("futures", futures, f"a whole number from 1 to {MOST:,}", "choose futures in that range")
    if not layouts[0].scenario.outcomes:
        name = layouts[0].scenario.name
        raise OptionError("scenario", name, "a scenario with outcomes", "add an outcomes section")
    Options(1, weeks, seed, replicates=replicates)  # refuses the others
    return Plan(tuple(layouts), futures, weeks, seed, replicates, horizons)
