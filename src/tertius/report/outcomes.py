"""The table of outcomes: every outcome at some horizons, in both worlds, with the difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tertius.impact.answer import Answer
from tertius.impact.comparison import Difference
from tertius.report.contexts import shows
from tertius.report.differences import effect
from tertius.report.headlines import named
from tertius.report.trust import going_on, past_forecasts
from tertius.report.words import interval, number, percent
from tertius.world import Scenario


@dataclass(frozen=True)
class OutcomeRow:
    """A row of the table of outcomes."""

    outcome: str = shows("name of the outcome, with its unit")
    week: str = shows("weeks after the as-of date")
    with_it: str = shows("median and 80% range of futures with the entry")
    without: str = shows("the same without")
    goes_on: str = shows("medians with and without where the war goes on in both worlds")
    difference: str = shows("mean difference, 80% interval of the expected effect, Monte Carlo error")
    shares: str = shows("shares of futures in which it is larger, smaller, within its band")
    band: str = shows("materiality band")
    record: str = shows("how past forecasts of it fared this far ahead")


def table(answer: Answer, scenario: Scenario, horizons: Iterable[int]) -> tuple[OutcomeRow, ...]:
    """Rows of the table: every outcome at each of the horizons."""
    weeks = tuple(horizons)
    return tuple(_row(answer, scenario, answer.at(name, week)) for name in scenario.outcomes for week in weeks)


def _row(answer: Answer, scenario: Scenario, found: Difference) -> OutcomeRow:
    on = going_on(answer, found.outcome, found.week)
    return OutcomeRow(
        outcome=named(scenario.outcomes[found.outcome]),
        week=str(found.week),
        with_it=f"{number(found.base[1], 3)} ({interval(found.base[0], found.base[2], 3)})",
        without=f"{number(found.other[1], 3)} ({interval(found.other[0], found.other[2], 3)})",
        goes_on=" / ".join(number(level[1], 3) for held in on for level in (held.base, held.other)) or "–",
        difference=effect(found),
        shares=shares_text(found),
        band=number(found.band),
        record=" ".join(past_forecasts(answer, found.outcome, found.week)) or "–",
    )


def shares_text(found: Difference) -> str:
    """Shares of futures in which an outcome is larger, smaller, within its band."""
    return " / ".join(percent(share) for share in (found.larger, found.smaller, found.immaterial))
