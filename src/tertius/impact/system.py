"""The system around the war: how it ends, what is climbed, believed, borne and bound, with the entry and without it.

Events are reported as the chance to have happened by a week; what is stated as a prior (rates of high rungs) also as
the range that the prior spans: 1 - exp(-c r) at the 10% and the 90% point of the rate r, with the exposure c at which
its mean over the futures is the share that reached the rung. Such rungs are too rare to count in a part of the futures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from tertius.engine import lasting_week
from tertius.impact.chances import cleared, of_event, of_level, probability
from tertius.impact.comparison import Difference, difference
from tertius.impact.reactions import weeks_within
from tertius.impact.recorded import Floats, Recorded

if TYPE_CHECKING:
    from tertius.impact.comparison import Comparison

CHANCE_BAND = 0.01  # a percentage point
LEVEL_BAND = 0.02  # of endurance, credibility, closeness, threat
TAIL = 0.1
LARGEST_EXPOSURE = 1e4  # weeks
ENDS = ("settled", "collapsed-A", "collapsed-B", "over")


@dataclass(frozen=True)
class Happening:
    """The chance that something has happened by a week, in both worlds.

    what    'end:KIND', 'rung:PATH' or 'bargain:ID'
    when    median week of it among the futures in which it happens, with the entry; None where in none
    spans   chances with the entry at the low and the high end of a stated prior; None where it is none
    """

    what: str
    week: int
    with_it: float
    without: float
    found: Difference
    when: float | None
    spans: tuple[float, float] | None = None


@dataclass(frozen=True)
class Level:
    """The mean of an output at a week in both worlds, and at the as-of date."""

    path: str
    week: int
    start: float
    with_it: float
    without: float
    found: Difference


@dataclass(frozen=True)
class LineRecord:
    """What becomes of a red line by the last week, with the entry: chances and mean credibility."""

    name: str
    crossed: float
    answered: float
    unanswered: float
    credibility: Level


@dataclass(frozen=True)
class System:
    """All of it; empty tuples where the scenario has no such section. `by_age` is the chance of an end by age alone."""

    weeks: tuple[int, ...]
    ends: tuple[Happening, ...]
    by_age: tuple[float, ...]
    rungs: tuple[Happening, ...]
    bargains: tuple[Happening, ...]
    lines: tuple[LineRecord, ...]
    levels: tuple[Level, ...]


def system(comparison: Comparison) -> System | None:
    """What the two worlds hold of the system; None where an archive kept no states."""
    if not len(comparison.base.everything):
        return None
    base, other = Recorded(comparison.base), Recorded(comparison.other)
    weeks = weeks_within(comparison.base)
    return System(
        weeks=weeks,
        ends=tuple(_ends(base, other, weeks)),
        by_age=tuple(by_age(base, week) for week in weeks),
        rungs=tuple(_rungs(base, other, weeks)),
        bargains=tuple(_bargains(base, other, weeks)),
        lines=tuple(_lines(base, other)),
        levels=tuple(_levels(base, other, weeks)),
    )


def can_end(recorded: Recorded) -> bool:
    """Whether the scenario's wars can end at all."""
    rates = ("quick_end_rate", "slow_end_rate", "collapse_rate")
    return any(recorded.quantity(f"world.{rate}").max() > 0 for rate in rates)


def by_age(recorded: Recorded, weeks: int) -> float:
    """The chance that a war of that age ends within some weeks, by its age alone, averaged over the parameters.

    The law of termination has the chance of each week.
    """
    quick, slow = recorded.quantity("world.quick_end_rate"), recorded.quantity("world.slow_end_rate")
    share, age = recorded.quantity("world.quick_share"), recorded.quantity("world.war_age")
    left = np.ones(recorded.count)
    for week in range(weeks):
        left *= lasting_week(quick, slow, share, age + week)
    return float(1.0 - left.mean())


def happened(values: NDArray[Any]) -> Floats:
    """Whether each future has had a 1 by each week, shape (trajectory, week + 1), as 0 and 1."""
    return np.maximum.accumulate(values > 0.0, axis=1).astype(np.float64)


Surprises = tuple[Floats | None, Floats | None]


def _happening(
    what: str,
    week: int,
    with_it: Floats,
    without: Floats,
    rows: np.ndarray,
    rates: Floats | None = None,
    news: Surprises = (None, None),
) -> Happening:
    """From whether it has happened by each week in the two worlds, and what of that is chance, where it is known."""
    at, beside = with_it[:, week], without[:, week]
    held = tuple(None if each is None else each[:, week] for each in news)
    clear = cleared(at, beside, (held[0], held[1]), rows)
    share = probability(clear[0])
    until = with_it[:, : week + 1]
    took = until[:, -1] > 0
    when = float(np.median(until[took].argmax(axis=1))) if took.any() else None
    spans = None
    if rates is not None and rates.min() < rates.max():
        spans = _spans(share, rates)
    found = difference(what, week, CHANCE_BAND, at, beside, rows, clear)
    return Happening(what, week, share, probability(clear[1]), found, when, spans)


def _spans(share: float, rates: Floats) -> tuple[float, float]:
    """Chances at the two ends of a stated rate, given the share of futures in which it came."""
    if share == 0.0:
        return 0.0, 0.0

    def missing(exposure: float) -> float:
        return float(-np.expm1(-exposure * rates).mean()) - share

    if missing(LARGEST_EXPOSURE) <= 0.0:
        return share, share
    exposure = brentq(missing, 0.0, LARGEST_EXPOSURE)
    low, high = -np.expm1(-exposure * np.quantile(rates, (TAIL, 1.0 - TAIL)))
    return float(low), float(high)


def _ends(base: Recorded, other: Recorded, weeks: tuple[int, ...]) -> list[Happening]:
    if not can_end(base):
        return []
    outputs = dict(zip(ENDS, ("world.settled", "sides.A.collapsed", "sides.B.collapsed", "world.ended"), strict=True))
    return [
        _happening(f"end:{kind}", week, happened(base.output(path)), happened(other.output(path)), base.rows)
        for kind, path in outputs.items()
        for week in weeks
    ]


def _rungs(base: Recorded, other: Recorded, weeks: tuple[int, ...]) -> list[Happening]:
    found = []
    for ladder, held in base.scenario.ladders.items():
        for key, rung in sorted(held.rungs.items(), key=lambda row: row[1].height):
            path = f"ladders.{ladder}.rungs.{key}"
            with_it, without = (happened(r.output(f"{path}.reached")) for r in (base, other))
            rates = base.quantity(f"{path}.rate") if rung.is_stated else None
            news: Surprises = (None, None)
            if base.by_luck:
                news = (_of_rung(base, path, rung, with_it), _of_rung(other, path, rung, without))
            found += [_happening(f"rung:{path}", week, with_it, without, base.rows, rates, news) for week in weeks]
    return found


def _bargains(base: Recorded, other: Recorded, weeks: tuple[int, ...]) -> list[Happening]:
    found = []
    for name in base.scenario.bargains:
        with_it, without = (happened(1.0 - r.output(f"bargains.{name}.alive")) for r in (base, other))
        news: Surprises = (None, None)
        if base.by_luck:
            chance = f"bargains.{name}.end_chance"
            news = (of_event(base, with_it, chance), of_event(other, without, chance))
        found += [_happening(f"bargain:{name}", week, with_it, without, base.rows, None, news) for week in weeks]
    return found


def _of_rung(recorded: Recorded, path: str, rung: Any, reached: Floats) -> Floats | None:
    """What of a rung's being reached is chance; None where an output other than an instrument's level defines it."""
    if rung.output is None:
        return of_event(recorded, reached, f"{path}.chance")
    section, name, field = (*rung.output.split("."), "")[:3]
    threshold = rung.quantities["threshold"]
    if (section, field) != ("instruments", "level") or threshold.prior is not None:
        return None
    return of_level(recorded, name, threshold.central, reached)


def _lines(base: Recorded, other: Recorded) -> list[LineRecord]:
    last = base.ensemble.weeks
    found = []
    for name in base.scenario.red_lines:
        path = f"red_lines.{name}"
        shares = {field: float(happened(base.output(f"{path}.{field}"))[:, last].mean()) for field in
                  ("crossed", "answered", "unanswered")}  # fmt: skip
        found.append(LineRecord(name, **shares, credibility=_level(base, other, f"{path}.credibility", last)))
    return found


def _levels(base: Recorded, other: Recorded, weeks: tuple[int, ...]) -> list[Level]:
    """Endurance of sides, threat of actors, what bargains leave of a patron's hold, closeness of ties."""
    scenario = base.scenario
    paths = []
    if any(base.quantity(f"sides.{side}.drain").any() for side in scenario.sides):
        paths += [f"sides.{side}.endurance" for side in scenario.sides]
    holders = dict.fromkeys(told.actor for told in scenario.instruments.values())
    paths += [f"actors.{name}.threat" for name in holders if scenario.actors[name].interests]
    paths += [f"bargains.{name}.{field}" for name in scenario.bargains for field in ("leverage", "received")]
    paths += [f"ties.{name}.closeness" for name in scenario.ties]
    return [
        _level(base, other, path, week) for path in paths for week in weeks if _goes_on(base, other, path, week).any()
    ]


def _goes_on(base: Recorded, other: Recorded, path: str, week: int) -> NDArray[np.bool_]:
    """Futures in which the war goes on in both worlds, and the bargain holds: else a level means nothing."""
    on = (base.output("world.ended")[:, week] == 0) & (other.output("world.ended")[:, week] == 0)
    if path.startswith("bargains."):
        alive = f"{path.rpartition('.')[0]}.alive"
        on &= (base.output(alive)[:, week] > 0) & (other.output(alive)[:, week] > 0)
    return np.asarray(on)


def _level(base: Recorded, other: Recorded, path: str, week: int) -> Level:
    """Of the futures in which it goes on; of all where it does in none."""
    values, beside = base.output(path), other.output(path)
    on = _goes_on(base, other, path, week)
    on = on if on.any() else np.ones(len(on), dtype=bool)
    found = difference(path, week, LEVEL_BAND, values[on, week], beside[on, week], base.rows[on])
    return Level(
        path, week, float(values[:, 0].mean()), float(values[on, week].mean()), float(beside[on, week].mean()), found
    )
