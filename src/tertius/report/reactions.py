"""What other states do: base rates, the model, what the entry changes and why; first moves; why now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tertius.impact import (
    FOLLOWERS,
    RED_LINES,
    RESTRAINT,
    RIVALS,
    Comparison,
    FirstMoves,
    Need,
    Reaction,
    Reason,
    Reasons,
    Recorded,
    Step,
    needs,
    reasons,
)
from tertius.impact.reactions import DIRECTIONS
from tertius.impact.reasons import OPTIONS, reasons_of
from tertius.report.words import chance, effect_range, interval, number, percent, plain
from tertius.world import Scenario

HORIZON = 26
LEAST = 0.02  # a term below it makes a step less than a fiftieth likelier
MOST_TERMS = 4
FEW = 50  # futures that take a step, below which its reasons say how many they are
TERMS = {
    RIVALS: "rivals' foreseen answers",
    FOLLOWERS: "others' like steps",
    RESTRAINT: "its own restraint",
    RED_LINES: "red lines",
    OPTIONS: "its other options and the levels reached",
}


def horizon(comparison: Comparison) -> int:
    """The week at which reactions are told: HORIZON, or the last reported one before it."""
    weeks = sorted({reaction.week for reaction in comparison.reactions})
    return max((week for week in weeks if week <= HORIZON), default=weeks[0])


def at_horizon(comparison: Comparison) -> list[Reaction]:
    """Every instrument's reaction at the horizon."""
    week = horizon(comparison)
    return [reaction for reaction in comparison.reactions if reaction.week == week]


def steps(comparison: Comparison, third: bool = True) -> list[tuple[Reaction, str, Step]]:
    """Steps that are open at the as-of date, of third states (or of the belligerents' leads), in the table's order."""
    told = comparison.base.layout.scenario.instruments
    found = []
    for reaction in at_horizon(comparison):
        if reaction.third is not third:
            continue
        start = int(told[reaction.instrument].level.central)
        if start < len(told[reaction.instrument].levels) - 1:
            found.append((reaction, "up", reaction.up))
        if start > 0:
            found.append((reaction, "down", reaction.down))
    return found


def decided(comparison: Comparison) -> list[tuple[Reaction, str, Step]]:
    """Steps of third states whose probability the entry changes detectably, the largest change first."""
    found = [row for row in steps(comparison) if row[2].detectable and not row[0].imposed]
    return sorted(found, key=lambda row: (-abs(row[2].found.mean), row[0].instrument, row[1]))


def context(comparison: Comparison, label: str) -> dict[str, Any] | None:
    """Everything the template prints of reactions; None for a scenario in which nobody decides."""
    if not comparison.reactions:
        return None
    week = horizon(comparison)
    scenario = comparison.base.layout.scenario
    return {
        "week": week,
        "date": _date(comparison, week),
        "headline": headline(comparison, label),
        "rows": [_row(scenario, *row) for row in steps(comparison)],
        "leads": [_row(scenario, *row) for row in steps(comparison, third=False)],
        "states": _states(comparison),
        "moves": _moves(comparison.first_moves, scenario) if comparison.first_moves is not None else None,
        "why_now": why_now(comparison),
    }


def headline(comparison: Comparison, label: str) -> str:
    """The bottom line on third states: the largest detectable change, or that there is none."""
    week, found = horizon(comparison), decided(comparison)
    by = f"by {_date(comparison, week)}"
    if not found:
        if all(step.found.same for reaction, _, step in steps(comparison) if not reaction.imposed):
            return f"**Other states**: with {label} what they do is the same {by}, exactly."
        return f"**Other states**: with {label} nothing changes detectably in what any third state does {by}."
    reaction, direction, step = found[0]
    scenario = comparison.base.layout.scenario
    act = _act(scenario, reaction, direction)
    low, high = step.found.interval
    others = len(found) - 1
    rest = f"; {others} other steps change detectably" if others > 1 else ""
    rest = "; one other step changes detectably" if others == 1 else rest
    return (
        f"**Other states**: the largest detectable change {by}, with {label}, is that {act} becomes "
        f"{'likelier' if step.found.mean > 0 else 'less likely'}: {chance(step.with_it)}, against "
        f"{percent(step.without)} without and {percent(step.base_rate)} by base rates alone "
        f"({_points(step.found.mean)} points; 80% interval {_points(low)} to {_points(high)}){rest}."
    )


def _act(scenario: Scenario, reaction: Reaction, direction: str) -> str:
    """A step in words: whose, of what, to which level."""
    told = scenario.instruments[reaction.instrument]
    start = int(told.level.central)
    level = told.levels[start + 1 if direction == "up" else start - 1]
    return f"*{plain(told.name)}* going {direction} to “{plain(level)}”"


def _points(share: float) -> str:
    return number(100 * share, sign=True)


def _date(comparison: Comparison, week: int) -> str:
    return f"{comparison.base.dates[week]:%-d %B %Y}"


def _row(scenario: Scenario, reaction: Reaction, direction: str, step: Step) -> dict[str, str]:
    told = scenario.instruments[reaction.instrument]
    start = int(told.level.central)
    level = told.levels[start + 1 if direction == "up" else start - 1]
    return {
        "actor": plain(scenario.actors[reaction.actor].name),
        "step": f"{plain(told.name)}, {direction} to: {plain(level)}",
        "base_rate": percent(step.base_rate),
        "with": chance(step.with_it),
        "without": percent(step.without),
        "difference": _difference(reaction, step),
        "when": "" if step.when is None else f"{step.when:.0f}",
        "level": f"{number(reaction.level[0])} / {number(reaction.level[1])}",
    }


def _difference(reaction: Reaction, step: Step) -> str:
    found = step.found
    if reaction.imposed:
        return "set by the comparison"
    if found.same:
        return "0 exactly"
    error = f"±{number(100 * found.error)}"
    if not step.detectable:
        return f"no detectable change ({_points(found.mean)} {error})"
    low, high = (100 * bound for bound in found.interval)
    return f"{_points(found.mean)} ({effect_range(low, high, found.resolved)}); {error}"


def _states(comparison: Comparison) -> list[dict[str, Any]]:
    """For each third state: a sentence of reasons for each step that changes detectably.

    Where none does, it is for the step up for and against which the entry gives most reasons: they may cancel out.
    """
    scenario = comparison.base.layout.scenario
    records = Recorded(comparison.base), Recorded(comparison.other)
    changed = decided(comparison)
    states: dict[str, list[tuple[Reaction, str, Step]]] = {}
    for row in steps(comparison):
        states.setdefault(row[0].actor, []).append(row)
    told = []
    for actor, rows in states.items():
        mine = [row for row in changed if row[0].actor == actor]
        free = [row for row in rows if not row[0].imposed] or rows
        whys = {
            (row[0].instrument, row[1]): reasons_of(*records, row[0].instrument, row[1], row[0].week)
            for row in mine or [row for row in free if row[1] == "up"] or free
        }
        if not mine:
            most = max(whys, key=lambda key: _torn([reason.by_entry for reason in whys[key].terms]))
            free = [row for row in free if (row[0].instrument, row[1]) == most]
        lines = []
        for reaction, direction, step in mine or free:
            why = whys[reaction.instrument, direction]
            lines.append(_sentence(scenario, reaction, direction, step, why, records[0].count))
        lead = "" if mine else "No detectable change. "
        told.append({"name": plain(scenario.actors[actor].name), "text": lead + " ".join(lines)})
    return told


def _torn(reasons: list[float]) -> tuple[float, float]:
    """How far reasons pull apart, then how strong they are in all."""
    forth, back = sum(max(0.0, reason) for reason in reasons), sum(max(0.0, -reason) for reason in reasons)
    return min(forth, back), forth + back


def _sentence(scenario: Scenario, reaction: Reaction, direction: str, step: Step, why: Reasons, futures: int) -> str:
    """Why one step is taken, and what the entry does to it."""
    act = _act(scenario, reaction, direction)
    takers = round(step.taken * futures)
    taken = pulls(scenario, why.terms, lambda reason: reason.worth)
    if reaction.imposed:
        return f"{act}, which the comparison sets. All reasons when it is taken: {taken}."
    entry = pulls(scenario, why.terms, lambda reason: reason.by_entry)
    if not step.detectable:
        few = f" ({takers} of {futures:,} futures)" if takers < FEW else ""
        return (
            f"{act}: {chance(step.with_it)}{few}. What the entry adds: {entry}. All reasons when it is taken: {taken}."
        )
    way = "likelier" if step.found.mean > 0 else "less likely"
    return f"{act} is {way} with the entry. What the entry adds: {entry}. All reasons when it is taken: {taken}."


def pulls(scenario: Scenario, terms: Iterable[Reason], size: Callable[[Reason], float]) -> str:
    """The terms that pull towards a step and those against it, as (change of its log odds)."""
    rows = sorted(((size(reason), term_name(scenario, reason.term)) for reason in terms), key=lambda row: -abs(row[0]))
    shown = [row for row in rows if abs(row[0]) >= LEAST]
    pulling = [f"{name} ({number(value, sign=True)})" for value, name in shown if value > 0][:MOST_TERMS]
    against = [f"{name} ({number(value, sign=True)})" for value, name in shown if value < 0][:MOST_TERMS]
    if not pulling and not against:
        return "nothing much beyond its base rate"
    if not pulling:
        return f"held back by {', '.join(against)}"
    return f"pulled by {', '.join(pulling)}" + (f", against {', '.join(against)}" if against else "")


def term_name(scenario: Scenario, term: str) -> str:
    """A term of a step's worth in words: the stake's name, or what it is else."""
    return TERMS[term] if term in TERMS else f"*{plain(scenario.stakes[term].name)}*"


def _moves(moves: FirstMoves, scenario: Scenario) -> dict[str, Any]:
    """The first-mover table."""
    told = scenario.instruments
    rows = []
    for answer in moves.largest():
        mover, other = told[answer.mover], told[answer.instrument]
        rows.append(
            {
                "mover": f"{plain(scenario.actors[mover.actor].name)}: {plain(mover.name)}",
                "reactor": f"{plain(scenario.actors[other.actor].name)}: {plain(other.name)}",
                "change": f"{_points(answer.mean)} ±{number(100 * answer.error)}",
            }
        )
    return {
        "rows": rows,
        "week": moves.week,
        "futures": f"{moves.futures:,}",
        "entries": f"{moves.entries:,}",
        "bound": number(moves.bound),
        "movers": len(moves.movers),
    }


def ally_seeking(scenario: Scenario) -> list[str]:
    """Instruments of a side's lead towards an actor whose contingent serves on that side."""
    found = []
    for side in scenario.sides.values():
        partners = {told.actor for told in scenario.contingents.values() if scenario.sides[told.side].lead == side.lead}
        found += [
            name
            for name, told in scenario.instruments.items()
            if told.actor == side.lead and told.towards in partners - {side.lead}
        ]
    return found


def why_now(comparison: Comparison) -> list[str]:
    """What the side that is joined lacks; then each instrument with which its lead seeks help: what drives it."""
    scenario = comparison.base.layout.scenario
    seeking = set(ally_seeking(scenario))
    lines = [_lacks(scenario, need) for need in needs(comparison)]
    for reaction, direction, step in steps(comparison, third=False):
        if reaction.instrument not in seeking or direction != "up":
            continue
        why = reasons(comparison, reaction.instrument, direction, reaction.week)
        act = _act(scenario, reaction, direction)
        actor = plain(scenario.actors[reaction.actor].name)
        change = "the entry does not change this detectably"
        if step.detectable:
            change = f"the entry changes this by {_points(step.found.mean)} points"
        lines.append(
            f"{actor}: {act} within {reaction.week} weeks is {chance(step.with_it)}, by base rates alone "
            f"{percent(step.base_rate)}; {change}. Reasons when it is taken: "
            f"{pulls(scenario, why.terms, lambda reason: reason.worth)}."
        )
    return lines


def _lacks(scenario: Scenario, need: Need) -> str:
    """A sentence on what a side lacks without the entry, and what the entry brings."""
    side = plain(scenario.sides[need.side].name)
    partners = " and ".join(plain(scenario.actors[name].name) for name in need.actors)
    mean, low, high = need.change
    text = (
        f"{side} in the first {need.weeks} weeks without the entry: {number(need.losses)} losses a week as its source "
        f"counts them, of whom {number(need.gone)} do not return; with those who come, its own soldiers change by "
        f"{number(mean, sign=True)} (80%: {interval(low, high, sign=True)})"
    )
    if need.covered is not None:
        text += (
            f". The entry's {number(need.sent)} soldiers of that time, on average, make up "
            f"{number(need.covered)} weeks of lasting losses"
        )
    if need.fire is not None:
        text += f". It fires {percent(need.fire)} of the rounds that it wants"
    if need.partner is not None:
        text += f"; {percent(need.partner)} of those that reach it are {partners}'s"
    return f"{text}."


def reactions_data(comparison: Comparison, moves: bool = False) -> dict[str, Any]:
    """Reactions as JSON data: each instrument at each week, reasons at the horizon and, where asked, first moves."""
    if not comparison.reactions:
        return {"reactions": [], "reasons": [], "first_moves": None}
    records = Recorded(comparison.base), Recorded(comparison.other)
    why = [
        reasons_of(*records, reaction.instrument, direction, reaction.week)
        for third in (True, False)
        for reaction, direction, _ in steps(comparison, third)
    ]
    found = comparison.first_moves if moves else None
    return {
        "reactions": [_reaction_data(reaction) for reaction in comparison.reactions],
        "reasons": [_reasons_data(one) for one in why],
        "first_moves": None if found is None else _moves_data(found),
    }


def _reaction_data(reaction: Reaction) -> dict[str, Any]:
    found = reaction.level_found
    told: dict[str, Any] = {
        "instrument": reaction.instrument,
        "actor": reaction.actor,
        "third": reaction.third,
        "imposed": reaction.imposed,
        "week": reaction.week,
        "level": {
            "with": reaction.level[0],
            "without": reaction.level[1],
            "difference": found.mean,
            "error": _finite(found.error),
            "interval80": list(found.interval),
        },
    }
    for direction in DIRECTIONS:
        step = reaction.step(direction)
        told[direction] = {
            "base_rate": step.base_rate,
            "with": step.with_it,
            "without": step.without,
            "difference": step.found.mean,
            "error": _finite(step.found.error),
            "interval80": list(step.found.interval),
            "detectable": step.detectable,
            "median_week": step.when,
        }
    return told


def _reasons_data(why: Reasons) -> dict[str, Any]:
    return {
        "instrument": why.instrument,
        "direction": why.direction,
        "week": why.week,
        "expected_steps": {"with": why.expected[0], "without": why.expected[1]},
        "terms": [
            {"term": one.term, "worth": one.worth, "by_entry": one.by_entry, "steps": one.steps} for one in why.terms
        ],
        "rest": why.rest,
    }


def _moves_data(moves: FirstMoves) -> dict[str, Any]:
    def table(values: Any) -> list[list[float | None]]:
        return [[_finite(value) for value in row] for row in values.tolist()]

    return {
        "futures": moves.futures,
        "week": moves.week,
        "movers": list(moves.movers),
        "actors": list(moves.actors),
        "instruments": list(moves.instruments),
        "by_actor": table(moves.by_actor),
        "actor_error": table(moves.actor_error),
        "by_instrument": table(moves.by_instrument),
        "instrument_error": table(moves.instrument_error),
        "largest": [
            {"mover": one.mover, "instrument": one.instrument, "change": one.mean, "error": one.error}
            for one in moves.largest()
        ],
    }


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None
