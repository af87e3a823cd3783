"""Reactions: how likely each instrument leaves its level, by base rates alone, with the entry, and without it.

A step up within t weeks means that the level has stood above that of the as-of date at the end of one of these weeks; a
step down, below. By base rates alone an instrument takes its step o in any week with the chance

    c_o = (1 - exp(-R q^kap)) pi_o / S,   q = S / sum pi                                           (1)

R being the actor's pace times the sum a week of the rates pi open at the as-of date, S that of what is not held.
The probability to have left the level follows by adding up weeks, with (1) kept; it is averaged over the parameter
rows, as the two worlds' frequencies are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tertius.engine import WEEKS_A_YEAR, Ensemble
from tertius.impact.chances import cleared, of_step, probability
from tertius.impact.comparison import Comparison, Difference, difference, set_apart
from tertius.impact.recorded import Floats, Recorded, instruments, leads
from tertius.world import Instrument, Track, tracks

Weeks = NDArray[np.int64]
WEEKS = (4, 13, 26, 52)
HORIZON = 26
PROBABILITY_BAND = 0.02
LEVEL_BAND = 0.05
DIRECTIONS = ("up", "down")
DECIDED = ("level", "held", "capped", "forced_week", "forced_step")  # what takes an instrument out of its actor's hands


@dataclass(frozen=True)
class Step:
    """How likely an instrument stands above (or below) its as-of level within some weeks; probabilities in [0, 1].

    open       whether the as-of level leaves room for it
    base_rate  probability by its base rate alone
    with_it    probability with the entry; where the run gave the weekly chances, chance is taken out (`impact.chances`)
    without    the same without the entry
    found      the difference of the two, with error and interval; its band is PROBABILITY_BAND
    taken      share of the futures with the entry that take it
    takers     how many of them do
    when       median week of the first such step, with the entry, among the futures that take it; None where none does
    recorded   how many such steps the scenario's record holds; None where the instrument is not on record
    years      the time over which they were counted, in which the instrument could take one
    """

    open: bool
    base_rate: float
    with_it: float
    without: float
    found: Difference
    taken: float
    takers: int
    when: float | None
    recorded: int | None
    years: float | None


@dataclass(frozen=True)
class Reaction:
    """One instrument after some weeks.

    instrument   id of the instrument
    actor        id of the actor whose it is
    week         weeks after the as-of date
    third        whether the actor leads neither side
    imposed      whether the comparison itself sets the instrument, so that the difference is no decision
    up           a step above the level of the as-of date
    down         a step below it
    level        expected level, with the entry and without it
    level_found  their difference; its band is LEVEL_BAND
    """

    instrument: str
    actor: str
    week: int
    third: bool
    imposed: bool
    up: Step
    down: Step
    level: tuple[float, float]
    level_found: Difference

    def step(self, direction: str) -> Step:
        """The step `up` or `down`."""
        return self.up if direction == "up" else self.down


@dataclass(frozen=True)
class Chosen:
    """A step of an instrument.

    instrument  id of the instrument
    direction   up or down
    """

    instrument: str
    direction: str


@dataclass(frozen=True)
class Departure:
    """How far probabilities with the entry lie from base rates alone, over all steps at the last reported week.

    week        weeks after the as-of date
    steps       steps looked at; those that the comparison sets are none of them
    mean        mean distance, in [0, 1]
    largest     the largest distance
    instrument  instrument of that step
    direction   up or down
    base_rate   its probability by base rate
    with_it     its probability with the entry
    """

    week: int
    steps: int
    mean: float
    largest: float
    instrument: str
    direction: str
    base_rate: float
    with_it: float


@dataclass(frozen=True)
class Reactions:
    """What all who decide do.

    week      the one at which steps are told: HORIZON, or the last reported one before it
    date      its end
    futures   futures looked at
    rows      every instrument after each of the weeks reported, an actor's together
    changed   open steps of third states whose probability by `week` the entry changes detectably, and which it does
              not set, the largest change first
    departure  how far they lie from base rates alone; None where the comparison sets every instrument
    same      whether no future of any open step of a third state differs by `week`, but for what the comparison sets
    """

    week: int
    date: date
    futures: int
    rows: tuple[Reaction, ...]
    changed: tuple[Chosen, ...]
    departure: Departure | None
    same: bool

    def at_horizon(self) -> tuple[Reaction, ...]:
        """Every instrument at `week`."""
        return tuple(one for one in self.rows if one.week == self.week)

    def steps(self, third: bool = True) -> tuple[tuple[Reaction, str, Step], ...]:
        """Open steps at `week`, of third states or of the belligerents' leads."""
        return _steps(self.at_horizon(), third)


def _steps(rows: Iterable[Reaction], third: bool) -> tuple[tuple[Reaction, str, Step], ...]:
    return tuple(
        (one, direction, one.step(direction))
        for one in rows
        if one.third is third
        for direction in DIRECTIONS
        if one.step(direction).open
    )


def weeks_within(ensemble: Ensemble) -> tuple[int, ...]:
    """The weeks reported: those of WEEKS that lie within a run, and its last."""
    return tuple(sorted({week for week in WEEKS if week <= ensemble.weeks} | {ensemble.weeks}))


def reactions(comparison: Comparison) -> Reactions | None:
    """What all who decide do, with and without; None where nobody decides or an archive kept no states."""
    if not len(comparison.base.everything) or not comparison.base.layout.scenario.instruments:
        return None
    rows = _rows(comparison)
    weeks = weeks_within(comparison.base)
    week = max((each for each in weeks if each <= HORIZON), default=weeks[0])
    told = [row for row in _steps((one for one in rows if one.week == week), third=True) if not row[0].imposed]
    changed = sorted(
        (row for row in told if row[2].found.detectable),
        key=lambda row: (-abs(row[2].found.mean), row[0].instrument, row[1]),
    )
    return Reactions(
        week=week,
        date=comparison.base.dates[week],
        futures=len(comparison.base.everything),
        rows=rows,
        changed=tuple(Chosen(one.instrument, direction) for one, direction, _ in changed),
        departure=_departure(rows, weeks[-1]),
        same=all(step.found.same for _, _, step in told),
    )


def _departure(rows: Iterable[Reaction], week: int) -> Departure | None:
    steps = [
        (abs(step.with_it - step.base_rate), one.instrument, direction, step)
        for one in rows
        if one.week == week and not one.imposed
        for direction in DIRECTIONS
        for step in (one.step(direction),)
    ]
    if not steps:
        return None
    gap, instrument, direction, step = max(steps, key=lambda row: row[0])
    mean = sum(row[0] for row in steps) / len(steps)
    return Departure(week, len(steps), mean, gap, instrument, direction, step.base_rate, step.with_it)


def _rows(comparison: Comparison) -> tuple[Reaction, ...]:
    base, other = Recorded(comparison.base), Recorded(comparison.other)
    belligerents = leads(comparison.base)
    apart = set_apart(comparison.base.layout, comparison.other.layout)
    scenario = comparison.base.layout.scenario
    held = tracks(scenario.instruments, scenario.record, scenario.as_of)
    names, last = instruments(comparison.base), comparison.base.weeks
    rates = base_rates(base, product(names, DIRECTIONS), last)
    found = []
    for name in names:
        actor = comparison.base.layout.scenario.instruments[name].actor
        levels = base.output(f"instruments.{name}.level"), other.output(f"instruments.{name}.level")
        left = {way: (left_in(levels[0], way), left_in(levels[1], way)) for way in DIRECTIONS}
        news = {way: _surprises(base, other, name, way) for way in DIRECTIONS}
        imposed = any(f"instruments.{name}.{field}" in apart for field in DECIDED)
        for week in weeks_within(comparison.base):
            at = levels[0][:, week], levels[1][:, week]
            found.append(
                Reaction(
                    instrument=name,
                    actor=actor,
                    week=week,
                    third=actor not in belligerents,
                    imposed=imposed,
                    up=_step(base, name, "up", week, left["up"], news["up"], rates[name, "up"][week], held.get(name)),
                    down=_step(
                        base, name, "down", week, left["down"], news["down"], rates[name, "down"][week], held.get(name)
                    ),
                    level=(float(at[0].mean()), float(at[1].mean())),
                    level_found=difference(f"{name} level", week, LEVEL_BAND, *at, base.rows),
                )
            )
    return tuple(found)


@dataclass(frozen=True)
class Standing:
    """Where one instrument stands at the last week of a single run; probabilities as in `Step`."""

    instrument: str
    level: float
    up: float
    down: float
    base_rate_up: float
    base_rate_down: float


def standings(ensemble: Ensemble) -> tuple[Standing, ...]:
    """Every instrument at the last week of a run; empty where nobody decides or an archive kept no states."""
    if not len(ensemble.everything):
        return ()
    held, week = Recorded(ensemble), ensemble.weeks
    found = []
    for name in instruments(ensemble):
        level = held.output(f"instruments.{name}.level")
        took = {way: float((left_in(level, way) <= week).mean()) for way in DIRECTIONS}
        rates = {way: base_rate(held, name, way, week) for way in DIRECTIONS}
        expected = float(level[:, week].mean())
        found.append(Standing(name, expected, took["up"], took["down"], rates["up"], rates["down"]))
    return tuple(found)


def _surprises(base: Recorded, other: Recorded, name: str, way: str) -> tuple[Floats | None, Floats | None]:
    return (of_step(base, name, way), of_step(other, name, way)) if base.by_luck else (None, None)


def _step(
    base: Recorded,
    name: str,
    direction: str,
    week: int,
    left: tuple[Weeks, Weeks],
    news: tuple[Floats | None, Floats | None],
    rate: float,
    track: Track | None,
) -> Step:
    took, took_without = left[0] <= week, left[1] <= week
    one, two = took.astype(float), took_without.astype(float)
    at = tuple(None if each is None else each[:, week] for each in news)
    clear = cleared(one, two, (at[0], at[1]), base.rows)
    return Step(
        open=_is_open(base.scenario.instruments[name], direction),
        base_rate=rate,
        with_it=probability(clear[0]),
        without=probability(clear[1]),
        found=difference(f"{name} {direction}", week, PROBABILITY_BAND, one, two, base.rows, clear),
        taken=float(took.mean()),
        takers=int(took.sum()),
        when=float(np.median(left[0][took])) if took.any() else None,
        recorded=None if track is None else track.count(direction),
        years=None if track is None else round(track.years(direction), 2),
    )


def left_in(level: Floats, direction: str) -> Weeks:
    """First week in which the level stands above (`up`) or below that at the start, shape (trajectory,).

    level: levels in force, shape (trajectory, weeks of the run + 1). One week more than the run has: it never does.
    """
    moved = level > level[:, :1] if direction == "up" else level < level[:, :1]
    weeks: Weeks = np.where(moved.any(axis=1), moved.argmax(axis=1), level.shape[1])
    return weeks


def base_rate(base: Recorded, name: str, direction: str, week: int) -> float:
    """Probability of the step within `week` weeks at the base rate alone, averaged over parameter rows."""
    return base_rates(base, [(name, direction)], week)[name, direction][week]


def base_rates(base: Recorded, steps: Iterable[tuple[str, str]], weeks: int) -> dict[tuple[str, str], list[float]]:
    """The same within 0 to `weeks` weeks of steps, instrument and direction."""
    _, first = np.unique(base.rows, return_index=True)
    found: dict[tuple[str, str], list[float]] = {}
    alike: dict[int, list[tuple[tuple[str, str], Floats, Floats]]] = defaultdict(list)
    for name, direction in steps:
        told, found[name, direction] = base.scenario.instruments[name], [0.0] * (weeks + 1)
        start = int(told.level.central)
        if _is_open(told, direction):
            up, down = (chance[first] for chance in base_chances(base, name))
            toward, back, room = (up, down, start) if direction == "up" else (down, up, len(told.levels) - 1 - start)
            alike[room].append(((name, direction), toward, back))
    for room, rows in alike.items():
        rates = _rates(np.stack([one for _, one, _ in rows]), np.stack([two for *_, two in rows]), room, weeks)
        found |= {step: rate for (step, *_), rate in zip(rows, rates.tolist(), strict=True)}
    return found


def _rates(toward: Floats, back: Floats, room: int, weeks: int) -> Floats:
    """Probability of the first step within 0 to `weeks` weeks, shape (step, week + 1), averaged over rows.

    toward, back: weekly chance of the step and of its opposite, shape (step, row). room: levels the other way.
    """
    held = np.zeros((*toward.shape, room + 1))  # probability of being so many levels the other way
    held[..., 0] = 1.0
    rates = np.zeros((len(toward), weeks + 1))
    for week in range(1, weeks + 1):
        rises, falls = held * toward[..., None], held * back[..., None]
        falls[..., -1] = 0.0
        held = held - rises - falls
        held[..., :-1] += rises[..., 1:]
        held[..., 1:] += falls[..., :-1]
        rates[:, week] = 1.0 - held.sum(axis=-1).mean(axis=-1)
    return rates


def _is_open(told: Instrument, direction: str) -> bool:
    """Whether the as-of level leaves room for a step."""
    start = int(told.level.central)
    return start < len(told.levels) - 1 if direction == "up" else start > 0


def base_chances(base: Recorded, name: str) -> tuple[Floats, Floats]:
    """Weekly chance of a step up and down at the base rate, (1), each of shape (trajectory,).

    A step that is closed at the as-of date has the chance it would have were it open beside the others.
    """
    actor = base.scenario.instruments[name].actor
    total, free = np.zeros(base.count), np.zeros(base.count)
    barred = {}
    for other, told in base.scenario.instruments.items():
        if told.actor != actor:
            continue
        start, top = told.level.central, len(told.levels) - 1
        held, capped = (base.quantity(f"instruments.{other}.{field}") > 0 for field in ("held", "capped"))
        barred[other] = {"up": held | capped, "down": held}
        for direction, is_open in (("up", start < top), ("down", start > 0)):
            if is_open:
                rate = base.quantity(f"instruments.{other}.steps.{direction}.rate")
                total += rate
                free += np.where(barred[other][direction], 0.0, rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(free > 0, free / total, 0.0)
        weekly = (
            base.quantity(f"actors.{actor}.pace")
            * total
            / WEEKS_A_YEAR
            * part ** base.quantity("world.act_response", 1.0)
        )
        acts = np.where(free > 0, -np.expm1(-weekly) / free, 0.0)
    up, down = (
        np.where(barred[name][direction], 0.0, acts * base.quantity(f"instruments.{name}.steps.{direction}.rate"))
        for direction in DIRECTIONS
    )
    return up, down
