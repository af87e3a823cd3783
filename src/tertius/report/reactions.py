"""What other states do: base rates, the model, what the entry changes and why; first moves; why now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tertius.calendar import day, short_day
from tertius.impact import (
    FirstMoves,
    Need,
    Reaction,
    Reactions,
    Reason,
    Reasons,
    Step,
)
from tertius.impact.answer import Answer
from tertius.impact.need import WITHIN, Motive
from tertius.report.contexts import shows
from tertius.report.differences import NONE_SEEN, effect, plus_minus
from tertius.report.findings import states
from tertius.report.phrases import TERMS
from tertius.report.words import chance, interval, middle, number, percent, plain, points
from tertius.world import Scenario

LEAST = 0.02  # a term below it makes a step less than a fiftieth likelier
MOST_TERMS = 4
FEW = 50  # futures that take a step, below which its reasons say how many they are
Row = tuple[Reaction, str, Step]
Whys = Mapping[tuple[str, str], Reasons]


@dataclass(frozen=True)
class StepRow:
    """One step of one instrument, as text."""

    actor: str = shows("Whose instrument it is.")
    step: str = shows("The instrument, the direction and the level that is reached.")
    base_rate: str = shows("Its probability by base rates alone; in brackets, steps on record and over how many years.")
    with_it: str = shows("Its probability with the entry, with its term.")
    without: str = shows("Its probability without the entry.")
    difference: str = shows("What the entry changes, in percentage points, or that nothing can be seen.")
    when: str = shows("Median week of the step with the entry; empty where no future takes it.")
    level: str = shows("Expected level with the entry and without it.")


@dataclass(frozen=True)
class StateText:
    """Why one state acts."""

    name: str = shows("The state.")
    text: str = shows("Sentences on its steps that change detectably, or on the one with most reasons for and against.")


@dataclass(frozen=True)
class MoveRow:
    """One pair of the table of first moves, as text."""

    mover: str = shows("The step that is taken first, and by whom.")
    reactor: str = shows("The instrument that responds, and whose it is.")
    change: str = shows("Change of the probability that it is stepped up, in percentage points, and its error.")


@dataclass(frozen=True)
class MovesContext:
    """What first moves change."""

    rows: tuple[MoveRow, ...] = shows("Pairs beyond the band and beyond what chance gives in so many, largest first.")
    week: int = shows("Weeks within which a step counts.")
    futures: str = shows("Futures of each run.")
    entries: str = shows("Pairs that were compared.")
    bound: str = shows("Standard errors that a pair must pass.")


@dataclass(frozen=True)
class ReactionsContext:
    """What the part on other states prints."""

    week: int = shows("Weeks within which steps are told.")
    date: str = shows("The end of the last of them.")
    finding: str = shows("Who reacts, and how many states are not seen to.")
    rows: tuple[StepRow, ...] = shows("Open steps of third states.")
    leads: tuple[StepRow, ...] = shows("Open steps of those who lead a side.")
    states: tuple[StateText, ...] = shows("For each third state, why it acts.")
    moves: MovesContext | None = shows("First moves; none where nobody can move first.")
    why_now: tuple[str, ...] = shows("What the side that is joined lacks, and what drives its search for help.")


def reactions_context(answer: Answer, scenario: Scenario) -> ReactionsContext | None:
    """Everything the template prints of reactions; None for a scenario in which nobody decides."""
    found, reasons, needs, moves = answer.reactions, answer.reasons or (), answer.needs or (), answer.first_moves
    if found is None:
        return None
    whys = {(one.instrument, one.direction): one for one in reasons}
    return ReactionsContext(
        week=found.week,
        date=day(found.date),
        finding=plain(states(answer, scenario)),
        rows=tuple(step_row(scenario, *row) for row in found.steps()),
        leads=tuple(step_row(scenario, *row) for row in found.steps(third=False)),
        states=tuple(_states(scenario, found, whys)),
        moves=_moves(moves, scenario) if moves is not None else None,
        why_now=tuple(why_now(scenario, found, whys, needs)),
    )


def _act(scenario: Scenario, reaction: Reaction, direction: str) -> str:
    """A step in words: whose, of what, to which level."""
    told = scenario.instruments[reaction.instrument]
    start = int(told.level.central)
    level = told.levels[start + 1 if direction == "up" else start - 1]
    return f"*{plain(told.name)}* going {direction} to “{plain(level)}”"


def step_row(scenario: Scenario, reaction: Reaction, direction: str, step: Step) -> StepRow:
    """One step of one instrument in words."""
    held = scenario.instruments[reaction.instrument]
    start = int(held.level.central)
    level = held.levels[start + 1 if direction == "up" else start - 1]
    return StepRow(
        actor=plain(scenario.actors[reaction.actor].name),
        step=f"{plain(held.name)}, {direction} to: {plain(level)}",
        base_rate=percent(step.base_rate) + _on_record(step),
        with_it=chance(step.with_it),
        without=percent(step.without),
        difference=_difference(reaction, step),
        when="" if step.when is None else f"{step.when:.0f}",
        level=f"{number(reaction.level[0])} / {number(reaction.level[1])}",
    )


def _on_record(step: Step) -> str:
    """How often it was taken so far, where the scenario's record tells of a quarter of a year or more."""
    if step.recorded is None or step.years is None or step.years < 0.25:
        return ""
    return f" ({step.recorded} in {number(step.years, 2)} years)"


def _difference(reaction: Reaction, step: Step) -> str:
    found = step.found
    if reaction.imposed:
        return "set by the comparison"
    if found.same or found.detectable:
        return effect(found, 100)
    unsettled = found.clear and found.material and not found.directed
    return (
        f"{'direction unknown' if unsettled else NONE_SEEN} ({points(found.mean, sign=True)} {plus_minus(found, 100)})"
    )


def _states(scenario: Scenario, found: Reactions, whys: Whys) -> list[StateText]:
    """For each third state: a sentence of reasons for each step that changes detectably.

    Where none does, it is for the step up for and against which the entry gives most reasons: they may cancel out.
    """
    order = {(one.instrument, one.direction): place for place, one in enumerate(found.changed)}
    states: dict[str, list[Row]] = {}
    for row in found.steps():
        states.setdefault(row[0].actor, []).append(row)
    texts = []
    for actor, rows in states.items():
        mine = sorted((row for row in rows if _key(row) in order), key=lambda row: order[_key(row)])
        if not mine:
            free = [row for row in rows if not row[0].imposed] or rows
            tried = [row for row in free if row[1] == "up"] or free
            mine = [max(tried, key=lambda row: _torn([reason.by_entry for reason in whys[_key(row)].terms]))]
        lead = "" if _key(mine[0]) in order else "Too weak to see. "
        lines = [step_sentence(scenario, *row, whys[_key(row)], found.futures) for row in mine]
        texts.append(StateText(plain(scenario.actors[actor].name), lead + " ".join(lines)))
    return texts


def _key(row: Row) -> tuple[str, str]:
    return row[0].instrument, row[1]


def _torn(reasons: list[float]) -> tuple[float, float]:
    """How far reasons pull apart, then how strong they are in all."""
    forth, back = sum(max(0.0, reason) for reason in reasons), sum(max(0.0, -reason) for reason in reasons)
    return min(forth, back), forth + back


def step_sentence(
    scenario: Scenario, reaction: Reaction, direction: str, step: Step, why: Reasons, futures: int
) -> str:
    """Why one step is taken, and what the entry does to it."""
    act = _act(scenario, reaction, direction)
    taken = pulls(scenario, why.terms, lambda reason: reason.worth)
    if reaction.imposed:
        return f"{act}, which the comparison sets. All reasons when it is taken: {taken}."
    entry = pulls(scenario, why.terms, lambda reason: reason.by_entry)
    if not step.found.detectable:
        few = f" ({step.takers} of {futures:,} futures)" if step.takers < FEW else ""
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


def _moves(moves: FirstMoves, scenario: Scenario) -> MovesContext:
    """The first-mover table."""
    rows = []
    for one in moves.largest:
        mover, other = scenario.instruments[one.mover], scenario.instruments[one.instrument]
        rows.append(
            MoveRow(
                mover=f"{plain(scenario.actors[mover.actor].name)}: {plain(mover.name)}",
                reactor=f"{plain(scenario.actors[other.actor].name)}: {plain(other.name)}",
                change=f"{points(one.mean, sign=True)} ±{points(one.error)}",
            )
        )
    return MovesContext(tuple(rows), moves.week, f"{moves.futures:,}", f"{moves.entries:,}", number(moves.bound))


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


def why_now(scenario: Scenario, found: Reactions, whys: Whys, needs: Sequence[Need]) -> list[str]:
    """What the side that is joined lacks; then each instrument with which its lead seeks help: what drives it."""
    seeking = set(ally_seeking(scenario))
    lines = [_lacks(scenario, need) for need in needs]
    lines += [_motive(scenario, motive) for need in needs for motive in need.motives]
    for reaction, direction, step in found.steps(third=False):
        if reaction.instrument not in seeking or direction != "up":
            continue
        act = _act(scenario, reaction, direction)
        actor = plain(scenario.actors[reaction.actor].name)
        change = "the entry does not change this detectably"
        if step.found.detectable:
            change = f"the entry changes this by {points(step.found.mean, sign=True)} points"
        lines.append(
            f"{actor}: {act} within {reaction.week} weeks is {chance(step.with_it)}, by base rates alone "
            f"{percent(step.base_rate)}; {change}. Reasons when it is taken: "
            f"{pulls(scenario, whys[reaction.instrument, direction].terms, lambda reason: reason.worth)}."
        )
    return lines


def _motive(scenario: Scenario, motive: Motive) -> str:
    """What a giver or a taker had done, and how likely its next step was at earlier dates."""
    told = scenario.instruments[motive.instrument]
    steps = "; ".join(f"{short_day(when)}, {way}: {plain(text).rstrip('.')}" for when, way, text in motive.steps)
    asked = [
        f"{percent(share)} on {short_day(when)}"
        for when, share in zip(motive.dates, motive.chances, strict=True)
        if share is not None
    ]
    who = "who gives" if motive.is_giver else "who takes"
    text = f"{plain(scenario.actors[motive.actor].name)}, {who}: *{plain(told.name)}*. On record: {steps or 'no step'}"
    if asked:
        text += f". A step up within {WITHIN} weeks, by its record up to then: {', '.join(asked)}"
    return f"{text}."


def _lacks(scenario: Scenario, need: Need) -> str:
    """A sentence on what a side lacks without the entry, and what the entry brings."""
    side = plain(scenario.sides[need.side].name)
    partners = " and ".join(plain(scenario.actors[name].name) for name in need.actors)
    mean, low, high = need.change
    text = (
        f"{side} in the first {need.weeks} weeks without the entry: {number(need.losses)} losses a week as its source "
        f"counts them, of whom {number(need.gone)} do not return; with those who come, its own soldiers change by "
        f"{middle(mean, low, high, sign=True)} (80%: {interval(low, high, sign=True)})"
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
