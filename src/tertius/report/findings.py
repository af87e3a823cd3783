"""The finding with which each chapter opens: one sentence or two, composed by rule from the answer."""

from __future__ import annotations

from dataclasses import dataclass

from tertius.impact.answer import Answer
from tertius.impact.comparison import NONE
from tertius.impact.summary import MOVED
from tertius.impact.system import Happening
from tertius.report.asked import date_of
from tertius.report.contexts import shows
from tertius.report.grounds import carrying, facts, too_few_off
from tertius.report.page import LACKS, chance_row
from tertius.report.phrases import (
    chance_name,
    chance_place,
    changed,
    gap,
    mid_sentence,
    month,
    quantity_name,
    signed,
    step_name,
)
from tertius.report.timeline import moment_text
from tertius.report.trust import trust
from tertius.report.watch import ends, most_moving
from tertius.report.words import FEW, fine, interval, number, percent, plain, points
from tertius.world import Scenario


@dataclass(frozen=True)
class Findings:
    """A finding a chapter."""

    fighting: str = shows("the first headline outcome, with its interval")
    escalation: str = shows("the rung that the entry changes most, and the top of the first ladder")
    ends: str = shows("whether and how likely the war ends")
    watch: str = shows("what is likely to happen first")
    doubts: str = shows("what is not known of the first headline outcome")
    why: str = shows("the law that carries most of the first headline difference")
    assumptions: str = shows("the quantity that moves the first headline most")
    record: str = shows("the score at the last week")
    sources: str = shows("how many statements rest on a good source")
    article: str = shows("what the claims move; empty without claims")
    data: str = shows("that the run can be repeated")


def findings(answer: Answer, scenario: Scenario) -> Findings:
    """All of them, as Markdown."""
    made = Findings(
        fighting=_fighting(answer, scenario),
        escalation=_escalation(answer, scenario),
        ends=_ends(answer),
        watch=_watch(answer, scenario),
        doubts=_doubts(answer, scenario),
        why=_why(answer, scenario),
        assumptions=_assumptions(answer, scenario),
        record=" ".join(trust(answer, scenario)),
        sources=_sources(scenario),
        article=_article(answer),
        data="The same scenario, laws and seed give the same answer, bit for bit.",
    )
    return Findings(**{name: plain(text) for name, text in vars(made).items()})


def _fighting(answer: Answer, scenario: Scenario) -> str:
    name = answer.headlines[0]
    told, found = scenario.outcomes[name], answer.at(name, answer.last)
    what = mid_sentence(scenario, told.name)
    if found.verdict == NONE:
        return f"By {month(answer, answer.last)} {what} is exactly the same with the entry and without it."
    low, high = found.interval
    change = f"{changed(found, told)} on average (80%: {interval(low, high, sign=True)})"
    text = f"By {month(answer, answer.last)} {what} is {change}."
    return text if found.directed else f"{text} Which way is not known."


def states(answer: Answer, scenario: Scenario) -> str:
    """Who reacts, and how many states are not seen to."""
    held = [one for one in answer.summary.states if not one.enters] if answer.summary is not None else []
    moved = [one for one in held if one.kind == MOVED]
    if not held:
        return LACKS["states"]
    if not moved or answer.reactions is None:
        return f"None of {len(held)} third states is seen to change what it does."
    first = moved[0]
    row = next(one for one in answer.reactions.at_horizon() if one.instrument == first.instrument)
    step = row.step(first.direction or "up")
    name = scenario.actors[first.actor].name
    change = f"{gap(step.found.mean)}, to {percent(step.with_it)} by {date_of(answer, answer.reactions.week)}"
    rest = "" if len(moved) == 1 else " Others change less."
    enter = [scenario.actors[one.actor].name for one in answer.summary.states if one.enters] if answer.summary else []
    most = f"Beside {' and '.join(enter)}, {name} changes most" if enter else f"{name} changes most"
    return f"{most} ({step_name(scenario, first)}, a step {first.direction}: {change}).{rest}"


def _escalation(answer: Answer, scenario: Scenario) -> str:
    found = answer.system
    if found is None or not found.rungs:
        return LACKS["ladders"]
    last = [one for one in found.rungs if one.week == found.weeks[-1]]
    seen = [one for one in last if one.found.detectable and not _own(scenario, one)]
    most = max(seen, key=lambda one: abs(one.found.mean), default=None)
    first = next(iter(scenario.ladders))
    top = max(
        (one for one in last if one.what.split(".")[1] == first),
        key=lambda one: scenario.ladders[first].rungs[one.what.split(".")[3]].height,
    )
    if most is top:
        return f"What changes most is the highest rung, {_rung(scenario, top)}: {_change(top)}."
    text = (
        f"What changes most is {_rung(scenario, most)}: {_change(most)}."
        if most
        else "No rung's chance is seen to change."
    )
    return f"{text} {_rung(scenario, top)} stands at {fine(top.with_it)}, without the entry {fine(top.without)}."


def _rung(scenario: Scenario, one: Happening) -> str:
    return f"“{chance_name(scenario, one.what)}”"


def _change(one: Happening) -> str:
    return f"{gap(one.found.mean)}, to {fine(one.with_it)}"


def _own(scenario: Scenario, one: Happening) -> bool:
    """Whether a rung is the entry's own: it is reached as a contingent fights, or as a weapon is launched."""
    _, ladder, _, key = one.what.split(".")
    output = scenario.ladders[ladder].rungs[key].output
    return output is not None and output.startswith(("contingents.", "weapons."))


def _ends(answer: Answer) -> str:
    over = answer.summary.chance("end:over") if answer.summary is not None else None
    if over is None:
        return LACKS["ends"]
    by = f"The war is over by {month(answer, over.week)} in {percent(over.with_it)} of futures"
    both = f"{by}, without the entry in {percent(over.without)}."
    return both if over.found.detectable else f"{both} The two cannot be told apart."


def _watch(answer: Answer, scenario: Scenario) -> str:
    moments = answer.timeline or ()
    if not moments:
        return "Nothing is likely enough to be dated."
    first = max(moments, key=lambda one: one.share)
    when = f"{answer.run.dates[first.weeks[1]]:%B %Y}"
    by = f"in {percent(first.share)} of futures by {month(answer, answer.last)}"
    return f"Likeliest of all: {moment_text(scenario, first)}, about {when}, {by}."


def _doubts(answer: Answer, scenario: Scenario) -> str:
    if not answer.ignorance:
        return "With so few draws, chance cannot be told from what is not known."
    first = answer.ignorance[0]
    share = first.spread.unknown
    name = mid_sentence(scenario, scenario.outcomes[first.outcome].name)
    return f"Of what spreads {name}, {percent(1 - share)} is chance and {percent(share)} is what we do not know."


def _why(answer: Answer, scenario: Scenario) -> str:
    held = answer.sensitivity
    first = answer.headlines[0]
    if held is None:
        return ""
    name = mid_sentence(scenario, scenario.outcomes[first].name)
    if held.futures_off < FEW:
        return f"{too_few_off(held)} which law carries the difference in {name}."
    clear = carrying(held, first)
    if not clear:
        return f"No single law is seen to carry the difference in {name}."
    told, one = scenario.outcomes[first], clear[0].outcomes[first]
    law = clear[0].law.replace("_", " ")
    return (
        f"The law of {law} carries most: without it {signed(one.mean, told)}, with it {signed(held.mean[first], told)} "
        f"(a change of {number(one.change, sign=True)} ±{number(one.error)}, on {held.futures_off:,} futures)."
    )


def _assumptions(answer: Answer, scenario: Scenario) -> str:
    one, first = most_moving(answer), answer.headlines[0]
    if one is None:
        return "No single assumption is seen to move the first headline beyond chance."
    name = mid_sentence(scenario, quantity_name(scenario, one.path))
    return f"What moves the answer most is {name}: {ends(one.outcomes[first], scenario.outcomes[first])}."


def _sources(scenario: Scenario) -> str:
    rows = facts(scenario)
    good = sum(row.standing == "fact" for row in rows)
    if not rows:
        return f"The scenario names {len(scenario.sources)} sources and no dated statement."
    named = f"the scenario names {len(scenario.sources)} sources"
    return f"{good} of {len(rows)} dated statements rest on a good source; {named}."


def _article(answer: Answer) -> str:
    if answer.evidence is None:
        return ""
    return "What the article says, as far as the model can hold it, and what that moves."


@dataclass(frozen=True)
class ChanceDetail:
    """A headline chance in full."""

    name: str = shows("what happens")
    by: str = shows("by when, and on which ladder")
    with_it: str = shows("chance with the entry")
    span: str = shows("80% interval of it")
    without: str = shows("chance without the entry")
    difference: str = shows("difference in points, with its error")
    with_alone: str = shows("share of futures in which it happens with the entry and not without it")
    without_alone: str = shows("share in which it happens without the entry and not with it")


def chance_details(answer: Answer, scenario: Scenario) -> tuple[ChanceDetail, ...]:
    """Headline chances in full."""
    rows = []
    for one in answer.summary.chances if answer.summary is not None else ():
        told = chance_row(answer, scenario, one)
        place = chance_place(scenario, one.what)
        error = "" if one.found.error is None else f" ±{points(one.found.error)}"
        rows.append(
            ChanceDetail(
                name=plain(told.name),
                by=plain(f"{answer.run.dates[one.week]:%b %Y}{f', {mid_sentence(scenario, place)}' if place else ''}"),
                with_it=told.text,
                span=told.span,
                without=told.beside,
                difference="0 exactly" if one.found.same else f"{points(one.found.mean, sign=True)}{error}",
                with_alone=percent(one.with_alone),
                without_alone=percent(one.without_alone),
            )
        )
    return tuple(rows)
