"""The first page: the answer, headline chances, one difference over time, who reacts, what could change it, trust."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace

from tertius.impact.answer import Answer
from tertius.impact.summary import MOVED, NONE, UNLINKED, UNSEEN, UNSETTLED, Chance, Standing
from tertius.report.asked import date_of
from tertius.report.contexts import shows
from tertius.report.headlines import headline
from tertius.report.once import once
from tertius.report.phrases import (
    TERMS,
    chance_name,
    chance_place,
    few_words,
    gap,
    mid_sentence,
    middle_of,
    month,
    short,
    signed,
    step_name,
    whole,
)
from tertius.report.trust import trust
from tertius.report.watch import Watch, watch
from tertius.report.words import few_futures, fine, interval, number, percent, with_unit
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
MOST_SET = 2  # quantities set by hand that are named


@dataclass(frozen=True)
class Room:
    """How much is shown: chances, reactions, dated lines, names of states in one line, words of a scenario's name.

    signs: whether the sign that tells most is among the dated lines.
    """

    chances: int = 6
    reacts: int = 3
    dated: int = 4
    names: int = 4
    words: int = 12
    signs: bool = False


_PLAIN = (
    Room(),
    Room(names=2),
    Room(dated=3, names=2),
    Room(reacts=2, dated=3, names=2),
    Room(reacts=2, dated=3, names=1),
    Room(reacts=2, dated=2, names=1),
    Room(reacts=1, dated=3, names=1),
    Room(reacts=1, dated=2, names=1),
    Room(5, 1, 2, 2),
    Room(4, 1, 2, 2, 9),
    Room(4, 1, 2, 2, 7),
    Room(4, 1, 1, 1, 5),
    Room(4, 1, 1, 1, 3),
)
_WITH_SIGN = 5  # rooms in which a sign has a place: it costs neither a date nor a name its words
ROOMS = (*(replace(room, signs=True) for room in _PLAIN[:_WITH_SIGN]), *_PLAIN)
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
    difference_end: str = shows("the difference at the last week, with its interval, as sentences")
    goes_on: str = shows("share of futures in which the war has ended, and the figure where it goes on")
    chances_head: str = shows("heading of the headline chances, with the month by which")
    chances: tuple[ChanceRow, ...] = shows("headline chances")
    reacts_head: str = shows("heading of who reacts, with the month by which")
    reacts: tuple[Reacts, ...] = shows("who reacts")
    watch: tuple[Watch, ...] = shows("what could change the answer")
    trust: tuple[str, ...] = shows("how far to trust it")


@once
def first_page(answer: Answer, scenario: Scenario) -> FirstPage:
    """The first page, with as many rows as its words leave room for."""
    pages = (_page(answer, scenario, room) for room in ROOMS)
    return next((page for page in pages if words_of(page) <= MOST_WORDS), _page(answer, scenario, ROOMS[-1]))


def words_of(page: FirstPage) -> int:
    """Words that a reader of the page has before him, its headings included; numbers in its figures are none."""
    rows = tuple(replace(row, text="", span="", beside="") for row in page.chances)
    seen = replace(page, outcome="", chances=rows, reacts=tuple(replace(row, kind="") for row in page.reacts))
    told = " ".join(_texts(astuple(seen)))
    return len([word for word in told.split() if re.search(r"\w", word)]) + HEADING_WORDS


HEADINGS = {
    "chances_note": "● with, 80% ○ without",
    "watch": "What could change this",
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
    doubt = "" if found.resolved else ", a rough range"
    end = "exactly the same." if found.same else f"{middle_of(found, told)} ({span}{doubt})."
    shown = answer.summary.chances if answer.summary is not None else ()
    return FirstPage(
        title=few_words(_title(answer, scenario), room.words),
        ran=f"as of {date_of(answer, 0)} · {answer.run.futures:,} paired futures",
        headline=headline(answer, scenario, room.words),
        confidence=_confidence(answer),
        lacks=tuple(LACKS[part] for part in (answer.summary.lacking if answer.summary is not None else ())),
        compared=_compared(answer, scenario),
        claims=_claims(answer),
        warning=_warning(answer),
        outcome=name,
        difference=f"What it adds to {few_words(mid_sentence(scenario, short(told)), room.words)}",
        difference_note=with_unit("", told.unit).strip() or "with less without",
        difference_end=f"By {month(answer, answer.last)}: {end}",
        goes_on=_goes_on(answer, scenario),
        chances_head=f"Chances by {month(answer, answer.last)}",
        chances=tuple(chance_row(answer, scenario, one, room.words) for one in _picked(shown, room.chances)),
        reacts_head=_reacts_head(answer),
        reacts=tuple(_reacts(answer, scenario, room)),
        watch=watch(answer, scenario, room.words, room.dated, room.signs),
        trust=trust(answer, scenario),
    )


def _title(answer: Answer, scenario: Scenario) -> str:
    """The scenario's title without the month of the as-of date, which stands beside it."""
    return scenario.title.removesuffix(f", {month(answer, 0)}")


def _confidence(answer: Answer) -> str:
    if answer.grounds is None:
        return ""
    held = answer.grounds.confidence
    if held.chance is None or 2 * held.shown < held.tried:
        return f"Confidence {held.level}: in {answer.run.futures:,} futures chance hides what most assumptions do."
    if held.judged is None:
        return f"Confidence {held.level}: no single assumption is seen to move it."
    return f"Confidence {held.level}: where assumptions move it, {percent(held.judged)} is judgement and not data."


def _compared(answer: Answer, scenario: Scenario) -> str:
    parts, asked = [], answer.question
    if not asked.is_own(scenario):
        parts.append(f"Compared with the same {few_words('; '.join(asked.labels), 12)}.")
    own = scenario.comparison.assume if scenario.comparison is not None else {}
    for one in asked.assume:
        if one.note is not None and one.path in own and one.told == own[one.path].describe():
            parts.append(one.note)
    by_hand = [one for one in asked.assume if one.path not in own or one.told != own[one.path].describe()]
    if by_hand:
        shown = "; ".join(f"{one.path} = {one.told}" for one in by_hand[:MOST_SET])
        more = " and others" if len(by_hand) > MOST_SET else ""
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
    ladder = few_words(mid_sentence(scenario, place).removeprefix("the "), words) if place else ""
    return ChanceRow(
        name=few_words(chance_name(scenario, one.what), words),
        by=", ".join(part for part in (dated, ladder) if part),
        with_it=one.with_it,
        without=one.without,
        low=one.interval[0],
        high=one.interval[1],
        text=_sign(one.with_it),
        span=f"{_sign(one.interval[0])} to {_sign(one.interval[1])}",
        beside=_sign(one.without),
    )


def _sign(share: float) -> str:
    """A share where there is little room: '0.7%', '>99%'."""
    return "none" if share == 0.0 else fine(share).replace("over ", ">")


def _goes_on(answer: Answer, scenario: Scenario) -> str:
    """How often the war is over, what is changed where it goes on, and where the rest of the difference comes from."""
    found = answer.summary.goes_on if answer.summary is not None else ()
    if not found:
        return ""
    last = found[-1]
    ended = f"War over by then: {percent(last.ended_with)}."
    told = next((one for one in last.differences if one.outcome == answer.headlines[0]), None)
    if told is None:
        return ended
    change = f"{signed(told.mean, scenario.outcomes[told.outcome])} ±{number(told.error)}"
    return f"{ended} Where it goes on in both worlds: {change}; the rest comes from when it ends."


def _reacts_head(answer: Answer) -> str:
    return (
        "Who reacts"
        if answer.reactions is None
        else f"Who reacts: chance of a step by {month(answer, answer.reactions.week)}"
    )


def _reacts(answer: Answer, scenario: Scenario, room: Room) -> Iterator[Reacts]:
    held, steps = (answer.summary.states if answer.summary is not None else ()), answer.reactions
    found = [one for one in held if not one.enters]
    moved = [one for one in found if one.kind == MOVED]
    for one in moved[: room.reacts]:
        if steps is None or one.instrument is None or one.direction is None:
            continue  # what has moved has all three
        step = next(row for row in steps.at_horizon() if row.instrument == one.instrument).step(one.direction)
        down = ", down" if one.direction == "down" else ""
        change = f"{gap(step.found.mean)}, to {percent(step.with_it)}."
        why = whole(_reason(scenario, one.reason), MOST_REASON) if one.reason else ""
        text = f"{few_words(step_name(scenario, one), room.words)}{down}: {change}{f' Why: {why}.' if why else ''}"
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
    return TERMS[term] if term in TERMS else mid_sentence(scenario, short(scenario.stakes[term]))
