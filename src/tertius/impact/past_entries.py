"""What entries have done: the late entries into past wars most like the one that is asked about, beside the model.

The entry is the first arrival that the comparison undoes whose actor and side stand in the scenario's relations. Only
entries that an analyst of the as-of date could have followed for five years are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from tertius.impact.comparison import Comparison
from tertius.impact.ends import by_age, can_end
from tertius.impact.recorded import Recorded
from tertius.world import Relation, Scenario

if TYPE_CHECKING:
    from tertius.history.late import LateEntry

COUNT = 10
YEARS = (1, 2, 5)
FOLLOWED = 5  # years
WEEKS_A_YEAR = 52
WAR_YEAR = 365.25  # days


@dataclass(frozen=True)
class PastEntry:
    """States that entered a past war for one side in one year.

    war        what the war is called
    entrants   who entered, the strongest first
    year       of the entry
    age        years that the war had lasted
    strength   their capability over that of the state they joined; None where that is not known
    lasted_on  years that it went on; None where it had not ended by 2004
    result     for the side joined: won, lost, settled, line, faded, other
    """

    war: str
    entrants: tuple[str, ...]
    year: int
    age: float
    strength: float | None
    lasted_on: float | None
    result: str


@dataclass(frozen=True)
class EndedWithin:
    """How many of the wars had ended so many years after the entry.

    years     after the entry
    hits      wars that had ended
    interval  80% of their share, by Jeffreys
    """

    years: int
    hits: int
    interval: tuple[float, float]


@dataclass(frozen=True)
class PastEntries:
    """The late entries most like this one, and the model's answer.

    actor      id of the actor whose entry is asked about
    side       side that it joins
    age        years that this war has lasted
    strength   its capability over that of its side
    chosen_of  late entries that could be followed by the as-of date
    rows       the nearest of them, the nearest first; no more than two into one war
    ended      how many of their wars had ended
    won        entries whose side won
    lost       entries whose side lost
    week       week of the model's chances, a year or the last one
    with_it    chance that the war is over by then, with the entry
    without    the same without it
    by_age     the same by the war's age alone
    """

    actor: str
    side: str
    age: float
    strength: float
    chosen_of: int
    rows: tuple[PastEntry, ...]
    ended: tuple[EndedWithin, ...]
    won: int
    lost: int
    week: int
    with_it: float
    without: float
    by_age: float

    @property
    def median_age(self) -> float:
        """Median age of their wars at the entry, in years."""
        return float(median(row.age for row in self.rows))

    @property
    def median_strength(self) -> float | None:
        """Median strength of those of which it is known."""
        known = [row.strength for row in self.rows if row.strength is not None]
        return float(median(known)) if known else None


def past_entries(comparison: Comparison) -> PastEntries | None:
    """None where wars cannot end, no arrival is undone, its relations are not told, or no past entry is known."""
    base, other = Recorded(comparison.base), Recorded(comparison.other)
    if not len(comparison.base.everything) or not can_end(base):
        return None
    case = _case(comparison, base.scenario)
    if case is None:
        return None
    from tertius.history.effects import shipped_entries
    from tertius.history.late import ended_within, most_like
    from tertius.history.reference import Share

    actor, side, age, strength = case
    known = [one for one in shipped_entries() if one.year + FOLLOWED < base.scenario.as_of.year]
    nearest = most_like(known, True, age, float(np.log(strength)), COUNT)
    if not nearest:
        return None
    week = min(WEEKS_A_YEAR, comparison.base.weeks)
    over = [float(world.output("world.ended")[:, week].mean()) for world in (base, other)]
    hits = [(years, ended_within(nearest, years)) for years in YEARS]
    return PastEntries(
        actor=actor,
        side=side,
        age=age,
        strength=strength,
        chosen_of=len(known),
        rows=tuple(_row(one) for one in nearest),
        ended=tuple(EndedWithin(years, n, Share("", n, len(nearest)).interval()) for years, n in hits),
        won=sum(one.result == "won" for one in nearest),
        lost=sum(one.result == "lost" for one in nearest),
        week=week,
        with_it=over[0],
        without=over[1],
        by_age=by_age(base, week)[-1],
    )


def _row(one: LateEntry) -> PastEntry:
    strength = None if one.ratio is None else float(np.exp(one.ratio))
    return PastEntry(one.war, one.entrants, one.year, one.age, strength, one.lasted_on, one.result)


def _case(comparison: Comparison, scenario: Scenario) -> tuple[str, str, float, float] | None:
    """Actor, side, the war's age in years and relative strength of the entry that is undone."""
    undone = comparison.other.layout.overrides
    targets = [event.target for name, event in scenario.events.items() if f"events.{name}.troops" in undone]
    found = {(one.actor, one.side): one for one in scenario.relations.values()}
    war = found.get((None, None))
    for name in targets:
        if name not in scenario.contingents or war is None or war.began is None:
            continue
        contingent = scenario.contingents[name]
        own, joined = (_capability(found.get(key)) for key in ((contingent.actor, None), (None, contingent.side)))
        if own and joined:
            return contingent.actor, contingent.side, (scenario.as_of - war.began).days / WAR_YEAR, own / joined
    return None


def _capability(record: Relation | None) -> float:
    quantity = None if record is None else record.quantities.get("capability_share")
    return 0.0 if quantity is None else float(quantity.central)
