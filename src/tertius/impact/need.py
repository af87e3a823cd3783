"""Why now: what a side that a partner joins lacks in the first quarter without the entry, and what the entry brings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tertius.engine import WEEKS_A_YEAR
from tertius.engine.known import Known
from tertius.impact.comparison import Comparison, set_apart
from tertius.impact.recorded import Floats, Recorded
from tertius.world import Scenario

WEEKS = 13
WITHIN = 26  # weeks of the question that is asked at earlier dates
EARLIER = (52, 26, 0)  # weeks before the as-of date at which it is asked
LATEST = 3  # steps on record that are told


@dataclass(frozen=True)
class Motive:
    """What a giver or a taker of soldiers had done by the as-of date, and how likely that made its next step, when.

    instrument  id of the instrument
    actor       whose it is
    is_giver    whether it is an instrument of those who join, towards whom they join; else the other way round
    steps       its latest steps on record: date, direction, text
    dates       two earlier dates and the as-of date
    chances     chance of a step up within WITHIN weeks at each, by its record up to then; None where it had none yet,
                or its level left no room
    """

    instrument: str
    actor: str
    is_giver: bool
    steps: tuple[tuple[date, str, str], ...]
    dates: tuple[date, ...]
    chances: tuple[float | None, ...]


@dataclass(frozen=True)
class Need:
    """Means over the futures, in the world without the entry unless said otherwise.

    side       id of the side
    actors     ids of the actors who join it
    weeks      the stretch, from the as-of date on
    losses     the side's counted losses, persons/week
    gone       those of them who do not return, persons/week
    change     change of its own soldiers over the stretch: mean, 10% and 90% of futures, persons
    sent       soldiers of the entry committed within it, in the world with the entry, persons
    covered    weeks of lasting losses that those sent make up; None without such losses
    fire       share of the rounds it wants that it fires, in [0, 1]; None where it wants none
    partner    share of the rounds that arrive which the partner's lines bring, in [0, 1]; None where it has none
    motives    what those who join and those whom they join had done towards each other
    """

    side: str
    actors: tuple[str, ...]
    weeks: int
    losses: float
    gone: float
    change: tuple[float, float, float]
    sent: float
    covered: float | None
    fire: float | None
    partner: float | None
    motives: tuple[Motive, ...]


def needs(comparison: Comparison) -> tuple[Need, ...]:
    """For each side that the comparison's entry joins; empty where an archive kept no states."""
    if not len(comparison.base.everything):
        return ()
    base, other = Recorded(comparison.base), Recorded(comparison.other)
    undone = _undone(comparison)
    found = []
    for side, told in base.scenario.sides.items():
        joined = [
            name
            for name, one in base.scenario.contingents.items()
            if one.side == side
            and one.actor != told.lead
            and name in undone
            and not np.array_equal(base.output(f"contingents.{name}.sent"), other.output(f"contingents.{name}.sent"))
        ]
        if joined:
            found.append(_need(base, other, side, joined))
    return tuple(found)


def _undone(comparison: Comparison) -> set[str]:
    """Contingents that the comparison itself keeps away: by their events, their instruments or their own quantities."""
    scenario = comparison.base.layout.scenario
    apart = {tuple(path.split(".")[:2]) for path in set_apart(comparison.base.layout, comparison.other.layout)}
    by_events = {
        event.contingent for name, event in scenario.events.items() if event.contingent and ("events", name) in apart
    }
    by_instruments = {
        lever.target
        for name, held in scenario.instruments.items()
        if ("instruments", name) in apart
        for lever in held.levers.values()
        if lever.kind == "contingent"
    }
    by_hand = {name for section, name in apart if section == "contingents"}
    return by_events | by_instruments | by_hand


def _need(base: Recorded, other: Recorded, side: str, joined: list[str]) -> Need:
    scenario = base.scenario
    last = min(WEEKS, base.ensemble.weeks)

    def over(recorded: Recorded, path: str) -> Floats:
        values = recorded.output(path)
        return np.asarray(values[:, last] - values[:, 0])

    losses = over(other, f"sides.{side}.cumulative_losses") / last
    gone = losses * other.quantity(f"sides.{side}.permanent_share")
    own = sum(
        (over(other, f"theatres.{name}.forces.{side}.troops") for name in scenario.theatres), np.zeros(base.count)
    )
    sent = sum((over(base, f"contingents.{name}.sent") for name in joined), np.zeros(base.count))
    actors = tuple(dict.fromkeys(scenario.contingents[name].actor for name in joined))
    lines = [name for name, line in scenario.supply_lines.items() if line.side == side and line.good == "shells"]
    weeks = slice(1, last + 1)
    wanted = float(other.quantity(f"sides.{side}.fire_demand").mean())
    came = sum(float(other.output(f"supply_lines.{name}.delivered")[:, weeks].mean()) for name in lines)
    theirs = [name for name in lines if scenario.supply_lines[name].actor in actors]
    brought = sum(float(other.output(f"supply_lines.{name}.delivered")[:, weeks].mean()) for name in theirs)
    low, high = (float(x) for x in np.quantile(own, (0.1, 0.9)))
    return Need(
        side=side,
        actors=actors,
        weeks=last,
        losses=float(losses.mean()),
        gone=float(gone.mean()),
        change=(float(own.mean()), low, high),
        sent=float(sent.mean()),
        covered=float(sent.mean()) / float(gone.mean()) if gone.mean() > 0 else None,
        fire=float(other.output(f"sides.{side}.fire")[:, weeks].mean()) / wanted if wanted > 0 else None,
        partner=brought / came if theirs and came > 0 else None,
        motives=tuple(motives(scenario, side, actors)),
    )


def motives(scenario: Scenario, side: str, joining: Collection[str]) -> Iterator[Motive]:
    """Instruments on record of those who join a side towards its lead, and of its lead towards them or in payment."""
    lead = scenario.sides[side].lead
    paid = {one.payment for one in scenario.bargains.values() if one.giver in joining}
    dates = tuple(scenario.as_of - timedelta(weeks=weeks) for weeks in EARLIER)
    records = [Known.of(scenario, day) for day in dates]
    for name, told in scenario.instruments.items():
        is_giver = told.actor in joining and told.towards == lead
        is_taker = told.actor == lead and (told.towards in joining or name in paid)
        if not (is_giver or is_taker) or "rate" in told.steps["up"].quantities or name not in records[-1].held:
            continue
        steps = tuple((step.date, step.step, step.text) for step in records[-1].held[name].steps[-LATEST:])
        chances = tuple(record.chance_up(name, WITHIN / WEEKS_A_YEAR) for record in records)
        yield Motive(name, told.actor, is_giver, steps, dates, chances)
