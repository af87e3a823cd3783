"""Pieces of sentences that every output shares: sizes, dates, names of chances, of steps and of quantities."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from tertius.impact.answer import Answer
from tertius.impact.comparison import Difference
from tertius.impact.reasons import (
    FOLLOWERS,
    OPTIONS,
    OWN_STEPS,
    PARTNERS_STEPS,
    RED_LINES,
    RESTRAINT,
    RIVALS,
    RIVALS_STEPS,
)
from tertius.impact.summary import Chance, Standing
from tertius.report.words import number, with_unit
from tertius.world import Outcome, Scenario

TERMS = {
    RIVALS: "rivals' foreseen answers",
    FOLLOWERS: "others' like steps",
    RESTRAINT: "its own restraint",
    RED_LINES: "red lines",
    OWN_STEPS: "its own recent steps",
    PARTNERS_STEPS: "its partners' recent steps",
    RIVALS_STEPS: "its rivals' recent steps",
    OPTIONS: "its other options and the levels reached",
}
HANGING = ("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
SMALL = frozenset(("a", "an", "the", "land", "losses", "balance", "change"))


def month(answer: Answer, week: int) -> str:
    """The month in which a week ends, as 'May 2025'."""
    return f"{answer.run.dates[week]:%B %Y}"


def mid_sentence(scenario: Scenario, name: str) -> str:
    """A name as it stands within a sentence: its first word in small letters where the scenario writes it so."""
    first, blank, rest = name.partition(" ")
    is_named = any(name.startswith(told.name) for told in scenario.actors.values())
    return name if is_named or first.lower() not in _small_words(scenario) else f"{first.lower()}{blank}{rest}"


@lru_cache(maxsize=8)
def _small_words(scenario: Scenario) -> frozenset[str]:
    """Words that the scenario's texts write in small letters."""
    texts = [fact.text for fact in scenario.facts.values()]
    texts += [event.text for event in scenario.events.values()]
    texts += [told.name for told in scenario.instruments.values()]
    texts += [told.name for told in scenario.outcomes.values()]
    texts += [told.name for told in scenario.stakes.values()]
    texts += [level for told in scenario.instruments.values() for level in told.levels]
    texts += [rung.name for held in scenario.ladders.values() for rung in held.rungs.values()]
    return frozenset(word for text in (scenario.description, *texts) for word in text.split() if word.islower()) | SMALL


def size(value: float, told: Outcome) -> str:
    """A size without its sign, with the unit: '32 km²'."""
    return with_unit(number(abs(value)), told.unit)


def signed(value: float, told: Outcome) -> str:
    """The same with its sign: '+32 km²'."""
    return with_unit(number(value, sign=True), told.unit)


def higher(found: Difference) -> str:
    """The way in which a mean lies."""
    return "higher" if found.mean > 0 else "lower"


def percentage(share: float) -> str:
    """A share as a reader would say it: '17%', 'under 1%', 'never' where no future has it."""
    if share <= 0.0:
        return "0%"
    return "under 1%" if share < 0.005 else "over 99%" if share > 0.995 else f"{100 * share:.0f}%"


def gap(share: float) -> str:
    """The difference of two chances: '+3 points'."""
    points = 100 * share
    text = f"{points:+.0f}" if abs(points) >= 1 else f"{points:+.1g}"
    return f"{text.replace('-', '−')} point{'' if text in ('+1', '-1') else 's'}"


def chance_name(scenario: Scenario, what: str) -> str:
    """What a chance is of, in words."""
    kind, _, path = what.partition(":")
    if kind == "end":
        return "The war is over"
    if kind == "step":
        name, _, direction = path.rpartition(":")
        return f"{scenario.instruments[name].name}: {direction}"
    if kind == "rung":
        _, ladder, _, key = path.split(".")
        return scenario.ladders[ladder].rungs[key].name
    theatre = scenario.theatres[path]
    return f"{theatre.name}: {scenario.sides[theatre.holder].name} holds {'all' if kind == 'all' else 'none'} of it"


def chance_place(scenario: Scenario, what: str) -> str:
    """The ladder of a rung; empty for what is none, and for the first ladder, which is the war's own."""
    if not what.startswith("rung:") or what.split(".")[1] == next(iter(scenario.ladders)):
        return ""
    return scenario.ladders[what.split(".")[1]].name


def chance_text(one: Chance) -> str:
    """Both chances of it: '17%, without 18%'."""
    return f"{percentage(one.with_it)}, without {percentage(one.without)}"


def step_name(scenario: Scenario, standing: Standing) -> str:
    """The instrument of a standing, without the name of the state whose it is."""
    assert standing.instrument is not None  # a standing that is told has a step
    name, actor = scenario.instruments[standing.instrument].name, scenario.actors[standing.actor]
    for lead in (f"{actor.name}'s ", f"{actor.adjective} ", f"{actor.name} "):
        if name.startswith(lead):
            return name.removeprefix(lead)
    return mid_sentence(scenario, name)


def few_words(text: str, most: int) -> str:
    """A text, or its first words and … where there are more, and no small word before it."""
    words = text.split()
    if len(words) <= most:
        return text
    kept = words[:most]
    while len(kept) > 1 and kept[-1] in HANGING:
        kept.pop()
    return f"{' '.join(kept)} …"


def quantity_name(scenario: Scenario, path: str) -> str:
    """A quantity in words: whose it is, and what."""
    section, _, rest = path.partition(".")
    key, _, field = rest.partition(".")
    records = getattr(scenario, section, None)
    if section == "world" or not isinstance(records, Mapping):
        return path.removeprefix("world.").replace("_", " ").replace(".", ", ")
    record = records.get(key)
    owner = getattr(record, "name", key)
    return f"{owner}: {field.replace('_', ' ').replace('.', ', ')}"
