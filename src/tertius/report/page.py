"""The first page: the answer, headline chances, one difference over time, who reacts, what could change it, trust."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from datetime import date

from tertius.calendar import short_day, week_ends
from tertius.impact.answer import Answer
from tertius.impact.record import Score
from tertius.impact.summary import MOVED, NONE, UNLINKED, UNSEEN, UNSETTLED, Chance, Standing
from tertius.impact.timeline import CLOSED, DOWN, UP, WAR_ENDS, Moment
from tertius.report.asked import date_of
from tertius.report.contexts import shows
from tertius.report.headlines import headline
from tertius.report.phrases import (
    TERMS,
    chance_name,
    chance_place,
    few_words,
    gap,
    mid_sentence,
    month,
    percentage,
    quantity_name,
    signed,
    step_name,
)
from tertius.report.words import few_futures, interval, number, percent, with_unit
from tertius.world import Scenario

MOST_WORDS = 250
KINDS = {
    UNSEEN: "too weak to see",
    UNSETTLED: "direction unknown",
    NONE: "exactly no change",
    UNLINKED: "no link is modelled",
}
"""What is said of states whose steps are not seen to change; each is another answer."""
LACKS = {
    "ends": "The scenario gives no rates at which such wars end, so this one goes on.",
    "ladders": "It has no ladders of escalation.",
    "states": "No third state decides in it.",
}
MOST_REASON = 6  # words of a reason
MOST_NAME = 4  # words of a name among others
LEAST_WATCHED = 0.1  # share of futures from which on an end is among what could change the answer
MOST_SET = 2  # quantities set by hand that are named


@dataclass(frozen=True)
class Room:
    """How much is shown: chances, reactions, dated lines, names of states in one line, words of a scenario's name."""

    chances: int = 6
    reacts: int = 3
    dated: int = 4
    names: int = 4
    words: int = 12


ROOMS = (
    Room(),
    Room(dated=3),
    Room(reacts=2, dated=3),
    Room(5, 2, 3),
    Room(5, 2, 2, 3),
    Room(4, 2, 2, 3, 9),
    Room(4, 1, 2, 2, 7),
    Room(4, 1, 1, 1, 5),
    Room(4, 1, 1, 1, 3),
)
"""From the widest on; the first whose words are few enough is taken."""


@dataclass(frozen=True)
class ChanceRow:
    """A headline chance; numbers in [0, 1]."""

    name: str = shows("what happens")
    by: str = shows("month by which, where it is not the last week; and on which ladder")
    with_it: float = shows("chance with the entry")
    without: float = shows("chance without it")
    low: float = shows("lower end of the 80% interval of the chance with the entry")
    high: float = shows("upper end of it")
    text: str = shows("the chance with the entry, as text")
    span: str = shows("its 80% interval, as text")
    beside: str = shows("the chance without it, as text")


@dataclass(frozen=True)
class Reacts:
    """Who reacts."""

    who: str = shows("the state, or those of which the same is said")
    text: str = shows("step, size and reason; or why nothing is told")
    kind: str = shows("step where one is told, else which of the answers it is")


@dataclass(frozen=True)
class Watch:
    """What could change the answer."""

    when: str = shows("date, or when it holds")
    text: str = shows("what it is, and what it would change")


@dataclass(frozen=True)
class FirstPage:
    """What the first page prints, in its order."""

    title: str = shows("title of the scenario")
    ran: str = shows("as-of date, futures, length")
    headline: tuple[str, ...] = shows("the answer")
    confidence: str = shows("how firm the ground is")
    lacks: tuple[str, ...] = shows("what the scenario lacks, where it is asked for")
    compared: str = shows("what is compared, and what is set by hand; empty for the scenario's own comparison")
    claims: str = shows("whether claims weigh the futures; empty without claims")
    warning: str = shows("that the run was interrupted, or too small; else empty")
    outcome: str = shows("id of the first headline outcome")
    difference: str = shows("heading of the figure of the difference")
    difference_note: str = shows("its unit and its bands")
    difference_end: str = shows("the difference at the last week, with its interval")
    goes_on: str = shows("share of futures in which the war has ended, and the figure where it goes on")
    chances_head: str = shows("heading of the headline chances, with the month by which")
    chances: tuple[ChanceRow, ...] = shows("headline chances")
    reacts: tuple[Reacts, ...] = shows("who reacts")
    watch: tuple[Watch, ...] = shows("what could change the answer")
    trust: tuple[str, ...] = shows("how far to trust it")


def first_page(answer: Answer, scenario: Scenario) -> FirstPage:
    """The first page, with as many rows as its words leave room for."""
    pages = (_page(answer, scenario, room) for room in ROOMS)
    return next((page for page in pages if words_of(page) <= MOST_WORDS), _page(answer, scenario, ROOMS[-1]))


def words_of(page: FirstPage) -> int:
    """Words that a reader of the page has before him, its headings included."""
    seen = replace(page, outcome="", chances=tuple(replace(row, span="") for row in page.chances))
    told = " ".join(_texts(astuple(seen)))
    return len([word for word in told.split() if re.search(r"\w", word)]) + HEADING_WORDS


HEADINGS = {
    "chances_note": "● with, 80% ○ without",
    "reacts": "Who reacts",
    "watch": "What could change this answer",
    "trust": "How far to trust it",
}
HEADING_WORDS = sum(len(re.findall(r"\w+", text)) for text in HEADINGS.values())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)


def _page(answer: Answer, scenario: Scenario, room: Room) -> FirstPage:
    name = answer.headlines[0]
    told, found = scenario.outcomes[name], answer.at(name, answer.last)
    low, high = found.interval
    span = f"80% {interval(low, high, sign=True)}"
    end = "exactly the same" if found.same else f"{signed(found.mean, told)} ({span})"
    if not found.same and not found.resolved:
        end += ", mostly chance"
    shown = answer.summary.chances if answer.summary is not None else ()
    return FirstPage(
        title=few_words(scenario.title, room.words),
        ran=f"as of {date_of(answer, 0)} · {answer.run.futures:,} paired futures · {length(answer.last)}",
        headline=headline(answer, scenario, room.words),
        confidence=_confidence(answer),
        lacks=tuple(LACKS[part] for part in (answer.summary.lacking if answer.summary is not None else ())),
        compared=_compared(answer, scenario),
        claims=_claims(answer),
        warning=_warning(answer),
        outcome=name,
        difference=f"What it adds to {few_words(mid_sentence(scenario, told.name), room.words)}",
        difference_note=f"{with_unit('', told.unit).strip()}{', ' if told.unit != '1' else ''}with less without",
        difference_end=f"By {month(answer, answer.last)}: {end}",
        goes_on=_goes_on(answer, scenario),
        chances_head=f"Headline chances by {month(answer, answer.last)}",
        chances=tuple(chance_row(answer, scenario, one, room.words) for one in _picked(shown, room.chances)),
        reacts=tuple(_reacts(answer, scenario, room)),
        watch=tuple(watch(answer, scenario, room.words))[: room.dated],
        trust=trust(answer, scenario),
    )


def length(weeks: int) -> str:
    """A length of time in words."""
    return {52: "one year", 104: "two years", 26: "half a year"}.get(weeks, f"{weeks} week{'' if weeks == 1 else 's'}")


def _confidence(answer: Answer) -> str:
    if answer.grounds is None:
        return ""
    held = answer.grounds.confidence
    if held.judged is None:
        return f"Confidence {held.level}: no single assumption is seen to move it."
    return f"Confidence {held.level}: {percent(held.judged)} of what moves it is judgement."


def _compared(answer: Answer, scenario: Scenario) -> str:
    parts, asked = [], answer.question
    if not asked.is_own(scenario):
        parts.append(f"Compared with the same {few_words('; '.join(asked.labels), 12)}.")
    if asked.assume:
        shown = "; ".join(f"{one.path} = {one.told}" for one in asked.assume[:MOST_SET])
        more = " and others" if len(asked.assume) > MOST_SET else ""
        parts.append(f"Set by hand in both: {few_words(shown, 12)}{more}.")
    return " ".join(parts)


def _claims(answer: Answer) -> str:
    if answer.evidence is None:
        return ""
    return "Futures are weighed by the article's claims." if answer.evidence.moves else "Nothing moves by the article."


def _warning(answer: Answer) -> str:
    if not answer.run.complete:
        return f"Interrupted: {answer.run.futures:,} of {answer.run.asked:,} futures were run."
    return few_futures(answer.run.futures)


def _picked(chances: tuple[Chance, ...], most: int) -> tuple[Chance, ...]:
    """The war's end, the reaction, the land and the top rung before second ones of a kind; in their own order."""
    seen: dict[str, int] = {}
    ranks = []
    for place, one in enumerate(chances):
        kind = "land" if one.what.startswith(("all:", "none:")) else one.what.partition(":")[0]
        is_top = kind == "rung" and place == len(chances) - 1
        seen[kind] = seen.get(kind, -1) + 1
        ranks.append((0 if is_top else seen[kind] + (kind == "rung"), place))
    return tuple(chances[place] for place in sorted(place for _, place in sorted(ranks)[:most]))


def chance_row(answer: Answer, scenario: Scenario, one: Chance, words: int = 99) -> ChanceRow:
    """A chance as the page shows it, with as many words of its name."""
    place = chance_place(scenario, one.what)
    dated = "" if one.week == answer.last else f"{answer.run.dates[one.week]:%b %Y}"
    ladder = few_words(mid_sentence(scenario, place), words) if place else ""
    return ChanceRow(
        name=few_words(chance_name(scenario, one.what), words),
        by=", ".join(part for part in (dated, ladder) if part),
        with_it=one.with_it,
        without=one.without,
        low=one.interval[0],
        high=one.interval[1],
        text=_short(one.with_it),
        span=f"{percentage(one.interval[0])} to {percentage(one.interval[1])}",
        beside=_short(one.without),
    )


def _short(share: float) -> str:
    """A share where there is little room: '<1%'."""
    return percentage(share).replace("under ", "<").replace("over ", ">")


def _goes_on(answer: Answer, scenario: Scenario) -> str:
    found = answer.summary.goes_on if answer.summary is not None else ()
    if not found:
        return ""
    last = found[-1]
    ended = f"War over by then: {percentage(last.ended_with)}"
    told = next((one for one in last.differences if one.outcome == answer.headlines[0]), None)
    if told is None:
        return f"{ended}."
    return f"{ended}; where it goes on: {signed(told.mean, scenario.outcomes[told.outcome])} ±{number(told.error)}."


def _reacts(answer: Answer, scenario: Scenario, room: Room) -> Iterator[Reacts]:
    held, steps = (answer.summary.states if answer.summary is not None else ()), answer.reactions
    found = [one for one in held if not one.enters]
    moved = [one for one in found if one.kind == MOVED]
    for one in moved[: room.reacts]:
        if steps is None or one.instrument is None or one.direction is None:
            continue  # what has moved has all three
        step = next(row for row in steps.at_horizon() if row.instrument == one.instrument).step(one.direction)
        back = ", a step back" if one.direction == "down" else ""
        change = f"{gap(step.found.mean)}, to {percentage(step.with_it)}."
        why = few_words(_reason(scenario, one.reason), MOST_REASON) if one.reason else ""
        reason = f" Why: {why}{'' if why.endswith('…') else '.'}" if why else ""
        text = f"{few_words(step_name(scenario, one), room.words)}{back}: {change}{reason}"
        yield Reacts(_names(scenario, [one], room), text, "step")
    if len(moved) > room.reacts:
        yield Reacts(_names(scenario, moved[room.reacts :], room), "smaller changes", MOVED)
    for kind, text in KINDS.items():
        same = [one for one in found if one.kind == kind]
        if same:
            yield Reacts(_names(scenario, same, room), text, kind)


def _names(scenario: Scenario, states: list[Standing], room: Room) -> str:
    words = room.words if len(states) == 1 else min(room.words, MOST_NAME)
    names = [few_words(scenario.actors[one.actor].name, words) for one in states]
    if len(names) > room.names:
        names = [*names[: room.names - 1], "others"] if room.names > 1 else [names[0], "others"]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _reason(scenario: Scenario, term: str) -> str:
    return TERMS[term] if term in TERMS else mid_sentence(scenario, scenario.stakes[term].name)


def watch(answer: Answer, scenario: Scenario, words: int = 99) -> Iterator[Watch]:
    """Expected events by date, then what assumption turns most, then what is likely to happen first."""
    events = sorted(_expected(answer, scenario))
    yield from (Watch(short_day(day), few_words(text, words)) for day, text in events[:2])
    yield from _assumption(answer, scenario, words)
    moments = answer.timeline or ()
    for moment in moments:
        if moment.kind in (WAR_ENDS, CLOSED) and moment.share >= LEAST_WATCHED:
            what = "the war ends" if moment.kind == WAR_ENDS else f"{_theatre(scenario, moment.path)} closes"
            yield _likely(answer, moment, few_words(what, words))
    for moment in moments:
        if moment.kind in (UP, DOWN):
            name = mid_sentence(scenario, scenario.instruments[moment.path.split(".")[1]].name)
            yield _likely(answer, moment, f"{few_words(name, words)}, a step {moment.kind}")


def _likely(answer: Answer, moment: Moment, what: str) -> Watch:
    when = f"{answer.run.dates[moment.weeks[1]]:%b %Y}"
    return Watch(when, f"{what}, in {percentage(moment.share)} of futures")


def _theatre(scenario: Scenario, path: str) -> str:
    return mid_sentence(scenario, scenario.theatres[path.split(".")[1]].name)


def _expected(answer: Answer, scenario: Scenario) -> Iterator[tuple[date, str]]:
    ends = [scenario.as_of, *week_ends(scenario.as_of, answer.last)]
    asked = {one.event for one in answer.question.without}
    for name, event in scenario.events.items():
        if name in asked or event.status == "happened":
            continue
        day = event.date
        if event.week is not None:
            place = round(event.week.central)
            day = ends[place] if 0 <= place <= answer.last else None
        if day is not None and scenario.as_of < day <= ends[-1]:
            yield day, mid_sentence(scenario, event.name)


def _assumption(answer: Answer, scenario: Scenario, words: int) -> Iterator[Watch]:
    """The assumption whose two ends move the first headline furthest apart, beyond chance."""
    if answer.sensitivity is None:
        return
    first = answer.headlines[0]
    clear = [one for one in answer.sensitivity.ranked(first) if one.outcomes[first].clear]
    if not clear:
        return
    moved, told = clear[0].outcomes[first], scenario.outcomes[first]
    ends = f"{signed(moved.at_low, told)} if low, {number(moved.at_high, sign=True)} if high"
    name = few_words(mid_sentence(scenario, quantity_name(scenario, clear[0].path)), words)
    yield Watch("Any week", f"{name}: {ends}")


def trust(answer: Answer, scenario: Scenario) -> tuple[str, ...]:
    """The score at the very horizon of the first headline, or that there is none; and that entries have none."""
    never = "No such entry has been scored."
    held = answer.record
    if held is None:
        return ("No forecast of this scenario has been scored.", never)
    output = scenario.outcomes[answer.headlines[0]].output
    names = {name for name, told in scenario.observations.items() if told.output == output}
    scores = [score for score in held.scores if score.observation in names]
    at = next((score for score in scores if score.weeks == answer.last), None)
    ahead = f"{length(answer.last)} ahead"
    if at is not None:
        return (_score(at, ahead), never)
    if not scores:
        return ("No forecast of this outcome has been scored.", never)
    longest = max(scores, key=lambda score: score.weeks)
    return (f"No forecast {ahead} has been scored; the longest was {length(longest.weeks)}.", never)


def _score(score: Score, ahead: str) -> str:
    numbers = f"{number(score.crps, 3)} against {number(score.best_crps, 3)}, {score.dates} dates"
    if score.interval is not None and score.interval[0] > 0:
        said = "better than any simple rule"
    elif score.interval is not None and score.interval[1] < 0:
        said = "worse than a simple rule"
    elif score.interval is not None:
        said = "not to be told from a simple rule"
    else:
        said = f"{'better' if score.crps < score.best_crps else 'worse'} than a simple rule, on few dates"
    return f"{ahead[:1].upper()}{ahead[1:]}, forecasts scored {said} ({numbers})."
