"""Sizes that a draft's priors hang on: soldiers in the war, length of the front, the entrant's number.

Each is the middle of a reference class, scaled by what is on record of the states; the draft's ranges say how wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

from tertius.builder.request import Party, Request

DEPLOYED = 0.3
"""Of a state's soldiers, those in its war; judgement, from a tenth to all."""
GROUP_TROOPS = 6000.0
"""Fighters of a group that holds land; judgement, from one to thirty thousand."""
STATE_TROOPS = 20000.0
"""Soldiers of a state of which none is on record."""
ENTRY = (100.0, 40_000.0)
"""Least and most soldiers of an entry, even in logs: 38% below 1,000, 65% below 5,000, as in `class-entries`."""
WEEKLY_LOSSES = (0.004, 0.03)
"""Median and 90% of losses a week for each soldier in the war: `class-losses` by 3.5, half of them deployed."""


@dataclass(frozen=True)
class Sizes:
    """The sizes of one war."""

    request: Request

    @cached_property
    def contested(self) -> Party:
        """Whose land is fought over: a group's host's; of two states the second's, which was attacked."""
        first, second = self.request.between
        if first.group == second.group:
            return second
        group, other = (first, second) if first.group else (second, first)
        return other if group.at.code == other.at.code else group

    @cached_property
    def holder(self) -> str:
        """The side that holds land of the other's, or of the state that both fight in."""
        return "B" if self.contested.key == self.request.between[0].key else "A"

    @cached_property
    def area(self) -> float:
        """Area of the contested state, km2."""
        return self.contested.at.get("area") or 100_000.0

    @cached_property
    def front(self) -> float:
        """What stands for the length of the front, km."""
        return sqrt(self.area)

    def soldiers(self, party: Party) -> float | None:
        """Soldiers on record; None for a group or where there are none."""
        return None if party.group else party.at.get("soldiers") or None

    def troops(self, side: str) -> float:
        """Middle of a side's soldiers in the war."""
        party = self.request.between[0 if side == "A" else 1]
        other = self.request.between[1 if side == "A" else 0]
        if party.group:
            return GROUP_TROOPS
        under_arms = self.soldiers(party)
        if under_arms is None:
            return STATE_TROOPS
        share = DEPLOYED
        if other.group:
            # against a group a state sends what the group asks for, not an army against an army
            share = min(DEPLOYED, max(0.1, 4 * GROUP_TROOPS / under_arms))
        return max(1000.0, share * under_arms)

    @cached_property
    def entry(self) -> tuple[float, float]:
        """Least and most of the entrant's soldiers: those of interventions, and at most a third of its army."""
        soldiers = self.soldiers(self.request.entrant)
        most = GROUP_TROOPS if soldiers is None else max(5 * ENTRY[0], soldiers / 3)
        return ENTRY[0], min(ENTRY[1], most)

    @property
    def entrants(self) -> float:
        """The middle of them."""
        return sqrt(self.entry[0] * self.entry[1])
