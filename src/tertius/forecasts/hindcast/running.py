"""A case through the engine, and what its futures say: who joins, when the war ends, who wins, how many die.

Futures last 261 weeks. Their dead are those of these weeks, a part where the war goes on; the baselines and what came
are of the whole war. Who wins is told by the futures that ended in these weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from tertius.engine.arm import Options
from tertius.engine.layout import Layout
from tertius.engine.run import run
from tertius.forecasts.hindcast.cases import Case, Wars
from tertius.forecasts.hindcast.learning import Learnt
from tertius.forecasts.hindcast.scenario import OTHERS, WEEKS, joiners, scenario_of, text_of
from tertius.history.panel import Floats

JOIN_YEARS: Final = (1, 2)
END_YEARS: Final = (1, 2, 5)
LEVELS: Final = tuple((place + 0.5) / 50 for place in range(50))
"""Levels of the quantiles by which a forecast of deaths is told."""
DIGITS: Final = 6
ENDS: Final = ("world.settled", "sides.A.aims_met", "sides.B.aims_met")
DEAD: Final = ("dead-a", "dead-b")


@dataclass(frozen=True)
class Forecast:
    """What a forecaster says of a case with n states outside.

    join    that any of them joins within 1 and 2 years, (2,)
    who     that each joins A, B within 1 and 2 years, (year, side, n)
    end     that the war ends within 1, 2 and 5 years, (3,)
    wins    that neither, A, B reaches its aims, (3,)
    dead    quantiles at `LEVELS` of log10 of the dead, (50,); None where it says nothing of them
    """

    join: Floats
    who: Floats
    end: Floats
    wins: Floats
    dead: Floats | None = None


@dataclass(frozen=True)
class Job:
    """A case as a worker takes it: the scenario's text, and who its instruments are."""

    id: str
    text: str
    instruments: tuple[tuple[str, str, int], ...]
    """Instrument's id, its actor, and the side that it joins."""
    futures: int
    seed: int


def job_of(case: Case, wars: Wars, learnt: Learnt, ever: Floats, futures: int, seed: int, name: str) -> Job:
    """The job of a case; `name` is the forecaster's."""
    may = joiners(case, wars, ever)
    told = tuple((each.name, each.key, each.side) for each in may)
    return Job(f"{name}:{case.id}", text_of(case, wars, learnt, ever), told, futures, seed)


def answer(job: Job) -> dict[str, Any]:
    """Run a job: `join`, `named` actor -> (year, side), `rest` (year, side), `end`, `wins`, `dead`, as plain lists."""
    scenario = scenario_of(job.text, f"war-{job.id.replace(':', '-')}")
    paths = {name: f"instruments.{name}.level" for name, _, _ in job.instruments}
    outputs = ("world.ended", *ENDS, *paths.values())
    found = run(Layout.of(scenario), Options(job.futures, WEEKS, job.seed, threads=1, outputs=outputs))
    ended = found.path("world.ended") > 0
    weeks = [round(years * 365.25 / 7) for years in END_YEARS]
    last = ended[:, weeks[-1]]
    kinds = np.array([(found.path(path)[:, weeks[-1]] > 0)[last].sum() for path in ENDS], dtype=np.float64)
    first = {name: _first(found.path(path)) for name, path in paths.items()}
    limits = [round(years * 365.25 / 7) for years in JOIN_YEARS]
    everyone = np.min(list(first.values()), axis=0) if first else np.full(job.futures, WEEKS + 1)
    dead = np.log10(np.maximum(sum(found.of(name)[:, weeks[-1]] for name in DEAD), 1.0))
    named, rest = _who(
        job, first, limits, {name: found.path(paths[name]) for name, actor, _ in job.instruments if actor == OTHERS}
    )
    return {
        "join": _short([(everyone <= limit).mean() for limit in limits]),
        "named": {actor: _short(values) for actor, values in named.items()},
        "rest": _short(rest),
        "end": _short(ended[:, weeks].mean(axis=0)),
        "wins": _short((kinds + 1.0 / 3.0) / (kinds.sum() + 1.0)),
        "dead": _short(np.quantile(dead, LEVELS)),
    }


def _first(level: Any) -> Floats:
    """Week in which a level first rises, beyond the last where it never does, (futures,)."""
    up = level > 0
    return np.where(up.any(axis=1), up.argmax(axis=1), WEEKS + 1).astype(np.float64)


def _who(
    job: Job, first: dict[str, Floats], limits: list[int], others: dict[str, Any]
) -> tuple[dict[str, Floats], Floats]:
    """Share of futures in which each named actor joins each side, the first that it joins; joins of the others."""
    named: dict[str, Floats] = {}
    rest = np.zeros((len(limits), 2))
    by = {(actor, side): name for name, actor, side in job.instruments}
    for name, actor, side in job.instruments:
        if actor == OTHERS:
            rest[:, side] = [others[name][:, limit].mean() for limit in limits]
            continue
        enemy = first[by[actor, 1 - side]]
        came = first[name]
        # who would join both in one week joins A: a draw in a handful of futures
        own = (came < enemy) | ((came == enemy) & (side == 0))
        named.setdefault(actor, np.zeros((len(limits), 2)))[:, side] = [
            ((came <= limit) & own).mean() for limit in limits
        ]
    return named, rest


def _short(values: Any) -> Any:
    """Plain lists with few digits, the same from every processor."""
    return np.round(np.asarray(values, dtype=np.float64), DIGITS).tolist()


def forecast_of(told: dict[str, Any], case: Case, wars: Wars, ever: Floats) -> Forecast:
    """The forecast of an answer: what the others join is shared out by their chances while a dispute lasts."""
    rows = case.outside
    who = np.zeros((len(JOIN_YEARS), 2, len(rows)))
    named = {f"c{int(state)}": place for place, state in enumerate(wars.panel.state[rows])}
    left = np.ones(len(rows), dtype=bool)
    for actor, values in told["named"].items():
        who[:, :, named[actor]] = values
        left[named[actor]] = False
    shares = ever[:, rows] * left
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-300)
    who += np.asarray(told["rest"])[:, :, None] * shares[None]
    return Forecast(
        np.asarray(told["join"]), who, np.asarray(told["end"]), np.asarray(told["wins"]), np.asarray(told["dead"])
    )
