"""How a war can end: the kinds there are, the chance by its age alone, and what past wars say of what comes after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tertius.engine import lasting_week
from tertius.impact.recorded import Recorded

ENDS = {
    "settled": "world.settled",
    "ceasefire": "world.ceasefire",
    "faded": "world.faded",
    "aims-A": "sides.A.aims_met",
    "aims-B": "sides.B.aims_met",
    "collapsed-A": "sides.A.collapsed",
    "collapsed-B": "sides.B.collapsed",
    "over": "world.ended",
}
"""Kinds of end and the outputs that hold them."""
SHARES = {
    "ceasefire": "world.line_share",
    "faded": "world.fading_share",
    "aims-A": "sides.A.aims_share",
    "aims-B": "sides.B.aims_share",
}
"""Kinds of end that a scenario may give no share, and the quantities of their shares."""


@dataclass(frozen=True)
class Counted:
    """How often something followed among past cases.

    hits      cases in which it did
    cases     all of them
    interval  80% of its share, by Jeffreys
    before    cases that ended before this year
    """

    hits: int
    cases: int
    interval: tuple[float, float]
    before: int


def can_end(recorded: Recorded) -> bool:
    """Whether the scenario's wars can end at all."""
    rates = ("quick_end_rate", "slow_end_rate", "old_end_rate", "very_old_end_rate", "collapse_rate")
    return any(recorded.quantity(f"world.{rate}").max() > 0 for rate in rates)


def by_age(recorded: Recorded, weeks: int) -> list[float]:
    """The chance that a war of that age ends by each week, by its age alone, averaged over the parameters.

    The law of termination has the chance of each week. 0 at the as-of date, then `weeks` more numbers.
    """
    names = ("quick_end_rate", "slow_end_rate", "quick_share", "old_end_rate", "very_old_end_rate", "war_age")
    quick, slow, share, old, very_old, age = (recorded.quantity(f"world.{name}") for name in names)
    left = np.ones(recorded.count)
    chances = [0.0]
    for week in range(weeks):
        left *= lasting_week(quick, slow, share, old, very_old, age + week)
        chances.append(float(1.0 - left.mean()))
    return chances


def kinds_of_end(recorded: Recorded) -> dict[str, str]:
    """Kinds that the scenario gives a share or a rate, and the outputs that hold them."""
    return {k: path for k, path in ENDS.items() if k not in SHARES or recorded.quantity(SHARES[k]).max() > 0}


def breaks(base: Recorded) -> Counted | None:
    """Past ceasefires that broke; None where the war cannot end by one, or where they are of a later time."""
    from tertius.history.ends import shipped_ends

    past = shipped_ends()
    if base.quantity(SHARES["ceasefire"]).max() <= 0 or base.scenario.as_of.year < past.before:
        return None
    return Counted(past.breaks.hits, past.breaks.cases, past.breaks.interval(), past.before)
