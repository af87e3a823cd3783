"""Strikes in words: salvos and what comes through, interceptors, days of fire left, damage with and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tertius.impact.answer import Answer
from tertius.impact.series import Fan
from tertius.impact.strikes import DAYS, FireLeft, Strikes
from tertius.report.asked import date_of
from tertius.report.contexts import shows
from tertius.report.words import number, percent, plain
from tertius.world import Scenario

LONG = 180.0  # days from which on a stock is said to last
LEAST = 0.05  # items a week; less is told as none


@dataclass(frozen=True)
class SalvoRow:
    """A weapon in one week: medians, and 80% of futures with the entry."""

    name: str = shows("the weapon")
    week: str = shows("end of the week")
    with_it: str = shows("launched in the week with the entry, 80%")
    without: str = shows("launched in the week without it")
    through: str = shows("of these, what comes through with the entry, 80%")
    through_without: str = shows("what comes through without it")


@dataclass(frozen=True)
class LeftRow:
    """How long a stock lasts."""

    name: str = shows("the weapon or the layer of air defence")
    side: str = shows("whose it is")
    week: str = shows("as of when")
    with_it: str = shows("days with the entry, 80%")
    without: str = shows("days without it")


@dataclass(frozen=True)
class DamageRow:
    """A target."""

    name: str = shows("the target")
    now: str = shows("share out of work at the as-of date")
    with_it: str = shows("share out of work by the last week with the entry, 80%")
    without: str = shows("the same without it")


@dataclass(frozen=True)
class StrikesContext:
    """What the chapter on strikes prints."""

    finding: str = shows("whose stock is gone first, in a sentence")
    lines: tuple[str, ...] = shows("sentences: salvos, interceptors, civilians killed")
    salvos: tuple[SalvoRow, ...] = shows("salvos at the horizons")
    left: tuple[LeftRow, ...] = shows("days of fire left")
    damage: tuple[DamageRow, ...] = shows("damage to each target")
    by: str = shows("the last week")


def strikes_context(answer: Answer, scenario: Scenario) -> StrikesContext | None:
    """Everything that the chapter prints; None for a war without strikes."""
    found = answer.strikes
    if found is None:
        return None
    return StrikesContext(
        finding=plain(_finding(found, scenario)),
        lines=tuple(_lines(answer, scenario, found)),
        salvos=tuple(_salvo_rows(answer, scenario, found)),
        left=tuple(_left_rows(answer, scenario, found)),
        damage=tuple(
            DamageRow(
                plain(scenario.targets[one.target].name),
                _share(one.damage.with_it.q50[0]),
                _shares(one.damage.with_it),
                _share(one.damage.without.q50[-1]),
            )
            for one in found.damage
        ),
        by=date_of(answer, answer.last),
    )


def name_of(scenario: Scenario, one: FireLeft) -> str:
    """The name of what a stock is of."""
    return scenario.weapons[one.id].name if one.kind == "weapon" else scenario.defences[one.id].name


def days(value: float) -> str:
    """A time in days, as a person would say it."""
    if value > LONG:
        return f"over {LONG:.0f}"
    return f"{DAYS:.0f} or fewer" if value <= DAYS else number(value, 2)  # a week is the shortest step of the laws


def _finding(found: Strikes, scenario: Scenario) -> str:
    now = sorted((one for one in found.fire_left if one.week == 0), key=lambda one: one.with_it[1])
    if not now:
        return "No stock that is counted runs out."
    told = [(name_of(scenario, one), days(one.with_it[1])) for one in now[:2]]
    first = f"At the pace of the as-of week, the stock of {told[0][0]} lasts {told[0][1]} days"
    rest = f", that of {told[1][0]} {told[1][1]}" if len(told) > 1 else ""
    return f"{first}{rest}; medians of futures."


def _lines(answer: Answer, scenario: Scenario, found: Strikes) -> Iterator[str]:
    yield from _salvo_lines(answer, scenario, found)
    yield from _layer_lines(answer, scenario, found)
    yield from _killed(scenario, found)


def _salvo_lines(answer: Answer, scenario: Scenario, found: Strikes) -> Iterator[str]:
    for one in found.salvos:
        launched, leaked = one.launched_in_all, one.leaked_in_all
        fan = launched.with_it
        if fan.q90[-1] >= LEAST:
            name, many = plain(scenario.weapons[one.weapon].name), _span(fan.q50[-1], fan.q10[-1], fan.q90[-1])
            beside = f"{number(launched.without.q50[-1], 2)} and {number(leaked.without.q50[-1], 2)} without"
            through = f"of which {number(leaked.with_it.q50[-1], 2)} come through"
            yield f"{name}: {many} launched by {date_of(answer, answer.last)}, {through}; {beside}."


def _layer_lines(answer: Answer, scenario: Scenario, found: Strikes) -> Iterator[str]:
    for one in found.layers:
        held, beside = one.interceptors.with_it.q50, one.interceptors.without.q50
        yield (
            f"{plain(scenario.defences[one.defence].name)}: {number(held[0], 2)} interceptors at the as-of date, "
            f"{number(held[-1], 2)} left by {date_of(answer, answer.last)} in the median future, "
            f"{number(beside[-1], 2)} without."
        )


def _killed(scenario: Scenario, found: Strikes) -> Iterator[str]:
    for one in found.killed:
        low, high = one.killed.with_it.q10[-1], one.killed.with_it.q90[-1]
        yield (
            f"Civilians killed in {plain(scenario.actors[scenario.sides[one.side].lead].name)} since the as-of date: "
            f"{number(one.killed.with_it.q50[-1], 2)} in the median future (80%: {number(low, 2)} to "
            f"{number(high, 2)}), {number(one.killed.without.q50[-1], 2)} without."
        )


def _salvo_rows(answer: Answer, scenario: Scenario, found: Strikes) -> Iterator[SalvoRow]:
    weeks = sorted({1, *answer.run.horizons})
    for one in found.salvos:
        for week in weeks:
            launched, leaked = one.launched.with_it, one.leaked.with_it
            if max(launched.q90[week], one.launched.without.q50[week]) < LEAST:
                continue
            yield SalvoRow(
                plain(scenario.weapons[one.weapon].name),
                date_of(answer, week),
                _span(launched.q50[week], launched.q10[week], launched.q90[week]),
                number(one.launched.without.q50[week], 2),
                _span(leaked.q50[week], leaked.q10[week], leaked.q90[week]),
                number(one.leaked.without.q50[week], 2),
            )


def _left_rows(answer: Answer, scenario: Scenario, found: Strikes) -> Iterator[LeftRow]:
    for one in found.fire_left:
        low, middle, high = one.with_it
        yield LeftRow(
            plain(name_of(scenario, one)),
            plain(scenario.sides[one.side].name),
            date_of(answer, one.week),
            f"{days(middle)} ({days(low)} to {days(high)})",
            days(one.without[1]),
        )


def _span(middle: float, low: float, high: float) -> str:
    return f"{number(middle, 2)} ({number(low, 2)} to {number(high, 2)})"


def _shares(held: Fan) -> str:
    """A share in the last week, and 80% of it."""
    return f"{_share(held.q50[-1])} ({_share(held.q10[-1])} to {_share(held.q90[-1])})"


def _share(value: float) -> str:
    return "none" if value == 0.0 else percent(value)
