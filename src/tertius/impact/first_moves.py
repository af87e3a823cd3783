"""First moves: one state's instrument is stepped up in the first week, and what the others then do more or less often.

The same futures are run as they are and with the step forced, with the same luck; what is reported is the change of the
probability that another actor steps an instrument up (stands above its as-of level at the end of some week) in time.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout, Options, Progress, draws_of, sample_outputs

FUTURES = 600
WEEK = 26
MOST_MOVERS = 40
BAND = 0.02
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """Change of the probability that `instrument` is stepped up in time once `mover` was, with its error."""

    mover: str
    instrument: str
    mean: float
    error: float


@dataclass(frozen=True)
class FirstMoves:
    """What each first move changes for the others, on `futures` futures within `week` weeks.

    movers       instruments of third states, those with the largest effect on another actor first
    actors       all actors that decide
    instruments  all instruments
    by_actor     change of the probability that the actor steps up any of its instruments, shape (mover, actor)
    by_instrument  the same of each instrument, shape (mover, instrument)
    actor_error, instrument_error  their standard errors, same shapes; all not a number for the mover's own actor
    """

    futures: int
    week: int
    movers: tuple[str, ...]
    actors: tuple[str, ...]
    instruments: tuple[str, ...]
    by_actor: Floats
    actor_error: Floats
    by_instrument: Floats
    instrument_error: Floats

    @property
    def entries(self) -> int:
        """How many pairs of first move and other actor's instrument were compared."""
        return int(np.isfinite(self.by_instrument).sum())

    @property
    def bound(self) -> float:
        """Standard errors that a pair must pass so that 5% of such tables hold any by chance (Bonferroni)."""
        from scipy.special import ndtri

        return float(ndtri(1 - 0.025 / max(1, self.entries)))

    def largest(self, most: int = 12) -> tuple[Answer, ...]:
        """The largest pairs beyond BAND and beyond what chance gives in so many pairs, the largest first."""
        found = [
            Answer(mover, name, float(self.by_instrument[i, j]), float(self.instrument_error[i, j]))
            for i, mover in enumerate(self.movers)
            for j, name in enumerate(self.instruments)
        ]
        clear = [answer for answer in found if abs(answer.mean) > max(BAND, self.bound * answer.error)]
        return tuple(sorted(clear, key=lambda a: (-abs(a.mean), a.mover, a.instrument))[:most])


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
    drawn = draws_of(layout, few)
    belongs = np.array([[told[name].actor == actor for actor in actors] for name in names])

    def rose(preset: dict[str, float]) -> NDArray[np.bool_]:
        levels = sample_outputs(layout, few, outputs, preset, drawn)
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
    means, errors, actor_means, actor_errors = (np.array(part) for part in zip(*results, strict=True))
    reach = np.nan_to_num(np.abs(actor_means)).max(axis=1)
    order = sorted(range(len(chosen)), key=lambda place: (-reach[place], chosen[place]))
    return FirstMoves(
        futures=few.futures,
        week=few.weeks,
        movers=tuple(chosen[place] for place in order),
        actors=actors,
        instruments=names,
        by_actor=actor_means[order],
        actor_error=actor_errors[order],
        by_instrument=means[order],
        instrument_error=errors[order],
    )


def _any(rose: NDArray[np.bool_], belongs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether any instrument of each actor rose, shape (trajectory, actor)."""
    return np.asarray(np.stack([rose[:, mine].any(axis=1) for mine in belongs.T], axis=1))


def _changed(forced: NDArray[np.bool_], base: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Mean paired change and its standard error, each of shape (column,)."""
    paired = forced.astype(float) - base
    spread = paired.std(axis=0, ddof=1) if len(paired) > 1 else np.full(paired.shape[1], np.inf)
    return paired.mean(axis=0), spread / np.sqrt(len(paired))
