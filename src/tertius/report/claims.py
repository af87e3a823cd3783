"""Words for what claims say and what they move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tertius.calendar import day
from tertius.impact import Evidence
from tertius.impact.claims import ClaimMoves, ClaimTold, OutcomeShift, StepShift, Three, UsableShift, ValueShift
from tertius.report.contexts import shows
from tertius.report.differences import NONE_SEEN
from tertius.report.words import counted, interval, number, percent, plain, points, with_unit
from tertius.world import Scenario

LONGEST_QUOTE = 240
MOST_FURTHER = 4
STANDINGS = {
    "used": "Already in the scenario, so that they move nothing",
    "repeats": "Told more than once, and counted once",
    "in-force": "They tell what stands at the as-of date",
}


@dataclass(frozen=True)
class CountingClaim:
    """A claim that counts, as text."""

    number: int = shows("Its number, in the inbox where it is there.")
    says: str = shows("What it says, coded.")
    quote: str = shows("The words that it was read from.")
    grade: str = shows("Grade of its source.")
    ratio: str = shows("How many times more a future weighs in which it holds.")
    said: str = shows("Whether it is told to be true or false.")
    maps: str = shows("What in the scenario it was taken to be.")
    truth: str = shows("Share of futures in which it is true, without it and with it.")
    moves: tuple[str, ...] = shows("What it moves of the headline outcomes.")
    further: tuple[str, ...] = shows("What else it moves detectably.")


@dataclass(frozen=True)
class WeighedOutcome:
    """An outcome without the claims and with them, as text."""

    outcome: str = shows("The outcome with its unit.")
    without: str = shows("Median and 80% of futures without the claims.")
    with_it: str = shows("The same with them.")
    by: str = shows("How far its mean moves, and the error of that.")


@dataclass(frozen=True)
class SilentClaims:
    """Claims that move nothing for one reason."""

    title: str = shows("The reason.")
    lines: tuple[str, ...] = shows("The claims.")


@dataclass(frozen=True)
class ClaimsContext:
    """What the part on claims prints."""

    articles: tuple[str, ...] = shows("The articles that they come from.")
    claims: int = shows("How many there are.")
    week: str = shows("The end of the last week.")
    within: int = shows("Weeks within which a step counts.")
    moves: bool = shows("Whether they tell any two futures apart.")
    sizes: str = shows("How many futures count, and what was run for it.")
    counting: tuple[CountingClaim, ...] = shows("Claims that count.")
    outcomes: tuple[WeighedOutcome, ...] = shows("Outcomes at the last week.")
    effects: tuple[str, ...] = shows("What the entry changes, without the claims and with them.")
    steps: tuple[str, ...] = shows("Chances of steps that move detectably.")
    usable: tuple[str, ...] = shows("Shares of contingents' strength that can be used.")
    rests: tuple[str, ...] = shows("Quantities that claims measure.")
    silent: tuple[SilentClaims, ...] = shows("Claims that move nothing, by reason.")
    outside: tuple[str, ...] = shows("What the model has no place for.")


def context(scenario: Scenario, found: Evidence | None) -> ClaimsContext | None:
    """Everything that the template prints of claims; None for a brief without."""
    if found is None:
        return None
    last = max(row.week for row in found.outcomes)
    return ClaimsContext(
        articles=tuple(plain(name) for name in dict.fromkeys(one.article for one in found.claims)),
        claims=len(found.claims),
        week=day(found.date),
        within=found.within,
        moves=found.moves,
        sizes=_sizes(found),
        counting=tuple(_counting(scenario, one, one.moves) for one in found.claims if one.moves is not None),
        outcomes=tuple(_outcome(scenario, row) for row in found.outcomes if row.week == last),
        effects=tuple(_effect(scenario, row) for row in found.effects if row.outcome in scenario.headlines),
        steps=tuple(_step(scenario, row) for row in found.steps),
        usable=tuple(_usable(scenario, row) for row in found.usable),
        rests=tuple(_value(row) for row in found.values),
        silent=tuple(
            SilentClaims(title, tuple(_silent(one) for one in found.claims if one.standing == standing))
            for standing, title in STANDINGS.items()
        ),
        outside=tuple(_outside(scenario, found.claims)),
    )


def _sizes(found: Evidence) -> str:
    """How many futures count, and what was run for it."""
    share = found.effective / found.futures
    text = f"Of {found.futures:,} futures {number(found.effective, 3)} count in effect ({percent(share)})"
    first = found.attempts[0]
    if len(found.attempts) > 1:
        text += f"; of the {first.futures:,} asked for it were {number(first.effective, 3)}, so more were run"
    if not found.enough:
        text += (
            f". That is fewer than the {found.least_effective:,.0f} wanted, with as many run as are allowed: "
            "the claims are rare in the futures, and what rests on them is rough"
        )
    return text + "."


def _quote(text: str) -> str:
    words = " ".join(text.split())
    return plain(words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1].rstrip()}…")


def _counting(scenario: Scenario, one: ClaimTold, moves: ClaimMoves) -> CountingClaim:
    by_name = {row.outcome: row for row in moves.outcomes}
    others = [
        (abs(row.shift.by) / (scenario.outcomes[name].material.central or 1.0), _move(scenario, row))
        for name, row in by_name.items()
        if name not in scenario.headlines and row.shift.detectable
    ]
    further = [text for _, text in sorted(others, key=lambda pair: -pair[0])][:MOST_FURTHER]
    usable = [row for row in moves.usable if row.shift.detectable or one.kind == "quantity"]
    return CountingClaim(
        number=one.number,
        says=plain(_says(one)),
        quote=_quote(one.quote),
        grade=one.grade,
        ratio=number(moves.ratio, 3),
        said="false" if moves.against else "true",
        maps=plain(one.reason),
        truth=f"{percent(moves.truth.without)} → {percent(moves.truth.with_it)}",
        moves=tuple(_move(scenario, by_name[name]) for name in scenario.headlines),
        further=(
            *further,
            *(_usable(scenario, row) for row in usable),
            *(_step(scenario, row) for row in moves.steps[:MOST_FURTHER]),
        ),
    )


def _move(scenario: Scenario, row: OutcomeShift) -> str:
    told, found = scenario.outcomes[row.outcome], row.shift
    if not found.detectable:
        return f"{plain(told.name)}: {NONE_SEEN} (±{with_unit(number(found.error), told.unit)})"
    return f"{plain(told.name)}: {number(found.by, sign=True)} ±{with_unit(number(found.error), told.unit)}"


def _outcome(scenario: Scenario, row: OutcomeShift) -> WeighedOutcome:
    told, found = scenario.outcomes[row.outcome], row.shift
    return WeighedOutcome(
        outcome=with_unit(f"{plain(told.name)},", told.unit).removesuffix(","),
        without=_three(row.without),
        with_it=_three(row.with_it),
        by=f"{number(found.by, sign=True)} ±{number(found.error)}" if found.by else "0",
    )


def _three(held: Three | None) -> str:
    return "" if held is None else f"{number(held[1], 3)} ({interval(held[0], held[2])})"


def _effect(scenario: Scenario, row: OutcomeShift) -> str:
    told, found = scenario.outcomes[row.outcome], row.shift
    values = f"{number(found.without, sign=True)} → {with_unit(number(found.with_it, sign=True), told.unit)}"
    return f"{plain(told.name)}: {values} (moved by {number(found.by, sign=True)} ±{number(found.error)})"


def _step(scenario: Scenario, row: StepShift) -> str:
    name = plain(scenario.instruments[row.instrument].name)
    return (
        f"{name}, a step {row.direction}: {percent(row.shift.without)} → {percent(row.shift.with_it)} "
        f"(±{points(row.shift.error)} percentage points)"
    )


def _usable(scenario: Scenario, row: UsableShift) -> str:
    name, found = plain(scenario.contingents[row.contingent].name), row.shift
    error = f"±{points(found.error)} percentage points"
    span = f"{percent(found.without)} → {percent(found.with_it)} ({error})"
    moved = span if found.detectable else f"{NONE_SEEN} ({error})"
    return f"{name}, the share of their strength that can be used while they are there: {moved}"


def _value(row: ValueShift) -> str:
    numbers = ", ".join(map(str, row.claims))
    return f"`{row.path}`: {_three(row.without)} → {_three(row.with_it)}; rests on claim {numbers}"


def _says(one: ClaimTold) -> str:
    said = one.said
    if one.kind == "event":
        return f"{said['source']} {said['action']} {said['target'] or '-'} ({said['mode']})"
    if one.kind == "stance":
        return f"{said['actor']} {said['stance']}: {said['object']}"
    per = f" for {_count(said['per'], said['per_what'])}" if said["per"] else ""
    return f"{_count(said['value'], said['what'])}{per}"


def _count(value: str | float | None, noun: str | float | None) -> str:
    return counted(float(value or 0.0), str(noun))


def _silent(one: ClaimTold) -> str:
    return f"{one.number}. {plain(_says(one))}: {plain(one.reason)}"


def _outside(scenario: Scenario, claims: Sequence[ClaimTold]) -> list[str]:
    """What the model has no place for: events and numbers one by one, stances together by who holds them."""
    found: dict[str, list[ClaimTold]] = {}
    for one in claims:
        if one.standing == "outside":
            found.setdefault(str(one.said["actor"] if one.kind == "stance" else one.number), []).append(one)
    return [_unplaced(scenario, key, held) for key, held in found.items()]


def _unplaced(scenario: Scenario, key: str, held: list[ClaimTold]) -> str:
    numbers, first = ", ".join(str(one.number) for one in held), held[0]
    if first.kind != "stance":
        return f"{numbers}. {plain(_says(first))} (“{_quote(first.quote)}”): {plain(first.reason)}"
    actor = scenario.actors.get(key)
    parts = "; ".join(_quote(f"{one.said['stance']}: {one.said['object']}") for one in held)
    return f"{numbers}. {plain(actor.name if actor is not None else key)} {parts}. {plain(first.reason)}"
