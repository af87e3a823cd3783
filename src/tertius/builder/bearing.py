"""What a state is to each belligerent: pair facts, how it leans, and how past disputes say that it may join.

Facts are those of the year before the as-of date; pacts signed since the data's end count from their day. A group
without a state has no pacts, rivalries or capabilities on record: its geography is that of the state it fights in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

import numpy as np

from tertius.builder.request import Party, Request, outsiders
from tertius.history.features import ACTOR_RAW, PAIR_RAW, SIDE_RAW, RawArrays
from tertius.history.reference import shipped_reference
from tertius.reference.states import Pair, State, disputes_of, pair, states_in

GROUP_SHARE = 0.02
"""Of its host's capabilities, a group's; judgement, between a hundredth and a tenth."""
FEW_ALLIES = 10
DISTANT_IDEAL = 2.0
"""Distance of ideal points in the General Assembly that parts the blocs of a year."""


@dataclass(frozen=True)
class Bearing:
    """A state outside the war, and what it is to the parties.

    to        party's key -> pair facts; None where the party is a group or the state itself
    near      the same with a group's host in its place, for geography; None for the host itself
    joins     probability of joining A and B while a dispute like this lasts, by the law of past disputes
    crowded   parties whose defence pacts bind so many that one says little
    """

    state: State
    to: dict[str, Pair | None]
    near: dict[str, Pair | None]
    joins: tuple[float, float]
    crowded: frozenset[str]

    def leans(self, party: Party, other: Party) -> float:
        """Towards one party (above 0) or its enemy: pacts and rivalries, then votes in the General Assembly."""
        unlike = not (party.group or other.group)  # who votes otherwise than a state is no friend of its rebels yet
        return self.warmth(party, unlike) - self.warmth(other, unlike)

    def warmth(self, party: Party, unlike: bool = True) -> float:
        """How it stands to a party, about -2 to 2; 0 to a group. `unlike`: whether unlike votes count against it."""
        facts = self.to.get(party.key)
        if facts is None:
            return 0.0
        warm = 0.0
        if "defence" in (*facts.obligations, *facts.owed):
            warm = 0.4 if party.key in self.crowded else 1.0
        warm += 0.3 if "consultation" in facts.obligations and not warm else 0.0
        warm -= 1.0 if facts.rivalry else 0.0
        warm -= 0.2 * min(facts.disputes_10y, 3)
        apart = ideal_distance(self.state, facts.other)
        alike = 0.0 if apart is None else 0.5 - apart / DISTANT_IDEAL
        return warm + (alike if unlike else max(0.0, alike))


def ideal_distance(one: State, other: State) -> float | None:
    """Distance of two states' ideal points, None where one has none."""
    ends = one.get("ideal_point"), other.get("ideal_point")
    return None if ends[0] is None or ends[1] is None else abs(ends[0] - ends[1])


@cache
def _pair(one: str, other: str, year: int, by: date) -> Pair:
    return pair(one, other, year, by)


@dataclass(frozen=True)
class Field:
    """Every outsider's bearing, and the world that they stand in."""

    request: Request

    @cached_property
    def year(self) -> int:
        """The year that the data are of."""
        return self.request.data_year

    @cached_property
    def third_states(self) -> int:
        """States outside the dispute: all of the system less the belligerents that are states."""
        return len(states_in(self.year)) - sum(not each.group for each in self.request.between)

    @cached_property
    def disputes(self) -> dict[int, int]:
        """Disputes of ten years by state: those that it and another began; joiners are not counted."""
        return disputes_of(self.year)

    def place(self, found: State, party: Party) -> Pair | None:
        """Pair facts of a state and a party, with a group's host in its place; None for the host itself."""
        if found.ccode == party.at.ccode:
            return None
        return _pair(found.code, party.at.code, self.year, self.request.as_of)

    def facts(self, found: State, party: Party) -> Pair | None:
        """Pair facts of a state and a party; None for a group, whose host's pacts are not its own."""
        return None if party.group else self.place(found, party)

    @cached_property
    def crowded(self) -> frozenset[str]:
        """Parties whose defence pacts bind more than ten states: one of these says little of two of them."""
        found = []
        for party in self.request.parties:
            facts = [self.facts(each, party) for each in outsiders(self.request)]
            bound = sum(each is not None and "defence" in each.obligations for each in facts)
            found += [party.key] if bound > FEW_ALLIES else []
        return frozenset(found)

    @cached_property
    def bearings(self) -> tuple[Bearing, ...]:
        """Every outsider's, the likeliest joiner first."""
        states = outsiders(self.request)
        rows = [(each, self._to(each)) for each in states]
        chances = self._chances(list(states))
        found = [
            Bearing(each, to, near, (float(chances[0, row]), float(chances[1, row])), self.crowded)
            for row, (each, (to, near)) in enumerate(rows)
        ]
        return tuple(sorted(found, key=lambda each: -sum(each.joins)))

    def _to(self, found: State) -> tuple[dict[str, Pair | None], dict[str, Pair | None]]:
        parties = self.request.parties
        return (
            {each.key: self.facts(found, each) for each in parties},
            {each.key: self.place(found, each) for each in parties},
        )

    def share(self, party: Party) -> float:
        """Share of world capability; of a group, the middle of its prior."""
        own = party.at.get("capability_share") or 0.001
        return own * GROUP_SHARE if party.group else own

    def _chances(self, states: list[State]) -> np.ndarray:
        raws = [self.raw(found) for found in states]

        def of(part: int, names: list[str]) -> dict[str, np.ndarray]:
            return {name: np.array([raw[part][name] for raw in raws], dtype=np.float64).T for name in names}

        actor = of(0, [raw.name for raw in ACTOR_RAW if not raw.optional])
        pairs = of(1, [raw.name for raw in PAIR_RAW if not raw.optional])
        count = np.full(len(states), float(self.third_states))
        side = {raw.name: np.tile(self._side(raw.name)[:, None], len(states)) for raw in SIDE_RAW if not raw.optional}
        law = shipped_reference().joining
        return law.probabilities(RawArrays(actor, side, pairs, count))

    def _side(self, name: str) -> np.ndarray:
        if name == "attacked":
            return np.array([0.0, 1.0])  # the first of the two began
        return np.array([self.share(each) for each in self.request.between])

    def raw(self, found: State) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
        """Raw quantities of a state by itself, and to sides A and B, as the law of joining takes them."""
        own = {
            "capability_share": found.get("capability_share") or 0.0001,
            "major_power": found.get("major_power") or 0.0,
            "disputes_10y": float(self.disputes.get(found.ccode, 0)),
        }
        told = [self.pair_raw(found, party) for party in self.request.between]
        return own, {name: (told[0][name], told[1][name]) for name in told[0]}

    def pair_raw(self, found: State, party: Party) -> dict[str, float]:
        """Raw quantities of a state to a party."""
        facts, place = self.facts(found, party), self.place(found, party)
        return {
            "defence_pact": float(facts is not None and "defence" in facts.obligations),
            "land_border": float(place is None or place.land_border),
            "near": float(place is None or place.near),
            "rivalry": float(facts is not None and bool(facts.rivalry)),
            "capital_distance": 100.0 if place is None else place.distance,
            "opposed_10y": 0.0 if facts is None else float(facts.disputes_10y),
            "together_10y": 0.0,
        }
