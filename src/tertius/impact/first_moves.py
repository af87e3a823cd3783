"""First moves: one state's instrument is stepped up in the first week, and what the others then do more or less often.

The same futures are run as they are and with the step forced, with the same luck; what is reported is the change of the
probability that another actor steps an instrument up (stands above its as-of level at the end of some week) in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from tertius.engine import Layout, Options, Progress, Sampled
from tertius.impact.comparison import SURE

FUTURES = 600
WEEK = 26
MOST_MOVERS = 40
BAND = 0.02
MOST_TOLD = 12
Floats = NDArray[np.float64]
Table = tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class Response:
    """What one first move changes for one instrument of another actor.

    mover       instrument that is stepped up first
    instrument  instrument that responds
    mean        change of the probability that it is stepped up in time
    error       standard error of that change
    """

    mover: str
    instrument: str
    mean: float
    error: float


@dataclass(frozen=True)
class FirstMoves:
    """What each first move changes for the others.

    futures           futures of each run
    week              weeks within which a step counts
    movers            instruments of third states, those with the largest effect on another actor first
    actors            all actors that decide
    instruments       all instruments
    by_actor          change of the probability that the actor steps up any of its instruments, a row a mover, a column
                      an actor; None for the mover's own
    actor_error       standard errors of `by_actor`
    actor_clear       whether an entry of `by_actor` lies beyond BAND and beyond chance
    by_instrument     the same as `by_actor` of each instrument, a column an instrument
    instrument_error  standard errors of `by_instrument`
    entries           pairs of first move and other actor's instrument that were compared
    bound             standard errors that a pair must pass so that 5% of such tables hold any by chance (Bonferroni)
    largest           the largest pairs beyond BAND and beyond that bound, the largest first
    """

    futures: int
    week: int
    movers: tuple[str, ...]
    actors: tuple[str, ...]
    instruments: tuple[str, ...]
    by_actor: Table
    actor_error: Table
    actor_clear: tuple[tuple[bool, ...], ...]
    by_instrument: Table
    instrument_error: Table
    entries: int
    bound: float
    largest: tuple[Response, ...]


def first_moves(
    layout: Layout, options: Options, movers: tuple[str, ...] = (), progress: Progress | None = None
) -> FirstMoves | None:
    """Force each mover's first step up in week 0; all third states' instruments that can be stepped up, unless named.

    options gives seed and threads; weeks and futures are at most WEEK and FUTURES. None where nobody can move first.
    """
    scenario = layout.scenario
    told = scenario.instruments
    lead = {side.lead for side in scenario.sides.values()}
    starts = {column.path: column.quantity.central for column in layout.columns if column.field.name == "level"}
    can = [name for name in told if starts[f"instruments.{name}.level"] < len(told[name].levels) - 1]
    chosen = movers or tuple(name for name in can if told[name].actor not in lead)[:MOST_MOVERS]
    if not chosen:
        return None
    names = tuple(told)
    actors = tuple(name for name in scenario.actors if any(one.actor == name for one in told.values()))
    few = replace(options, futures=min(FUTURES, options.futures), weeks=min(WEEK, options.weeks), replicates=1)
    outputs = [f"instruments.{name}.level" for name in names]
    arm = Sampled(layout, few)
    belongs = np.array([[told[name].actor == actor for actor in actors] for name in names])

    def rose(preset: dict[str, float]) -> NDArray[np.bool_]:
        levels = arm.outputs(outputs, preset)
        return np.asarray((levels > levels[:, :1]).any(axis=1))  # (trajectory, instrument)

    base = rose({})

    def moved(name: str) -> tuple[Floats, Floats, Floats, Floats]:
        forced = rose({f"instruments.{name}.forced_week": 0.0, f"instruments.{name}.forced_step": 1.0})
        own = belongs[:, actors.index(told[name].actor)]
        alone = [_changed(forced, base), _changed(_any(forced, belongs), _any(base, belongs))]
        for values, mine in zip(alone, (own, belongs[names.index(name)]), strict=True):
            for part in values:
                part[mine] = np.nan
        return (*alone[0], *alone[1])

    results = []
    with ThreadPoolExecutor(options.workers) as pool:
        for result in pool.map(moved, chosen):
            results.append(result)
            if progress is not None:
                progress(len(results), len(chosen))
    return _told(
        (few.futures, few.weeks), chosen, actors, names, [np.array(part) for part in zip(*results, strict=True)]
    )


def _told(
    ran: tuple[int, int],
    chosen: tuple[str, ...],
    actors: tuple[str, ...],
    names: tuple[str, ...],
    parts: Sequence[Floats],
) -> FirstMoves:
    """From futures and weeks run, and means and errors by instrument, then by actor, each of shape (mover, column)."""
    means, errors, actor_means, actor_errors = parts
    reach = np.nan_to_num(np.abs(actor_means)).max(axis=1)
    order = sorted(range(len(chosen)), key=lambda place: (-reach[place], chosen[place]))
    movers = tuple(chosen[place] for place in order)
    by_actor, actor_error = actor_means[order], actor_errors[order]
    by_instrument, instrument_error = means[order], errors[order]
    entries = int(np.isfinite(by_instrument).sum())
    bound = float(ndtri(1 - 0.025 / max(1, entries)))
    with np.errstate(invalid="ignore"):
        clear = (np.abs(by_actor) > BAND) & (np.abs(by_actor) >= SURE * actor_error)
    return FirstMoves(
        futures=ran[0],
        week=ran[1],
        movers=movers,
        actors=actors,
        instruments=names,
        by_actor=_table(by_actor),
        actor_error=_table(actor_error),
        actor_clear=tuple(tuple(row) for row in clear.tolist()),
        by_instrument=_table(by_instrument),
        instrument_error=_table(instrument_error),
        entries=entries,
        bound=bound,
        largest=_largest(movers, names, by_instrument, instrument_error, bound),
    )


def _largest(
    movers: tuple[str, ...], instruments: tuple[str, ...], means: Floats, errors: Floats, bound: float
) -> tuple[Response, ...]:
    found = [
        Response(mover, name, float(means[i, j]), float(errors[i, j]))
        for i, mover in enumerate(movers)
        for j, name in enumerate(instruments)
        if abs(means[i, j]) > max(BAND, bound * errors[i, j])
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.mean), one.mover, one.instrument))[:MOST_TOLD])


def _table(values: Floats) -> Table:
    """Rows of plain numbers; None in place of what is no number."""
    return tuple(tuple(float(value) if np.isfinite(value) else None for value in row) for row in values)


def _any(rose: NDArray[np.bool_], belongs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether any instrument of each actor rose, shape (trajectory, actor)."""
    return np.asarray(np.stack([rose[:, mine].any(axis=1) for mine in belongs.T], axis=1))


def _changed(forced: NDArray[np.bool_], base: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Mean paired change and its standard error, each of shape (column,)."""
    paired = forced.astype(float) - base
    spread = paired.std(axis=0, ddof=1) if len(paired) > 1 else np.full(paired.shape[1], np.inf)
    return paired.mean(axis=0), spread / np.sqrt(len(paired))
