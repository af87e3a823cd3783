"""The system around the war: how it ends, what is climbed, believed, borne and bound, with the entry and without it.

Events are reported as the chance to have happened by a week; what is stated as a prior (rates of high rungs) also as
the range that the prior spans: 1 - exp(-c r) at the 10% and the 90% point of the rate r, with the exposure c at which
its mean over the futures is the share that reached the rung. Such rungs are too rare to count in a part of the futures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.impact.chances import cleared, of_event, of_level, probability
from tertius.impact.comparison import Comparison, Difference, difference
from tertius.impact.ends import Counted, breaks, by_age, can_end, kinds_of_end
from tertius.impact.reactions import weeks_within
from tertius.impact.recorded import Floats, Recorded

CHANCE_BAND = 0.01  # a percentage point
LEVEL_BAND = 0.02  # of endurance, credibility, closeness, threat
TAIL = 0.1
LARGEST_EXPOSURE = 1e4  # weeks
HALVINGS = 90  # of that span: to the last digit


@dataclass(frozen=True)
class Happening:
    """The chance that something has happened by a week, in both worlds.

    what     end:KIND, rung:PATH or bargain:ID
    week     weeks after the as-of date
    with_it  chance with the entry, in [0, 1]
    without  chance without it
    not_yet  chance with the entry that it has not happened
    found    the difference of the two; its band is CHANCE_BAND
    when     median week of it among the futures in which it happens, with the entry; None where in none
    spans    chances with the entry at the low and the high end of a stated prior; None where it is none
    """

    what: str
    week: int
    with_it: float
    without: float
    not_yet: float
    found: Difference
    when: float | None
    spans: tuple[float, float] | None = None


@dataclass(frozen=True)
class Level:
    """The mean of an output at a week in both worlds, and at the as-of date.

    path     path of the output
    week     weeks after the as-of date
    start    its mean at the as-of date
    with_it  its mean with the entry
    without  its mean without it
    found    the difference of the two; its band is LEVEL_BAND
    """

    path: str
    week: int
    start: float
    with_it: float
    without: float
    found: Difference


@dataclass(frozen=True)
class LineRecord:
    """What becomes of a red line by the last week, with the entry; shares of futures in [0, 1].

    name         id of the red line
    crossed      it has been crossed
    answered     a crossing has been answered in time
    unanswered   a crossing has not
    pending      a crossing is still open, or was cut off by the war's end
    credibility  how far an answer is believed in
    """

    name: str
    crossed: float
    answered: float
    unanswered: float
    pending: float
    credibility: Level


@dataclass(frozen=True)
class Received:
    """What the giver of a bargain has been given for it by the last week, with the entry, in million USD.

    bargain  id of the bargain
    any      whether anything is paid in any future
    amount   10%, 50% and 90% quantile
    """

    bargain: str
    any: bool
    amount: tuple[float, float, float]


@dataclass(frozen=True)
class Mood:
    """How ready the sides are to settle at the last week, with the entry, on average.

    readiness  side -> readiness, 0 being that of the as-of date and 1 that of a side that can bear no more
    optimism   what hopes that cannot both come true take from the room for a settlement
    """

    readiness: dict[str, float]
    optimism: float


@dataclass(frozen=True)
class Course:
    """Shares of futures in which something has happened by each week, the as-of date first; in [0, 1].

    what     end:over or rung:PATH
    with_it  with the entry
    without  without it
    """

    what: str
    with_it: tuple[float, ...]
    without: tuple[float, ...]


@dataclass(frozen=True)
class System:
    """All of it; empty tuples where the scenario has no such section.

    weeks     weeks reported
    dates     the as-of date and the end of each week of the run
    ends      kinds of end
    breaks    past ceasefires that broke within five years; None where the war cannot end by one, or where they are
              of a later time than the scenario
    by_age    chance of an end by the age of the war alone, at the as-of date and by each week of the run; empty where
              wars cannot end
    mood      readiness to settle and optimism; None where wars cannot end
    rungs     rungs of the ladders, lower ones first
    bargains  ends of the bargains
    received  what the bargains' givers get
    lines     red lines
    levels    means of endurance, threat, leverage, closeness
    courses   ends and rungs week by week, counted in the futures
    """

    weeks: tuple[int, ...]
    dates: tuple[date, ...]
    ends: tuple[Happening, ...]
    breaks: Counted | None
    by_age: tuple[float, ...]
    mood: Mood | None
    rungs: tuple[Happening, ...]
    bargains: tuple[Happening, ...]
    received: tuple[Received, ...]
    lines: tuple[LineRecord, ...]
    levels: tuple[Level, ...]
    courses: tuple[Course, ...]

    def last(self, happenings: tuple[Happening, ...], what: str) -> Happening | None:
        """One of the happenings at the last week; None where the scenario has no such."""
        return next((one for one in happenings if (one.what, one.week) == (what, self.weeks[-1])), None)


def system(comparison: Comparison) -> System | None:
    """What the two worlds hold of the system; None where an archive kept no states."""
    if not len(comparison.base.everything):
        return None
    base, other = Recorded(comparison.base), Recorded(comparison.other)
    weeks = weeks_within(comparison.base)
    ends = can_end(base)
    return System(
        weeks=weeks,
        dates=tuple(comparison.base.dates),
        ends=tuple(_ends(base, other, weeks)),
        breaks=breaks(base) if ends else None,
        by_age=tuple(by_age(base, comparison.base.weeks)) if ends else (),
        mood=_mood(base) if ends else None,
        rungs=tuple(rungs_reached(base, other, weeks)),
        bargains=tuple(bargain_ends(base, other, weeks)),
        received=tuple(_received(base, name) for name in base.scenario.bargains),
        lines=tuple(_lines(base, other)),
        levels=tuple(_levels(base, other, weeks)),
        courses=tuple(_courses(base, other)),
    )


def _mood(base: Recorded) -> Mood:
    last = base.ensemble.weeks
    readiness = {side: float(base.at(f"sides.{side}.readiness", last).mean()) for side in base.scenario.sides}
    return Mood(readiness, float(base.at("world.optimism", last).mean()))


def _received(base: Recorded, name: str) -> Received:
    got = base.at(f"bargains.{name}.cumulative_received", base.ensemble.weeks) / 1e6
    low, middle, high = (float(x) for x in np.quantile(got, (TAIL, 0.5, 1.0 - TAIL)))
    return Received(name, bool(got.any()), (low, middle, high))


def _courses(base: Recorded, other: Recorded) -> list[Course]:
    paths = {"end:over": "world.ended"} if can_end(base) else {}
    for ladder, held in base.scenario.ladders.items():
        for key in held.rungs:
            paths[f"rung:ladders.{ladder}.rungs.{key}"] = f"ladders.{ladder}.rungs.{key}.reached"
    return [
        Course(what, *(tuple(happened(arm.output(path)).mean(axis=0).tolist()) for arm in (base, other)))
        for what, path in paths.items()
    ]


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
    return Happening(what, week, share, probability(clear[1]), 1.0 - share, found, when, spans)


def _spans(share: float, rates: Floats) -> tuple[float, float]:
    """Chances at the two ends of a stated rate, given the share of futures in which it came."""
    if share == 0.0:
        return 0.0, 0.0

    def missing(exposure: float) -> float:
        return float(-np.expm1(-exposure * rates).mean()) - share

    if missing(LARGEST_EXPOSURE) <= 0.0:
        return share, share
    # It rises with the exposure. Halving a span takes no time; a library for it takes a quarter of a second to load.
    least, most = 0.0, LARGEST_EXPOSURE
    for _ in range(HALVINGS):
        middle = 0.5 * (least + most)
        least, most = (middle, most) if missing(middle) < 0.0 else (least, middle)
    low, high = -np.expm1(-0.5 * (least + most) * np.quantile(rates, (TAIL, 1.0 - TAIL)))
    return float(low), float(high)


def _ends(base: Recorded, other: Recorded, weeks: tuple[int, ...]) -> list[Happening]:
    if not can_end(base):
        return []
    kinds = kinds_of_end(base)
    return [
        _happening(f"end:{kind}", week, happened(base.output(path)), happened(other.output(path)), base.rows)
        for kind, path in kinds.items()
        for week in weeks
    ]


def rungs_reached(base: Recorded, other: Recorded, weeks: tuple[int, ...]) -> list[Happening]:
    """Chances of each rung by each week."""
    found = []
    for ladder, held in base.scenario.ladders.items():
        for key, rung in sorted(held.rungs.items(), key=lambda row: row[1].height):
            path = f"ladders.{ladder}.rungs.{key}"
            with_it, without = (happened(r.output(f"{path}.reached")) for r in (base, other))
            rates = base.quantity(f"{path}.rate") if rung.is_stated else None
            news: Surprises = (None, None)
            if base.by_luck:
                news = (surprise_of_rung(base, path, rung, with_it), surprise_of_rung(other, path, rung, without))
            found += [_happening(f"rung:{path}", week, with_it, without, base.rows, rates, news) for week in weeks]
    return found


def bargain_ends(base: Recorded, other: Recorded, weeks: tuple[int, ...]) -> list[Happening]:
    """Chances of each bargain's end by each week."""
    found = []
    for name in base.scenario.bargains:
        with_it, without = (happened(1.0 - r.output(f"bargains.{name}.alive")) for r in (base, other))
        news: Surprises = (None, None)
        if base.by_luck:
            chance = f"bargains.{name}.end_chance"
            news = (of_event(base, with_it, chance), of_event(other, without, chance))
        found += [_happening(f"bargain:{name}", week, with_it, without, base.rows, None, news) for week in weeks]
    return found


def surprise_of_rung(recorded: Recorded, path: str, rung: Any, reached: Floats) -> Floats | None:
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
        pending = shares["crossed"] - shares["answered"] - shares["unanswered"]
        believed = _level(base, other, f"{path}.credibility", last)
        found.append(LineRecord(name, **shares, pending=pending, credibility=believed))
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
    on = (base.at("world.ended", week) == 0) & (other.at("world.ended", week) == 0)
    if path.startswith("bargains."):
        alive = f"{path.rpartition('.')[0]}.alive"
        on &= (base.at(alive, week) > 0) & (other.at(alive, week) > 0)
    return np.asarray(on)


def _level(base: Recorded, other: Recorded, path: str, week: int) -> Level:
    """Of the futures in which it goes on; of all where it does in none."""
    on = _goes_on(base, other, path, week)
    on = on if on.any() else np.ones(len(on), dtype=bool)
    with_it, without = base.at(path, week)[on], other.at(path, week)[on]
    found = difference(path, week, LEVEL_BAND, with_it, without, base.rows[on])
    return Level(path, week, float(base.at(path, 0).mean()), float(with_it.mean()), float(without.mean()), found)
