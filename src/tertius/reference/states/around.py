"""Who is around a state: neighbours, those bound by a defence pact, rivals, main partners of trade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tertius.reference.states.lookup import Pair, State, pair, states_in

MAIN_PARTNERS = 5


@dataclass(frozen=True)
class Around:
    """States by what they are to one, nearest capital first; `trade` by share of its trade.

    neighbours   by land
    near         across at most 400 miles of water
    allies       which owe it defence, or to which it does
    rivals       strategic rivals
    trade        the first partners of its trade
    """

    neighbours: tuple[Pair, ...]
    near: tuple[Pair, ...]
    allies: tuple[Pair, ...]
    rivals: tuple[Pair, ...]
    trade: tuple[Pair, ...]


def around(of: State, by: date | None = None) -> Around:
    """Who is around a state in its year; pacts up to the day `by`."""
    pairs = [pair(of, other, of.year, by) for other in states_in(of.year) if other.ccode != of.ccode]
    pairs.sort(key=lambda each: each.distance)
    traders = [each for each in pairs if each.trade[0] is not None]
    traders.sort(key=lambda each: -(each.trade[0].value if each.trade[0] else 0.0))
    return Around(
        neighbours=tuple(each for each in pairs if each.land_border),
        near=tuple(each for each in pairs if each.near and not each.land_border),
        allies=tuple(each for each in pairs if "defence" in (*each.obligations, *each.owed)),
        rivals=tuple(each for each in pairs if each.rivalry),
        trade=tuple(traders[:MAIN_PARTNERS]),
    )
