"""Another world beside the one that stands, week by week: both worlds' outcomes, and what the other changes."""

from __future__ import annotations

from dataclasses import dataclass

from tertius.impact.comparison import Comparison
from tertius.impact.series import Fan, fan
from tertius.impact.summary import Expected, expected_of


@dataclass(frozen=True)
class Weekly:
    """One outcome week by week, from the as-of date on, in its unit.

    outcome  its id
    stands   quantiles over futures, as the scenario stands
    other    the same in the other world
    change   the effect to be expected: the other world less the one that stands
    """

    outcome: str
    stands: Fan
    other: Fan
    change: Expected


@dataclass(frozen=True)
class Beside:
    """Every outcome of both worlds, week by week."""

    weekly: tuple[Weekly, ...]

    def of(self, outcome: str) -> Weekly:
        """One outcome. Raises KeyError."""
        return {one.outcome: one for one in self.weekly}[outcome]


def beside(comparison: Comparison) -> Beside:
    """Both worlds of a comparison, the other one told by what it changes."""
    told = []
    for name in comparison.base.outcomes:
        stands, other = comparison.base.of(name), comparison.other.of(name)
        told.append(Weekly(name, fan(stands), fan(other), expected_of(name, other - stands, comparison.rows)))
    return Beside(tuple(told))
