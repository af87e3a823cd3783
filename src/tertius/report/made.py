"""A brief as made: a comparison and what it rests on, with the names that its words need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tertius.engine import Options
from tertius.impact import (
    Causes,
    Comparison,
    Dissent,
    Evidence,
    FirstMoves,
    Hypotheses,
    Ignorance,
    Need,
    Reactions,
    Reasons,
    Sensitivity,
    System,
    all_reasons,
    dissent,
    first_moves,
    hypotheses,
    ignorance,
    needs,
    reactions,
    system,
)
from tertius.report.timeline import timeline
from tertius.report.words import day, plain
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
    whole: Comparison | None = None
    """The comparison on every future that was run, where claims drew some of them."""

    @property
    def scenario(self) -> Scenario:
        """The scenario as loaded."""
        return self.comparison.base.layout.scenario

    @property
    def seen(self) -> Comparison:
        """The comparison on every future that was run, before any claims weighed them."""
        return self.whole if self.whole is not None else self.comparison

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
    def headlines(self) -> tuple[str, ...]:
        """Names of the headline outcomes; all outcomes where none is marked."""
        return self.scenario.headlines

    @property
    def last(self) -> int:
        """The last week of the run."""
        return self.comparison.base.weeks

    @cached_property
    def reactions(self) -> Reactions | None:
        """What all who decide do; None where nobody does."""
        return reactions(self.comparison)

    @cached_property
    def reasons(self) -> tuple[Reasons, ...]:
        """Why they do it."""
        return all_reasons(self.comparison, self.reactions) if self.reactions is not None else ()

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """What the side that is joined lacks."""
        return needs(self.comparison)

    @cached_property
    def first_moves(self) -> FirstMoves | None:
        """What first moves change; None where nobody can move first."""
        base = self.comparison.base
        return first_moves(base.layout, Options(futures=base.asked, weeks=base.weeks, seed=base.seed))

    @cached_property
    def rivals(self) -> Hypotheses | None:
        """The difference under each hypothesis; None where the scenario has none."""
        base = self.seen.base
        return hypotheses(self.seen, Options(base.asked, base.weeks, base.seed, replicates=base.replicates))

    @cached_property
    def system(self) -> System | None:
        """Ends, rungs, bargains, red lines, levels; None where an archive kept no states."""
        return system(self.comparison)

    @cached_property
    def dissent(self) -> tuple[Dissent, ...]:
        """What rival structures of the fit answer."""
        return dissent(self.seen, self.headlines)

    @cached_property
    def ignorance(self) -> tuple[Ignorance, ...]:
        """What is chance, what is not known, what would narrow it."""
        return ignorance(self.seen, self.headlines)

    @cached_property
    def timeline(self) -> list[dict[str, Any]]:
        """What is likely when."""
        return timeline(self.comparison)

    def date(self, week: int) -> str:
        """The end of a week, as text."""
        return day(self.comparison.base.dates[week])
