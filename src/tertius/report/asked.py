"""What the words of every part need: what is compared, and when."""

from __future__ import annotations

from tertius.calendar import day
from tertius.engine import Intervention
from tertius.engine.interventions import parts_of, senders_of
from tertius.impact.answer import Answer
from tertius.report.phrases import quantity_name
from tertius.report.words import plain
from tertius.world import Scenario


def label(answer: Answer, scenario: Scenario) -> str:
    """What is compared: the scenario's label for its own comparison, else what the other world changes."""
    own = scenario.comparison
    if own is not None and answer.question.is_own(scenario):
        return plain(own.label)
    return f"the scenario as it stands (against: {plain('; '.join(answer.question.labels))})"


def date_of(answer: Answer, week: int) -> str:
    """The end of a week, in words."""
    return day(answer.run.dates[week])


def apart(answer: Answer, scenario: Scenario) -> str:
    """What differs between the two worlds, in one sentence."""
    question = answer.question
    if question.against is not None:
        return f"The other world is the scenario {plain(question.against)}, with the same luck."
    told = [undone(item, scenario) for item in question.without]
    told += [f"{plain(quantity_name(scenario, one.path))} is {plain(one.told)}" for one in question.settings]
    return f"In the other world {'; '.join(told)}; all else is as it stands, with the same luck."


def undone(item: Intervention, scenario: Scenario) -> str:
    """What one intervention does, as Markdown."""
    if item.event not in scenario.events:
        return f"“{plain(scenario.instruments[item.event].name)}” may not go up by anyone's choice"
    event = scenario.events[item.event]
    name = f"“{plain(event.name)}”"
    if event.kind != "arrival":
        return f"{name} does not happen"
    parts = [f"“{plain(scenario.events[part].name)}”" for part in parts_of(scenario, item.event) if part != item.event]
    senders = " and ".join(f"“{plain(scenario.instruments[one].name)}”" for one in senders_of(scenario, event.target))
    if item.mode == "no-further":
        held = f", and {senders} may go down but not up" if senders else ""
        return f"{name} happens, but {' and '.join([*parts, 'later soldiers'])} do not come{held}"
    held = f", and {senders} stays at none" if senders else ""
    if item.mode == "withdraw":
        return f"the soldiers of {name} leave at the as-of date and no others come{held}"
    return f"{name} does not happen{', nor ' + ' nor '.join(parts) if parts else ''}{held}"
