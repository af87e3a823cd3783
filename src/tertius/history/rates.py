"""Rates at which the third states of a scenario join its war, as past wars have it.

    rate[i, s](t) = P(i joins s) x level of a war with its joiners so far x fall with age        per day
    P(i joins s within N weeks) = share of s in the gathered rate x (1 - exp(-gathered rate))

while the war lasts and nobody else joins. P(i joins s) is that of the pool (`pool.py`). Each draw is a row of the
posterior of the law's weights, which moves the pool as it moves the law, and of timing, a draw of the scenario's
priors, of the drift of the base rate and of how far the law of age misses at one age (`Reference.misfit`, with mean
one); intervals are 10-90% over draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tertius.errors import OptionError
from tertius.history.ending import Ending
from tertius.history.features import TERMS, design
from tertius.history.panel import SIDES, Floats
from tertius.history.reasons import Reason, reasons
from tertius.history.reference import Reference, shipped_reference
from tertius.history.relations import Relations, read_relations
from tertius.history.timing import Timing
from tertius.world import Scenario

LONGEST = 520  # weeks
REASONS = 3
LEAST_FACTOR = 1.1  # a quantity that moves the rate less is no reason


@dataclass(frozen=True)
class Band:
    """10%, 50%, 90% and mean over draws."""

    low: float
    median: float
    high: float
    mean: float

    @classmethod
    def of(cls, draws: Floats) -> Band:
        """Of draws, (draws,)."""
        low, median, high = np.quantile(draws, [0.1, 0.5, 0.9])
        return cls(float(low), float(median), float(high), float(draws.mean()))


@dataclass(frozen=True)
class Rate:
    """One third state and side.

    ever        probability of joining this side while a dispute like this lasts, seen from its first day
    within      probability of joining within the weeks asked for, None for a state that fights already
    per_week    rate in the coming week, None likewise
    raises      quantity in words -> factor on the rate against the average third state's value, largest first
    lowers      the same below one, smallest first
    draws       per_week of each draw, (draws,); what an engine takes as prior
    ever_draws  ever of each draw; times `Timing.rate` of the same row it is the rate at another age or after others
    """

    actor: str
    side: str
    member_of: str | None
    ever: Band
    within: Band | None
    per_week: Band | None
    raises: dict[str, float]
    lowers: dict[str, float]
    draws: Floats
    ever_draws: Floats


@dataclass(frozen=True)
class Rates:
    """Rates of every third state and side.

    anyone      some listed third state joins within the weeks
    anyone_else some state not listed does, by the average of past wars
    ends        the war ends within the weeks, by its age alone
    before      the fit is on disputes that began before this year
    knows_later whether some of these may have begun after the as-of date
    """

    weeks: int
    age: int
    joined: tuple[int, int]
    rows: tuple[Rate, ...]
    anyone: Band
    anyone_else: Band
    ends: Band
    reference: str
    before: int
    knows_later: bool


def joining_rates(scenario: Scenario, weeks: int = 26, reference: Reference | None = None, seed: int = 1) -> Rates:
    """Rates for a scenario with relations.

    Args:
        scenario: with a `relations` section.
        weeks: ahead, from 1.
        reference: the fit; by default the shipped one.
        seed: of the draws from the scenario's priors and of the drift.

    Raises:
        ScenarioError: the relations cannot be used.
        OptionError: weeks out of range.
    """
    if not 1 <= weeks <= LONGEST:
        raise OptionError("--weeks", weeks, f"1 to {LONGEST}", "ask for 26, say")
    fitted = reference or shipped_reference()
    relations = read_relations(scenario)
    draws, actors = len(fitted.weight_rows), len(relations.actors)
    raw = relations.raw(draws, seed)
    terms = (design(raw) - fitted.joining.mean) / fitted.joining.scale
    shaped = terms.reshape(2, actors, draws, len(TERMS))
    third_states = raw.third_states.reshape(actors, draws)
    scores = np.einsum("sadt,dt->sad", shaped, fitted.weight_rows[:, 1:])
    scores = scores + fitted.weight_rows[:, 0] - np.log(third_states)
    ever = fitted.pool.moved(raw, scores.reshape(2, -1)).reshape(2, actors, draws)
    generator = np.random.Generator(np.random.Philox(seed))
    drift = np.exp(fitted.drift * generator.standard_normal(draws))
    drift *= np.exp(fitted.misfit * generator.standard_normal(draws) - fitted.misfit**2 / 2)
    timing, ending = Timing(fitted.timing_rows), Ending(fitted.ending_rows)
    age, joined = float(relations.age), relations.joined
    level = np.stack([timing.level(joined[s], joined[1 - s], 1.0) for s in (0, 1)]) * drift  # (side, draw)
    days = timing.days(age, age + 7.0 * weeks)
    first = timing.days(age, age + 7.0)
    gathered = ever * level[:, None] * days
    chance = gathered / gathered.sum(axis=0) * -np.expm1(-gathered.sum(axis=0))
    per_week = ever * level[:, None] * first
    outside = [place for place, actor in enumerate(relations.actors) if relations.member_of(actor) is None]
    listed = gathered[:, outside].sum(axis=(0, 1))
    rest = fitted.rest * level.mean(axis=0) * days
    told = reasons(fitted.pool, relations.raw(1))
    rows = [
        _rate(relations, told, place, side, ever[side, place], chance[side, place], per_week[side, place])
        for place in range(actors)
        for side in range(len(SIDES))
    ]
    return Rates(
        weeks=weeks,
        age=relations.age,
        joined=(int(joined[0]), int(joined[1])),
        rows=tuple(rows),
        anyone=Band.of(-np.expm1(-listed)),
        anyone_else=Band.of(-np.expm1(-rest)),
        ends=Band.of(ending.within(age, 7.0 * weeks)),
        reference=fitted.sha256,
        before=fitted.before,
        knows_later=fitted.before > scenario.as_of.year,
    )


def _rate(
    relations: Relations, told: list[Reason], place: int, side: int, ever: Floats, chance: Floats, weekly: Floats
) -> Rate:
    actor = relations.actors[place]
    member = relations.member_of(actor)
    order = sorted(told, key=lambda reason: -reason.factor[side, place])

    def in_words(found: list[Reason]) -> dict[str, float]:
        return {reason.words(side, place): float(reason.factor[side, place]) for reason in found}

    return Rate(
        actor=actor,
        side=SIDES[side],
        member_of=member,
        ever=Band.of(ever),
        within=None if member else Band.of(chance),
        per_week=None if member else Band.of(weekly),
        raises=in_words([r for r in order[:REASONS] if r.factor[side, place] > LEAST_FACTOR]),
        lowers=in_words([r for r in order[::-1][:REASONS] if r.factor[side, place] < 1 / LEAST_FACTOR]),
        draws=weekly,
        ever_draws=ever,
    )


def rates_data(found: Rates) -> dict[str, Any]:
    """Everything but the draws as JSON data."""
    return {
        "weeks": found.weeks,
        "age_days": found.age,
        "joined_so_far": {"A": found.joined[0], "B": found.joined[1]},
        "rates": [
            {
                "actor": row.actor,
                "side": row.side,
                "member_of": row.member_of,
                "ever": _band(row.ever),
                "within": _band(row.within),
                "per_week": _band(row.per_week),
                "raises": row.raises,
                "lowers": row.lowers,
            }
            for row in found.rows
        ],
        "anyone_listed": _band(found.anyone),
        "anyone_else": _band(found.anyone_else),
        "war_ends": _band(found.ends),
        "reference": found.reference,
        "before": found.before,
        "knows_later": found.knows_later,
    }


def _band(band: Band | None) -> dict[str, float] | None:
    if band is None:
        return None
    return {"q10": band.low, "q50": band.median, "q90": band.high, "mean": band.mean}
