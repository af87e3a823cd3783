"""What could change the answer: expected events by date, the sign that tells most, the assumption that moves most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tertius.calendar import short_day, week_ends
from tertius.impact.answer import Answer
from tertius.impact.sensitivity import Moved, Movement, stands_out
from tertius.impact.timeline import CLOSED, DOWN, UP, WAR_ENDS, Moment
from tertius.report import indicators
from tertius.report.contexts import shows
from tertius.report.phrases import few_words, mid_sentence, quantity_name, signed
from tertius.report.words import number, percent
from tertius.world import Outcome, Scenario

IF_WRONG = "If this assumption is wrong"
MOST_EVENTS = 2
LEAST_WATCHED = 0.1  # share of futures from which on an end is among what could change the answer


@dataclass(frozen=True)
class Watch:
    """What could change the answer."""

    when: str = shows("date, or when it holds")
    text: str = shows("what it is, and what it would change")


def watch(answer: Answer, scenario: Scenario, words: int = 99, most: int = 99, signs: bool = True) -> tuple[Watch, ...]:
    """Expected events by date, the sign that tells most, what assumption turns most, what is likely first; `most`."""
    best = list(_signs(answer, scenario, words))[:1] if signs else []
    events = sorted(_expected(answer, scenario))[:MOST_EVENTS]
    dated = [Watch(short_day(day), few_words(text, words)) for day, text in events]
    wrong = list(_assumption(answer, scenario, words))
    rows = [
        *dated[: max(1, most - len(wrong) - len(best))],
        *best,
        *wrong,
        *_turns(answer, scenario, words),
    ]
    return tuple(rows[:most])


def _signs(answer: Answer, scenario: Scenario, words: int) -> Iterator[Watch]:
    """The best sign of each headline event: the day on which it is read, and the chance with it and otherwise."""
    for one in answer.signs or ():
        best = one.rules[0]
        day = short_day(week_ends(scenario.as_of, best.week)[-1])
        what = few_words(indicators.short_event(one.target, scenario), words)
        chances = f"{percent(best.given)}, else {percent(best.otherwise)}"
        yield Watch(f"Read on {day}", f"{indicators.sign(best, scenario, words)} puts {what} at {chances}")


def _turns(answer: Answer, scenario: Scenario, words: int) -> Iterator[Watch]:
    """Ends of the war and of theatres, then steps of states, that are likely enough to be dated."""
    moments = answer.timeline or ()
    for moment in moments:
        if moment.kind in (WAR_ENDS, CLOSED) and moment.share >= LEAST_WATCHED:
            what = "the war ends" if moment.kind == WAR_ENDS else _closes(scenario, moment.path)
            yield _likely(answer, moment, few_words(what, words))
    for moment in moments:
        if moment.kind in (UP, DOWN):
            name = mid_sentence(scenario, scenario.instruments[moment.path.split(".")[1]].name)
            yield _likely(answer, moment, f"{few_words(name, words)}, a step {moment.kind}")


def _likely(answer: Answer, moment: Moment, what: str) -> Watch:
    when = f"{answer.run.dates[moment.weeks[1]]:%b %Y}"
    return Watch(f"{percent(moment.share)} chance, about {when}", what)


def _closes(scenario: Scenario, path: str) -> str:
    told = scenario.theatres[path.split(".")[1]]
    again = ", for a time at least" if "reopening" in told.quantities else ""
    return f"{mid_sentence(scenario, told.name)} closes{again}"


def _expected(answer: Answer, scenario: Scenario) -> Iterator[tuple[date, str]]:
    ends = [scenario.as_of, *week_ends(scenario.as_of, answer.last)]
    for occasion in scenario.calendar.values():
        if occasion.moves and occasion.date is not None and scenario.as_of < occasion.date <= ends[-1]:
            yield occasion.date, mid_sentence(scenario, occasion.name)
    asked = {one.event for one in answer.question.without}
    asked |= {name for name, event in scenario.events.items() if event.part_of in asked and event.kind == "strikes"}
    for name, event in scenario.events.items():
        if name in asked or event.status == "happened":
            continue
        day = event.date
        if event.week is not None:
            place = round(event.week.central)
            day = ends[place] if 0 <= place <= answer.last else None
        if day is not None and scenario.as_of < day <= ends[-1]:
            yield day, mid_sentence(scenario, event.name)


def most_moving(answer: Answer) -> Movement | None:
    """The assumption whose two ends move the first headline furthest apart, beyond what chance makes among so many."""
    held, first = answer.sensitivity, answer.headlines[0]
    if held is None:
        return None
    ranked = [(one, one.outcomes[first]) for one in held.ranked(first)]
    return next((one for one, moved in ranked if stands_out(moved.span, moved.gap_error, len(ranked))), None)


def ends(moved: Moved, told: Outcome) -> str:
    """Where an assumption's two ends put a difference, and how sure either is."""
    both = f"{signed(moved.at_low, told)} if low, {number(moved.at_high, sign=True)} if high"
    return f"{both} (each ±{number(moved.error)})"


def _assumption(answer: Answer, scenario: Scenario, words: int) -> Iterator[Watch]:
    one, first = most_moving(answer), answer.headlines[0]
    if one is not None:
        name = few_words(mid_sentence(scenario, quantity_name(scenario, one.path)), words)
        yield Watch(IF_WRONG, f"{name}: {ends(one.outcomes[first], scenario.outcomes[first])}")
