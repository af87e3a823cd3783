"""What the words of every part need: what is compared, and when."""

from __future__ import annotations

from tertius.calendar import day
from tertius.impact.answer import Answer
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
