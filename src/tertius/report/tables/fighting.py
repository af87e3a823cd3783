"""Tables of the fighting: outcomes, losses, contingents, own soldiers, and all of it week by week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from tertius.impact.answer import Answer
from tertius.impact.series import Fan, Fans
from tertius.report.tables.columns import (
    Effect,
    InUnit,
    Persons,
    PersonsPerWeek,
    Share,
    Table,
    Week,
    Weeks,
    effect,
    listed,
)
from tertius.world import Scenario

WORLDS = {"with_it": "with", "without": "without", "difference": "difference"}


@dataclass(frozen=True, kw_only=True)
class Outcome(Effect):
    """Every outcome at every horizon: with the entry, without it, and the difference.

    outcome      id of the outcome
    name         its name
    unit         its unit; 1 for a pure number
    is_headline  whether it is a headline
    favours      side that a larger value helps: A, B or none
    week         weeks after the as-of date
    date         end of that week
    with_q10     10% quantile over futures with the entry
    with_q50     median with the entry
    with_q90     90% quantile with the entry
    without_q10  10% quantile over futures without the entry
    without_q50  median without the entry
    without_q90  90% quantile without the entry
    paired_q10   10% quantile of the difference between a future with the entry and the same future without
    paired_q50   its median
    paired_q90   its 90% quantile
    share_larger   share of futures in which that difference lies above the band
    share_smaller  share in which it lies below
    share_within   share in which it lies within
    """

    outcome: str
    name: str
    unit: str
    is_headline: bool
    favours: str
    week: Week
    date: date
    with_q10: InUnit
    with_q50: InUnit
    with_q90: InUnit
    without_q10: InUnit
    without_q50: InUnit
    without_q90: InUnit
    paired_q10: InUnit
    paired_q50: InUnit
    paired_q90: InUnit
    share_larger: Share
    share_smaller: Share
    share_within: Share


def outcomes(answer: Answer, scenario: Scenario) -> Iterator[Outcome]:
    """Rows of the table."""
    told = {one.id: one for one in answer.outcomes}
    for found in answer.differences:
        one = told[found.outcome]
        yield Outcome(
            outcome=one.id,
            name=one.name,
            unit=one.unit,
            is_headline=one.headline,
            favours=one.favours,
            week=found.week,
            date=answer.run.dates[found.week],
            with_q10=found.base[0],
            with_q50=found.base[1],
            with_q90=found.base[2],
            without_q10=found.other[0],
            without_q50=found.other[1],
            without_q90=found.other[2],
            paired_q10=found.paired[0],
            paired_q50=found.paired[1],
            paired_q90=found.paired[2],
            share_larger=found.larger,
            share_smaller=found.smaller,
            share_within=found.immaterial,
            **effect(found),
        )


@dataclass(frozen=True)
class Weekly:
    """Week by week: outcomes, each side's losses, and own soldiers moved, as quantiles over futures.

    kind   outcome, losses or own-soldiers
    id     id of the outcome or of the side
    place  id of the theatre, of own soldiers
    name   its name
    unit   its unit
    world  with, without or difference (of the same future in the two)
    week   weeks after the as-of date
    date   end of that week
    q10    10% quantile
    q25    25% quantile
    q50    median
    q75    75% quantile
    q90    90% quantile
    """

    kind: str
    id: str
    place: str | None
    name: str
    unit: str
    world: str
    week: Week
    date: date
    q10: InUnit
    q25: InUnit
    q50: InUnit
    q75: InUnit
    q90: InUnit


def weekly(answer: Answer, scenario: Scenario) -> Iterator[Weekly]:
    """Rows of the table."""
    held = answer.series
    if held is None:
        return
    for name, found in held.outcomes.items():
        told = scenario.outcomes[name]
        yield from _worlds(answer, ("outcome", name, None, told.name, told.unit), found)
    for side, found in held.losses.items():
        # The as-of date ends no week of the run.
        rows = _worlds(answer, ("losses", side, None, scenario.sides[side].name, "persons/week"), found)
        yield from (row for row in rows if row.week > 0)
    for moved in held.own_troops:
        lead = ("own-soldiers", moved.side, moved.theatre, scenario.sides[moved.side].name, "persons")
        yield from _fan(answer, lead, "difference", moved.difference)


def _worlds(answer: Answer, lead: tuple[str, str, str | None, str, str], found: Fans) -> Iterator[Weekly]:
    for field, world in WORLDS.items():
        yield from _fan(answer, lead, world, getattr(found, field))


def _fan(answer: Answer, lead: tuple[str, str, str | None, str, str], world: str, found: Fan) -> Iterator[Weekly]:
    for week, levels in enumerate(zip(found.q10, found.q25, found.q50, found.q75, found.q90, strict=True)):
        yield Weekly(*lead, world, week, answer.run.dates[week], *levels)


@dataclass(frozen=True)
class Losses:
    """Each side's losses in a week, medians of the futures in which the war then goes on in both worlds.

    side     id of the side
    name     its name
    week     weeks after the as-of date
    date     end of that week
    with_it  with the entry
    without  without it
    """

    side: str
    name: str
    week: Week
    date: date
    with_it: PersonsPerWeek
    without: PersonsPerWeek


def losses(answer: Answer, scenario: Scenario) -> Iterator[Losses]:
    """Rows of the table."""
    for one in answer.battlefield.losses if answer.battlefield is not None else ():
        name, end = scenario.sides[one.side].name, answer.run.dates[one.week]
        yield Losses(one.side, name, one.week, end, one.with_it, one.without)


@dataclass(frozen=True)
class Contingent:
    """What each contingent is worth: soldiers present, and the parts of their strength, means over futures.

    contingent  id of the contingent
    name        its name
    week        weeks after the as-of date
    date        end of that week
    part        usable, or the friction that it is lost to
    soldiers    soldiers that this part comes to
    """

    contingent: str
    name: str
    week: Week
    date: date
    part: str
    soldiers: Persons


def contingents(answer: Answer, scenario: Scenario) -> Iterator[Contingent]:
    """Rows of the table, week by week."""
    for contingent, parts in (answer.series.contingents if answer.series is not None else {}).items():
        name = scenario.contingents[contingent].name
        for part, values in parts.items():
            for week, value in enumerate(values):
                yield Contingent(contingent, name, week, answer.run.dates[week], part, value)


@dataclass(frozen=True)
class Arrival:
    """Contingents that the entry brings, and when they are committed.

    contingent  id of the contingent
    name        its name
    share       share of futures in which it is committed
    q10         10% quantile of the first week in which it is
    q50         median of it
    q90         90% quantile of it
    q50_date    end of the median week
    """

    contingent: str
    name: str
    share: Share
    q10: Week
    q50: Week
    q90: Week
    q50_date: date


def arrivals(answer: Answer, scenario: Scenario) -> Iterator[Arrival]:
    """Rows of the table."""
    for one in answer.battlefield.arrivals if answer.battlefield is not None else ():
        name = scenario.contingents[one.contingent].name
        yield Arrival(one.contingent, name, one.share, *one.weeks, answer.run.dates[one.weeks[1]])


@dataclass(frozen=True)
class Need:
    """What the side that is joined lacks in the first quarter, means over futures, without the entry unless said.

    side           id of the side
    name           its name
    actors         ids of the actors who join it
    weeks          length of the stretch
    losses         the side's counted losses
    gone           those of them who do not return
    change         change of its own soldiers over the stretch
    change_q10     10% quantile of that change
    change_q90     90% quantile of it
    sent           soldiers of the entry committed within it, with the entry
    covered        weeks of lasting losses that those sent make up
    fire_share     share of the rounds it wants that it fires
    partner_share  share of the rounds that arrive which the partner's lines bring
    """

    side: str
    name: str
    actors: str
    weeks: Week
    losses: PersonsPerWeek
    gone: PersonsPerWeek
    change: Persons
    change_q10: Persons
    change_q90: Persons
    sent: Persons
    covered: Weeks | None
    fire_share: Share | None
    partner_share: Share | None


def needs(answer: Answer, scenario: Scenario) -> Iterator[Need]:
    """Rows of the table."""
    for one in answer.needs or ():
        lead = (one.side, scenario.sides[one.side].name, listed(one.actors), one.weeks, one.losses, one.gone)
        yield Need(*lead, *one.change, one.sent, one.covered, one.fire, one.partner)


@dataclass(frozen=True)
class Moment:
    """What is likely when, with the entry.

    kind      committed, closed, up, down, reached, unanswered, bargain-ends or war-ends
    path      dotted path of whom it happens to
    share     share of futures in which it happens within the run
    q10       10% quantile of its week among those futures
    q50       median of it
    q90       90% quantile of it
    q10_date  end of the week of the 10% quantile
    q50_date  end of the median week
    q90_date  end of the week of the 90% quantile
    """

    kind: str
    path: str
    share: Share
    q10: Week
    q50: Week
    q90: Week
    q10_date: date
    q50_date: date
    q90_date: date


def timeline(answer: Answer, scenario: Scenario) -> Iterator[Moment]:
    """Rows of the table."""
    for one in answer.timeline or ():
        yield Moment(one.kind, one.path, one.share, *one.weeks, *(answer.run.dates[week] for week in one.weeks))


TABLES: Final = {
    "outcomes": Table(Outcome, outcomes),
    "weekly": Table(Weekly, weekly),
    "losses": Table(Losses, losses),
    "contingents": Table(Contingent, contingents),
    "arrivals": Table(Arrival, arrivals),
    "needs": Table(Need, needs),
    "timeline": Table(Moment, timeline),
}
