"""The answer in a sentence or two, and a sentence an outcome: composed by rule, from the verdict on each difference.

What is said follows `Difference.verdict` and `.direction`, which carry the error: where more futures could turn it,
it says so in place of an answer. No share that depends on how the two worlds are coupled stands here.
"""

from __future__ import annotations

from collections.abc import Sequence

from tertius.impact.answer import Answer
from tertius.impact.comparison import BEYOND, NONE, UNKNOWN, UNSEEN, UNTOLD, UP, WITHIN, Difference
from tertius.impact.summary import MOVED, Chance
from tertius.report.asked import date_of, label
from tertius.report.phrases import chance_name, changed, few_words, higher, mid_sentence, month, short, signed, size
from tertius.report.trust import going_on, past_forecasts
from tertius.report.words import FEW, fine, interval, number, percent, plain, with_unit
from tertius.world import Outcome, Scenario

MOST_WORDS = 24  # of a sentence
Told = tuple[Outcome, Difference]


def lead(answer: Answer, scenario: Scenario) -> str:
    """With what the answer is: 'With the entrant's soldiers'."""
    own = scenario.comparison
    if own is not None and answer.question.is_own(scenario):
        return f"With {own.label}"
    undone = answer.question.without
    if len(undone) == 1 and not answer.question.settings and undone[0].event in scenario.events:
        return f"With “{scenario.events[undone[0].event].name}”"
    return "As the scenario stands"


def headline(answer: Answer, scenario: Scenario, words: int = 12) -> tuple[str, ...]:
    """What changes, the chance that changes most, who reacts, what it costs: one sentence or two.

    words: the most of a scenario's name.
    """
    if answer.run.futures < FEW:
        ran = "One future was" if answer.run.futures == 1 else f"Only {answer.run.futures} futures were"
        return (f"{ran} run: too few for an answer. Ask for {FEW} or more.",)
    first = _changes(answer, scenario, min(words, 10))
    most = _most(answer)
    rest = [] if most is None else [_chance(scenario, most, words)]
    if most is None or not most.what.startswith("step:"):
        rest += _reacts(answer, scenario, words)
    told = ""
    for part in (*rest, *_costs(answer, scenario, words)):
        both = f"{told} and {part}" if told else f"{part[:1].upper()}{part[1:]}"
        told = both if _fits(both) or not told else told
    return (first, f"{told}.") if told else (first,)


def _fits(text: str) -> bool:
    return len(text.split()) <= MOST_WORDS


def _headlines(answer: Answer, scenario: Scenario) -> list[Told]:
    return [(scenario.outcomes[name], answer.at(name, answer.last)) for name in answer.headlines]


def _changes(answer: Answer, scenario: Scenario, words: int) -> str:
    """The first sentence: what the entry changes of the headline outcomes."""
    who, by = few_words(lead(answer, scenario), min(words, 6)), f"by {month(answer, answer.last)}"
    told = _headlines(answer, scenario)
    moved = [row for row in told if row[1].verdict == BEYOND and row[1].directed]
    if moved:
        moved.sort(key=lambda row: -abs(row[1].mean) / max(row[1].band, 1e-12))
        parts = [f"{_name(scenario, one, words)} ends {size(found.mean, one)} {higher(found)}" for one, found in moved]
        both = f"{who}, {parts[0]} and {parts[1].replace(' ends ', ' ')} {by}." if len(parts) > 1 else ""
        return both if both and _fits(both) else f"{who}, {parts[0]} {by}."
    verdicts = {found.verdict for _, found in told}
    if verdicts == {NONE}:
        return f"{who}, {_named(scenario, told, words)} exactly the same {by}."
    if UNTOLD in verdicts:
        one, found = next(row for row in told if row[1].verdict == UNTOLD)
        much = f"whether {_name(scenario, one, words)} changes by more than {size(found.band, one)}"
        return f"{answer.run.futures:,} futures are too few to say {much}."
    if BEYOND in verdicts:
        one = next(one for one, found in told if found.verdict == BEYOND)
        return f"{who}, {_name(scenario, one, words)} changes {by}, but which way is not known."
    return f"{who}, {_little(scenario, told, words)} {by}."


def _name(scenario: Scenario, told: Outcome, words: int) -> str:
    return few_words(mid_sentence(scenario, short(told)), words)


def _named(scenario: Scenario, told: Sequence[Told], words: int) -> str:
    if len(told) == 1:
        return f"{_name(scenario, told[0][0], words)} is"
    return f"all {len(told)} headline outcomes are"


def _little(scenario: Scenario, told: Sequence[Told], words: int) -> str:
    if all(one.output.startswith("theatres.") for one, _ in told):
        return "little changes on the ground"
    if len(told) == 1:
        return f"{_name(scenario, told[0][0], words)} changes little"
    return f"none of {len(told)} headline outcomes changes much"


def _most(answer: Answer) -> Chance | None:
    """Of the headline chances, of whatever kind, the one that the entry changes most, where any is seen to change."""
    seen = [one for one in (answer.summary.chances if answer.summary is not None else ()) if one.found.detectable]
    return max(seen, key=lambda one: abs(one.found.mean), default=None)


def _chance(scenario: Scenario, one: Chance, words: int) -> str:
    """A chance that changes, with both numbers."""
    kind, _, path = one.what.partition(":")
    if kind == "end":
        what = "an end of the war"
    elif kind == "step":
        name, _, direction = path.rpartition(":")
        what = f"a step {direction} in {few_words(mid_sentence(scenario, scenario.instruments[name].name), words)}"
    else:
        what = f"“{few_words(chance_name(scenario, one.what), words)}”"
    way = "likelier" if one.found.mean > 0 else "less likely"
    return f"{what} becomes {way} ({fine(one.with_it)}, without {fine(one.without)})"


def _reacts(answer: Answer, scenario: Scenario, words: int) -> list[str]:
    """The reaction that changes most; that none is seen; nothing where nobody could react."""
    found = [one for one in answer.summary.states if not one.enters] if answer.summary is not None else []
    if not found:
        return []
    first = found[0]
    if first.kind != MOVED or first.instrument is None or answer.reactions is None:
        return ["no other state is seen to react"]
    row = next(one for one in answer.reactions.at_horizon() if one.instrument == first.instrument)
    change = row.step(first.direction or "up").found.mean
    name = few_words(mid_sentence(scenario, scenario.instruments[first.instrument].name), words)
    return [f"a step {first.direction} in {name} becomes {'likelier' if change > 0 else 'less likely'}"]


def _costs(answer: Answer, scenario: Scenario, words: int) -> list[str]:
    """What a contingent loses, where the scenario has an outcome for it and it is beyond its band."""
    for name, told in scenario.outcomes.items():
        section, _, field = told.output.partition(".")
        if section != "contingents" or not field.endswith(".cumulative_losses"):
            continue
        found = answer.at(name, answer.last)
        if found.verdict == BEYOND and found.direction == UP and name not in answer.headlines:
            actor = scenario.actors[scenario.contingents[field.split(".")[0]].actor].name
            return [f"{few_words(actor, words)} loses about {number(found.mean)} soldiers"]
    return []


def bottom_line(answer: Answer, scenario: Scenario) -> tuple[str, ...]:
    """For each headline outcome, sentences on what the entry changes by the last week."""
    return tuple(_outcome(answer, scenario, name) for name in answer.headlines)


def _outcome(answer: Answer, scenario: Scenario, name: str) -> str:
    told, found = scenario.outcomes[name], answer.at(name, answer.last)
    title, who = plain(told.name), label(answer, scenario)
    by = f"by {date_of(answer, answer.last)}"
    if found.same:
        return f"**{title}**: with {who} it is the same {by}, exactly."
    low, high = found.interval
    span = f"80% interval of the expected effect {interval(low, high, sign=True)}"
    if not found.resolved:
        span = f"80% interval {interval(low, high, sign=True)}, mostly chance in so many futures"
    band = with_unit(number(found.band), told.unit)
    change = f"{changed(found, told)} on average ({span})"
    return f"**{title}**: with {who} it is {change} {by}. {_standing(found, band)}{_favoured(scenario, told, found)}"


def _standing(found: Difference, band: str) -> str:
    """What the verdict and the direction come to, in sentences."""
    if found.verdict == UNTOLD:
        unknown = "Its direction is not known. " if found.direction == UNKNOWN else ""
        return f"{unknown}In so many futures it cannot be said whether that is more than the {band} that matter."
    within = found.verdict == WITHIN
    if found.direction == UNSEEN:
        return f"That is too weak to see, and less than the {band} that matter."
    matters = f"less than the {band} that matter" if within else f"more than the {band} that matter"
    if found.direction == UNKNOWN:
        return f"Its direction is not known; it is {matters} on average."
    return f"That is {matters}."


def _favoured(scenario: Scenario, told: Outcome, found: Difference) -> str:
    if not (found.directed and found.clear) or told.favours == "none":
        return ""
    side = told.favours if found.mean > 0 else ("B" if told.favours == "A" else "A")
    return f" It favours {plain(scenario.sides[side].name)}."


def others(answer: Answer, scenario: Scenario) -> str:
    """A sentence on the outcomes that are no headlines and move beyond their bands; empty where none does."""
    rows = [(told, answer.at(name, answer.last)) for name, told in scenario.outcomes.items()]
    beyond = [
        f"{plain(told.name)} {signed(one.mean, told)} ±{number(one.error)}"
        for told, one in rows
        if one.outcome not in answer.headlines and one.detectable
    ]
    return f"Other outcomes that move on average by more than matters: {'; '.join(beyond)}." if beyond else ""


def outlook(answer: Answer, scenario: Scenario) -> tuple[str, ...]:
    """Where each headline outcome stands with the entry at each horizon; if the war goes on; its past forecasts."""
    rows = []
    for name in answer.headlines:
        parts = []
        for week in answer.run.horizons:
            low, middle, high = answer.at(name, week).base
            beside = [f"if the war goes on {number(on.base[1], 3)}" for on in going_on(answer, name, week)]
            beside += [f"past forecasts {text}" for text in past_forecasts(answer, name, week)]
            tail = "".join(f"; {text}" for text in beside)
            parts.append(f"{number(middle, 3)} by {date_of(answer, week)} ({interval(low, high, 3)}{tail})")
        told = scenario.outcomes[name]
        rows.append(f"{named(told)}: {'; '.join(parts)}.")
    return tuple(rows)


def if_it_goes_on(answer: Answer, scenario: Scenario) -> tuple[str, ...]:
    """For each horizon, in how many futures the war has ended, and what the entry changes where it goes on."""
    rows = []
    for one in answer.summary.goes_on if answer.summary is not None else ():
        lead = f"By {date_of(answer, one.week)} it has ended in {percent(one.ended_with)} of futures"
        lead += f" ({percent(one.ended_without)} without)"
        held = [found for found in one.differences if found.outcome in answer.headlines]
        told = [(scenario.outcomes[found.outcome], found) for found in held]
        parts = [f"{plain(held.name)} {signed(found.mean, held)} ±{number(found.error)}" for held, found in told]
        rows.append(f"{lead}; where it goes on in both worlds: {'; '.join(parts)}." if parts else f"{lead}.")
    return tuple(rows)


def named(told: Outcome) -> str:
    """An outcome's name with its unit; a pure number has none."""
    return plain(told.name) if told.unit == "1" else with_unit(f"{plain(told.name)},", told.unit)
