"""A brief as made: a comparison and what it rests on, with the names that its words need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tertius.impact import Causes, Comparison, Sensitivity, System, system
from tertius.report.evidence import Evidence
from tertius.report.reactions import context as reactions_context
from tertius.report.reactions import headline
from tertius.report.system import context as system_context
from tertius.report.timeline import timeline
from tertius.report.words import plain
from tertius.world import Scenario


@dataclass(frozen=True)
class Brief:
    """A comparison, what it rests on, and the words for it."""

    comparison: Comparison
    sensitivity: Sensitivity
    causes: tuple[Causes, ...] = ()
    """Splits of the difference, where they were asked for."""
    evidence: Evidence | None = None
    """Claims that the comparison's futures were drawn by, where claims were given."""

    @property
    def scenario(self) -> Scenario:
        """The scenario as loaded."""
        return self.comparison.base.layout.scenario

    @property
    def seen(self) -> Comparison:
        """The comparison on every future that was run, before any claims weighed them."""
        return self.evidence.whole if self.evidence is not None else self.comparison

    @property
    def label(self) -> str:
        """What is compared: the scenario's label for its own comparison, else the interventions."""
        told = self.scenario.comparison
        own = told is not None and self.comparison.interventions == (f"without {told.without} ({told.mode})",)
        return (
            plain(told.label)
            if told is not None and own
            else f"the scenario as it stands (against: {plain('; '.join(self.comparison.interventions))})"
        )

    @property
    def headlines(self) -> list[str]:
        """Names of the headline outcomes; all outcomes where none is marked."""
        marked = [name for name, outcome in self.scenario.outcomes.items() if outcome.headline]
        return marked or list(self.scenario.outcomes)

    @property
    def last(self) -> int:
        """The last week of the run."""
        return self.comparison.base.weeks

    @cached_property
    def reactions(self) -> dict[str, Any] | None:
        """What the brief says of reactions; None for a scenario in which nobody decides."""
        return reactions_context(self.comparison, self.label)

    @property
    def reactions_line(self) -> dict[str, Any] | None:
        """The bottom line of it alone."""
        return {"headline": headline(self.comparison, self.label)} if self.comparison.reactions else None

    @cached_property
    def found_system(self) -> System | None:
        """Ends, rungs, bargains, red lines, levels; None where an archive kept no states."""
        return system(self.comparison)

    @cached_property
    def system(self) -> dict[str, Any] | None:
        """What the brief says of the system around the war; None where the scenario has nothing of it."""
        return system_context(self.comparison, self.found_system, self.seen.rivals)

    @cached_property
    def timeline(self) -> list[dict[str, Any]]:
        """What is likely when."""
        return timeline(self.comparison)

    def date(self, week: int) -> str:
        """The end of a week, as text."""
        return f"{self.comparison.base.dates[week]:%-d %B %Y}"
