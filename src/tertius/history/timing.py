"""When third states join: a rate that falls with a war's age and rises with each joiner before.

    rate[s](t) = m[s] c v^war (1 + t / scale)^-power exp(same g(k[s]) + opposite g(k[other]))       per day     (1)
    g(k) = k / (1 + k)                                                                                          (2)

    symbol    in code       meaning                                                          unit
    m[s]      expected      sum over states still outside of P(joins s), from `joining.py`   joins
    c         log_rate      rate at age 0 for each expected join (a log)                     1/day
    v         log_war       factor for a war, a dispute that reached it (a log)              1
    scale     log_scale     age at which the rate bends (a log)                              day
    power     power         how fast it falls                                                1
    k[s]      joined        joiners of side s so far                                         states
    same      same          pull of those who joined the same side, for ever more of them    1
    opposite  opposite      pull of those who joined the other                               1

Fitted by the likelihood of a point process on disputes with their durations: a dispute is at risk while it lasts, so a
war that is already old is not told by the days of those who joined young wars. Only 11 of 429 joins came after day 900.
The pull saturates (2): with a power of k instead, simulated wars drew in the world, and held-out joins were less
likely.

Limits:   same = opposite = 0: no clustering. Days of the same date count as one moment.
Evidence: durations and hostility from the dispute file; a war is known as such only once it is one, so the factor
          v is for a war under way, not for a dispute at its start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tertius.errors import DataError
from tertius.history.ageing import gathered, mode_and_covariance, relative, ungathered
from tertius.history.panel import JOINED_A, Floats, Integers, Panel

NAMES = ("log_rate", "log_war", "log_scale", "power", "same", "opposite")
# normal priors, wide: the rate itself, a war twice to seven times it, a fall like 1 / t, a pull either way
_CENTRE = np.array([-3.0, 1.0, 2.0, 1.0, 1.0, 0.0])
_SPREAD = np.array([3.0, 1.0, 1.5, 0.7, 2.0, 2.0])
AGES = (0.0, 7.0, 30.0, 91.0, 182.0, 365.0, 730.0, 1095.0, 36500.0)  # days
WAR_LEVEL = 5  # of hostility


@dataclass(frozen=True)
class Durations:
    """Of each dispute of a panel, in its order: days it lasted (at least 1), whether it became a war; (d,)."""

    days: Floats
    war: Floats


def durations(panel: Panel, table: Mapping[str, Floats], place: str) -> Durations:
    """Durations of a panel's disputes from a table with disp, t0, tend (days) and hostlev. Raises DataError."""
    where = {int(name): row for row, name in enumerate(table["disp"])}
    missing = [int(name) for name in panel.ids if int(name) not in where]
    if missing:
        given = f"{len(missing)} disputes of the panel are not in it, the first {missing[0]}"
        raise DataError(place, given, "every dispute of the panel", "give the dispute file that belongs to the panel")
    rows = np.array([where[int(name)] for name in panel.ids], dtype=np.int64)
    lasted = table["tend"][rows] - table["t0"][rows] + 1
    return Durations(np.maximum(lasted, 1.0), (table["hostlev"][rows] == WAR_LEVEL).astype(np.float64))


@dataclass(frozen=True)
class Spells:
    """Stretches without a join: (spells,) each, for one side; `own`, `other` joiners so far."""

    dispute: Integers
    start: Floats
    end: Floats
    expected: Floats
    own: Floats
    other: Floats
    war: Floats


@dataclass(frozen=True)
class Entries:
    """Joins with a known day: (joins,) each."""

    dispute: Integers
    age: Floats
    expected: Floats
    own: Floats
    other: Floats
    war: Floats


def spells_of(panel: Panel, probabilities: Floats, lasting: Durations) -> tuple[Spells, Entries]:
    """Stretches at risk and joins of every dispute.

    Args:
        panel: r rows.
        probabilities: of joining each side, (2, r).
        lasting: durations of its disputes.
    """
    spells: list[tuple[float, ...]] = []
    entries: list[tuple[float, ...]] = []
    totals = np.add.reduceat(probabilities, panel.starts, axis=1)
    joins: dict[int, list[int]] = {}
    for place in np.flatnonzero(panel.joined & np.isfinite(panel.days)):
        joins.setdefault(int(panel.dispute[place]), []).append(int(place))
    for dispute in range(len(panel.ids)):
        outside, joined, since = totals[:, dispute].copy(), np.zeros(2), 0.0
        end, war = float(lasting.days[dispute]), float(lasting.war[dispute])
        rows = sorted(joins.get(dispute, ()), key=lambda row: panel.days[row])
        ages = sorted({min(float(panel.days[row]) + 0.5, end) for row in rows})
        for age in ages:
            spells += [(dispute, since, age, outside[s], joined[s], joined[1 - s], war) for s in (0, 1)]
            now = [row for row in rows if min(float(panel.days[row]) + 0.5, end) == age]
            sides = [0 if panel.outcome[row] == JOINED_A else 1 for row in now]
            entries += [(dispute, age, outside[s], joined[s], joined[1 - s], war) for s in sides]
            for row, side in zip(now, sides, strict=True):
                outside = np.maximum(outside - probabilities[:, row], 1e-12)
                joined[side] += 1
            since = age
        spells += [(dispute, since, end, outside[s], joined[s], joined[1 - s], war) for s in (0, 1)]
    a, b = np.array(spells), np.array(entries)
    return (
        Spells(a[:, 0].astype(np.int64), *a[:, 1:].T),
        Entries(b[:, 0].astype(np.int64), *b[:, 1:].T),
    )


@dataclass(frozen=True)
class Timing:
    """A point of the law; `row` (6,) or rows (draws, 6) of `NAMES`."""

    row: Floats

    def part(self, name: str) -> Floats:
        """One parameter, () or (draws,)."""
        values: Floats = self.row[..., NAMES.index(name)]
        return values

    def level(self, own: Floats | float, other: Floats | float, war: Floats | float) -> Floats:
        """Rate per expected join at age 0, per day."""
        own, other = np.asarray(own, dtype=np.float64), np.asarray(other, dtype=np.float64)
        pull = self.part("same") * own / (1 + own) + self.part("opposite") * other / (1 + other)
        level: Floats = np.exp(self.part("log_rate") + self.part("log_war") * war + pull)
        return level

    def rate(self, age: Floats | float, own: Floats | float, other: Floats | float, war: Floats | float) -> Floats:
        """Rate per expected join at an age in days, per day."""
        bend = relative(age, np.exp(self.part("log_scale")), self.part("power"))
        rate: Floats = self.level(own, other, war) * bend
        return rate

    def days(self, start: Floats | float, end: Floats | float) -> Floats:
        """The fall with age integrated over ages in days: days as at age 0."""
        scale, power = np.exp(self.part("log_scale")), self.part("power")
        days: Floats = gathered(end, scale, power) - gathered(start, scale, power)
        return days

    def age_at(self, days: float) -> float:
        """The age at which `self.days(0, age)` reaches `days`; for one point."""
        return ungathered(days, float(np.exp(self.part("log_scale"))), float(self.part("power")))


def joins_by_age(spells: Spells, entries: Entries, law: Timing) -> list[tuple[float, float, int, float]]:
    """From age, to age (days), joins observed and expected between them, for stretches that `AGES` bound."""
    rows = []
    level = spells.expected * law.level(spells.own, spells.other, spells.war)
    for start, end in pairwise(AGES):
        low, high = np.clip(spells.start, start, end), np.clip(spells.end, start, end)
        expected = float((level * law.days(low, high)).sum())
        rows.append((start, end, int(((entries.age > start) & (entries.age <= end)).sum()), expected))
    return rows


def fit_timing(spells: Spells, entries: Entries, disputes: int) -> tuple[Floats, Floats]:
    """Mode (6,) and covariance by disputes (6, 6)."""

    def logs(point: Floats) -> Floats:
        law = Timing(point)
        expected = (
            spells.expected * law.level(spells.own, spells.other, spells.war) * law.days(spells.start, spells.end)
        )
        found = np.log(entries.expected * law.rate(entries.age, entries.own, entries.other, entries.war))
        joined = np.bincount(entries.dispute, found, disputes)
        return np.asarray(joined - np.bincount(spells.dispute, expected, disputes), dtype=np.float64)

    return mode_and_covariance(logs, _CENTRE, _SPREAD, _CENTRE)
