"""Pieces of sentences that every output shares: sizes, dates, names of chances, of steps and of quantities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from tertius.engine.entries import entries_of, settable
from tertius.impact.answer import Answer
from tertius.impact.comparison import Difference
from tertius.impact.reasons import (
    CALENDAR,
    FOLLOWERS,
    JOINERS,
    OPTIONS,
    OWN_STEPS,
    PARTNERS_STEPS,
    RED_LINES,
    RESTRAINT,
    RIVALS,
    RIVALS_STEPS,
)
from tertius.impact.summary import Standing
from tertius.report.words import middle, number, points, with_unit
from tertius.world import Outcome, Rung, Scenario, Stake

TERMS = {
    RIVALS: "rivals' foreseen answers",
    FOLLOWERS: "others' like steps",
    RESTRAINT: "its own restraint",
    RED_LINES: "red lines",
    OWN_STEPS: "its own recent steps",
    CALENDAR: "the calendar",
    JOINERS: "others who joined",
    PARTNERS_STEPS: "its partners' recent steps",
    RIVALS_STEPS: "its rivals' recent steps",
    OPTIONS: "its other options",
}
HANGING = ("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
KEYED = {"effects": "stakes", "interests": "stakes", "forces": "sides"}
"""Parts of records whose keys name records of a section."""
SMALL = frozenset(("a", "an", "the", "land", "losses", "balance", "change", "share", "civilians", "missiles"))


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


def middle_of(found: Difference, told: Outcome) -> str:
    """The mean of a difference with its sign and unit, no finer than its interval bears: '+32 km²', '0 km²'."""
    return with_unit(middle(found.mean, *found.interval, sign=True), told.unit)


def changed(found: Difference, told: Outcome) -> str:
    """What a mean comes to in a sentence: '32 km² lower', 'as high as without it'."""
    if middle(found.mean, *found.interval) == "0":
        return "as high as without it"
    return f"{size(found.mean, told)} {higher(found)}"


def higher(found: Difference) -> str:
    """The way in which a mean lies."""
    return "higher" if found.mean > 0 else "lower"


def gap(share: float) -> str:
    """The difference of two chances: '+3.1 points'."""
    return f"{points(share, sign=True)} points"


def chance_name(scenario: Scenario, what: str) -> str:
    """What a chance is of, in words."""
    kind, _, path = what.partition(":")
    if kind == "end":
        return "The war is over"
    if kind == "step":
        name, _, direction = path.rpartition(":")
        return f"{scenario.instruments[name].name}: step {direction}"
    if kind == "rung":
        _, ladder, _, key = path.split(".")
        return short(scenario.ladders[ladder].rungs[key])
    theatre = scenario.theatres[path]
    return f"{scenario.sides[theatre.holder].name} holds {kind} of {mid_sentence(scenario, theatre.name)}"


def chance_place(scenario: Scenario, what: str) -> str:
    """The ladder of a rung; empty for what is none, and for the first ladder, which is the war's own."""
    if not what.startswith("rung:") or what.split(".")[1] == next(iter(scenario.ladders)):
        return ""
    return scenario.ladders[what.split(".")[1]].name


def step_name(scenario: Scenario, standing: Standing) -> str:
    """The instrument of a standing, without the name of the state whose it is."""
    assert standing.instrument is not None  # a standing that is told has a step
    name, actor = scenario.instruments[standing.instrument].name, scenario.actors[standing.actor]
    for lead in (f"{actor.name}'s ", f"{actor.adjective} ", f"{actor.name} "):
        if name.startswith(lead):
            return name.removeprefix(lead)
    return mid_sentence(scenario, name)


def short(record: Outcome | Rung | Stake) -> str:
    """The short name of a record where it has one, else its name."""
    return record.label or record.name


def few_words(text: str, most: int) -> str:
    """A text; of one with too many words those up to where a phrase of it ends, with … for the rest."""
    words = text.split()
    if len(words) <= most:
        return text
    ends = [place for place in range(1, most + 1) if _is_end(words, place)]
    place = max(ends, default=most)
    return f"{' '.join(words[: place if 2 * place > most else most]).rstrip(',;:')} …"


def _is_end(words: list[str], place: int) -> bool:
    """Whether a phrase ends before the word at `place`."""
    before = words[place - 1]
    return before not in HANGING and (words[place] in HANGING or before.endswith((",", ";", ":")))


def whole(text: str, most: int) -> str:
    """A text of at most so many words; nothing where it has more, since a part of a sentence is none."""
    return text if len(text.split()) <= most else ""


def quantity_name(scenario: Scenario, path: str) -> str:
    """A quantity in words: what the scenario calls it; else whose it is, and what it is by the law that reads it."""
    written = scenario.quantities().get(path)
    if written is not None and written.label is not None:
        return written.label
    found = _fields(scenario).get(path)
    meaning = path.rpartition(".")[2].replace("_", " ") if found is None else found
    owners = list(_owners(scenario, path.split(".")[:-1]))
    return f"{', '.join(owners)}: {meaning}" if owners else meaning


@lru_cache(maxsize=8)
def _fields(scenario: Scenario) -> dict[str, str]:
    """Path of every quantity -> what the laws mean by it."""
    return {path: field.meaning for path, (_, _, field) in settable(entries_of(scenario)).items()}


def _owners(scenario: Scenario, keys: list[str]) -> Iterator[str]:
    """Names of the records along a path, each with its section before it: 'One state', or 'Another, a buffer'."""
    held: object = scenario
    for section, key in zip(keys[::2], keys[1::2], strict=False):
        held = getattr(held, section, {})
        held = held.get(key) if isinstance(held, Mapping) else None
        named = getattr(scenario, KEYED[section]).get(key) if section in KEYED else held
        name = getattr(named, "label", None) or getattr(named, "name", None)
        if name is not None or section == "steps":
            yield name or f"a step {key}"
