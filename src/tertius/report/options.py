"""Options in words: what each would change, what it provokes, what holds under every law. Nothing is
advised.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tertius.calendar import short_day, week_ends
from tertius.impact.moves import CEASEFIRE, SETTLEMENT, Move, event_of
from tertius.impact.observables import Target
from tertius.impact.options import Choices, Count, Option
from tertius.impact.weighing import Estimate
from tertius.report.indicators import event
from tertius.report.phrases import short
from tertius.report.words import few_futures, number, percent, plain, points, with_unit
from tertius.units import unit_name
from tertius.world import Scenario

NOTHING = "·"


def move_words(move: Move, scenario: Scenario) -> str:
    """A move in words, with the levels that it goes between and its day."""
    told = scenario.instruments[move.instrument]
    place = int(told.level.central)
    after = told.levels[place + (1 if move.direction == "up" else -1)]
    when = "at once"
    if move.week:
        when = f"after {move.week} weeks, on {short_day(week_ends(scenario.as_of, move.week)[-1])}"
    return f"{plain(told.name)}, from “{plain(told.levels[place])}” to “{plain(after)}”, {when}"


def plan_name(moves: Sequence[Move]) -> str:
    """Moves by their ids, as an option of the command takes them."""
    return " + ".join(str(move) for move in moves)


def count_name(count: Count, scenario: Scenario) -> str:
    """What options are compared on, in words."""
    if count.kind == "stake":
        return f"{plain(short(scenario.stakes[count.name]))} (wants {count.wants})"
    if count.kind == "outcome":
        return plain(short(scenario.outcomes[count.name]))
    return event_name(event_of(count.name, scenario), scenario)


def event_name(target: Target, scenario: Scenario) -> str:
    """An event in words; see `moves.event_of`."""
    ways = {CEASEFIRE: "The war ends on a ceasefire line", SETTLEMENT: "The war ends by a settlement"}
    return ways[target.kind] if target.kind in ways else event(target, scenario)


def options_text(found: Choices, scenario: Scenario) -> str:
    """The options in Markdown."""
    actor = plain(scenario.actors[found.actor].name)
    day = short_day(week_ends(scenario.as_of, found.week)[-1])
    lines = [f"# {plain(scenario.title)}: what {actor} could do", ""]
    lines += [
        f"{len(found.options)} options, each against taking no step, over {found.futures:,} futures with the same luck "
        f"until {day}. Nothing is recommended: it is shown.",
        "",
    ]
    few = few_futures(found.futures)
    lines += [few, ""] if few else []
    if len(found.options) < found.asked:
        lines += [f"Stopped early: {len(found.options)} of {found.asked} options.", ""]
    moves = list(dict.fromkeys(move for option in found.options for move in option.moves))
    lines += [f"- `{move}`: {move_words(move, scenario)}" for move in moves]
    lines += ["", *_own(found, actor), "", *_table(found, scenario), "", *_provoked(found, scenario)]
    return "\n".join(lines) + "\n"


def _own(found: Choices, actor: str) -> Iterator[str]:
    if found.nothing is None:
        yield f"{actor} has no stakes in this scenario, so its options are compared on others alone."
        return
    beside = found.entry != ""
    yield f"## On {actor}'s own stakes"
    yield ""
    apart = " without the entry |" if beside else ""
    yield f"| # | steps | worth |{apart} worst tenth | regret | law's regret | holds |"
    yield f"|---|---|---|{'---|' if beside else ''}---|---|---|---|"
    yield f"| 0 | no step | 0 |{' 0 |' if beside else ''} 0 | {number(found.nothing)} | | |"
    for place, one in enumerate(found.options, 1):
        apart = f" {_told(one.without)} |" if beside else ""
        law = NOTHING if one.law_regret is None else number(one.law_regret)
        yield (
            f"| {place} | {plan_name(one.moves)} | {_told(one.worth)} |{apart} {number(one.worst, sign=True)} | "
            f"{number(one.regret)} | {law} | {_holds(one)} |"
        )
    yield ""
    yield (
        "Worth: mean change of its stakes, each by its weight, turned so that more is what it wants (±: 80%). "
        "Much of it is what the scenario says that a level does to a stake, which is judgement. "
        "Worst tenth: the same of the tenth of futures that go worst. "
        "Regret: what the best option of each future would have had more. "
        "Law's regret: the most that the option best under one rival law has more there. "
        "Holds: whether every rival law agrees on the side. Its own costs at home are not counted."
    )


def _holds(one: Option) -> str:
    if one.beaten_by is not None:
        beaten = "; no worse and more: no step" if one.beaten_by == 0 else f"; no worse and more: {one.beaten_by}"
    else:
        beaten = ""
    if one.worth is None or not one.worth.clear:
        return f"within chance{beaten}"
    if not one.laws:
        return f"beyond chance; no laws are rivals{beaten}"
    if one.hangs_on:
        return f"hangs on {', '.join(one.hangs_on)}{beaten}"
    if one.robust:
        return f"under every law{beaten}"
    against = [f"{law.block}:{law.law}" for law in one.laws if law.worth.mean * one.worth.mean <= 0]
    return f"not under {', '.join(against)}{beaten}"


def _told(found: Estimate | None) -> str:
    if found is None:
        return NOTHING
    half = found.mean - found.interval[0]
    return f"{number(found.mean, sign=True)} ±{number(half)}"


def _table(found: Choices, scenario: Scenario) -> Iterator[str]:
    letters = [chr(ord("a") + place) for place in range(len(found.counts))]
    yield "## What each changes"
    yield ""
    for letter, count, stands in zip(letters, found.counts, found.stands, strict=True):
        now = percent(stands) if count.kind == "chance" else number(stands)
        if count.kind == "outcome":
            now = with_unit(now, count.unit)
        unit = f"; one is {plain(unit_name(count.unit))}" if count.kind == "stake" else ""
        yield f"- **{letter}** {count_name(count, scenario)}: {now} with no step{unit}"
    yield ""
    yield f"| # | {' | '.join(letters)} |"
    yield f"|---|{'---|' * len(letters)}"
    for place, one in enumerate(found.options, 1):
        cells = [_cell(changed.with_it, count) for changed, count in zip(one.changes, found.counts, strict=True)]
        yield f"| {place} | {' | '.join(cells)} |"
    yield ""
    yield f"Changes against no step, chances in percentage points; {NOTHING} where chance alone could make it."


def _cell(found: Estimate, count: Count) -> str:
    if not found.clear:
        return NOTHING
    return points(found.mean, sign=True) if count.kind == "chance" else number(found.mean, sign=True)


def _provoked(found: Choices, scenario: Scenario) -> Iterator[str]:
    yield "## What each provokes, and from whom"
    yield ""
    silent = []
    for place, one in enumerate(found.options, 1):
        told = [
            f"{plain(scenario.actors[row.actor].name)}, {plain(scenario.instruments[row.instrument].name)}: a step "
            f"{row.direction} {points(row.change.mean, sign=True)} points "
            f"({points(row.change.interval[0], sign=True)} to {points(row.change.interval[1], sign=True)}), "
            f"to {percent(row.chance)}"
            for row in one.provokes
        ]
        if told:
            yield f"- **{place}. {plan_name(one.moves)}**: {'; '.join(told)}."
        else:
            silent.append(str(place))
    if silent:
        yield f"- No step of another state beyond chance: {', '.join(silent)}."
    if len(silent) < len(found.options):
        yield ""
        yield "A war that ends sooner leaves less time for any step, so that fewer steps need be no answer."
