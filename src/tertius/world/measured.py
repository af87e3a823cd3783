"""What of a war is told and measured: outcomes to report, and observations that a fit learns from."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tertius.errors import Misfit
from tertius.world.entry import Entry, OutputPath, PastDay, SideId
from tertius.world.quantity import Name, Quantity, SourceIds, WithQuantities

SERIES_PATTERN = r"^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$"
POINTS = "points"
"""Unit of a share that is told in hundredths of the whole."""


class Outcome(Entry, WithQuantities):
    """A figure to report: an output of the run, as level, change since the as-of date or running total.

    `favours` is the side that a larger value helps; differences below `material` do not matter. A share, which lies
    between 0 and 1, may be told in points of a hundred.
    """

    name: Name
    label: Name | None = None
    """Its name in few words, for a page with little room."""
    output: OutputPath
    measure: Literal["level", "change", "total"]
    unit: Name
    favours: Literal["A", "B", "none"] = "none"
    headline: bool = False
    material: Quantity

    @property
    def scale(self) -> float:
        """What its output is multiplied by: 100 where a share is told in points, else 1."""
        return 100.0 if self.unit == POINTS else 1.0


class Observation(Entry, WithQuantities):
    """A dated series that measures a state variable, so that a fit can learn from it and a backtest score it.

    `series` names a series of the data (source.series), `beside` a second reading of the same thing from another
    source, `balance` a flow of material to `balance_side` that stands for the balance of power. `start` is the first
    day used: what lies before is another regime. Quantities are of the measurement, not of the war.
    """

    name: Name
    output: OutputPath
    series: Annotated[str, Field(pattern=SERIES_PATTERN)]
    unit: Name
    start: PastDay
    beside: Annotated[str, Field(pattern=SERIES_PATTERN)] | None = None
    balance: Annotated[str, Field(pattern=SERIES_PATTERN)] | None = None
    balance_side: SideId | None = None
    source: SourceIds

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.balance is None) != (self.balance_side is None):
            lacking = "balance_side" if self.balance_side is None else "balance"
            raise Misfit(f"no {lacking}", "balance and balance_side together, or neither", f"add {lacking}")
        return self
