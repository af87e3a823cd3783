"""What an answer rests on, in words: causes, key assumptions, confidence, dated statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tertius.impact.answer import Answer
from tertius.impact.channels import BACKGROUND
from tertius.impact.grounds import Assumption, Confidence
from tertius.impact.record import Record
from tertius.impact.sensitivity import RUN_PER_OFF, Moved, Movement, Sensitivity, Switched, SwitchOff, stands_out
from tertius.report.contexts import shows
from tertius.report.phrases import quantity_name, signed
from tertius.report.words import FEW, interval, number, percent, plain, with_unit
from tertius.world import Scenario


@dataclass(frozen=True)
class DriverRow:
    """A row of the table of laws switched off."""

    law: str = shows("the law, in a sentence")
    cells: tuple[str, ...] = shows("for each headline outcome: mean difference without it, and the change")


@dataclass(frozen=True)
class AssumptionRow:
    """A row of the table of key assumptions."""

    name: str = shows("the quantity in words")
    path: str = shows("its dotted path")
    range: str = shows("its 10-90% range, with its unit")
    basis: str = shows("what it rests on: fact, assumption, judgement, choice or fitted")
    sources: str = shows("ids of its sources; the basis where it has none")
    moves: str = shows("what it does to each headline difference")
    if_wrong: str = shows("what would change if it were wrong; empty where nothing is said")
    note: str = shows("a note on it; empty where there is none")


@dataclass(frozen=True)
class FactRow:
    """A dated statement."""

    date: str = shows("its date")
    text: str = shows("what it says")
    standing: str = shows("fact, where a good source calls it probably true; else reported")
    sources: str = shows("its sources with their grades")


def drivers(found: Sensitivity, headlines: tuple[str, ...]) -> Iterator[DriverRow]:
    """For each law that changes a headline difference when switched off: the change, with its standard error."""
    yield DriverRow("all laws on", tuple(number(found.mean[name], sign=True) for name in headlines))
    for off in found.switch_offs:
        if _undone(off, found):
            continue
        held = (off.outcomes[name] for name in headlines)
        cells = (
            f"{number(one.mean, sign=True)} (change {number(one.change, sign=True)} ±{number(one.error)})"
            for one in held
        )
        yield DriverRow(f"off: {off.title}", tuple(cells))


def _undone(off: SwitchOff, found: Sensitivity) -> bool:
    """Whether nothing is left to compare without the law: every difference is exactly 0, as for the event itself."""
    return all(one.mean == 0 for one in off.outcomes.values()) and any(found.mean.values())


def carrying(found: Sensitivity, outcome: str) -> list[SwitchOff]:
    """Laws whose absence changes an outcome's difference beyond what chance makes among so many, the most first."""
    own = [off for off in found.switch_offs if off.law not in BACKGROUND]
    clear = [off for off in own if off.outcomes[outcome].clear and _stands(off.outcomes[outcome], len(own))]
    return sorted(clear, key=lambda off: -abs(off.outcomes[outcome].change))


def _stands(one: Switched, among: int) -> bool:
    return stands_out(one.change, one.error, among)


def too_few_off(found: Sensitivity) -> str:
    """That laws were switched off on too few futures, and what would do; a question follows."""
    off = f"Laws were switched off on {found.futures_off:,} futures"
    return f"{off} (ask for {FEW * RUN_PER_OFF:,} with --futures): too few to say"


def why(found: Sensitivity, scenario: Scenario) -> Iterator[str]:
    """A sentence a headline outcome: the two laws whose absence changes the difference most; none on few futures."""
    for name in scenario.headlines if found.futures_off >= FEW else ():
        told = scenario.outcomes[name]
        parts = [
            f"with the law of *{off.law.replace('_', ' ')}* off, {signed(off.outcomes[name].mean, told)} "
            f"(a change of {number(off.outcomes[name].change, sign=True)} ±{number(off.outcomes[name].error)})"
            for off in carrying(found, name)[:2]
        ]
        if parts:
            lead = f"What carries the difference in {plain(told.name)}"
            on = f"{signed(found.mean[name], told)} with all laws on"
            lead += f" ({found.futures_off:,} futures, so means differ from those above by chance)"
            yield f"{lead}: {on}; {'; '.join(parts)}."


def key_assumptions(answer: Answer, scenario: Scenario) -> tuple[AssumptionRow, ...]:
    """The quantities that move the headline differences most."""
    if answer.sensitivity is None or answer.grounds is None:
        return ()
    moved = {movement.path: movement for movement in answer.sensitivity.movements}
    return tuple(_row(scenario, one, moved[one.path]) for one in answer.grounds.assumptions)


def _row(scenario: Scenario, told: Assumption, movement: Movement) -> AssumptionRow:
    return AssumptionRow(
        name=plain(quantity_name(scenario, told.path)),
        path=told.path,
        range=with_unit(interval(movement.low, movement.high), told.unit),
        basis=told.basis,
        sources=", ".join(told.sources) or told.basis,
        moves="; ".join(_moves(scenario, name, movement.outcomes[name]) for name in scenario.headlines),
        if_wrong=plain(told.if_wrong or ""),
        note=plain(told.note or ""),
    )


def _moves(scenario: Scenario, name: str, one: Moved) -> str:
    told = scenario.outcomes[name]
    if one.at_low == one.at_high:
        return f"{plain(told.name)}: not at all"
    flips = " (sign turns)" if one.turns else "" if one.clear else " (within chance)"
    gap = "" if one.gap_error is None else f", their gap ±{number(one.gap_error)}"
    change = with_unit(f"{number(one.at_low, sign=True)} to {number(one.at_high, sign=True)}", told.unit)
    return f"{plain(told.name)}: {change}{gap}{flips}"


def assumptions_base(answer: Answer, scenario: Scenario) -> str:
    """What the movements are to be held against: the mean differences over all of the same futures."""
    over = {} if answer.sensitivity is None else answer.sensitivity.over
    rows = [(scenario.outcomes[name], over[name]) for name in answer.headlines if name in over]
    return "; ".join(f"{plain(told.name)} {with_unit(number(mean, sign=True), told.unit)}" for told, mean in rows)


def confidence(found: Confidence, unmoved: bool, past: Record | None) -> tuple[str, ...]:
    """Reasons for the confidence in the answer. unmoved: whether only quantities that leave a trace were moved."""
    traced = " that leave a trace" if unmoved else ""
    scored = (
        "no forecast of this scenario has been scored yet, which caps confidence at moderate"
        if past is None
        else f"its laws were scored at past dates from {past.first} to {past.last}; no entry like this one was "
        "among them, which caps confidence at moderate"
    )
    return (
        "no single assumption moves the first headline beyond chance"
        if found.judged is None
        else f"of what assumptions can change in the first headline, {percent(found.judged)} rests on judgement alone",
        _turns(found, traced),
        "so few futures have no Monte Carlo error"
        if found.chance is None
        else f"the Monte Carlo error is {_of(found.chance)} its mean",
        scored,
    )


def _turns(found: Confidence, traced: str) -> str:
    """Whether any quantity turns the sign, as far as that could have been seen."""
    if found.turns:
        return f"{found.turns} of {found.tried} uncertain quantities{traced} turn its sign, beyond twice their error"
    if not found.shown:
        return "so few futures cannot show whether any quantity turns its sign"
    if found.shown < found.tried:
        return (
            f"no quantity turns its sign among the {found.shown} of {found.tried} for which that would have been seen"
        )
    return f"none of {found.tried} uncertain quantities{traced} turns its sign within its 10-90% range"


def _of(ratio: float) -> str:
    """A ratio before 'its mean': '12% of', '4.5 times'."""
    return f"{percent(ratio)} of" if ratio <= 1.0 else f"{number(ratio)} times"


def facts(scenario: Scenario) -> tuple[FactRow, ...]:
    """The dated statements in order of date, with their sources' grades; a fact where a source is A or B and 1 or 2."""
    rows = []
    for told in sorted(scenario.facts.values(), key=lambda fact: (fact.date, fact.id)):
        grades = {name: scenario.sources[name].grade if name in scenario.sources else name for name in told.source}
        good = any(grade[0] in "AB" and grade[1:] in ("1", "2") for grade in grades.values())
        rows.append(
            FactRow(
                date=told.date.isoformat(),
                text=told.text,
                standing="fact" if good else "reported",
                sources=", ".join(f"{name} {grade}" for name, grade in grades.items()),
            )
        )
    return tuple(rows)
